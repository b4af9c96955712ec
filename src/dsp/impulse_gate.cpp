#include "dsp/impulse_gate.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <limits>
#include <map>
#include <numbers>
#include <tuple>

#include "dsp/fft.hpp"

namespace headscore {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kFade = 1.5;           ///< a gate's window ends at this many times its flat part
constexpr double kBlendOctaves = 0.25;  ///< on each side of where octaves meet
constexpr double kFirstStep_s = 0.0015;
constexpr Eigen::Index kPadding = 3;  ///< transforms are longer than their windows, so that bins can be interpolated
constexpr double kCoherent = 4.0;
constexpr double kNothing = 1e-10;
constexpr double kLeastCycles = 1.5;
constexpr double kMostPeriods = 3000.0;

/// In double: a quiet bin's square is below what a float holds.
double power_of(const std::complex<float>& bin) { return std::norm(std::complex<double>(bin)); }

double rising(double u) { return 0.5 - 0.5 * std::cos(kPi * std::clamp(u, 0.0, 1.0)); }

Eigen::Index frames_of(double seconds, double sample_rate_hz) {
  return static_cast<Eigen::Index>(std::llround(seconds * sample_rate_hz));
}

/// rising(first + k step) for k = 0, 1, ...: a turned pointer in place of a cosine each. Off by 1e-16 a step.
class Rise {
 public:
  Rise(double first, double step) : pointer_(std::polar(1.0, kPi * first)), turn_(std::polar(1.0, kPi * step)) {}
  [[nodiscard]] double next() {
    const double value = 0.5 - 0.5 * pointer_.real();
    pointer_ = {pointer_.real() * turn_.real() - pointer_.imag() * turn_.imag(),
                pointer_.real() * turn_.imag() + pointer_.imag() * turn_.real()};
    return value;
  }

 private:
  std::complex<double> pointer_;
  std::complex<double> turn_;
};

/// One side of a gate's window, from the origin outwards: 1 up to `flat` frames, then down to 0 at kFade times as many;
/// `frames` values.
std::vector<double> gate_side(Eigen::Index flat, Eigen::Index frames) {
  std::vector<double> weights(static_cast<std::size_t>(frames), 1.0);
  const double step = 1.0 / ((kFade - 1.0) * static_cast<double>(flat) + 1.0);
  Rise fall(step, step);
  const auto end = std::min(frames, flat + 1 + static_cast<Eigen::Index>(1.0 / step));
  for (Eigen::Index t = flat + 1; t < end; ++t) weights[static_cast<std::size_t>(t)] = 1.0 - fall.next();
  for (Eigen::Index t = end; t < frames; ++t) weights[static_cast<std::size_t>(t)] = 0.0;
  return weights;
}

std::vector<Band> octaves_of(const Band& band) {
  std::vector<Band> all;
  for (double low = band.start_hz; low < band.stop_hz * 0.999; low *= 2.0) {
    // A rest of less than half an octave belongs to the octave below it.
    const double high = low * 2.0 * std::sqrt(2.0) >= band.stop_hz ? band.stop_hz : low * 2.0;
    all.push_back({low, high});
    if (high == band.stop_hz) break;
  }
  return all;
}

/// Energy of the impulse in one octave between times on one side of the origin, and of the noise that is expected
/// there.
struct SliceEnergy {
  double signal = 0.0;
  double noise = 0.0;
};

/// The impulse between two times on one side of the origin, at the rate of one level.
struct Slice {
  std::vector<double> power;  ///< of the bins
  double step_hz = 1.0;
  double window_squares = 0.0;
};

/// The slices that octaves of one level have in common, each transformed once.
class SliceSet {
 public:
  SliceSet(const ImpulsePyramid& impulse, TransformSet& transforms) : impulse_(impulse), transforms_(transforms) {}

  [[nodiscard]] SliceEnergy energy(const NoiseDensity& noise, const Band& octave, double t0_s, double t1_s, int side) {
    const int level = impulse_.level_for(octave.stop_hz);
    const auto place = slices_.try_emplace({level, side, t0_s, t1_s}).first;
    if (place->second.power.empty()) place->second = made(level, t0_s, t1_s, side);
    const Slice& slice = place->second;
    const auto low = static_cast<std::size_t>(std::ceil(octave.start_hz / slice.step_hz));
    const auto high = std::min(slice.power.size(), static_cast<std::size_t>(std::ceil(octave.stop_hz / slice.step_hz)));
    if (high <= low) return {};  // shorter than a period: nothing can be said
    SliceEnergy energy;
    for (std::size_t k = low; k < high; ++k) energy.signal += slice.power[k];
    const double per_rate = std::ldexp(1.0, level);  // a sample of this level stands for so many
    energy.signal *= per_rate * slice.step_hz / impulse_.rate_hz(level);
    energy.noise = noise.mean(octave) * slice.window_squares * per_rate * (octave.stop_hz - octave.start_hz) /
                   impulse_.sample_rate_hz();
    return energy;
  }

 private:
  [[nodiscard]] Slice made(int level, double t0_s, double t1_s, int side) const {
    const double rate = impulse_.rate_hz(level);
    constexpr double kSoft = 0.2;  // soft ends, so that no octave leaks into another
    const auto first = frames_of(t0_s * (1.0 - kSoft), rate);
    const auto last = std::max(first + 1, frames_of(t1_s * (1.0 + kSoft), rate));
    std::vector<float> samples(static_cast<std::size_t>(last - first));
    Slice slice;
    // Soft ends from t (1 - kSoft) to t (1 + kSoft) about both times.
    const auto rise_of = [&](double t_s, Eigen::Index from) {
      return Rise(0.5 + (static_cast<double>(from) / (rate * t_s) - 1.0) / (2.0 * kSoft), 0.5 / (kSoft * rate * t_s));
    };
    const auto begin_end = t0_s > 0.0 ? std::min(last, frames_of(t0_s * (1.0 + kSoft), rate)) : first;
    const auto end_begin = std::clamp(frames_of(t1_s * (1.0 - kSoft), rate) + 1, begin_end, last);
    std::vector<double> weights(samples.size(), 1.0);
    if (begin_end > first) {
      Rise rise = rise_of(t0_s, first);
      for (Eigen::Index t = first; t < begin_end; ++t) weights[static_cast<std::size_t>(t - first)] = rise.next();
    }
    Rise fall = rise_of(t1_s, end_begin);
    for (Eigen::Index t = end_begin; t < last; ++t) weights[static_cast<std::size_t>(t - first)] = 1.0 - fall.next();
    for (std::size_t i = 0; i < samples.size(); ++i) {
      samples[i] = static_cast<float>(impulse_.at(level, side * (first + static_cast<Eigen::Index>(i))) * weights[i]);
      slice.window_squares += weights[i] * weights[i];
    }
    const RealTransform<float>& transform =
        transforms_.of_size<float>(fast_transform_size(std::max<std::size_t>(samples.size(), 16)));
    slice.step_hz = rate / static_cast<double>(transform.size());
    const std::vector<std::complex<float>> spectrum = transform.forward(samples);
    slice.power.reserve(spectrum.size());
    for (const std::complex<float>& bin : spectrum) slice.power.push_back(power_of(bin));
    return slice;
  }

  const ImpulsePyramid& impulse_;
  TransformSet& transforms_;
  std::map<std::tuple<int, int, double, double>, Slice> slices_;
};

/// Which of the gates that end behind slice 0, 1, ... errs least.
std::size_t best_end(const std::vector<SliceEnergy>& slices, double whole) {
  std::size_t best = slices.size() - 1;
  double least = std::numeric_limits<double>::infinity();
  double outside = 0.0;
  std::vector<double> tails(slices.size(), 0.0);
  for (std::size_t j = slices.size(); j-- > 0;) {
    tails[j] = outside;
    if (slices[j].signal > 2.0 * slices[j].noise) outside += slices[j].signal - slices[j].noise;
  }
  double inside = 0.0;
  for (std::size_t j = 0; j < slices.size(); ++j) {
    inside += slices[j].noise + kNothing * whole;
    const double error = kCoherent * tails[j] + inside;
    if (error < least) {
      least = error;
      best = j;
    }
  }
  return best;
}

/// Ends of slices: from 1.5 ms in steps of a factor 2 up to a limit, which is the last.
std::vector<double> slice_ends(double most_s) {
  std::vector<double> ends;
  for (double t = kFirstStep_s; t < most_s / 1.2; t *= 2.0) ends.push_back(t);
  ends.push_back(std::max(most_s, kFirstStep_s));
  return ends;
}

struct Side {
  std::vector<double> ends_s;
  std::vector<SliceEnergy> slices;

  Side(SliceSet& set, const NoiseDensity& noise, const Band& octave, double most_s, int side)
      : ends_s(slice_ends(most_s)) {
    for (std::size_t j = 0; j < ends_s.size(); ++j)
      slices.push_back(set.energy(noise, octave, j == 0 ? 0.0 : ends_s[j - 1], ends_s[j], side));
  }
  [[nodiscard]] double energy() const {
    double sum = 0.0;
    for (const SliceEnergy& slice : slices) sum += slice.signal;
    return sum;
  }
};

template <typename Real>
std::complex<double> interpolated_bin(const std::vector<std::complex<Real>>& spectrum, double bin) {
  // Lagrange's polynomial through six bins; bins below zero are the conjugates of those above.
  const auto base = static_cast<Eigen::Index>(std::floor(bin)) - 2;
  std::complex<double> sum = 0.0;
  const auto last = static_cast<Eigen::Index>(spectrum.size()) - 1;
  if (!(bin >= 0.0) || bin > static_cast<double>(last)) return 0.0;  // there is nothing above the Nyquist frequency
  constexpr std::array<double, 6> kDivisors = {-120.0, 24.0, -12.0, 12.0, -24.0, 120.0};  // products of i - k, k != i
  const double u = bin - static_cast<double>(base);
  for (int i = 0; i < 6; ++i) {
    double weight = 1.0 / kDivisors[static_cast<std::size_t>(i)];
    for (int k = 0; k < 6; ++k) {
      if (k != i) weight *= u - static_cast<double>(k);
    }
    const Eigen::Index at = base + i;
    const Eigen::Index folded = at > last ? 2 * last - at : std::abs(at);
    const std::complex<double> value(spectrum[static_cast<std::size_t>(folded)]);
    sum += weight * (at < 0 || at > last ? std::conj(value) : value);
  }
  return sum;
}

}  // namespace

NoiseDensity::NoiseDensity(std::span<const double> noise, double sample_rate_hz, TransformSet& transforms) {
  constexpr std::size_t kMostFrames = 16000;  // its half has a 5: faster than 16384
  if (noise.size() < 512) return;
  std::size_t frames = kMostFrames;
  while (frames > noise.size() / 3 && frames > 500) frames /= 2;
  const RealTransform<float>& transform = transforms.of_size<float>(frames);
  std::vector<double> window(frames);
  double squares = 0.0;
  for (std::size_t i = 0; i < frames / 2; ++i) {
    window[i] = 0.5 - 0.5 * std::cos(2.0 * kPi * (static_cast<double>(i) + 0.5) / static_cast<double>(frames));
    window[frames - 1 - i] = window[i];
    squares += 2.0 * window[i] * window[i];
  }
  power_.assign(transform.bins(), 0.0);
  step_hz_ = sample_rate_hz / static_cast<double>(frames);
  std::vector<float> part(frames);
  // At most 24 windows, spread over all of the noise: enough for 1 dB.
  const std::size_t possible = (noise.size() - frames) / (frames / 2) + 1;
  const std::size_t count = std::min<std::size_t>(possible, 24);
  const double share = 1.0 / (squares * static_cast<double>(count));
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t start = count == 1 ? 0 : (noise.size() - frames) * i / (count - 1);
    for (std::size_t k = 0; k < frames; ++k) part[k] = static_cast<float>(noise[start + k] * window[k]);
    const std::vector<std::complex<float>> spectrum = transform.forward(part);
    for (std::size_t k = 0; k < spectrum.size(); ++k) power_[k] += power_of(spectrum[k]) * share;
  }
  has_lines_ = found_lines();
}

bool NoiseDensity::found_lines() const {
  constexpr double kStopHz = 1500.0;
  constexpr double kLeastRatio = 10.0;
  constexpr std::size_t kNear = 4;  // bins beside a line that Hann's window fills
  constexpr std::size_t kFar = 8;
  for (std::size_t k = kFar; k + kFar < power_.size() && static_cast<double>(k) * step_hz_ < kStopHz; ++k) {
    double beside = 0.0;
    for (std::size_t i = kNear; i <= kFar; ++i) beside += power_[k - i] + power_[k + i];
    if (power_[k] > kLeastRatio * beside / static_cast<double>(2 * (kFar - kNear + 1))) return true;
  }
  return false;
}

double NoiseDensity::at(double frequency_hz) const {
  if (power_.empty()) return 0.0;
  const double bin = std::clamp(frequency_hz / step_hz_, 0.0, static_cast<double>(power_.size() - 1));
  const auto low = static_cast<std::size_t>(bin);
  const std::size_t high = std::min(low + 1, power_.size() - 1);
  return power_[low] + (power_[high] - power_[low]) * (bin - static_cast<double>(low));
}

double NoiseDensity::mean(const Band& band) const {
  if (power_.empty()) return 0.0;
  const auto low = static_cast<std::size_t>(band.start_hz / step_hz_);
  const auto high = std::min(power_.size() - 1, static_cast<std::size_t>(std::ceil(band.stop_hz / step_hz_)));
  if (high <= low) return at(std::sqrt(band.start_hz * band.stop_hz));
  double sum = 0.0;
  for (std::size_t k = low; k <= high; ++k) sum += power_[k];
  return sum / static_cast<double>(high - low + 1);
}

double NoiseDensity::through(const std::vector<double>& power, double power_step_hz, double rate_hz,
                             double frequency_hz) const {
  if (power_.empty()) return 0.0;
  const double reach_hz = static_cast<double>(power.size() - 1) * power_step_hz;
  const auto last = static_cast<double>(power_.size() - 1);
  const auto first = static_cast<std::size_t>(std::clamp(std::ceil((frequency_hz - reach_hz) / step_hz_), 0.0, last));
  const auto stop = static_cast<std::size_t>(std::clamp(std::floor((frequency_hz + reach_hz) / step_hz_), 0.0, last));
  double sum = 0.0;
  for (std::size_t k = first; k <= stop; ++k) {
    const double off_hz = std::abs(frequency_hz - static_cast<double>(k) * step_hz_);
    sum += power_[k] * power[static_cast<std::size_t>(off_hz / power_step_hz)];
  }
  return sum * step_hz_ / rate_hz;
}

std::vector<OctaveGate> chosen_gates(const ImpulsePyramid& impulse, const NoiseDensity& noise, const Band& band,
                                     double second_harmonic_hz, const GateLimits& limits, TransformSet& transforms) {
  std::vector<OctaveGate> gates;
  SliceSet slices(impulse, transforms);
  for (const Band& octave : octaves_of(band)) {
    // At the sweep's very end its fade lets noise in: the gate is chosen by what lies below.
    const Band judged{octave.start_hz, std::min(octave.stop_hz, band.stop_hz / 1.03)};
    const double most_s = std::max(0.05, kMostPeriods / octave.start_hz);
    const double most_behind_s = std::min(limits.behind_s, most_s) / kFade;
    const double most_before_s =
        std::min(octave.stop_hz <= second_harmonic_hz ? limits.before_lowest_s : limits.before_s, most_s) / kFade;
    const Side behind(slices, noise, judged, most_behind_s, 1);
    const Side before(slices, noise, judged, most_before_s, -1);
    const double whole = behind.energy() + before.energy();
    const double least_s = kLeastCycles / octave.start_hz;
    gates.push_back(
        {octave,
         std::clamp(before.ends_s[best_end(before.slices, whole)], std::min(0.5 * least_s, most_before_s),
                    most_before_s),
         std::clamp(behind.ends_s[best_end(behind.slices, whole)], std::min(least_s, most_behind_s), most_behind_s)});
  }
  return gates;
}

std::vector<OctaveGate> given_gates(const ImpulseWindow& window, const Band& band, const GateLimits& limits) {
  std::vector<OctaveGate> gates;
  for (const Band& octave : octaves_of(band)) {
    const double period_s = 1.0 / std::sqrt(octave.start_hz * octave.stop_hz);
    const bool cycles = window.kind == ImpulseWindow::Kind::kCycles;
    const double behind_s = cycles ? 0.75 * window.cycles * period_s : window.behind_s;
    const double before_s = cycles ? 0.25 * window.cycles * period_s : window.before_s;
    gates.push_back(
        {octave, std::min(before_s, limits.before_lowest_s / kFade), std::min(behind_s, limits.behind_s / kFade)});
  }
  return gates;
}

Eigen::Index window_before_frames(double before_s, double sample_rate_hz) {
  return static_cast<Eigen::Index>(kFade * static_cast<double>(frames_of(before_s, sample_rate_hz)));
}

Eigen::ArrayXd windowed(const ImpulsePyramid& impulse, double before_s, double behind_s) {
  const double rate = impulse.sample_rate_hz();
  const Eigen::Index before = frames_of(before_s, rate);
  const Eigen::Index behind = frames_of(behind_s, rate);
  const Eigen::Index first = window_before_frames(before_s, rate);
  const Eigen::Index last = window_before_frames(behind_s, rate) + 1;
  Eigen::ArrayXd samples(first + last + 1);
  const std::vector<double> left = gate_side(before, first + 1);
  const std::vector<double> right = gate_side(behind, last + 1);
  for (Eigen::Index t = -first; t <= last; ++t)
    samples[t + first] =
        impulse.at(0, t) * (t < 0 ? left[static_cast<std::size_t>(-t)] : right[static_cast<std::size_t>(t)]);
  return samples;
}

namespace {

/// The spectrum of the impulse under one gate, time zero at the first sample.
template <typename Real>
class GateSpectrum {
 public:
  GateSpectrum(const ImpulsePyramid& impulse, const OctaveGate& gate, double stop_hz, double earlier_s, bool side_lobes,
               TransformSet& transforms)
      : impulse_(impulse), level_(impulse.level_for(stop_hz)) {
    const double rate = impulse.rate_hz(level_);
    const Eigen::Index before = frames_of(gate.before_s, rate);
    const Eigen::Index behind = frames_of(gate.behind_s, rate);
    const Eigen::Index shift = frames_of(earlier_s, rate);
    const auto first = window_before_frames(gate.before_s, rate);
    const auto last = window_before_frames(gate.behind_s, rate) + 1;
    const RealTransform<Real>& transform = transforms.of_size<Real>(
        fast_transform_size(static_cast<std::size_t>(std::max<Eigen::Index>(kPadding * (first + last + 1), 64))));
    std::vector<Real> turned(transform.size(), Real(0));
    std::vector<Real> window(transform.size(), Real(0));
    const std::vector<double> left = gate_side(before, first + 1);
    const std::vector<double> right = gate_side(behind, last + 1);
    for (Eigen::Index t = 0; t <= last; ++t) {
      const double weight = right[static_cast<std::size_t>(t)];
      squares_ += weight * weight;
      window[static_cast<std::size_t>(t)] = static_cast<Real>(weight);
      turned[static_cast<std::size_t>(t)] = static_cast<Real>(impulse.at(level_, t - shift) * weight);
    }
    for (Eigen::Index t = 1; t <= first; ++t) {
      const double weight = left[static_cast<std::size_t>(t)];
      squares_ += weight * weight;
      window[transform.size() - static_cast<std::size_t>(t)] = static_cast<Real>(weight);
      turned[transform.size() - static_cast<std::size_t>(t)] =
          static_cast<Real>(impulse.at(level_, -t - shift) * weight);
    }
    spectrum_ = transform.forward(turned);
    rate_hz_ = rate;
    step_hz_ = rate / static_cast<double>(transform.size());
    per_rate_ = std::ldexp(1.0, level_);
    constexpr double kMainsReachesHz = 1500.0;
    if (!side_lobes || gate.band.start_hz > kMainsReachesHz) return;
    constexpr double kReachHz = 120.0;
    const std::vector<std::complex<Real>> lobes = transform.forward(window);
    const auto count = std::min(lobes.size(), static_cast<std::size_t>(kReachHz / step_hz_) + 2);
    for (std::size_t k = 0; k < count; ++k) side_lobes_.push_back(std::norm(std::complex<double>(lobes[k])));
  }
  [[nodiscard]] std::complex<double> at(double frequency_hz) const {
    return per_rate_ / impulse_.gain(level_, frequency_hz) * interpolated_bin(spectrum_, frequency_hz / step_hz_);
  }
  /// Expected of the noise in at(frequency_hz), squared.
  [[nodiscard]] double noise_power(const NoiseDensity& noise, double frequency_hz) const {
    const double even = noise.at(frequency_hz) * squares_;
    if (side_lobes_.empty()) return per_rate_ * even;
    return per_rate_ * std::max(even, noise.through(side_lobes_, step_hz_, rate_hz_, frequency_hz));
  }

 private:
  const ImpulsePyramid& impulse_;
  int level_;
  double squares_ = 0.0;
  double rate_hz_ = 1.0;
  std::vector<double> side_lobes_;  ///< |W|^2 of the window, in low octaves only
  double per_rate_ = 1.0;
  double step_hz_ = 1.0;
  std::vector<std::complex<Real>> spectrum_;
};

template <typename Real>
GatedResponse response_of(const ImpulsePyramid& impulse, const NoiseDensity& noise,
                          const std::vector<OctaveGate>& gates, const Eigen::ArrayXd& frequency_hz,
                          TransformSet& transforms, double earlier_s) {
  GatedResponse result{Eigen::ArrayXcd::Zero(frequency_hz.size()), Eigen::ArrayXd::Zero(frequency_hz.size())};
  const double blend = std::exp2(kBlendOctaves);
  for (std::size_t i = 0; i < gates.size(); ++i) {
    const double low = i == 0 ? 0.0 : gates[i].band.start_hz;
    const double high = i + 1 == gates.size() ? std::numeric_limits<double>::infinity() : gates[i].band.stop_hz;
    if (frequency_hz[frequency_hz.size() - 1] <= low / blend || frequency_hz[0] >= high * blend) continue;
    const GateSpectrum<Real> spectrum(impulse, gates[i], blend * gates[i].band.stop_hz, earlier_s, noise.has_lines(),
                                      transforms);
    for (Eigen::Index k = 0; k < frequency_hz.size(); ++k) {
      const double f = frequency_hz[k];
      if (f <= low / blend || f >= high * blend) continue;
      double share = 1.0;
      if (low > 0.0 && f < low * blend) share *= rising(0.5 + 0.5 * std::log2(f / low) / kBlendOctaves);
      if (f > high / blend) share *= rising(0.5 - 0.5 * std::log2(f / high) / kBlendOctaves);
      result.response[k] += share * spectrum.at(f);
      result.noise[k] += share * share * spectrum.noise_power(noise, f);
    }
  }
  result.noise = result.noise.sqrt();
  return result;
}

}  // namespace

GatedResponse gated_response(const ImpulsePyramid& impulse, const NoiseDensity& noise,
                             const std::vector<OctaveGate>& gates, const Eigen::ArrayXd& frequency_hz,
                             TransformSet& transforms, double earlier_s) {
  // What is read ahead of the response is a harmonic: float's error lies 134 dB below the harmonic itself.
  return earlier_s > 0.0 ? response_of<float>(impulse, noise, gates, frequency_hz, transforms, earlier_s)
                         : response_of<double>(impulse, noise, gates, frequency_hz, transforms, earlier_s);
}

}  // namespace headscore
