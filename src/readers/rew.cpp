// REW's text export: `* Key: value` lines, then `* Freq(Hz) SPL(dB) Phase(degrees)`.
#include <algorithm>

#include "headscore/reader.hpp"
#include "io/header_facts.hpp"
#include "io/text_table.hpp"

namespace headscore::readers {
namespace {

int confidence(const TextTable& table) {
  const bool named = std::any_of(table.header.begin(), table.header.end(),
                                 [](const TextLine& line) { return contains_word(line.text, "measured by REW"); });
  if (named) return 100;
  if (header_value(table.header, "Frequency Step") && header_value(table.header, "Smoothing")) return 90;
  const bool starred = std::any_of(table.header.begin(), table.header.end(), [](const TextLine& line) {
    return line.text.starts_with('*') && contains_word(line.text, "Freq(Hz)");
  });
  return starred ? 50 : 0;
}

void describe(const TextTable& table, Provenance& provenance, std::vector<Warning>& warnings) {
  for (const TextLine& line : table.header) {
    const std::size_t at = find_word(line.text, "measured by rew");
    if (at != std::string_view::npos)
      provenance.producer = without_end_marks(line.text.substr(at + std::string_view("measured by ").size()));
    // "* Note: 94.0 dB SPL drive level", as the distortion export states it.
    constexpr std::string_view kNote = "note:";
    const std::size_t note = find_word(line.text, kNote);
    if (note != std::string_view::npos && contains_word(line.text, "dB SPL drive level"))
      provenance.level_spl_db = leading_number(line.text.substr(note + kNote.size()));
  }
  provenance.source = header_value(table.header, "Source");
  provenance.format = header_value(table.header, "Format");
  provenance.dated = header_value(table.header, "Dated");
  provenance.title = header_value(table.header, "Measurement");
  provenance.note = header_value(table.header, "Note");
  provenance.frequency_step = header_value(table.header, "Frequency Step");
  if (const auto level = header_value(table.header, "Target level"))
    provenance.target_level_db = leading_number(*level);
  if (const auto smoothing = header_value(table.header, "Smoothing")) set_smoothing(provenance, *smoothing);
  if (const auto weighting = header_value(table.header, "C-weighting compensation");
      weighting && lowered(*weighting).starts_with("on")) {
    provenance.weighting = Weighting::kC;
  }
  warn_of_step(table, provenance, warnings);
}

}  // namespace

TextDialect rew() { return {"rew", "REW text export", confidence, describe}; }

}  // namespace headscore::readers
