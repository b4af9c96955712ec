// AutoEq's CSV: `frequency,raw`, with further columns (error, smoothed, equalization, ..., target) in its results.
#include "headscore/reader.hpp"
#include "io/header_facts.hpp"
#include "io/table_columns.hpp"
#include "io/text_table.hpp"

namespace headscore::readers {
namespace {

int confidence(const TextTable& table) {
  for (const ColumnHead& head : table.heads) {
    const std::vector<std::string>& names = head.names;
    if (names.size() >= 2 && lowered(names[0]) == "frequency" && lowered(names[1]) == "raw") return 100;
  }
  return 0;
}

void describe(const TextTable& /*table*/, Provenance& provenance, std::vector<Warning>& /*warnings*/) {
  provenance.frequency_step = "1.01 between rows";
}

}  // namespace

TextDialect autoeq_csv() { return {"autoeq-csv", "AutoEq CSV", confidence, describe}; }

}  // namespace headscore::readers
