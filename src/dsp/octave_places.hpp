// Where the octaves of a deconvolved recording lie in time: together, if it was divided by its own sweep.
#pragma once

#include <optional>

#include "dsp/impulse_pyramid.hpp"

namespace headscore {

/// A logarithmic sweep of another length or band leaves each octave at a place of its own. By how many seconds the low
/// octaves stand off the direct sound, where three or more of four (up to about 300 Hz, 600 Hz, ...) have a stretch of
/// 0.15 s elsewhere with a fifth of their energy and more, and less than a tenth of that about the direct sound;
/// nullopt otherwise. Noise, hum and reverberation have as much about the direct sound as anywhere. `before_s` and
/// `behind_s`: what `impulse` keeps.
[[nodiscard]] std::optional<double> displaced_octaves_s(const ImpulsePyramid& impulse, double before_s,
                                                        double behind_s);

}  // namespace headscore
