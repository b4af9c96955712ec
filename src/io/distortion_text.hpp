// Distortion over frequency as text in the layout of REW's distortion export, which read_measurement reads back.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "headscore/distortion.hpp"

namespace headscore {

/// What the text's header says.
struct DistortionTextHeader {
  std::string title;               ///< `* Measurement:`
  std::string source;              ///< `* Source:`
  std::vector<std::string> notes;  ///< `* Note:` lines
};

/// Columns: Freq(Hz), Fundamental(dB), THD(%), Noise(%), H2(%) ... H9(%); a value that is not there is written as NaN.
/// Where a value is noise-limited its upper bound is written, and a note says for how many: as text, a value is never
/// less than what it may be.
void write_distortion_text(std::ostream& out, const DistortionSpectrum& spectrum, const DistortionTextHeader& header);

}  // namespace headscore
