// Alignment: measurements have arbitrary levels, so a response is moved to a target before they are compared.
#pragma once

#include <string>

#include "headscore/curve.hpp"

namespace headscore {

/// How the level difference is found. Log-frequency weighted throughout.
struct Alignment {
  enum class Method {
    kBandMean,         ///< mean level over `band` in dB
    kSingleFrequency,  ///< level at `frequency_hz`
    kLeastSquares,     ///< the shift that minimises the squared error over the whole common band
  };
  Method method = Method::kBandMean;
  Band band{200.0, 2000.0};      ///< kBandMean
  double frequency_hz = 1000.0;  ///< kSingleFrequency

  /// "mean 200-2000 Hz", "1000 Hz", "least squares".
  [[nodiscard]] std::string description() const;
};

/// Parses "mean:200-2000", "1000", "1kHz", "least-squares"; throws Error("bad-alignment").
[[nodiscard]] Alignment alignment_from(const std::string& text);

/// Shift in dB to add to `response` so that it lies on `target`; both on the same frequencies (m).
/// Throws Error("band-not-covered") when the frequencies that decide are not covered.
[[nodiscard]] double alignment_shift_db(const Curve& response, const Curve& target, const Alignment& alignment);

/// response + shift - target: the error curve e(f), on the common frequencies.
[[nodiscard]] Curve error_curve(const Curve& response, const Curve& target, const Alignment& alignment);

}  // namespace headscore
