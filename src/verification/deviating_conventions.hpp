// How tools deviate from the published preference models. Nothing here is a model: these numbers are only held against
// claims.
#pragma once

#include <string_view>
#include <vector>

#include "headscore/curve.hpp"
#include "headscore/measurement.hpp"

namespace headscore {

struct DeviatingConvention {
  std::string_view id;
  std::string_view title;
  std::string_view fault;  ///< one clause
  FormFactor form = FormFactor::kOverEar;
  /// The number for a response and a target in dB at their own frequencies. Throws Error("band-not-covered").
  double (*value)(const Curve& response, const Curve& target) = nullptr;
};

/// "rust-autoeq" (slope over log2, population SD), "log10-slope", "responserank" (1/3 octave, log10, population SD),
/// "squig-rank" (in-ear; population SD, mean error about 1 kHz, clamped to 0..100).
[[nodiscard]] const std::vector<DeviatingConvention>& deviating_conventions();

}  // namespace headscore
