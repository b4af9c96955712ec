#include "dsp/sweep_recognition.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <iterator>
#include <numbers>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dsp/clock_drift.hpp"
#include "dsp/deconvolution.hpp"
#include "dsp/fft.hpp"
#include "dsp/sweep_repeats.hpp"
#include "error/short_number.hpp"
#include "headscore/error.hpp"

namespace headscore {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kMostResidualRad = 0.5;
constexpr double kLeastOctaves = 4.0;

[[noreturn]] void refuse(const std::string& found) {
  throw Error("unknown-sweep", {}, found,
              "a clean logarithmic sweep over at least four octaves, or --sweep with the file that was played");
}

/// Where the signal changes its sign, in frames with a fraction; a sign counts when the signal went beyond `least` on
/// its side.
std::vector<double> zero_crossings(const Eigen::Ref<const Eigen::ArrayXd>& x, double least) {
  std::vector<double> crossings;
  int side = 0;
  double candidate = 0.0;
  for (Eigen::Index i = 0; i < x.size(); ++i) {
    const int own = x[i] > 0.0 ? 1 : -1;
    if (i > 0 && (x[i - 1] > 0.0) != (x[i] > 0.0))
      candidate = static_cast<double>(i - 1) + x[i - 1] / (x[i - 1] - x[i]);
    if (std::abs(x[i]) < least || own == side) continue;
    if (side != 0) crossings.push_back(candidate);
    side = own;
  }
  return crossings;
}

struct Run {
  std::size_t first = 0;
  std::size_t count = 0;
};

/// The longest stretch of crossings whose distances shrink steadily: from one to the next by no more than half, never
/// growing much.
Run rising_run(const std::vector<double>& crossings) {
  Run best;
  std::size_t start = 0;
  for (std::size_t k = 2; k < crossings.size(); ++k) {
    const double before = crossings[k - 1] - crossings[k - 2];
    const double now = crossings[k] - crossings[k - 1];
    // Above a twelfth of the sample rate a crossing's place between samples is uncertain.
    const bool steady = now > 6.0 ? now < 1.25 * before && now > 0.4 * before : now < 2.0 * before;
    if (!steady) start = k - 1;
    if (k + 1 - start > best.count) best = {start, k + 1 - start};
  }
  return best;
}

/// phase / pi = a e^(t / constant) + b, fitted to crossings k = 0, 1, ... at times t_s.
struct PhaseFit {
  double a = 0.0;
  double b = 0.0;
  double constant_s = 1.0;
  double residual_rad = 0.0;
};

/// a and b are linear: least squares for each L; L by Newton's steps on the remaining residual.
PhaseFit linear_fit(const std::vector<double>& t_s, double constant_s) {
  double n = 0.0, se = 0.0, see = 0.0, sk = 0.0, sek = 0.0;
  const double origin = t_s.back();
  for (std::size_t k = 0; k < t_s.size(); ++k) {
    const double e = std::exp((t_s[k] - origin) / constant_s);
    const auto count = static_cast<double>(k);
    n += 1.0;
    se += e;
    see += e * e;
    sk += count;
    sek += e * count;
  }
  PhaseFit fit;
  fit.constant_s = constant_s;
  const double scaled = (n * sek - se * sk) / (n * see - se * se);
  fit.b = (sk - scaled * se) / n;
  fit.a = scaled * std::exp(-origin / constant_s);
  double squares = 0.0;
  for (std::size_t k = 0; k < t_s.size(); ++k) {
    const double wrong = scaled * std::exp((t_s[k] - origin) / constant_s) + fit.b - static_cast<double>(k);
    squares += wrong * wrong;
  }
  fit.residual_rad = kPi * std::sqrt(squares / n);
  return fit;
}

PhaseFit fitted(const std::vector<double>& t_s, double guess_s) {
  // Golden-section search over ln L: the residual has one minimum near the guess.
  constexpr double kGolden = 0.6180339887498949;
  double low = std::log(guess_s) - 0.25;
  double high = std::log(guess_s) + 0.25;
  double left = high - kGolden * (high - low);
  double right = low + kGolden * (high - low);
  const auto residual = [&](double log_constant) { return linear_fit(t_s, std::exp(log_constant)).residual_rad; };
  double at_left = residual(left);
  double at_right = residual(right);
  for (int i = 0; i < 60; ++i) {
    if (at_left < at_right) {
      high = right;
      right = left;
      at_right = at_left;
      left = high - kGolden * (high - low);
      at_left = residual(left);
    } else {
      low = left;
      left = right;
      at_left = at_right;
      right = low + kGolden * (high - low);
      at_right = residual(right);
    }
  }
  return linear_fit(t_s, std::exp(0.5 * (low + high)));
}

/// L from the crossings' distances: ln f over t is a line of slope 1 / L.
double rough_constant_s(const std::vector<double>& t_s) {
  const std::size_t n = t_s.size();
  const auto frequency = [&](std::size_t k) { return 0.5 / (t_s[k + 1] - t_s[k]); };
  const std::size_t early = n / 20;
  std::size_t late = n - 2;
  return (t_s[late] - t_s[early]) / std::log(frequency(late) / frequency(early));
}

struct CrossingFit {
  std::vector<double> t_s;  ///< of zero crossings, up to a twelfth of the sample rate
  bool rises_first = true;  ///< the signal's sign behind the first of them
  PhaseFit fit;
};

CrossingFit fitted_crossings(const Eigen::Ref<const Eigen::ArrayXd>& samples, double sample_rate_hz) {
  const double peak = samples.abs().maxCoeff();
  if (!(peak > 0.0)) refuse("silence");
  const std::vector<double> crossings = zero_crossings(samples, 0.02 * peak);
  const Run run = rising_run(crossings);
  if (run.count < 60) refuse("no stretch whose frequency rises steadily");
  CrossingFit result;
  std::vector<double>& t_s = result.t_s;
  for (std::size_t k = run.first; k < run.first + run.count; ++k) {
    if (t_s.size() > 40 && k > 0 && crossings[k] - crossings[k - 1] < 6.0) break;
    t_s.push_back(crossings[k] / sample_rate_hz);
  }
  if (t_s.size() < 40)
    refuse("a sweep of " + std::to_string(t_s.size()) + " half waves below a twelfth of the sample rate");
  const double guess_s = rough_constant_s(t_s);
  if (!(guess_s > 0.0) || !std::isfinite(guess_s)) refuse("a frequency that does not rise exponentially");
  result.fit = fitted(t_s, guess_s);
  const auto middle = static_cast<Eigen::Index>(0.5 * (crossings[run.first] + crossings[run.first + 1]));
  result.rises_first = samples[middle] > 0.0;
  return result;
}

[[noreturn]] void refuse_residual(double residual_rad, double most_rad) {
  refuse("zero crossings " + short_number(residual_rad) + " rad rms off an exponential sweep, more than " +
         short_number(most_rad) + ": a room's reflections, deep notches or another signal");
}

/// Of a sine of steady amplitude, by its rms without a constant; the peak alone would count what resampling overshoots.
/// Where the two are a decibel apart the amplitude is not steady: the peak, then.
double amplitude_of(const Eigen::Ref<const Eigen::ArrayXd>& sweep) {
  constexpr double kMostRatio = 1.122;
  const Eigen::ArrayXd middle = sweep.segment(sweep.size() / 5, sweep.size() * 3 / 5);
  // Under Hann's window the part of sin^2 that swings does not count, wherever the stretch begins in a period.
  const auto n = static_cast<double>(middle.size());
  const Eigen::ArrayXd turns = Eigen::ArrayXd::LinSpaced(middle.size(), kPi / n, kPi * (2.0 - 1.0 / n));
  const Eigen::ArrayXd weight = 1.0 - turns.cos();
  const double by_rms = std::sqrt(2.0 * (weight * (middle - middle.mean()).square()).sum() / weight.sum());
  const double peak = (sweep - middle.mean()).abs().maxCoeff();
  return by_rms > 0.0 && peak < kMostRatio * by_rms && by_rms < kMostRatio * peak ? by_rms : peak;
}

}  // namespace

namespace {

/// What the file's silence stays below: 14 dB above the rms that a tenth of its stretches of 10 ms have, where that is
/// 26 dB below the peak and more; a file without silence has none.
double noise_ceiling(const Eigen::Ref<const Eigen::ArrayXd>& samples, double sample_rate_hz) {
  constexpr double kOverNoise = 5.0;
  constexpr double kMostOfPeak = 0.05;
  const auto block = static_cast<Eigen::Index>(0.01 * sample_rate_hz);
  std::vector<double> rms;
  for (Eigen::Index i = 0; i + block <= samples.size(); i += block)
    rms.push_back(std::sqrt(samples.segment(i, block).square().mean()));
  if (rms.empty()) return 0.0;
  const auto tenth = rms.begin() + static_cast<std::ptrdiff_t>(rms.size() / 10);
  std::nth_element(rms.begin(), tenth, rms.end());
  return *tenth < kMostOfPeak * samples.abs().maxCoeff() ? kOverNoise * *tenth : 0.0;
}

}  // namespace

RecognisedSweep recognised_sweep(const Eigen::Ref<const Eigen::ArrayXd>& samples, double sample_rate_hz) {
  const CrossingFit crossings = fitted_crossings(samples, sample_rate_hz);
  const PhaseFit& fit = crossings.fit;
  const std::vector<double>& t_s = crossings.t_s;
  if (!(fit.residual_rad < kMostResidualRad)) refuse_residual(fit.residual_rad, kMostResidualRad);

  const double peak = samples.abs().maxCoeff();
  const double quiet = std::max(0.001 * peak, noise_ceiling(samples, sample_rate_hz));
  Eigen::Index first = static_cast<Eigen::Index>(std::llround(t_s.front() * sample_rate_hz));
  // Back to where the sweep begins: silence of half of its first period stands before it.
  const auto half_wave = static_cast<Eigen::Index>(std::ceil(sample_rate_hz * (t_s[1] - t_s[0])));
  for (Eigen::Index i = first, silent = 0; i >= 0 && silent < half_wave; --i) {
    if (std::abs(samples[i]) > quiet) {
      first = i;
      silent = 0;
    } else {
      ++silent;
    }
  }
  while (first > 0 && samples[first - 1] != 0.0 && std::abs(samples[first - 1]) < std::abs(samples[first])) --first;
  const auto pause = static_cast<Eigen::Index>(0.01 * sample_rate_hz);
  Eigen::Index last = static_cast<Eigen::Index>(std::llround(t_s.back() * sample_rate_hz));
  for (Eigen::Index i = last, silent = 0; i < samples.size() && silent < pause; ++i) {
    if (std::abs(samples[i]) > quiet) {
      last = i;
      silent = 0;
    } else {
      ++silent;
    }
  }
  RecognisedSweep found;
  found.first_frame = first;
  found.frames = last + 1 - first;
  // d phase / dt = pi a / L e^(t / L) = 2 pi f
  const double start_t_s = static_cast<double>(first) / sample_rate_hz;
  const double stop_t_s = static_cast<double>(last + 1) / sample_rate_hz;
  const double hertz_at_zero = 0.5 * fit.a / fit.constant_s;
  found.course = {hertz_at_zero * std::exp(start_t_s / fit.constant_s),
                  std::min(0.5 * sample_rate_hz, hertz_at_zero * std::exp(stop_t_s / fit.constant_s)), fit.constant_s};
  found.residual_rad = fit.residual_rad;
  found.amplitude = amplitude_of(samples.segment(first, found.frames));
  if (std::log2(found.course.stop_hz / found.course.start_hz) < kLeastOctaves) {
    refuse("a sweep from " + short_number(found.course.start_hz) + " to " + short_number(found.course.stop_hz) + " Hz");
  }
  return found;
}

SweepReference reference_from(const Eigen::Ref<const Eigen::ArrayXd>& played, double sample_rate_hz) {
  // A constant under the file would make its silence a part of the sweep.
  std::vector<double> sorted(played.begin(), played.end());
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  const Eigen::ArrayXd samples = played - *middle;
  constexpr double kAudible = 1e-4;  // of the peak: dither is below
  const std::optional<Eigen::Index> period = repeat_period_frames(samples, sample_rate_hz);
  Eigen::Index begun = 0;
  if (period) {
    const double least = std::max(kAudible * samples.abs().maxCoeff(), noise_ceiling(samples, sample_rate_hz));
    while (begun + *period < samples.size() && std::abs(samples[begun]) < least) ++begun;
  }
  const Eigen::Index most = period ? std::min(*period, samples.size() - begun) : samples.size();
  const RecognisedSweep found = recognised_sweep(samples.segment(begun, most), sample_rate_hz);
  const Eigen::Index first = begun + found.first_frame;
  SweepReference reference;
  reference.sample_rate_hz = sample_rate_hz;
  reference.samples = samples.segment(first, found.frames);
  reference.course = found.course;
  reference.amplitude = found.amplitude;
  if (!period) return reference;
  reference.repeats = repeats_in(samples, first, found.frames, *period);
  if (reference.repeats > 1) reference.period_frames = *period;
  return reference;
}

namespace {

constexpr double kLeastFittedOctaves = 3.0;  ///< of the zero crossings that are believed
constexpr double kRidgeFrameS = 0.085;
constexpr double kRidgeWidth = 0.05;  ///< of ln f about the line: what a room's resonances move a peak by
constexpr std::size_t kMostRidgePairs = 160;
constexpr double kBlockS = 0.001;
constexpr double kAheadOctaves = 1.0;     ///< the reference starts below the recorded sweep: no edge of it in the band
constexpr double kEdgeWidths = 2.5;       ///< of the ripple behind a sweep's start
constexpr double kLeastEdgeRatio = 1.26;  ///< a third of an octave behind the start that was found
constexpr double kStopRatio = 0.89;       ///< a sixth before the end that was found
constexpr double kLeastCompact = 0.5;
constexpr int kRefinements = 4;

/// f(t) = pivot_hz e^((t - pivot_s) / constant_s), t from the recording's first frame.
struct Course {
  double pivot_s = 0.0;
  double pivot_hz = 1.0;
  double constant_s = 1.0;
  double phase_rad = 0.0;  ///< at the pivot

  [[nodiscard]] double frequency_hz(double t_s) const { return pivot_hz * std::exp((t_s - pivot_s) / constant_s); }
  [[nodiscard]] double phase_at(double t_s) const {
    return phase_rad + 2.0 * kPi * constant_s * (frequency_hz(t_s) - pivot_hz);
  }
  [[nodiscard]] double time_s(double frequency) const { return pivot_s + constant_s * std::log(frequency / pivot_hz); }
};

Course course_of(const CrossingFit& crossings) {
  const PhaseFit& fit = crossings.fit;
  Course course;
  course.pivot_s = 0.5 * (crossings.t_s.front() + crossings.t_s.back());
  course.constant_s = fit.constant_s;
  course.pivot_hz = 0.5 * fit.a / fit.constant_s * std::exp(course.pivot_s / fit.constant_s);
  course.phase_rad =
      kPi * (fit.a * std::exp(course.pivot_s / fit.constant_s) + fit.b + (crossings.rises_first ? 0 : 1));
  return course;
}

/// The loudest frequency of one short frame.
struct RidgePoint {
  double t_s = 0.0;
  double log_frequency = 0.0;
};

std::vector<RidgePoint> ridge_points(const Eigen::Ref<const Eigen::ArrayXd>& samples, double rate) {
  const auto size = static_cast<Eigen::Index>(fast_transform_size(static_cast<std::size_t>(kRidgeFrameS * rate)));
  const RealTransform<double> transform(static_cast<std::size_t>(size));
  const Eigen::ArrayXd turns =
      Eigen::ArrayXd::LinSpaced(size, 0.0, 2.0 * kPi * (1.0 - 1.0 / static_cast<double>(size)));
  const Eigen::ArrayXd window = 0.5 - 0.5 * turns.cos();
  struct Found {
    RidgePoint point;
    double power;
  };
  std::vector<Found> all;
  for (Eigen::Index start = 0; start + size <= samples.size(); start += size / 4) {
    const Eigen::ArrayXd frame = samples.segment(start, size) * window;
    const std::vector<std::complex<double>> bins =
        transform.forward(std::span<const double>(frame.data(), static_cast<std::size_t>(size)));
    std::size_t peak = 2;
    for (std::size_t k = 2; k + 1 < bins.size(); ++k) {
      if (std::norm(bins[k]) > std::norm(bins[peak])) peak = k;
    }
    const double left = std::abs(bins[peak - 1]);
    const double right = std::abs(bins[peak + 1]);
    const double middle = std::abs(bins[peak]);
    const double shift =
        middle > 0.0 ? 0.5 * (right - left) / std::max(2.0 * middle - left - right, 1e-3 * middle) : 0.0;
    const double frequency_hz =
        (static_cast<double>(peak) + std::clamp(shift, -0.5, 0.5)) * rate / static_cast<double>(size);
    all.push_back({{(static_cast<double>(start) + 0.5 * static_cast<double>(size)) / rate, std::log(frequency_hz)},
                   middle * middle});
  }
  double most = 0.0;
  for (const Found& found : all) most = std::max(most, found.power);
  std::vector<RidgePoint> points;
  for (const Found& found : all) {
    if (found.power > 1e-6 * most) points.push_back(found.point);
  }
  return points;
}

/// The line t = pivot + L ln f on which most of the points lie; a room's own frequencies lie beside it. The phase is
/// not known. nullopt without such a line.
std::optional<Course> course_of_ridge(const std::vector<RidgePoint>& points) {
  if (points.size() < 20) return std::nullopt;
  const std::size_t step = std::max<std::size_t>(1, points.size() / kMostRidgePairs);
  const auto on_line = [](const RidgePoint& from, double slope, const RidgePoint& point) {
    return std::abs(point.log_frequency - from.log_frequency - slope * (point.t_s - from.t_s)) < kRidgeWidth;
  };
  std::size_t most = 0;
  double best_slope = 0.0;
  RidgePoint best_from;
  for (std::size_t a = 0; a < points.size(); a += step) {
    for (std::size_t b = a + step; b < points.size(); b += step) {
      const double rise = points[b].log_frequency - points[a].log_frequency;
      if (rise < 0.7) continue;
      const double slope = rise / (points[b].t_s - points[a].t_s);
      const auto count = static_cast<std::size_t>(std::count_if(
          points.begin(), points.end(), [&](const RidgePoint& p) { return on_line(points[a], slope, p); }));
      if (count <= most) continue;
      most = count;
      best_slope = slope;
      best_from = points[a];
    }
  }
  if (most < 20) return std::nullopt;
  std::vector<RidgePoint> line;
  std::copy_if(points.begin(), points.end(), std::back_inserter(line),
               [&](const RidgePoint& p) { return on_line(best_from, best_slope, p); });
  double t = 0.0;
  double f = 0.0;
  for (const RidgePoint& p : line) {
    t += p.t_s / static_cast<double>(line.size());
    f += p.log_frequency / static_cast<double>(line.size());
  }
  double both = 0.0;
  double squares = 0.0;
  for (const RidgePoint& p : line) {
    both += (p.t_s - t) * (p.log_frequency - f);
    squares += (p.t_s - t) * (p.t_s - t);
  }
  if (!(both > 0.0)) return std::nullopt;
  Course course;
  course.pivot_s = t;
  course.pivot_hz = std::exp(f);
  course.constant_s = squares / both;
  return course;
}

/// Finds the ends of a recorded sweep whose course is known.
class Ends {
 public:
  Ends(const Eigen::Ref<const Eigen::ArrayXd>& samples, double rate, const Course& course, double first_crossing_s)
      : x_(samples), rate_(rate), course_(course) {
    find_start(first_crossing_s);
    find_stop();
  }
  [[nodiscard]] double start_s() const { return start_s_; }
  [[nodiscard]] double stop_s() const { return stop_s_; }
  [[nodiscard]] double whole_until_s() const { return whole_until_s_; }  ///< before its fade

 private:
  /// Amplitude of the sweep between two frames, by its own phase.
  [[nodiscard]] double amplitude(Eigen::Index begin, Eigen::Index end) const {
    std::complex<double> sum = 0.0;
    for (Eigen::Index i = begin; i < end; ++i)
      sum += x_[i] * std::polar(1.0, course_.phase_at(static_cast<double>(i) / rate_));
    return 2.0 * std::abs(sum) / static_cast<double>(std::max<Eigen::Index>(1, end - begin));
  }

  /// From a place well inside, period by period, to where nothing is left of the sweep; then the first sample that
  /// stands out of what lies before.
  void find_start(double first_crossing_s) {
    auto t = static_cast<Eigen::Index>(first_crossing_s * rate_);
    const auto period = [&](Eigen::Index at) {
      return static_cast<Eigen::Index>(rate_ / course_.frequency_hz(static_cast<double>(at) / rate_)) + 1;
    };
    double last = amplitude(t, std::min(x_.size(), t + period(t)));
    while (t - period(t) >= 0) {
      const double own = amplitude(t - period(t), t);
      if (own < 0.4 * last) break;
      last = own;
      t -= period(t);
    }
    const Eigen::Index reach = period(t);
    const Eigen::Index from = std::max<Eigen::Index>(0, t - reach);
    const Eigen::Index before = std::min(from, static_cast<Eigen::Index>(0.2 * rate_));
    const double noise = before > static_cast<Eigen::Index>(0.005 * rate_)
                             ? std::sqrt(x_.segment(from - before, before).square().mean())
                             : 0.001 * last;
    const double least = std::max(5.0 * noise, 0.003 * last);
    Eigen::Index i = from;
    while (i + 1 < std::min(x_.size(), t + reach) && std::abs(x_[i]) < least) ++i;
    start_s_ = static_cast<double>(i) / rate_;
    // How long a sine takes to grow so far.
    start_s_ -= std::asin(std::min(1.0, least / std::max(last, least))) / (2.0 * kPi * course_.frequency_hz(start_s_));
    start_s_ = std::max(0.0, start_s_);
  }

  /// The cliff of the level above an eighth of the sample rate, or where the course passes the Nyquist frequency.
  void find_stop() {
    const auto block = std::max<Eigen::Index>(8, static_cast<Eigen::Index>(kBlockS * rate_));
    const double whole_s = static_cast<double>(x_.size()) / rate_;
    const double nyquist_s = std::min(whole_s, course_.time_s(0.5 * rate_));
    constexpr std::size_t kSide = 12;
    const double begin_s = std::clamp(course_.time_s(rate_ / 12.0), 0.0, whole_s);
    std::vector<double> power;
    auto first = static_cast<Eigen::Index>(begin_s * rate_);
    for (Eigen::Index i = first; i + block <= x_.size() && static_cast<double>(i) / rate_ < nyquist_s + kSide * kBlockS;
         i += block)
      power.push_back(x_.segment(i, block).square().mean() + 1e-30);
    stop_s_ = whole_until_s_ = nyquist_s;
    if (power.size() < 2 * kSide + 1) return;
    const auto middle_of = [&](std::size_t from) {
      std::vector<double> part(power.begin() + static_cast<std::ptrdiff_t>(from),
                               power.begin() + static_cast<std::ptrdiff_t>(from + kSide));
      std::nth_element(part.begin(), part.begin() + kSide / 2, part.end());
      return part[kSide / 2];
    };
    double largest = 0.0;
    std::size_t at = 0;
    for (std::size_t k = kSide; k + kSide <= power.size(); ++k) {
      const double fall = middle_of(k - kSide) / middle_of(k);
      if (fall > largest) {
        largest = fall;
        at = k;
      }
    }
    if (largest < 10.0) return;  // it ends at the Nyquist frequency, or with the recording
    const double loud = middle_of(at - kSide);
    std::size_t end = std::min(power.size() - 1, at + kSide);
    while (end > 0 && power[end] < std::sqrt(loud * middle_of(std::min(at, power.size() - kSide)))) --end;
    std::size_t full = end;
    while (full > 0 && power[full] < 0.8 * loud) --full;
    const double half_s = static_cast<double>(end - full) * kBlockS;
    stop_s_ = std::min(nyquist_s, static_cast<double>(first + static_cast<Eigen::Index>(end + 1) * block) / rate_);
    whole_until_s_ = stop_s_ - 1.6 * half_s - kBlockS;
  }

  Eigen::Ref<const Eigen::ArrayXd> x_;
  double rate_;
  const Course& course_;
  double start_s_ = 0.0;
  double stop_s_ = 0.0;
  double whole_until_s_ = 0.0;
};

SweepReference reference_of(const Course& course, const Ends& ends, double rate, double amplitude) {
  SweepReference reference;
  reference.sample_rate_hz = rate;
  const double start_hz = course.frequency_hz(ends.start_s());
  const double stop_hz = std::min(0.5 * rate, course.frequency_hz(ends.stop_s()));
  const double ahead_s = course.constant_s * std::log(2.0) * kAheadOctaves;
  const double first_s = ends.start_s() - ahead_s;
  reference.samples.resize(static_cast<Eigen::Index>((course.time_s(stop_hz) - first_s) * rate));
  for (Eigen::Index i = 0; i < reference.samples.size(); ++i) {
    const double t_s = first_s + static_cast<double>(i) / rate;
    const double rise = std::clamp((t_s - first_s) / ahead_s, 0.0, 1.0);
    reference.samples[i] = amplitude * (0.5 - 0.5 * std::cos(kPi * rise)) * std::sin(course.phase_at(t_s));
  }
  reference.course = {course.frequency_hz(first_s), stop_hz, course.constant_s};
  reference.amplitude = amplitude;
  // The edge of a sweep's start is as wide as a wave's phase takes to run away from the sweep's.
  const double edge_ratio = std::exp(kEdgeWidths / std::sqrt(2.0 * start_hz * course.constant_s));
  reference.recognised_band = Band{start_hz * std::max(edge_ratio, kLeastEdgeRatio),
                                   std::min(course.frequency_hz(ends.whole_until_s()), kStopRatio * stop_hz)};
  return reference;
}

/// A recording divided by a sweep.
class Division {
 public:
  Division(const SweepReference& reference, const Eigen::Ref<const Eigen::ArrayXd>& recording)
      : reference_(reference),
        band_{},
        impulse_(divided(reference, recording, band_)),
        peak_(std::max_element(impulse_.begin(), impulse_.end(),
                               [](double a, double b) { return std::abs(a) < std::abs(b); }) -
              impulse_.begin()) {}

  /// Share of the energy from `before_s` before the peak to `behind_s` behind it.
  [[nodiscard]] double compact(double before_s, double behind_s) const {
    const auto n = static_cast<Eigen::Index>(impulse_.size());
    double whole = 0.0;
    for (const double value : impulse_) whole += value * value;
    double inside = 0.0;
    const double rate = reference_.sample_rate_hz;
    const Eigen::Index first = -std::llround(before_s * rate);
    for (Eigen::Index t = first; t <= std::llround(behind_s * rate); ++t) {
      const double value = impulse_[static_cast<std::size_t>((((peak_ + t) % n) + n) % n)];
      inside += value * value;
    }
    return inside / std::max(whole, 1e-300);
  }

  /// Slope of the excess delay over ln f, and how well it is known; nullopt where it cannot be told.
  [[nodiscard]] std::optional<std::pair<double, double>> slope_s() const {
    const double rate = reference_.sample_rate_hz;
    TransformSet transforms;
    const ImpulsePyramid pyramid(impulse_, peak_, static_cast<Eigen::Index>(0.2 * rate),
                                 static_cast<Eigen::Index>(0.3 * rate), rate);
    const ExcessSpectrum excess = excess_spectrum(pyramid, reference_.course, band_, transforms);
    const std::optional<DelayCourse> delays = excess_delay_course(excess, reference_.course, band_);
    if (!delays) return std::nullopt;
    const double scale = 1e-6 * reference_.course.rate_constant_s;
    return std::pair(scale * delays->drift.ppm, scale * delays->drift.uncertainty_ppm);
  }

 private:
  static std::vector<double> divided(const SweepReference& reference, const Eigen::Ref<const Eigen::ArrayXd>& recording,
                                     Band& band) {
    const Deconvolver deconvolver(reference, recording.size());
    band = {deconvolver.start_hz(), deconvolver.stop_hz()};
    return deconvolver.deconvolved(recording);
  }

  const SweepReference& reference_;
  Band band_;
  std::vector<double> impulse_;
  Eigen::Index peak_;
};

}  // namespace

namespace {

/// A course and a time at which the sweep has surely begun.
struct Found {
  Course course;
  double begun_s = 0.0;
};

/// By zero crossings, which are exact in a clean recording; by the loudest frequency of short frames otherwise.
Found found_course(const Eigen::Ref<const Eigen::ArrayXd>& samples, double sample_rate_hz) {
  std::string why;
  try {
    const CrossingFit crossings = fitted_crossings(samples, sample_rate_hz);
    const Course course = course_of(crossings);
    const double octaves =
        std::log2(course.frequency_hz(crossings.t_s.back()) / course.frequency_hz(crossings.t_s.front()));
    if (crossings.fit.residual_rad < kMostResidualRad && octaves >= kLeastFittedOctaves)
      return {course, crossings.t_s.front()};
    why = "zero crossings " + short_number(crossings.fit.residual_rad) + " rad rms off an exponential sweep";
  } catch (const Error& error) {
    why = error.found();
  }
  const std::vector<RidgePoint> points = ridge_points(samples, sample_rate_hz);
  const std::optional<Course> course = course_of_ridge(points);
  if (!course) refuse(why);
  const auto first = std::find_if(points.begin(), points.end(), [&](const RidgePoint& p) {
    return std::abs(p.log_frequency - std::log(course->frequency_hz(p.t_s))) < kRidgeWidth;
  });
  return {*course, first->t_s};
}

/// Sets the course's rate: by the excess delay's slope, and where a room makes that uncertain by where the direct sound
/// is shortest. What is left is a share of the energy within 50 ms.
class Refinement {
 public:
  Refinement(Course& course, const Ends& ends, double rate, double amplitude,
             const Eigen::Ref<const Eigen::ArrayXd>& samples)
      : course_(course), ends_(ends), rate_(rate), amplitude_(amplitude), samples_(samples) {}

  void run() {
    double uncertain_s = kMostUncertainS;
    for (int i = 0; i < kRefinements; ++i) {
      const SweepReference reference = reference_of(course_, ends_, rate_, amplitude_);
      const auto slope = Division(reference, samples_).slope_s();
      if (!slope) break;
      uncertain_s = slope->second;
      course_.constant_s += slope->first;
      if (std::abs(slope->first) < 1e-6) break;
    }
    if (uncertain_s < kWellKnownS) return;
    double reach_s = 2.0 * uncertain_s;
    for (const double width_s : {0.002, 0.0005, 0.00015, 0.0001, 0.0001}) {
      search(width_s, reach_s);
      reach_s *= 1.2 / kSide;
    }
  }

  /// Share of the energy from 5 ms before the peak to 50 ms behind it.
  [[nodiscard]] double compact() const { return compact_at(course_.constant_s, 0.005, 0.05); }

 private:
  static constexpr double kWellKnownS = 1e-5;
  static constexpr double kMostUncertainS = 0.002;
  static constexpr int kSide = 5;

  [[nodiscard]] double compact_at(double constant_s, double before_s, double behind_s) const {
    Course own = course_;
    own.constant_s = constant_s;
    const SweepReference reference = reference_of(own, ends_, rate_, amplitude_);
    return Division(reference, samples_).compact(before_s, behind_s);
  }

  void search(double width_s, double reach_s) {
    const double middle_s = course_.constant_s;
    double best = -1.0;
    for (int i = -kSide; i <= kSide; ++i) {
      const double constant_s = middle_s + reach_s * i / kSide;
      const double share = compact_at(constant_s, 0.5 * width_s, 0.5 * width_s);
      if (share <= best) continue;
      best = share;
      course_.constant_s = constant_s;
    }
  }

  Course& course_;
  const Ends& ends_;
  double rate_;
  double amplitude_;
  Eigen::Ref<const Eigen::ArrayXd> samples_;
};

}  // namespace

SweepReference recorded_sweep(const Eigen::Ref<const Eigen::ArrayXd>& recording, double sample_rate_hz) {
  const Eigen::ArrayXd samples = recording - recording.mean();
  if (!(samples.abs().maxCoeff() > 0.0)) refuse("silence");
  Found found = found_course(samples, sample_rate_hz);
  Course& course = found.course;
  const double amplitude = std::min(1.0, samples.abs().maxCoeff());
  const Ends ends(samples, sample_rate_hz, course, found.begun_s);
  if (std::log2(course.frequency_hz(ends.stop_s()) / course.frequency_hz(ends.start_s())) < kLeastOctaves) {
    refuse("a sweep from " + short_number(course.frequency_hz(ends.start_s())) + " to " +
           short_number(course.frequency_hz(ends.stop_s())) + " Hz");
  }
  Refinement refinement(course, ends, sample_rate_hz, amplitude, samples);
  refinement.run();
  const double compact = refinement.compact();
  if (compact < kLeastCompact)
    refuse(short_number(100.0 * compact) + " % of the energy within 50 ms after division by the fitted sweep");
  return reference_of(course, ends, sample_rate_hz, amplitude);
}

}  // namespace headscore
