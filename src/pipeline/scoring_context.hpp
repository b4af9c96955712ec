// What the scoring of many products under the same options has in common, made when it is first needed.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dsp/analysis_axis.hpp"
#include "dsp/error_sums.hpp"
#include "dsp/response_deviation.hpp"
#include "dsp/smoothing_plan.hpp"
#include "headscore/interpolation.hpp"
#include "headscore/pipeline.hpp"
#include "headscore/scoring_model.hpp"

namespace headscore {

/// Plans of interpolation by their two axes; the ones used last are kept.
class InterpolationPlans {
 public:
  /// Valid until the next call.
  [[nodiscard]] const InterpolationPlan& of(const Eigen::ArrayXd& from_hz, const Eigen::ArrayXd& to_hz,
                                            Extrapolation extrapolation);

 private:
  struct Entry {
    Eigen::ArrayXd to_hz;
    Extrapolation extrapolation;
    InterpolationPlan plan;
  };
  std::list<Entry> entries_;  ///< the one used last stands first
  Eigen::Index rows_ = 0;     ///< of all source axes
};

/// A frequency axis on which products are compared with one target.
struct ComparisonAxis {
  ComparisonAxis(const Eigen::ArrayXd& frequency_hz, const Curve& target, Extrapolation extrapolation);
  Curve wanted;                            ///< the target on the axis
  AnalysisAxis analysis;                   ///< of the axis
  SmoothingPlan mask;                      ///< kMaskSmoothing
  Eigen::MatrixXd spread;                  ///< reseat_spread_parts() of the axis
  std::optional<DeviationPlan> deviation;  ///< by ScoringContext::deviation()
  std::optional<double> covered_share;     ///< by ScoringContext::covered_share()

  /// What redraws of products with the same seats have in common on this axis, by ScoringContext.
  struct Redraws {
    std::vector<std::size_t> seats_per_channel;
    std::map<std::string_view, ValuesOfSums> values;  ///< by id of the model
    std::optional<SquaredNorms> deviations;
  };
  std::list<Redraws> redraws;  ///< the one used last stands first
};

/// A target with the axes on which it has been compared.
class ComparisonTarget {
 public:
  explicit ComparisonTarget(Target target) : target_(std::move(target)) {}
  [[nodiscard]] const Target& target() const noexcept { return target_; }
  /// The grid's frequencies inside the target's band. Throws Error("band-not-covered") for fewer than two.
  [[nodiscard]] const Eigen::ArrayXd& covered(const LogGrid& grid);
  /// Axes beyond a few dozen are forgotten; a caller keeps what it uses.
  [[nodiscard]] std::shared_ptr<ComparisonAxis> axis(const Eigen::ArrayXd& frequency_hz, Extrapolation extrapolation);

 private:
  struct Axis {
    Eigen::ArrayXd frequency_hz;
    Extrapolation extrapolation;
    std::shared_ptr<ComparisonAxis> axis;
  };
  Target target_;
  std::list<std::pair<Eigen::ArrayXd, Eigen::ArrayXd>> covered_;  ///< of each grid: its frequencies, those inside
  std::list<Axis> axes_;                                          ///< the one used last stands first
};

/// For one thread, and no longer than the options live. Results are those of a new context.
class ScoringContext {
 public:
  explicit ScoringContext(const ScoreOptions& options);

  [[nodiscard]] const ScoreOptions& options() const noexcept { return options_; }
  [[nodiscard]] const LogGrid& display_grid() const noexcept { return display_grid_; }
  /// Of the policy's figures and the analysis, which do not depend on what is shown: 1/48 octave.
  [[nodiscard]] const LogGrid& analysis_grid() const noexcept { return analysis_grid_; }
  [[nodiscard]] const LogGrid& grid_of(const ScoringModel& model);
  /// The options' target, or the bundled one of that name, adjusted as the options say.
  [[nodiscard]] ComparisonTarget& target(std::string_view bundled_name);
  [[nodiscard]] InterpolationPlans& plans() noexcept { return plans_; }
  /// The policy's response deviation on the axis. Throws as DeviationPlan does.
  [[nodiscard]] const DeviationPlan& deviation(ComparisonAxis& axis) const;
  /// Of the policy's region weights, what the axis covers.
  [[nodiscard]] double covered_share(ComparisonAxis& axis) const;
  /// The model's values of products redrawn for the options' draws and seed, from SeatCurves::error_parts() on the
  /// axis.
  [[nodiscard]] const ValuesOfSums& redrawn_values(const ScoringModel& model, ComparisonAxis& axis,
                                                   const std::vector<std::size_t>& seats_per_channel);
  /// Squared deviations of the same redraws, from deviation().centred() of the parts.
  [[nodiscard]] const SquaredNorms& redrawn_deviations(ComparisonAxis& axis,
                                                       const std::vector<std::size_t>& seats_per_channel);

 private:
  /// (draws, k); valid until the next call.
  [[nodiscard]] const Eigen::MatrixXd& redrawn_weights(const std::vector<std::size_t>& seats_per_channel);

  const ScoreOptions& options_;
  LogGrid display_grid_;
  LogGrid analysis_grid_ = LogGrid::per_octave(48.0);
  std::map<std::string_view, LogGrid> model_grids_;
  std::map<std::string, ComparisonTarget, std::less<>> targets_;  ///< "": the options' own
  InterpolationPlans plans_;
  std::map<std::vector<std::size_t>, Eigen::MatrixXd> weights_;
};

/// scored() with what earlier products left in the context.
[[nodiscard]] Outcome scored(const Product& product, ScoringContext& context);

}  // namespace headscore
