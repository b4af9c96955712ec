// USound's reference curves: `f [Hz],USOUND1V1_Reference`, rows to eight digits.
#include "headscore/reader.hpp"
#include "io/header_facts.hpp"
#include "io/table_columns.hpp"
#include "io/text_table.hpp"

namespace headscore::readers {
namespace {

int confidence(const TextTable& table) {
  for (const ColumnHead& head : table.heads) {
    const std::vector<std::string>& names = head.names;
    if (names.size() >= 2 && contains_word(names[1], "usound")) return 95;
    if (names.size() >= 2 && lowered(names[0]) == "f [hz]") return 40;
  }
  return 0;
}

void describe(const TextTable& table, Provenance& provenance, std::vector<Warning>& /*warnings*/) {
  for (const TextLine& line : table.header) {
    if (const std::vector<std::string> names = column_names(line.text); names.size() >= 2) provenance.title = names[1];
  }
}

}  // namespace

TextDialect usound() { return {"usound", "USound reference curve", confidence, describe}; }

}  // namespace headscore::readers
