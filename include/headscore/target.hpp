// Target: the response that is wanted, and the ways to bend it.
// The targets that come with headscore are in target_library.hpp, the bending itself in target_shaping.hpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "headscore/curve.hpp"
#include "headscore/measurement.hpp"

namespace headscore {

/// A wanted response. Levels are relative: only the shape counts.
class Target {
 public:
  struct Fields {
    std::string name;
    std::optional<FormFactor> form;  ///< absent: any (a flat line, another headphone)
    std::string rig;                 ///< rig it was made for, as text; empty: any
    std::optional<int> year;
    std::string source;
    bool raw = true;  ///< includes the ear's own gain; false: for compensated data (flat)
    Curve curve;
  };

  /// Throws Error("bad-target") without a name.
  explicit Target(Fields fields);

  [[nodiscard]] const Fields& fields() const noexcept { return fields_; }
  [[nodiscard]] const std::string& name() const noexcept { return fields_.name; }
  [[nodiscard]] const Curve& curve() const noexcept { return fields_.curve; }

 private:
  Fields fields_;
};

/// A second-order shelf (Bristow-Johnson, Audio EQ Cookbook, analogue prototype: no sample rate, no warping).
struct Shelf {
  enum class Side { kBass, kTreble };
  Side side = Side::kBass;
  double frequency_hz = 105.0;  ///< midpoint: half the gain in dB is reached here
  double gain_db = 0.0;
  double q = 0.70710678118654752;
};

/// How a target is bent before use: magnitudes in dB that are added to it.
struct TargetAdjustment {
  double tilt_db_per_octave = 0.0;  ///< about 1 kHz; negative falls towards treble
  std::vector<Shelf> shelves;

  [[nodiscard]] bool empty() const noexcept { return tilt_db_per_octave == 0.0 && shelves.empty(); }
};

}  // namespace headscore
