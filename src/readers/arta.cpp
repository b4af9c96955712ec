// ARTA, STEPS and LIMP text, and what looks like theirs: `Freq[Hz]  dBSPL  Phase[Deg]`, `Freq[Hz] CHB[dBSPL] Phase[Deg]
// THD[%]`.
#include "headscore/reader.hpp"
#include "io/header_facts.hpp"
#include "io/table_columns.hpp"
#include "io/text_table.hpp"

namespace headscore::readers {
namespace {

int confidence(const TextTable& table) {
  for (const ColumnHead& head : table.heads) {
    const std::vector<std::string>& names = head.names;
    const bool bracketed = !names.empty() && contains_word(names[0], "Freq[Hz]");
    if (bracketed && names.size() >= 2 && contains_word(names[1], "dBSPL")) return 95;
    if (bracketed) return 60;
  }
  return 0;
}

void describe(const TextTable& table, Provenance& provenance, std::vector<Warning>& /*warnings*/) {
  if (const auto smoothing = header_value(table.header, "Smoothing")) set_smoothing(provenance, *smoothing);
}

}  // namespace

TextDialect arta() { return {"arta", "ARTA-like text", confidence, describe}; }

}  // namespace headscore::readers
