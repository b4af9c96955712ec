// Score: a number with the terms that sum to it, and the reasons beside it.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace headscore {

/// One summand of a score.
struct Term {
  std::string name;                   ///< "slope"
  double value = 0.0;                 ///< what it adds to the score
  std::optional<double> quantity;     ///< the measured quantity behind it, e.g. 1.83
  std::string unit;                   ///< of the quantity: "dB", "dB/ln Hz", "%"
  std::optional<double> coefficient;  ///< value = coefficient * quantity, where the model is linear
  std::string note;                   ///< one clause for people; may be empty
};

/// A range that holds the score with the stated probability.
struct Interval {
  double low = 0.0;
  double high = 0.0;
  double coverage = 0.90;
  std::string basis;  ///< what it was computed from: "bootstrap of 5 seats x 2 channels", ...
};

/// A statement that a report must carry: why, on which ground, with which doubt.
struct Reason {
  std::string code;  ///< stable kebab-case word: "rig-unknown", "form-from-target", ...
  std::string message;

  friend bool operator==(const Reason&, const Reason&) = default;
};

/// A model's verdict. value() is the sum of the terms by construction, so the explanation cannot disagree with the
/// number.
class Score {
 public:
  struct Fields {
    std::string model;
    std::string version;
    std::vector<Term> terms;            ///< at least one
    std::optional<double> published;    ///< in the step that reviews print (0.1), where the score has one
    std::optional<Interval> interval;   ///< from repeated measurement
    std::optional<double> residual_sd;  ///< the model's own residual standard deviation, in its points
    std::vector<Reason> reasons;
  };

  /// Throws Error("bad-score") without a term, with a term that is not finite, or with an interval that is upside down.
  explicit Score(Fields fields);

  [[nodiscard]] const Fields& fields() const noexcept { return fields_; }
  [[nodiscard]] double value() const;  ///< sum of the terms' values, in their order

 private:
  Fields fields_;
};

/// Half away from zero to a step of 0.1, on the decimal digits that a reader would see: 0.65 -> 0.7, 0.85 -> 0.9,
/// although neither is a binary fraction. (value * 10 is first rounded to 9 decimals.)
[[nodiscard]] double rounded_to_tenth(double value);

}  // namespace headscore
