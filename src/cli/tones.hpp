// The two halves of `headscore tones`.
#pragma once

#include <string>
#include <vector>

namespace headscore::cli {

/// Arguments behind "analyse".
int run_tones_analyse(const std::vector<std::string>& arguments);

}  // namespace headscore::cli
