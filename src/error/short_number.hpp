// Numbers for messages, on every floor.
#pragma once

#include <string>

namespace headscore {

/// At most `digits` significant digits: "997", "0.333333", "1e-09".
[[nodiscard]] std::string short_number(double value, int digits = 6);

}  // namespace headscore
