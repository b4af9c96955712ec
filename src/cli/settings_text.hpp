// The options of a run as names and values: what results were made with, and what makes them differ.
#pragma once

#include <boost/program_options.hpp>
#include <string>
#include <utility>
#include <vector>

#include "headscore/pipeline.hpp"

namespace headscore::cli {

/// Every option of `described` that has a value. A file (target, policy, catalog) is named by its last part and the
/// XXH3-128 of its bytes; a catalog also by that of the figures measured of its products.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> settings_text(
    const boost::program_options::variables_map& values, const boost::program_options::options_description& described,
    const ScoreOptions& options);

}  // namespace headscore::cli
