// Preference models: an error curve in, terms out.
#pragma once

#include <Eigen/Core>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headscore/curve.hpp"
#include "headscore/interpolation.hpp"
#include "headscore/measurement.hpp"
#include "headscore/score.hpp"

namespace headscore {

/// Own parts (n, k - s), dB, those before the shared ones -> values of all sums, shape (d).
using ValuesOfSums = std::function<Eigen::ArrayXd(const Eigen::MatrixXd& own_db)>;

/// A plugin: one published model. One file in src/models/ defines one function of the file's name that returns one.
struct ScoringModel {
  std::string_view id;                                 ///< "harman-oe-2018"
  std::string_view version;                            ///< "1"; a changed golden number needs a new one
  std::string_view title;                              ///< one line for people
  std::string_view citation;                           ///< where the coefficients come from
  std::string_view unit;                               ///< "points" or "dB"
  std::optional<FormFactor> form;                      ///< what it was trained for; absent: any
  std::string_view default_target;                     ///< name of a bundled target; empty: none
  std::vector<std::string_view> trained_rigs;          ///< rig ids of rig_from(); empty: any
  Band band;                                           ///< what the error curve must cover
  Extrapolation extrapolation = Extrapolation::kNone;  ///< of response and target on the way to the grid
  std::optional<double> residual_sd;  ///< the model's own residual standard deviation, in its unit, as published
  /// The axis on which response and target are compared.
  LogGrid (*grid)() = nullptr;
  /// Terms of the score for an error curve e(f) on that grid (rows outside the covered band are missing). Any level
  /// shift of e leaves the sum as it is. Throws Error("band-not-covered") when too little of `band` is there: see
  /// kMostMissingOctaves.
  std::vector<Term> (*terms)(const Curve& error) = nullptr;
  /// Optional: the values of many error curves at once, each a weighted sum of the same parts, at less than a terms()
  /// for each. `frequency_hz` (n): rows of the grid; `shared_db` (n, s): the last s of the parts, which are the same
  /// for any number of calls of what is returned; `weights` (d, k), k >= s, one error curve a row. Values to 1e-9 what
  /// the sums of the terms are.
  ValuesOfSums (*values_of_sums)(const Eigen::ArrayXd& frequency_hz, const Eigen::MatrixXd& shared_db,
                                 const Eigen::MatrixXd& weights) = nullptr;
};

/// All models of this build, sorted by id.
[[nodiscard]] const std::vector<ScoringModel>& scoring_models();

/// One of them; throws Error("unknown-model") that suggests the nearest ids.
[[nodiscard]] const ScoringModel& scoring_model(std::string_view id);

/// Sum of the model's terms.
[[nodiscard]] double value_of(const ScoringModel& model, const Curve& error);

/// value_of() each of the error curves parts_db * weights.row(d)^T: as ScoringModel::values_of_sums, for every model.
[[nodiscard]] ValuesOfSums values_of_sums(const ScoringModel& model, const Eigen::ArrayXd& frequency_hz,
                                          const Eigen::MatrixXd& shared_db, const Eigen::MatrixXd& weights);

}  // namespace headscore
