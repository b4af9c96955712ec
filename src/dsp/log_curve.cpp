#include "dsp/log_curve.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <type_traits>

#include "headscore/interpolation.hpp"

namespace headscore {
namespace {

constexpr double kSameOctave = 1e-9;

/// Level at `octave` on the segment that ends at row `right`. Both weights are positive, so nothing cancels.
double on_segment(const LogView& curve, Eigen::Index right, double octave) {
  const double width = curve.octave[right] - curve.octave[right - 1];
  if (!(width > 0.0)) return curve.level_db[right];  // two frequencies one ulp apart
  const double from_left = (octave - curve.octave[right - 1]) / width;
  const double from_right = (curve.octave[right] - octave) / width;
  return curve.level_db[right - 1] * from_right + curve.level_db[right] * from_left;
}

/// Levels of `curve` at increasing places inside it.
Eigen::ArrayXd levels_at(const LogView& curve, const std::vector<double>& octaves) {
  Eigen::ArrayXd levels(static_cast<Eigen::Index>(octaves.size()));
  Eigen::Index right = 1;
  const Eigen::Index last = curve.octave.size() - 1;
  for (Eigen::Index k = 0; k < levels.size(); ++k) {
    const double octave = octaves[static_cast<std::size_t>(k)];
    while (right < last && curve.octave[right] < octave) ++right;
    levels[k] = on_segment(curve, right, octave);
  }
  return levels;
}

struct Interval {
  double start;
  double stop;
};

Interval covered(const LogView& curve, const Band& band) {
  return {std::max(curve.start_octave(), std::log2(band.start_hz)),
          std::min(curve.stop_octave(), std::log2(band.stop_hz))};
}

/// Rows strictly inside the interval: the first and their number.
std::pair<Eigen::Index, Eigen::Index> rows_inside(const LogView& curve, const Interval& interval) {
  const double* begin = curve.octave.data();
  const double* end = begin + curve.octave.size();
  const double* const first = std::upper_bound(begin, end, interval.start);
  return {first - begin, std::lower_bound(first, end, interval.stop) - first};
}

/// A curve inside an interval: the levels at its ends, and the rows between.
struct Part {
  double start;
  double start_db;
  const double* octaves;  ///< (count)
  const double* levels_db;
  Eigen::Index count;
  double stop;
  double stop_db;
};

Part part_of(const LogView& curve, const Interval& interval) {
  const auto [first, count] = rows_inside(curve, interval);
  const auto level_at = [&curve](double octave, Eigen::Index behind) {
    return on_segment(curve, std::clamp<Eigen::Index>(behind, 1, curve.octave.size() - 1), octave);
  };
  return {interval.start,
          level_at(interval.start, first),
          curve.octave.data() + first,
          curve.level_db.data() + first,
          count,
          interval.stop,
          level_at(interval.stop, first + count)};
}

constexpr Eigen::Index kLanes = 4;
using Lanes = Eigen::Array<double, kLanes, 1>;

/// take(last_octave, last_db, octave, level_db) for each segment: most of them four at a time, as Lanes, the others as
/// numbers.
template <typename Take>
void for_segments(const Part& part, const Take& take) {
  if (part.count == 0) {
    take(part.start, part.start_db, part.stop, part.stop_db);
    return;
  }
  take(part.start, part.start_db, part.octaves[0], part.levels_db[0]);
  Eigen::Index i = 1;
  for (; i + kLanes <= part.count; i += kLanes) {
    take(Lanes(Eigen::Map<const Lanes>(part.octaves + i - 1)), Lanes(Eigen::Map<const Lanes>(part.levels_db + i - 1)),
         Lanes(Eigen::Map<const Lanes>(part.octaves + i)), Lanes(Eigen::Map<const Lanes>(part.levels_db + i)));
  }
  for (; i < part.count; ++i) take(part.octaves[i - 1], part.levels_db[i - 1], part.octaves[i], part.levels_db[i]);
  take(part.octaves[i - 1], part.levels_db[i - 1], part.stop, part.stop_db);
}

/// A sum of numbers and of lanes.
struct LaneSum {
  Lanes lanes = Lanes::Zero();
  double others = 0.0;

  void add(const Lanes& terms) { lanes += terms; }
  void add(double term) { others += term; }
  [[nodiscard]] double total() const { return others + lanes.sum(); }
};

/// The least and the largest of numbers and of lanes.
struct LaneRange {
  explicit LaneRange(double first) : least(Lanes::Constant(first)), largest(least) {}
  Lanes least;
  Lanes largest;

  void take(const Lanes& levels) {
    least = least.min(levels);
    largest = largest.max(levels);
  }
  void take(double level) { take(Lanes(Lanes::Constant(level))); }
};

LogCurve cut_to(const LogView& curve, const Interval& interval) {
  const auto [first, count] = rows_inside(curve, interval);
  LogCurve result{Eigen::ArrayXd(count + 2), Eigen::ArrayXd(count + 2)};
  result.octave << interval.start, curve.octave.segment(first, count), interval.stop;
  result.level_db << level_at_octave(curve, interval.start), curve.level_db.segment(first, count),
      level_at_octave(curve, interval.stop);
  return result;
}

}  // namespace

bool covers(const Curve& curve, const Band& band) {
  return uncovered_octaves(curve, band) <= std::min(kEdgeToleranceOctaves, 0.5 * octaves(band));
}

Eigen::ArrayXd octaves_of(const Eigen::ArrayXd& frequency_hz) {
  return frequency_hz.unaryExpr([](double f) { return std::log2(f); });
}

LogCurve over_octaves(const Curve& curve) { return {octaves_of(curve.frequency_hz()), curve.magnitude_db()}; }

double level_at_octave(const LogView& curve, double octave) {
  const double* begin = curve.octave.data();
  const double* end = begin + curve.octave.size();
  const double inside = std::clamp(octave, curve.start_octave(), curve.stop_octave());
  const Eigen::Index right = std::lower_bound(begin + 1, end - 1, inside) - begin;
  return on_segment(curve, right, inside);
}

std::optional<LogCurve> cut(const LogView& curve, const Band& band) {
  const Interval interval = covered(curve, band);
  if (!(interval.start < interval.stop)) return std::nullopt;
  return cut_to(curve, interval);
}

std::optional<Moments> moments(const LogView& curve, const Band& band) {
  const Interval interval = covered(curve, band);
  if (!(interval.start < interval.stop)) return std::nullopt;
  // Sums about the middle of the band and the first level, so that a common level of 100 dB costs no digits.
  const Part part = part_of(curve, interval);
  const double width = interval.stop - interval.start;
  const double middle = 0.5 * (interval.stop + interval.start);
  const double base = part.start_db;
  LaneSum sum;
  LaneSum square;
  LaneSum product;
  LaneRange range(base);
  for_segments(part, [&](const auto& last_octave, const auto& last_db, const auto& octave, const auto& level_db) {
    using Value = std::decay_t<decltype(octave)>;
    constexpr double kTwelfth = 1.0 / 12.0;
    const Value step = octave - last_octave;
    const Value rise = level_db - last_db;
    const Value centre = 0.5 * (octave + last_octave) - middle;
    const Value level = 0.5 * ((level_db - base) + (last_db - base));
    sum.add(step * level);
    square.add(step * (level * level + rise * rise * kTwelfth));
    product.add(step * (centre * level + step * rise * kTwelfth));
    range.take(level_db);
  });
  const double lowest = range.least.minCoeff();
  const double highest = range.largest.maxCoeff();
  Moments result{interval.start, interval.stop};
  const double mean = sum.total() / width;
  result.mean_db = base + mean;
  result.variance_db2 = std::max(0.0, square.total() / width - mean * mean);
  const double variance_octave = width * width / 12.0;
  result.slope_db_per_octave = product.total() / width / variance_octave;
  result.variance_about_slope_db2 =
      std::max(0.0, result.variance_db2 - result.slope_db_per_octave * result.slope_db_per_octave * variance_octave);
  result.largest_db = std::abs(lowest) > std::abs(highest) ? lowest : highest;
  result.largest_deviation_db = std::max(highest - result.mean_db, result.mean_db - lowest);
  return result;
}

std::optional<BandMean> band_mean(const LogView& curve, const Band& band) {
  const Interval interval = covered(curve, band);
  if (!(interval.start < interval.stop)) return std::nullopt;
  const Part part = part_of(curve, interval);
  const double base = part.start_db;
  LaneSum sum;
  for_segments(part, [&](const auto& last_octave, const auto& last_db, const auto& octave, const auto& level_db) {
    sum.add((octave - last_octave) * (0.5 * ((level_db - base) + (last_db - base))));
  });
  return BandMean{interval.start, interval.stop, base + sum.total() / (interval.stop - interval.start)};
}

std::optional<LogCurve> difference(const LogView& a, const LogView& b, const Band& band) {
  const Interval of_a = covered(a, band);
  const Interval of_b = covered(b, band);
  const Interval common{std::max(of_a.start, of_b.start), std::min(of_a.stop, of_b.stop)};
  if (!(common.start < common.stop)) return std::nullopt;
  const auto [first_a, count_a] = rows_inside(a, common);
  const auto [first_b, count_b] = rows_inside(b, common);
  const double* rows_a = a.octave.data() + first_a;
  const double* rows_b = b.octave.data() + first_b;
  std::vector<double> octaves;
  octaves.reserve(static_cast<std::size_t>(count_a + count_b) + 2);
  octaves.push_back(common.start);
  std::set_union(rows_a, rows_a + count_a, rows_b, rows_b + count_b, std::back_inserter(octaves));
  octaves.push_back(common.stop);
  // Two axes that mean the same frequency may differ in the last digits; one row is enough.
  const auto same = [](double before, double octave) { return octave - before < kSameOctave; };
  octaves.erase(std::unique(octaves.begin(), octaves.end(), same), octaves.end());
  if (octaves.size() < 2) return std::nullopt;
  const Eigen::ArrayXd level_db = levels_at(a, octaves) - levels_at(b, octaves);
  const Eigen::Index rows = level_db.size();
  return LogCurve{Eigen::Map<const Eigen::ArrayXd>(octaves.data(), rows), level_db};
}

}  // namespace headscore
