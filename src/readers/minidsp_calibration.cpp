// miniDSP microphone calibrations: `"Sens Factor =-.8643dB, SERNO: 7047870"`, then frequency and correction.
#include "headscore/reader.hpp"
#include "io/header_facts.hpp"
#include "io/text_table.hpp"

namespace headscore::readers {
namespace {

int confidence(const TextTable& table) {
  for (const TextLine& line : table.header) {
    if (contains_word(line.text, "Sens Factor")) return 100;
    if (contains_word(line.text, "SERNO")) return 80;
  }
  return 0;
}

void describe(const TextTable& table, Provenance& provenance, std::vector<Warning>& warnings) {
  for (const TextLine& line : table.header) {
    const std::size_t at = lowered(line.text).find("sens factor");
    if (at != std::string::npos) {
      const std::size_t equals = line.text.find('=', at);
      if (equals != std::string_view::npos) provenance.sensitivity_db = leading_number(line.text.substr(equals + 1));
      provenance.note = std::string(unquoted(trimmed(line.text)));
    }
  }
  warnings.push_back({"calibration-file", table.header.front().number,
                      "this is a microphone's calibration, not a headphone's response"});
}

}  // namespace

TextDialect minidsp_calibration() {
  return {"minidsp-calibration", "miniDSP microphone calibration", confidence, describe};
}

}  // namespace headscore::readers
