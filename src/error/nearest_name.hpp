// Suggesting names: what a user probably meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace headscore {

/// Up to three of `names` nearest to `wanted` (edit distance without case and punctuation, substrings first), nearest
/// first.
[[nodiscard]] std::vector<std::string> nearest_names(std::string_view wanted, const std::vector<std::string>& names);

/// "b (of a, b, c)", "one of a, b, c" without a near one, for Error's wanted part; of more than a dozen names the nearest
/// alone.
[[nodiscard]] std::string suggestion(std::string_view wanted, const std::vector<std::string>& names);

}  // namespace headscore
