// A response in sixty numbers: enough to find what sounds alike.
#pragma once

#include <array>
#include <optional>

#include "headscore/curve.hpp"

namespace headscore {

constexpr std::size_t kShapePoints = 60;  ///< sixths of an octave from 20 Hz: 20 Hz to 18.25 kHz

/// 20 Hz * 2^(k/6).
[[nodiscard]] const std::array<double, kShapePoints>& shape_frequency_hz();

/// Mean level in dB of the curve's rows within a twelfth of an octave of each frequency; nothing where there is no row.
[[nodiscard]] std::array<std::optional<double>, kShapePoints> response_shape_db(const Curve& response);

}  // namespace headscore
