// FRD: frequency, magnitude and phase without a head, comment lines at most.
#include <algorithm>
#include <cmath>

#include "headscore/reader.hpp"
#include "io/header_facts.hpp"
#include "io/text_table.hpp"

namespace headscore::readers {
namespace {

int confidence(const TextTable& table) {
  const bool comments_only = std::all_of(table.header.begin(), table.header.end(), [](const TextLine& line) {
    return std::string_view("*#;!%/\"").find(line.text.front()) != std::string_view::npos;
  });
  return comments_only && table.column_count == 3 ? 10 : 0;
}

void describe(const TextTable& table, Provenance& provenance, std::vector<Warning>& /*warnings*/) {
  if (const auto smoothing = header_value(table.header, "Smoothing")) set_smoothing(provenance, *smoothing);
}

}  // namespace

TextDialect frd() { return {"frd", "FRD: frequency, magnitude, phase", confidence, describe}; }

}  // namespace headscore::readers
