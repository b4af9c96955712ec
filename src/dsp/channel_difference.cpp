#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "dsp/analysis_axis.hpp"
#include "dsp/log_curve.hpp"
#include "headscore/curve_analyser.hpp"
#include "headscore/error.hpp"
#include "headscore/interpolation.hpp"
#include "headscore/smoothing.hpp"

namespace headscore {
namespace {

constexpr Band kLevelBand{100.0, 8000.0};
constexpr Band kMaskBand{100.0, 16000.0};
constexpr Band kSeatLevelBand{200.0, 2000.0};

/// Band-limited spread between reseats and units was measured in these bands.
constexpr std::array<Band, 7> kSpreadBands{{{20.0, 60.0},
                                            {60.0, 200.0},
                                            {200.0, 1000.0},
                                            {1000.0, 3000.0},
                                            {3000.0, 6000.0},
                                            {6000.0, 10000.0},
                                            {10000.0, 16000.0}}};

/// Recommendation ITU-R BS.708 (1990): left and right of a studio monitor headphone agree within 1 dB from 100 Hz to 8
/// kHz and within 2 dB from 10 to 16 kHz; between the two the limit is taken linear over log frequency.
double limit_db(double octave) {
  static const double start = std::log2(8000.0);
  static const double stop = std::log2(10000.0);
  return 1.0 + std::clamp((octave - start) / (stop - start), 0.0, 1.0);
}

Curve as_curve(const LogCurve& curve) {
  return {curve.octave.unaryExpr([](double octave) { return std::exp2(octave); }), curve.level_db};
}

[[noreturn]] void refuse(const std::string& found, const std::string& wanted) {
  throw Error("band-not-covered", {}, found, wanted);
}

[[noreturn]] void refuse_little_in_common() {
  refuse("channels that share less than half of 100 Hz to 8 kHz", "at least half");
}

/// The seat's rows on `frequency_hz`, moved so that its mean over 200 Hz-2 kHz is zero.
Eigen::ArrayXd levelled(const Curve& seat, const Eigen::ArrayXd& frequency_hz) {
  const std::optional<Moments> mids =
      covers(seat, kSeatLevelBand) ? moments(over_octaves(seat), kSeatLevelBand) : std::nullopt;
  if (!mids) refuse("a seat without 200 Hz to 2 kHz", "that band, to level the seats on");
  return interpolated(seat, frequency_hz).magnitude_db() - mids->mean_db;
}

}  // namespace

ChannelDifference channel_difference(const Curve& left, const Curve& right) {
  // The widest band that both cover: the smoothing may look beyond the mask's ends.
  const Band everywhere{std::min(left.start_hz(), right.start_hz()), std::max(left.stop_hz(), right.stop_hz())};
  const std::optional<LogCurve> rest = difference(over_octaves(left), over_octaves(right), everywhere);
  if (!rest) refuse_little_in_common();
  return channel_difference(*rest, SmoothingPlan(as_curve(*rest).frequency_hz(), kMaskSmoothing));
}

ChannelDifference channel_difference(const LogView& left_less_right, const SmoothingPlan& third) {
  const std::optional<Moments> level = moments(left_less_right, kLevelBand);
  if (!level || level->octaves() < 0.5 * octaves(kLevelBand)) refuse_little_in_common();
  ChannelDifference result;
  result.level_db = level->mean_db;
  result.rms_db = std::sqrt(level->mean_square_db2());

  const Eigen::ArrayXd judged_db = third.applied(left_less_right.level_db);
  const std::optional<LogCurve> masked = cut({left_less_right.octave, judged_db}, kMaskBand);
  if (!masked) refuse("channels that share nothing of 100 Hz to 8 kHz", "a common band");
  Eigen::Index row = 0;
  result.bs708_ratio = (masked->level_db.abs() / masked->octave.unaryExpr(&limit_db)).maxCoeff(&row);
  result.largest_db = std::abs(masked->level_db[row]);
  result.largest_hz = std::exp2(masked->octave[row]);
  result.band = {std::exp2(masked->start_octave()), std::exp2(masked->stop_octave())};
  return result;
}

ReseatSpread reseat_spread(const std::vector<Curve>& seats) {
  if (seats.size() < 2) {
    throw Error("too-few-seats", {}, std::to_string(seats.size()) + " seats", "at least two");
  }
  const Curve mean = mean_curve(seats);  // gives the common axis, or refuses
  const auto count = static_cast<double>(seats.size());
  Eigen::ArrayXd sum = Eigen::ArrayXd::Zero(mean.size());
  std::vector<Eigen::ArrayXd> levels;
  for (const Curve& seat : seats) {
    levels.push_back(levelled(seat, mean.frequency_hz()));
    sum += levels.back();
  }
  Eigen::ArrayXd variance_db2 = Eigen::ArrayXd::Zero(mean.size());
  for (const Eigen::ArrayXd& level_db : levels) variance_db2 += (level_db - sum / count).square() / (count - 1.0);
  const LogCurve variance = over_octaves({mean.frequency_hz(), variance_db2});
  ReseatSpread result;
  result.seats = static_cast<int>(seats.size());
  for (const Band& band : kSpreadBands) {
    const std::optional<Moments> found = moments(variance, band);
    if (!found || found->octaves() < 0.5 * octaves(band)) continue;
    result.band_sd_db.emplace_back(band, std::sqrt(std::max(0.0, found->mean_db)));
  }
  return result;
}

}  // namespace headscore
