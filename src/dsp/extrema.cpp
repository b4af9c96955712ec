#include "dsp/extrema.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "dsp/log_curve.hpp"
#include "headscore/curve_analyser.hpp"
#include "headscore/smoothing.hpp"

namespace headscore {
namespace {

/// Rows between which the level only rises or only falls, the first and the last included: the lowest level between two
/// rows, one of them a peak, stands on one of these, and so does the highest.
std::vector<Eigen::Index> turning_rows(const Eigen::ArrayXd& level_db) {
  const Eigen::Index last = level_db.size() - 1;
  std::vector<Eigen::Index> rows(static_cast<std::size_t>(last) + 1);
  std::size_t count = 1;  // the first row
  for (Eigen::Index i = 1; i < last; ++i) {
    const double before_db = level_db[i] - level_db[i - 1];
    const double after_db = level_db[i + 1] - level_db[i];
    rows[count] = i;
    count += before_db * after_db > 0.0 ? 0U : 1U;
  }
  if (last > 0) rows[count++] = last;
  rows.resize(count);
  return rows;
}

/// A curve seen so that what is looked for points upwards.
struct Seen {
  const Eigen::ArrayXd& octave;
  const Eigen::ArrayXd& smooth_db;
  const Eigen::ArrayXd& rounded_db;
  double sign;  ///< 1: peaks; -1: dips

  [[nodiscard]] double level(Eigen::Index row) const { return sign * smooth_db[row]; }
  [[nodiscard]] double rounded_level(Eigen::Index row) const { return sign * rounded_db[row]; }
  [[nodiscard]] Eigen::Index last() const { return smooth_db.size() - 1; }
};

/// For each turning row, the lowest level between it and the nearest higher row before it (or the first row); `step`
/// -1: behind it. Each row is pushed and popped once. Equal heights do not end the search, as in
/// scipy.signal.peak_prominences.
std::vector<double> lowest_towards(const Seen& seen, const std::vector<Eigen::Index>& turning, std::ptrdiff_t step) {
  const auto count = static_cast<std::ptrdiff_t>(turning.size());
  std::vector<double> lowest(turning.size());
  std::vector<std::pair<double, double>> descending;  // level and lowest of rows that no later row has reached yet
  descending.reserve(turning.size());
  for (std::ptrdiff_t t = step > 0 ? 0 : count - 1; t >= 0 && t < count; t += step) {
    const double level = seen.rounded_level(turning[static_cast<std::size_t>(t)]);
    double least = level;
    while (!descending.empty() && descending.back().first <= level) {
      least = std::min(least, descending.back().second);
      descending.pop_back();
    }
    descending.emplace_back(level, least);
    lowest[static_cast<std::size_t>(t)] = least;
  }
  return lowest;
}

/// Vertex of the parabola through rows i - 1, i and i + 1, in octaves; the middle row where they are level.
double vertex_octave(const Seen& seen, Eigen::Index i) {
  const double before = seen.octave[i] - seen.octave[i - 1];
  const double after = seen.octave[i + 1] - seen.octave[i];
  if (!(before > 0.0 && after > 0.0)) return seen.octave[i];
  const double rise = (seen.level(i) - seen.level(i - 1)) / before;
  const double fall = (seen.level(i + 1) - seen.level(i)) / after;
  const double curvature = (fall - rise) / (before + after);
  if (!(std::abs(curvature) > 0.0)) return seen.octave[i];
  const double slope_at_row = (rise * after + fall * before) / (before + after);
  return seen.octave[i] + std::clamp(-0.5 * slope_at_row / curvature, -0.5 * before, 0.5 * after);
}

/// Octave where the level first falls to `height` on the way from row `i` in direction `step` (+1 or -1).
std::optional<double> crossing(const Seen& seen, Eigen::Index i, Eigen::Index step, double height) {
  for (Eigen::Index k = i; k + step >= 0 && k + step <= seen.last(); k += step) {
    const double outer = seen.level(k + step);
    if (outer > height) continue;
    const double inner = seen.level(k);
    const double share = inner > outer ? (inner - height) / (inner - outer) : 0.0;
    return seen.octave[k] + share * (seen.octave[k + step] - seen.octave[k]);
  }
  return std::nullopt;
}

Extremum described(const Seen& seen, Eigen::Index row, double prominence_db, const LogView& original) {
  const double octave = vertex_octave(seen, row);
  Extremum extremum;
  extremum.is_peak = seen.sign > 0.0;
  extremum.frequency_hz = std::exp2(octave);
  extremum.level_db = level_at_octave(original, octave);
  extremum.prominence_db = prominence_db;
  const double height = seen.level(row) - 0.5 * prominence_db;
  const std::optional<double> low = crossing(seen, row, -1, height);
  const std::optional<double> high = crossing(seen, row, +1, height);
  if (low && high && *low < *high) extremum.q = extremum.frequency_hz / (std::exp2(*high) - std::exp2(*low));
  return extremum;
}

void append(std::vector<Extremum>& found, const Seen& seen, const std::vector<Eigen::Index>& turning,
            double least_prominence_db, const LogView& original) {
  const std::vector<double> before = lowest_towards(seen, turning, +1);
  const std::vector<double> after = lowest_towards(seen, turning, -1);
  for (std::size_t t = 1; t + 1 < turning.size(); ++t) {
    const Eigen::Index first = turning[t];
    const double level = seen.rounded_level(first);
    if (!(level > seen.rounded_level(first - 1))) continue;
    Eigen::Index end = first;  // of a plateau, whose rows are all turning rows
    while (end < seen.last() && seen.rounded_level(end + 1) == level) ++end;
    if (end == seen.last() || seen.rounded_level(end + 1) > level) continue;
    const Eigen::Index half = (end - first) / 2;
    const std::size_t middle = t + static_cast<std::size_t>(half);
    const double prominence_db = level - std::max(before[middle], after[middle]);
    if (prominence_db < least_prominence_db) continue;
    found.push_back(described(seen, first + half, prominence_db, original));
  }
}

/// To 2^-30 dB, or 2^-40 of the largest level: where a curve is flat, the last digits would make peaks of one height,
/// each as prominent as the plateau.
Eigen::ArrayXd rounded(const Eigen::ArrayXd& level_db) {
  const int exponent = std::max(10, std::ilogb(level_db.abs().maxCoeff())) - 40;
  const double shift = std::ldexp(1.5, 52 + exponent);  // beside it a double has steps of 2^exponent
  if (!std::isfinite(shift)) return level_db;
  return (level_db + shift) - shift;
}

}  // namespace

std::vector<Extremum> extrema_of(const LogView& curve, const Eigen::ArrayXd& smooth_db, double least_prominence_db) {
  const Eigen::ArrayXd rounded_db = rounded(smooth_db);
  const std::vector<Eigen::Index> turning = turning_rows(rounded_db);
  std::vector<Extremum> found;
  for (const double sign : {1.0, -1.0})
    append(found, {curve.octave, smooth_db, rounded_db, sign}, turning, least_prominence_db, curve);
  std::sort(found.begin(), found.end(), [](const Extremum& a, const Extremum& b) {
    return a.prominence_db != b.prominence_db ? a.prominence_db > b.prominence_db : a.frequency_hz < b.frequency_hz;
  });
  return found;
}

std::vector<Extremum> extrema(const Curve& curve, double least_prominence_db) {
  return extrema_of(over_octaves(curve), smoothed(curve, kExtremaSmoothing).magnitude_db(), least_prominence_db);
}

}  // namespace headscore
