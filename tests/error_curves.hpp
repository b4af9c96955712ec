// Error curves that tests of models use.
#pragma once

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "headscore/curve.hpp"
#include "headscore/scoring_model.hpp"

namespace headscore::tests {

/// t dB/octave on a model's grid, 0 dB at 1 kHz.
inline Curve tilted(const ScoringModel& model, double db_per_octave) {
  const Eigen::ArrayXd f = model.grid().frequency_hz();
  return {f, db_per_octave / std::log(2.0) * (f / 1000.0).log()};
}

/// A random walk over frequency with a few resonances, as headphones have them, at an arbitrary level.
inline Curve random_error(const ScoringModel& model, unsigned seed) {
  std::mt19937 engine(seed);
  std::normal_distribution<double> normal;
  const Eigen::ArrayXd f = model.grid().frequency_hz();
  Eigen::ArrayXd db(f.size());
  double level = 10.0 * normal(engine);
  for (Eigen::Index k = 0; k < f.size(); ++k) {
    level += 0.3 * normal(engine);
    db[k] = level;
  }
  for (int k = 0; k < 4; ++k) {
    const double centre = 1000.0 * std::exp2(2.0 * normal(engine));
    db += 5.0 * normal(engine) * (-(f / centre).log().square() / 0.02).exp();
  }
  return {f, db};
}

inline std::vector<std::string> model_ids() {
  std::vector<std::string> ids;
  for (const ScoringModel& model : scoring_models()) ids.emplace_back(model.id);
  return ids;
}

/// "harman-oe-2018" -> "harman_oe_2018", for names of tests.
inline std::string test_name(std::string id) {
  for (char& c : id) {
    if (c == '-') c = '_';
  }
  return id;
}

}  // namespace headscore::tests
