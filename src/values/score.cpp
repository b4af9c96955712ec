#include "headscore/score.hpp"

#include <cmath>
#include <utility>

#include "headscore/error.hpp"

namespace headscore {

Score::Score(Fields fields) : fields_(std::move(fields)) {
  const auto refuse = [this](const std::string& found, const std::string& wanted) {
    throw Error("bad-score", {}, found + " in a score of " + fields_.model, wanted);
  };
  if (fields_.terms.empty()) refuse("no term", "at least one");
  for (const Term& term : fields_.terms) {
    if (!std::isfinite(term.value)) refuse("the term \"" + term.name + "\" that is not finite", "finite terms");
  }
  if (fields_.interval && !(fields_.interval->low <= fields_.interval->high))
    refuse("an interval upside down", "low <= high");
}

double Score::value() const {
  double sum = 0.0;
  for (const Term& term : fields_.terms) sum += term.value;
  return sum;
}

double rounded_to_tenth(double value) {
  const double tenths = std::round(value * 10.0 * 1e9) / 1e9;
  const double whole = std::round(tenths);
  return whole / 10.0 + 0.0;
}

}  // namespace headscore
