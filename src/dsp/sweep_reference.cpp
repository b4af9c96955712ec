#include "dsp/sweep_reference.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <string>
#include <vector>

#include "headscore/error.hpp"
#include "headscore/sweep.hpp"

namespace headscore {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kMostResidualRad = 0.5;
constexpr double kLeastOctaves = 4.0;

[[noreturn]] void refuse(const std::string& found) {
  throw Error("unknown-sweep", {}, found,
              "a clean logarithmic sweep over at least four octaves, or --sweep with the file that was played");
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
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

}  // namespace

double SweepCourse::frequency_hz(double t_s) const { return start_hz * std::exp(t_s / rate_constant_s); }
double SweepCourse::time_s(double frequency_hz) const { return rate_constant_s * std::log(frequency_hz / start_hz); }

SweepReference reference_from(const SweepParameters& parameters, double sample_rate_hz) {
  SweepParameters::Fields fields = parameters.fields();
  SweepReference reference;
  reference.sample_rate_hz = sample_rate_hz;
  if (fields.sample_rate_hz == sample_rate_hz) {
    reference.samples = sweep_samples(parameters);
    reference.period_frames = fields.repeats > 1 ? parameters.period_frames() : 0;
  } else {
    if (fields.stop_hz > 0.5 * sample_rate_hz) {
      throw Error("sample-rate", {},
                  "a sweep to " + number(fields.stop_hz) + " Hz and a recording at " + number(sample_rate_hz) + " Hz",
                  "a recording at a rate of at least twice the sweep's highest frequency");
    }
    const double period_s = static_cast<double>(parameters.period_frames()) / fields.sample_rate_hz;
    reference.period_frames =
        fields.repeats > 1 ? static_cast<Eigen::Index>(std::llround(period_s * sample_rate_hz)) : 0;
    fields.sample_rate_hz = sample_rate_hz;
    reference.samples = sweep_samples(SweepParameters(fields));
  }
  reference.course = {fields.start_hz, fields.stop_hz, parameters.rate_constant_s()};
  reference.amplitude = parameters.amplitude();
  reference.repeats = fields.repeats;
  if (fields.channels > 1 && fields.channel > 0) reference.channel = fields.channel;
  return reference;
}

RecognisedSweep recognised_sweep(const Eigen::Ref<const Eigen::ArrayXd>& samples, double sample_rate_hz) {
  const double peak = samples.abs().maxCoeff();
  if (!(peak > 0.0)) refuse("silence");
  const std::vector<double> crossings = zero_crossings(samples, 0.02 * peak);
  const Run run = rising_run(crossings);
  if (run.count < 60) refuse("no stretch whose frequency rises steadily");
  std::vector<double> t_s;
  for (std::size_t k = run.first; k < run.first + run.count; ++k) {
    if (t_s.size() > 40 && k > 0 && crossings[k] - crossings[k - 1] < 6.0) break;
    t_s.push_back(crossings[k] / sample_rate_hz);
  }
  if (t_s.size() < 40)
    refuse("a sweep of " + std::to_string(t_s.size()) + " half waves below a twelfth of the sample rate");
  const double guess_s = rough_constant_s(t_s);
  if (!(guess_s > 0.0) || !std::isfinite(guess_s)) refuse("a frequency that does not rise exponentially");
  const PhaseFit fit = fitted(t_s, guess_s);
  if (!(fit.residual_rad < kMostResidualRad))
    refuse("zero crossings " + number(fit.residual_rad) + " rad rms off an exponential sweep, more than " +
           number(kMostResidualRad) + ": a room's reflections, deep notches or another signal");

  const double quiet = 0.001 * peak;
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
  found.amplitude = samples.segment(first, found.frames).abs().maxCoeff();
  found.again =
      last + 1 + pause < samples.size() && (samples.tail(samples.size() - last - 1 - pause).abs() > 0.05 * peak).any();
  if (std::log2(found.course.stop_hz / found.course.start_hz) < kLeastOctaves) {
    refuse("a sweep from " + number(found.course.start_hz) + " to " + number(found.course.stop_hz) + " Hz");
  }
  return found;
}

SweepReference reference_from(const Eigen::Ref<const Eigen::ArrayXd>& samples, double sample_rate_hz) {
  const RecognisedSweep found = recognised_sweep(samples, sample_rate_hz);
  SweepReference reference;
  reference.sample_rate_hz = sample_rate_hz;
  reference.samples = samples.segment(found.first_frame, found.frames);
  reference.course = found.course;
  reference.amplitude = found.amplitude;
  if (found.again) {
    const RecognisedSweep next =
        recognised_sweep(samples.tail(samples.size() - found.first_frame - found.frames), sample_rate_hz);
    reference.period_frames = found.frames + next.first_frame;
    reference.repeats =
        1 + static_cast<int>((samples.size() - found.first_frame - found.frames) / reference.period_frames);
  }
  return reference;
}

}  // namespace headscore
