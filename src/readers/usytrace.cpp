// UsyTrace: curves traced from pictures; `* Exported with UsyTrace, available at ...`.
#include <algorithm>

#include "headscore/reader.hpp"
#include "io/header_facts.hpp"
#include "io/text_table.hpp"

namespace headscore::readers {
namespace {

int confidence(const TextTable& table) {
  const bool named = std::any_of(table.header.begin(), table.header.end(),
                                 [](const TextLine& line) { return contains_word(line.text, "UsyTrace"); });
  return named ? 100 : 0;
}

void describe(const TextTable& table, Provenance& provenance, std::vector<Warning>& warnings) {
  provenance.producer = "UsyTrace";
  warnings.push_back({"traced-from-picture", table.header.empty() ? 0 : table.header.front().number,
                      "the curve was traced from a picture: its accuracy is that of the picture"});
}

}  // namespace

TextDialect usytrace() { return {"usytrace", "UsyTrace export", confidence, describe}; }

}  // namespace headscore::readers
