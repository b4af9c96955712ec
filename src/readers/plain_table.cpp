// A table of frequency and level that no other dialect claims.
#include "headscore/reader.hpp"
#include "io/header_facts.hpp"
#include "io/text_table.hpp"

namespace headscore::readers {
namespace {

int confidence(const TextTable& /*table*/) { return 1; }

void describe(const TextTable& table, Provenance& provenance, std::vector<Warning>& /*warnings*/) {
  if (const auto smoothing = header_value(table.header, "Smoothing")) set_smoothing(provenance, *smoothing);
  provenance.title = header_value(table.header, "Name");
}

}  // namespace

TextDialect plain_table() { return {"plain", "Frequency and level", confidence, describe}; }

}  // namespace headscore::readers
