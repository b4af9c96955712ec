#include "pipeline/scoring_context.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "headscore/target_library.hpp"
#include "headscore/target_shaping.hpp"
#include "pipeline/seat_curves.hpp"
#include "values/row_span.hpp"

namespace headscore {
namespace {

constexpr std::size_t kMostPlans = 64;
constexpr Eigen::Index kMostPlannedRows = 1 << 19;  ///< of all source axes together: 4 MiB of frequencies
constexpr std::size_t kMostAxes = 32;
constexpr std::size_t kMostSeatings = 64;

constexpr std::size_t kMostSeatingsOfAnAxis = 8;

/// Bit for bit the same.
bool is_same(const Eigen::ArrayXd& a, const Eigen::ArrayXd& b) {
  return a.size() == b.size() &&
         std::memcmp(a.data(), b.data(), sizeof(double) * static_cast<std::size_t>(a.size())) == 0;
}

ComparisonAxis::Redraws& redraws_of(ComparisonAxis& axis, const std::vector<std::size_t>& seats_per_channel) {
  std::list<ComparisonAxis::Redraws>& entries = axis.redraws;
  const auto known = std::find_if(entries.begin(), entries.end(), [&](const ComparisonAxis::Redraws& entry) {
    return entry.seats_per_channel == seats_per_channel;
  });
  if (known != entries.end()) {
    entries.splice(entries.begin(), entries, known);
    return entries.front();
  }
  if (entries.size() >= kMostSeatingsOfAnAxis) entries.pop_back();
  return entries.emplace_front(ComparisonAxis::Redraws{seats_per_channel, {}, std::nullopt});
}

}  // namespace

const InterpolationPlan& InterpolationPlans::of(const Eigen::ArrayXd& from_hz, const Eigen::ArrayXd& to_hz,
                                                Extrapolation extrapolation) {
  const auto known = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.extrapolation == extrapolation && entry.plan.fits(from_hz) && is_same(entry.to_hz, to_hz);
  });
  if (known != entries_.end()) {
    entries_.splice(entries_.begin(), entries_, known);
    return entries_.front().plan;
  }
  if (entries_.size() >= kMostPlans || rows_ > kMostPlannedRows) {
    entries_.clear();
    rows_ = 0;
  }
  rows_ += from_hz.size();
  return entries_.emplace_front(Entry{to_hz, extrapolation, InterpolationPlan(from_hz, to_hz, extrapolation)}).plan;
}

ComparisonAxis::ComparisonAxis(const Eigen::ArrayXd& frequency_hz, const Curve& target, Extrapolation extrapolation)
    : wanted(interpolated(target, frequency_hz, extrapolation)),
      analysis(frequency_hz),
      mask(frequency_hz, kMaskSmoothing),
      spread(reseat_spread_parts(frequency_hz)) {}

const Eigen::ArrayXd& ComparisonTarget::covered(const LogGrid& grid) {
  const auto known = std::find_if(covered_.begin(), covered_.end(),
                                  [&](const auto& entry) { return is_same(entry.first, grid.frequency_hz()); });
  if (known != covered_.end()) return known->second;
  const auto [first, count] = rows_inside(grid.frequency_hz(), target_.curve().band());
  if (count < 2)
    throw Error("band-not-covered", {target_.name()}, "a target that does not cover the audio band",
                "20 Hz to 20 kHz or most of it");
  return covered_.emplace_back(grid.frequency_hz(), grid.frequency_hz().segment(first, count)).second;
}

std::shared_ptr<ComparisonAxis> ComparisonTarget::axis(const Eigen::ArrayXd& frequency_hz,
                                                       Extrapolation extrapolation) {
  const auto known = std::find_if(axes_.begin(), axes_.end(), [&](const Axis& axis) {
    return axis.extrapolation == extrapolation && is_same(axis.frequency_hz, frequency_hz);
  });
  if (known != axes_.end()) {
    axes_.splice(axes_.begin(), axes_, known);
    return axes_.front().axis;
  }
  if (axes_.size() >= kMostAxes) axes_.pop_back();
  return axes_
      .emplace_front(Axis{frequency_hz, extrapolation,
                          std::make_shared<ComparisonAxis>(frequency_hz, target_.curve(), extrapolation)})
      .axis;
}

ScoringContext::ScoringContext(const ScoreOptions& options)
    : options_(options), display_grid_(LogGrid::per_octave(options.points_per_octave)) {}

const LogGrid& ScoringContext::grid_of(const ScoringModel& model) {
  const auto known = model_grids_.find(model.id);
  return known != model_grids_.end() ? known->second : model_grids_.emplace(model.id, model.grid()).first->second;
}

ComparisonTarget& ScoringContext::target(std::string_view bundled_name) {
  const std::string_view name = options_.target ? std::string_view() : bundled_name;
  const auto known = targets_.find(name);
  if (known != targets_.end()) return known->second;
  Target target = adjusted(options_.target ? *options_.target : bundled_target(name), options_.adjustment);
  return targets_.emplace(std::string(name), std::move(target)).first->second;
}

const DeviationPlan& ScoringContext::deviation(ComparisonAxis& axis) const {
  if (!axis.deviation) {
    const Policy::Fields& policy = options_.policy.fields();
    axis.deviation.emplace(
        axis.wanted.frequency_hz(),
        Smoothing{Smoothing::Kind::kFractionalOctave, policy.smoothing_octaves, Smoothing::Domain::kDecibel},
        policy.region_weights);
  }
  return *axis.deviation;
}

double ScoringContext::covered_share(ComparisonAxis& axis) const {
  if (!axis.covered_share)
    axis.covered_share = covered_weight_share(axis.wanted.band(), options_.policy.fields().region_weights);
  return *axis.covered_share;
}

const ValuesOfSums& ScoringContext::redrawn_values(const ScoringModel& model, ComparisonAxis& axis,
                                                   const std::vector<std::size_t>& seats_per_channel) {
  ValuesOfSums& values = redraws_of(axis, seats_per_channel).values[model.id];
  if (!values)
    values = values_of_sums(model, axis.wanted.frequency_hz(), axis.spread, redrawn_weights(seats_per_channel));
  return values;
}

const SquaredNorms& ScoringContext::redrawn_deviations(ComparisonAxis& axis,
                                                       const std::vector<std::size_t>& seats_per_channel) {
  std::optional<SquaredNorms>& deviations = redraws_of(axis, seats_per_channel).deviations;
  if (!deviations) deviations.emplace(deviation(axis).centred(axis.spread), redrawn_weights(seats_per_channel));
  return *deviations;
}

const Eigen::MatrixXd& ScoringContext::redrawn_weights(const std::vector<std::size_t>& seats_per_channel) {
  const auto known = weights_.find(seats_per_channel);
  if (known != weights_.end()) return known->second;
  if (weights_.size() >= kMostSeatings) weights_.clear();
  RandomNumbers random(options_.seed);
  return weights_
      .emplace(seats_per_channel, headscore::redrawn_weights(seats_per_channel, options_.bootstrap_replicates, random))
      .first->second;
}

}  // namespace headscore
