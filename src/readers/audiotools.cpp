// Studio Six AudioTools: `Frequency  dB  Unweighted`, rows, then a trailer of settings (`overall dB`, `averaging`,
// `latitude`, ...).
#include <algorithm>

#include "headscore/reader.hpp"
#include "io/header_facts.hpp"
#include "io/table_columns.hpp"
#include "io/text_table.hpp"

namespace headscore::readers {
namespace {

int confidence(const TextTable& table) {
  const bool named = std::any_of(table.header.begin(), table.header.end(),
                                 [](const TextLine& line) { return contains_word(line.text, "AudioTools"); });
  if (named) return 100;
  for (const ColumnHead& head : table.heads) {
    if (head.names.size() >= 3 && lowered(head.names[1]) == "db" && contains_word(head.names[2], "weighted")) return 95;
  }
  return 0;
}

/// "averaging\tslow": the trailer has its key and value divided by a tab.
std::optional<std::string> trailer_value(const TextTable& table, std::string_view key) {
  for (const TextLine& line : table.trailer) {
    const std::vector<std::string_view> cells = split_cells(line.text, Delimiter::kTab);
    if (cells.size() == 2 && lowered(cells[0]) == lowered(key)) return std::string(cells[1]);
  }
  return std::nullopt;
}

void describe(const TextTable& table, Provenance& provenance, std::vector<Warning>& warnings) {
  for (const TextLine& line : table.header) {
    if (contains_word(line.text, "AudioTools")) {
      const std::vector<std::string_view> cells = split_cells(line.text, Delimiter::kTab);
      if (cells.size() > 2) provenance.producer = std::string(cells[1]) + " " + std::string(cells[2]);
      if (cells.size() > 3) provenance.dated = std::string(cells[3]);
      if (cells.size() > 4) provenance.source = std::string(cells[4]);
    } else if (const std::vector<std::string> names = column_names(line.text); names.size() >= 3) {
      if (contains_word(names[2], "A-weight") || contains_word(names[2], "A weight"))
        provenance.weighting = Weighting::kA;
      if (contains_word(names[2], "C-weight") || contains_word(names[2], "C weight"))
        provenance.weighting = Weighting::kC;
    } else if (names.empty()) {
      provenance.title = std::string(line.text);
      warnings.push_back({"stray-title", line.number, "a title stands before the header: " + excerpt(line.text)});
    }
  }
  if (!provenance.dated) provenance.dated = trailer_value(table, "saved");
  if (const auto smoothing = trailer_value(table, "smoothing")) set_smoothing(provenance, *smoothing);
  if (const auto averaging = trailer_value(table, "averaging")) provenance.note = "averaging " + *averaging;
}

}  // namespace

TextDialect audiotools() { return {"audiotools", "AudioTools FFT export", confidence, describe}; }

}  // namespace headscore::readers
