#include "pipeline/seat_curves.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "headscore/error.hpp"
#include "pipeline/scoring_context.hpp"
#include "values/row_span.hpp"

namespace headscore {
namespace {

/// Standard deviation of the level between reseats of one headphone by band, measured on 16 products with 3 to 8 seats
/// a channel (20-60, 60-200, 200-1k, 1-3k, 3-6k, 6-10k, 10-16k Hz), at the bands' geometric centres.
struct SpreadPoint {
  double frequency_hz;
  double sd_db;
};
constexpr std::array<SpreadPoint, 7> kReseatSpread = {
    {{34.64, 0.45}, {109.54, 0.33}, {447.2, 0.17}, {1732.1, 0.31}, {4242.6, 0.48}, {7746.0, 1.30}, {12649.0, 1.89}}};

constexpr auto kBands = static_cast<Eigen::Index>(kReseatSpread.size());

std::string count_of(std::size_t seats) { return std::to_string(seats) + (seats == 1 ? " seat" : " seats"); }

}  // namespace

std::uint64_t RandomNumbers::next() {
  std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31U);
}

double RandomNumbers::uniform() { return (static_cast<double>(next() >> 11U) + 0.5) * 0x1.0p-53; }

std::size_t RandomNumbers::below(std::size_t count) {
  return std::min(count - 1, static_cast<std::size_t>(uniform() * static_cast<double>(count)));
}

double RandomNumbers::gaussian() {
  if (spare_) {
    const double value = *spare_;
    spare_.reset();
    return value;
  }
  const double radius = std::sqrt(-2.0 * std::log(uniform()));
  const double angle = 2.0 * std::numbers::pi * uniform();
  spare_ = radius * std::sin(angle);
  return radius * std::cos(angle);
}

// Hat functions over log frequency, scaled by the spread.
Eigen::MatrixXd reseat_spread_parts(const Eigen::ArrayXd& frequency_hz) {
  Eigen::MatrixXd functions = Eigen::MatrixXd::Zero(frequency_hz.size(), kBands);
  Eigen::Index right = 0;
  for (Eigen::Index i = 0; i < frequency_hz.size(); ++i) {
    while (right < kBands && kReseatSpread.at(static_cast<std::size_t>(right)).frequency_hz < frequency_hz[i]) ++right;
    if (right == 0 || right == kBands) {
      const Eigen::Index edge = right == 0 ? 0 : kBands - 1;
      functions(i, edge) = kReseatSpread.at(static_cast<std::size_t>(edge)).sd_db;
      continue;
    }
    const SpreadPoint& a = kReseatSpread.at(static_cast<std::size_t>(right - 1));
    const SpreadPoint& b = kReseatSpread.at(static_cast<std::size_t>(right));
    const double weight = std::log(frequency_hz[i] / a.frequency_hz) / std::log(b.frequency_hz / a.frequency_hz);
    // Root weights keep the variance from sagging between the bands' centres.
    functions(i, right - 1) = a.sd_db * std::sqrt(1.0 - weight);
    functions(i, right) = b.sd_db * std::sqrt(weight);
  }
  return functions;
}

Eigen::ArrayXd common_axis(const std::vector<const Curve*>& responses, const Eigen::ArrayXd& frequency_hz) {
  Band common{frequency_hz[0], frequency_hz[frequency_hz.size() - 1]};
  for (const Curve* curve : responses) {
    common.start_hz = std::max(common.start_hz, curve->start_hz());
    common.stop_hz = std::min(common.stop_hz, curve->stop_hz());
  }
  const auto [first, count] = rows_inside(frequency_hz, common);
  if (count < 2)
    throw Error("band-not-covered", {}, "measurements without a common band",
                "files that overlap each other and the grid");
  return frequency_hz.segment(first, count);
}

SeatCurves::SeatCurves(const std::vector<Channel>& channels, const std::vector<const Curve*>& responses,
                       Eigen::ArrayXd frequency_hz, Extrapolation extrapolation, InterpolationPlans& plans)
    : frequency_hz_(std::move(frequency_hz)) {
  for (std::size_t i = 0; i < responses.size(); ++i) {
    const InterpolationPlan& plan = plans.of(responses[i]->frequency_hz(), frequency_hz_, extrapolation);
    const auto group =
        std::find_if(groups_.begin(), groups_.end(), [&](const Group& g) { return g.channel == channels[i]; });
    Group& target = group != groups_.end() ? *group : groups_.emplace_back(Group{channels[i], {}, {}});
    target.seats.push_back(plan.applied(responses[i]->magnitude_db()));
  }
  for (Group& group : groups_) {
    group.mean = Eigen::ArrayXd::Zero(frequency_hz_.size());
    for (const Eigen::ArrayXd& seat : group.seats) group.mean += seat;
    group.mean /= static_cast<double>(group.seats.size());
  }
}

Eigen::ArrayXd SeatCurves::mean() const {
  Eigen::ArrayXd sum = groups_.front().mean;
  for (std::size_t i = 1; i < groups_.size(); ++i) sum += groups_[i].mean;
  if (groups_.size() > 1) sum /= static_cast<double>(groups_.size());
  return sum;
}

const Eigen::ArrayXd* SeatCurves::channel_mean_db(Channel channel) const {
  for (const Group& group : groups_) {
    if (group.channel == channel) return &group.mean;
  }
  return nullptr;
}

std::vector<Curve> SeatCurves::seats(Channel channel) const {
  std::vector<Curve> result;
  for (const Group& group : groups_) {
    if (group.channel != channel) continue;
    for (const Eigen::ArrayXd& seat : group.seats) result.emplace_back(frequency_hz_, seat);
  }
  return result;
}

std::vector<std::size_t> SeatCurves::seats_per_channel() const {
  std::vector<std::size_t> counts;
  for (const Group& group : groups_) counts.push_back(group.seats.size());
  return counts;
}

Eigen::MatrixXd SeatCurves::error_parts(const Eigen::ArrayXd& wanted_db) const {
  const std::vector<std::size_t> counts = seats_per_channel();
  Eigen::MatrixXd result(frequency_hz_.size(),
                         static_cast<Eigen::Index>(std::accumulate(counts.begin(), counts.end(), std::size_t{0})));
  const Eigen::ArrayXd& first = groups_.front().seats.front();
  Eigen::Index column = 0;
  for (const Group& group : groups_) {
    for (const Eigen::ArrayXd& seat : group.seats) result.col(column++) = (seat - first).matrix();
  }
  result.col(0) = (first - wanted_db).matrix();
  return result;
}

Eigen::MatrixXd redrawn_weights(const std::vector<std::size_t>& seats_per_channel, int draws, RandomNumbers& random) {
  const std::size_t channels = seats_per_channel.size();
  const auto seats_before = [&](std::size_t channel) {
    const auto begin = seats_per_channel.begin();
    return std::accumulate(begin, begin + static_cast<std::ptrdiff_t>(channel), std::size_t{0});
  };
  const auto column = [](std::size_t index) { return static_cast<Eigen::Index>(index); };
  Eigen::MatrixXd weights = Eigen::MatrixXd::Zero(draws, column(seats_before(channels)) + kBands);
  const double channel_share = 1.0 / static_cast<double>(channels);
  for (Eigen::Index row = 0; row < weights.rows(); ++row) {
    for (std::size_t draw = 0; draw < channels; ++draw) {
      const std::size_t chosen = random.below(channels);
      const std::size_t seats = seats_per_channel[chosen];
      if (seats == 1) {
        weights(row, column(seats_before(chosen))) += channel_share;
        for (Eigen::Index band = weights.cols() - kBands; band < weights.cols(); ++band)
          weights(row, band) += channel_share * random.gaussian();
        continue;
      }
      const double seat_share = channel_share / static_cast<double>(seats);
      for (std::size_t i = 0; i < seats; ++i)
        weights(row, column(seats_before(chosen) + random.below(seats))) += seat_share;
    }
  }
  weights.col(0).setOnes();  // the first seat's share lies in the others' differences from it
  return weights;
}

std::string SeatCurves::basis() const {
  std::string text;
  bool published = false;
  bool drawn = groups_.size() > 1;
  for (const Group& group : groups_) {
    const std::string channel = group.channel == Channel::kUnknown ? "" : " " + std::string(to_string(group.channel));
    text += (text.empty() ? "" : " and ") + count_of(group.seats.size()) + channel;
    published = published || group.seats.size() == 1;
    drawn = drawn || group.seats.size() > 1;
  }
  if (drawn) text = "bootstrap of " + text;
  return published ? text + ", with the published reseat spread" : text;
}

}  // namespace headscore
