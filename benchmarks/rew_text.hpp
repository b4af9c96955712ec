// A file as REW writes it, for benchmarks.
#pragma once

#include <cmath>
#include <cstdio>
#include <string>

namespace headscore::benchmarks {

/// `rows` rows from 20 Hz to 20 kHz, in equal steps or in equal ratios: level with some shape, and phase.
inline std::string rew_text(int rows, bool linear, double shape) {
  std::string text =
      "* Measurement data measured by REW V5.31.3\n* Source: benchmark\n* Format: 256k Log Swept Sine\n* Dated: Jan 1, 2026\n* REW Settings:\n"
      "*  C-weighting compensation: Off\n*  Target level: 75.0 dB\n* Note: \n* Measurement: benchmark L\n* Smoothing: 1/12 octave\n*\n* Freq(Hz) SPL(dB) Phase(degrees)\n";
  for (int i = 0; i < rows; ++i) {
    const double share = static_cast<double>(i) / (rows - 1);
    const double f = linear ? 20.0 + 19980.0 * share : 20.0 * std::pow(1000.0, share);
    char line[64];
    std::snprintf(line, sizeof line, "%.6f %.3f %.4f\n", f, 90.0 + shape * std::sin(12.0 * share), 170.0 * std::cos(40.0 * share));
    text += line;
  }
  return text;
}

}  // namespace headscore::benchmarks
