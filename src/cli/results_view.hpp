// What the commands that ask results share.
#pragma once

#include <boost/program_options.hpp>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headscore/results.hpp"
#include "io/json_text.hpp"

namespace headscore::cli {

/// Adds --format (text or json), --top when `top` is not zero, and --output.
void add_view_options(boost::program_options::options_description& options, std::size_t top);

/// True for json. Throws UsageError for another format than text and json.
[[nodiscard]] bool wants_json(const boost::program_options::variables_map& values);

/// Exactly `count` positional arguments; throws UsageError(usage) otherwise.
[[nodiscard]] std::vector<std::string> positional(const boost::program_options::variables_map& values,
                                                  std::size_t count, const std::string& usage);

/// "72.4 (69.5..75.4)": three significant digits below ten, else one decimal.
[[nodiscard]] std::string score_text(const ResultScore& score);
[[nodiscard]] std::string value_text(std::optional<double> value);

/// How often each product's name stands in the list, whose elements must outlive the answer.
template <typename List>
[[nodiscard]] std::map<std::string_view, std::size_t> counts_of_names(const List& list) {
  std::map<std::string_view, std::size_t> counts;
  for (const auto& element : list) ++counts[element.product];
  return counts;
}

void write_score(JsonText& json, const ResultScore& score);

}  // namespace headscore::cli
