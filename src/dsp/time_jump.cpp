#include "dsp/time_jump.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <span>

namespace headscore {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kLowestHz = 30.0;
constexpr double kGrid = 1.0 / 12.0;      ///< octaves between places that are looked at
constexpr double kLeastSuspectS = 1e-4;   ///< of the bend in the delay
constexpr double kMostSuspectS = 2.5e-3;  ///< larger jumps show in the delay of third-octaves
constexpr std::size_t kMostSuspects = 3;
constexpr int kMostSteps = 30;           ///< on both sides of a suspect
constexpr double kProof = 0.2;           ///< of the smeared energy may be left when the samples are put back
constexpr double kPlainPhaseHz = 300.0;  ///< below, a jump's turn is less than half a period
constexpr double kLeastFreedom = 4.0;    ///< of the energy ahead: fewer values than that may be small by chance
constexpr double kPlausible = 5.0;  ///< what is taken away may be that many times what a jump smears, or its inverse
constexpr double kHannPeak = 8.0 / 3.0;  ///< of its square, over the mean
constexpr double kFilledHz = 700.0;      ///< from here on, what is put back is made
constexpr double kMostBandHz = 6000.0;

/// A place at which the excess phase bends.
struct Suspect {
  double frequency_hz = 0.0;
  double delay_s = 0.0;  ///< what is above lies earlier by this much
  double deviations = 0.0;
};

/// Phase of the excess spectrum, unwrapped, from bin `first` on.
std::vector<double> unwrapped(const ExcessSpectrum& excess, std::size_t first, std::size_t last) {
  std::vector<double> phase(last - first, 0.0);
  for (std::size_t k = first + 1; k < last; ++k)
    phase[k - first] = phase[k - 1 - first] + std::arg(excess.values[k] * std::conj(excess.values[k - 1]));
  return phase;
}

/// How the phase breaks at f: a smooth course through half an octave on both sides, and a step in its slope. Below
/// kPlainPhaseHz the phase's own step is tied to that of the slope, as a jump ties them.
Suspect break_at(double f, const ExcessSpectrum& excess, const std::vector<double>& phase, std::size_t first,
                 double guard) {
  const auto place = [&](double hz) { return std::clamp(excess.bin(hz), first, first + phase.size() - 1) - first; };
  const std::size_t left = place(f * std::numbers::sqrt2 / 2.0);
  const std::size_t right = place(f * std::numbers::sqrt2);
  const std::size_t stride = std::max<std::size_t>(1, (right - left) / 160);
  std::vector<std::size_t> rows;
  for (std::size_t k = left; k < right; k += stride) {
    const double hz = static_cast<double>(first + k) * excess.step_hz;
    if (hz < f / guard || hz > f * guard) rows.push_back(k);
  }
  const bool plain = f < kPlainPhaseHz;
  constexpr Eigen::Index kTerms = 4;
  const auto count = static_cast<Eigen::Index>(rows.size());
  if (count < kTerms + 4) return {f, 0.0, 0.0};
  Eigen::MatrixXd terms_at(count, kTerms);
  Eigen::VectorXd values(count);
  for (Eigen::Index i = 0; i < count; ++i) {
    const std::size_t k = rows[static_cast<std::size_t>(i)];
    const double u = static_cast<double>(first + k) * excess.step_hz / f - 1.0;
    const double above = u > 0.0 ? 1.0 : 0.0;
    values[i] = phase[k];
    if (plain) {
      terms_at.row(i) << 1.0, u, u * u, above * (1.0 + u);
    } else {
      terms_at.row(i) << 1.0, u, above, above * u;
    }
  }
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> broken(terms_at);
  if (broken.rank() < kTerms) return {f, 0.0, 0.0};
  const Eigen::VectorXd found = broken.solve(values);
  const Eigen::MatrixXd smooth_terms = terms_at.leftCols(plain ? 3 : 2);
  const Eigen::VectorXd smooth = smooth_terms.colPivHouseholderQr().solve(values);
  const double rest = (values - terms_at * found).squaredNorm() + 1e-8 * static_cast<double>(count);
  const double without = (values - smooth_terms * smooth).squaredNorm();
  const double gain = std::max(0.0, without - rest) / rest * static_cast<double>(count - kTerms);
  return {f, found[kTerms - 1] / (2.0 * kPi * f), std::sqrt(gain)};
}

/// How sharply a sweep of this course draws a jump, as a ratio of frequencies.
double sharpness(double constant_s, double f) { return std::exp(0.3 / std::sqrt(constant_s * f)); }

/// The same suspect, its place found more finely.
Suspect refined(Suspect suspect, const ExcessSpectrum& excess, const std::vector<double>& phase, std::size_t first,
                double constant_s) {
  double reach = kGrid;
  for (int round = 0; round < 2; ++round, reach /= 8.0) {
    const double centre_hz = suspect.frequency_hz;
    suspect.deviations = 0.0;
    for (int i = -8; i <= 8; ++i) {
      const double f = centre_hz * std::exp2(reach * i / 8.0);
      const Suspect other = break_at(f, excess, phase, first, sharpness(constant_s, f));
      if (other.deviations > suspect.deviations) suspect = other;
    }
  }
  return suspect;
}

/// What a suspect must stand out by: the higher the frequency, the more periods a jump turns, and the more a room's own
/// phase is broken.
double least_deviations(double f) { return f < kPlainPhaseHz ? 6.0 : f < 2000.0 ? 12.0 : 35.0; }

std::vector<Suspect> suspects(const ExcessSpectrum& excess, double constant_s, const Band& band) {
  const std::size_t first = excess.bin(std::max(20.0, 1.2 * band.start_hz));
  const std::size_t last = excess.bin(band.stop_hz / 1.03);
  if (last < first + 32) return {};
  const std::vector<double> phase = unwrapped(excess, first, last);
  std::vector<Suspect> all;
  const double lowest_hz = std::max(kLowestHz, 1.5 * band.start_hz);
  const int places = std::max(0, static_cast<int>(std::ceil(std::log2(band.stop_hz / 1.15 / lowest_hz) / kGrid)));
  for (int i = 0; i < places; ++i) {
    const double f = lowest_hz * std::exp2(kGrid * i);
    all.push_back(break_at(f, excess, phase, first, std::max(sharpness(constant_s, f), std::exp2(0.6 * kGrid))));
  }
  std::vector<Suspect> peaks;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const double own = all[i].deviations;
    const bool highest =
        (i == 0 || own >= all[i - 1].deviations) && (i + 1 == all.size() || own > all[i + 1].deviations);
    if (highest && std::abs(all[i].delay_s) < kMostSuspectS && own > least_deviations(all[i].frequency_hz) &&
        std::abs(all[i].delay_s) > kLeastSuspectS)
      peaks.push_back(all[i]);
  }
  std::sort(peaks.begin(), peaks.end(), [](const Suspect& a, const Suspect& b) { return a.deviations > b.deviations; });
  if (peaks.size() > kMostSuspects) peaks.resize(kMostSuspects);
  for (Suspect& suspect : peaks) suspect = refined(suspect, excess, phase, first, constant_s);
  std::erase_if(peaks, [](const Suspect& suspect) { return std::abs(suspect.delay_s) > kMostSuspectS; });
  return peaks;
}

/// Puts samples back and looks at what is left ahead of the direct sound, in a band about the suspect.
class Proof {
 public:
  /// `whole`: the recording's spectrum.
  Proof(const Deconvolver& deconvolver, const Eigen::Ref<const Eigen::ArrayXd>& recording,
        const std::vector<std::complex<double>>& whole, Eigen::Index start, const Suspect& suspect)
      : deconvolver_(deconvolver), recording_(recording), whole_(whole), start_(start), suspect_(suspect) {
    const double rate = deconvolver.reference().sample_rate_hz;
    step_hz_ = rate / static_cast<double>(deconvolver.size());
    const double half = std::min(0.5 * kMostBandHz, suspect.frequency_hz * 0.35);
    low_ = static_cast<std::size_t>((suspect.frequency_hz - half) / step_hz_);
    const double top = std::min(suspect.frequency_hz + half, deconvolver.stop_hz());
    high_ = std::min(deconvolver.inverse().size() - 1, static_cast<std::size_t>(top / step_hz_));
    width_hz_ = static_cast<double>(high_ - low_) * step_hz_;
  }

  [[nodiscard]] std::optional<TimeJump> found() {
    const SweepReference& reference = deconvolver_.reference();
    const double rate = reference.sample_rate_hz;
    most_frames_ =
        static_cast<Eigen::Index>(1.3 * std::abs(suspect_.delay_s) * rate + 0.1 * rate / suspect_.frequency_hz) + 8;
    ahead_s_ = 0.8 * reference.course.rate_constant_s * std::log(2.0);
    behind_s_ = 2.5 / width_hz_ + static_cast<double>(most_frames_) / rate;
    if (high_ < low_ + 16 || (ahead_s_ - behind_s_) * width_hz_ < kLeastFreedom) return std::nullopt;
    const std::vector<std::complex<double>> none(high_ - low_, 0.0);
    const double before = smeared(none, 0);
    direct_ = energy_between([&](std::size_t i) { return whole_[low_ + i]; }, -behind_s_, behind_s_);
    const double due_s = reference.course.time_s(suspect_.frequency_hz);
    const double place = static_cast<double>(start_) + due_s * rate;
    const double constant_s = reference.course.rate_constant_s;
    // Putting back at a wrong place smears the stretch between: as much as the jump does when that stretch is as wide
    // as 1 / (4 pi^2 behind_s) Hz.
    const double basin = 1.0 / (4.0 * kPi * kPi * behind_s_ * suspect_.frequency_hz);
    const double reach = std::max(0.01, 1.5 * std::log(sharpness(constant_s, suspect_.frequency_hz)));
    const int steps = std::clamp(static_cast<int>(std::ceil(reach / (0.6 * basin))), 2, kMostSteps);
    double step = reach / steps * constant_s * rate;
    const auto guess = static_cast<Eigen::Index>(std::llround(suspect_.delay_s * rate));
    Trial best = trial(place, guess);
    for (int side = 1; side <= steps && best.left > kProof * before; ++side) {
      for (const double sign : {-1.0, 1.0}) best = better(best, trial(place + sign * side * step, guess));
    }
    if (best.left > 0.8 * before) return std::nullopt;
    for (int round = 0; round < 5 && best.left > 0.1 * kProof * before; ++round) {
      step *= 0.5;
      const Trial centre = best;
      for (const double sign : {-1.0, 1.0}) best = better(best, trial(centre.place + sign * step, centre.frames));
    }
    if (suspect_.frequency_hz > kFilledHz) {
      for (const Eigen::Index k : {-2, -1, 1, 2}) best = better(best, trial(best.place, guess + k));
    }
    if (suspect_.frequency_hz < kFilledHz && !plausible(best, before)) return std::nullopt;
    if (best.left > kProof * before || std::abs(best.frames) < 2) return std::nullopt;
    return TimeJump{reference.course.frequency_hz((best.place - static_cast<double>(start_)) / rate), best.place / rate,
                    best.frames};
  }

 private:
  struct Trial {
    double place = 0.0;
    Eigen::Index frames = 0;
    double left = 0.0;
  };

  /// Whether what was taken away is what such a jump smears: a step e^(i a) in the spectrum leaves |1 - e^(i a)| / (2
  /// pi t) at the time t ahead. Where noise alone is looked at, more is taken away, or less.
  [[nodiscard]] bool plausible(const Trial& best, double before) const {
    const double turn_rad =
        2.0 * kPi * suspect_.frequency_hz * static_cast<double>(best.frames) / deconvolver_.reference().sample_rate_hz;
    const double expected = std::norm(1.0 - std::polar(1.0, turn_rad)) / (4.0 * kPi * kPi) *
                            (1.0 / behind_s_ - 1.0 / ahead_s_) / width_hz_ * kHannPeak * direct_;
    const double taken = before - best.left;
    return taken > expected / kPlausible && taken < expected * kPlausible;
  }

  [[nodiscard]] static Trial better(const Trial& a, const Trial& b) { return b.left < a.left ? b : a; }

  /// The best count of samples at one place, near a guess.
  [[nodiscard]] Trial trial(double place, Eigen::Index guess) const {
    if (suspect_.frequency_hz > kFilledHz) return filled_trial(place, guess);
    const auto cut = std::clamp<Eigen::Index>(static_cast<Eigen::Index>(std::llround(place)), 1, recording_.size() - 1);
    std::vector<std::complex<double>> head =
        deconvolver_.transform().forward({recording_.data(), static_cast<std::size_t>(cut)});
    head = {head.begin() + static_cast<std::ptrdiff_t>(low_), head.begin() + static_cast<std::ptrdiff_t>(high_)};
    const double rate = deconvolver_.reference().sample_rate_hz;
    auto step = std::clamp<Eigen::Index>(static_cast<Eigen::Index>(rate / (16.0 * suspect_.frequency_hz)), 1, 8);
    Trial best{place, guess, smeared(head, guess)};
    for (bool first = true; step >= 1; step /= 2, first = false) {
      const Eigen::Index centre = best.frames;
      const Eigen::Index reach = first ? 4 : 1;
      for (Eigen::Index k = -reach; k <= reach; ++k) {
        if (k == 0 || std::abs(centre + k * step) > most_frames_) continue;
        const double left = smeared(head, centre + k * step);
        if (left < best.left) best = {place, centre + k * step, left};
      }
    }
    return best;
  }

  /// The same for one count, with a sine in the gap: at high frequencies the gap itself would smear as much as the
  /// jump.
  [[nodiscard]] Trial filled_trial(double place, Eigen::Index frames) const {
    const auto cut = std::clamp<Eigen::Index>(static_cast<Eigen::Index>(std::llround(place)), 1, recording_.size() - 1);
    const Eigen::Index lost = std::max<Eigen::Index>(0, frames);
    const Eigen::Index from = std::min(cut + std::max<Eigen::Index>(0, -frames), recording_.size());
    const Eigen::Index rest = std::min(recording_.size() - from, recording_.size() - cut - lost);
    Eigen::ArrayXd mended = Eigen::ArrayXd::Zero(recording_.size());
    mended.head(cut) = recording_.head(cut);
    if (rest > 0) mended.segment(cut + lost, rest) = recording_.segment(from, rest);
    fill(mended, cut, std::min(lost, recording_.size() - cut));
    const std::vector<std::complex<double>> spectrum =
        deconvolver_.transform().forward({mended.data(), static_cast<std::size_t>(mended.size())});
    return {place, frames,
            smeared({spectrum.begin() + static_cast<std::ptrdiff_t>(low_),
                     spectrum.begin() + static_cast<std::ptrdiff_t>(high_)})};
  }

  /// `count` samples from `cut` on, as the sweep goes on from the waves before.
  void fill(Eigen::ArrayXd& samples, Eigen::Index cut, Eigen::Index count) const {
    const SweepCourse& course = deconvolver_.reference().course;
    const double rate = deconvolver_.reference().sample_rate_hz;
    const auto known = std::min(cut, static_cast<Eigen::Index>(4.0 * rate / suspect_.frequency_hz) + 16);
    const auto phase = [&](Eigen::Index i) {
      const double t_s = static_cast<double>(i - start_) / rate;
      return 2.0 * kPi * course.rate_constant_s * course.frequency_hz(t_s);
    };
    Eigen::MatrixXd waves(known, 2);
    for (Eigen::Index i = 0; i < known; ++i) {
      const double angle = phase(cut - known + i);
      waves.row(i) << std::cos(angle), std::sin(angle);
    }
    const Eigen::Vector2d fit = waves.colPivHouseholderQr().solve(samples.segment(cut - known, known).matrix());
    for (Eigen::Index i = cut; i < cut + count; ++i)
      samples[i] = fit[0] * std::cos(phase(i)) + fit[1] * std::sin(phase(i));
  }

  /// The same of a band of the whole spectrum.
  [[nodiscard]] double smeared(const std::vector<std::complex<double>>& band) const {
    return energy_between([&](std::size_t i) { return band[i]; }, -ahead_s_, -behind_s_);
  }

  /// Energy ahead of the direct sound when what is not `head` comes later by `frames`.
  [[nodiscard]] double smeared(const std::vector<std::complex<double>>& head, Eigen::Index frames) const {
    const double turn_rad = -2.0 * kPi * static_cast<double>(frames) / static_cast<double>(deconvolver_.size());
    return energy_between(
        [&](std::size_t i) {
          const std::size_t k = low_ + i;
          return head[i] + std::polar(1.0, turn_rad * static_cast<double>(k)) * (whole_[k] - head[i]);
        },
        -ahead_s_, -behind_s_);
  }

  /// Energy of the band between two times from the direct sound.
  template <typename Bin>
  [[nodiscard]] double energy_between(const Bin& bin_of, double from_s, double to_s) const {
    const std::size_t bins = high_ - low_;
    const RealTransform<double>& transform = transforms_.of_size(fast_transform_size(4 * bins));
    std::vector<std::complex<double>> spectrum(transform.bins(), 0.0);
    for (std::size_t i = 0; i < bins; ++i) {
      const std::size_t k = low_ + i;
      const double weight =
          0.5 - 0.5 * std::cos(2.0 * kPi * (static_cast<double>(i) + 0.5) / static_cast<double>(bins));
      spectrum[i] = weight * deconvolver_.inverse()[k] * bin_of(i);
    }
    const std::vector<double> envelope = transform.inverse(spectrum);
    const double per_s = static_cast<double>(transform.size()) * step_hz_;
    const auto origin = static_cast<double>(start_) / deconvolver_.reference().sample_rate_hz;
    const auto size = static_cast<Eigen::Index>(envelope.size());
    double energy = 0.0;
    for (auto i = static_cast<Eigen::Index>((origin + from_s) * per_s);
         i < static_cast<Eigen::Index>((origin + to_s) * per_s); ++i) {
      const double value = envelope[static_cast<std::size_t>(((i % size) + size) % size)];
      energy += value * value;
    }
    return energy;
  }

  const Deconvolver& deconvolver_;
  const Eigen::Ref<const Eigen::ArrayXd>& recording_;
  const std::vector<std::complex<double>>& whole_;
  Eigen::Index start_;
  Suspect suspect_;
  double step_hz_ = 1.0;
  double width_hz_ = 1.0;
  double ahead_s_ = 0.0;
  double behind_s_ = 0.0;
  double direct_ = 0.0;
  Eigen::Index most_frames_ = 0;
  std::size_t low_ = 0;
  std::size_t high_ = 0;
  mutable TransformSet transforms_;
};

}  // namespace

std::optional<TimeJump> found_time_jump(const ExcessSpectrum& excess, const Deconvolver& deconvolver,
                                        const Eigen::Ref<const Eigen::ArrayXd>& recording,
                                        const std::vector<Eigen::Index>& starts, const Band& band) {
  const std::vector<Suspect> found = suspects(excess, deconvolver.reference().course.rate_constant_s, band);
  if (found.empty()) return std::nullopt;
  const std::vector<std::complex<double>> whole =
      deconvolver.transform().forward({recording.data(), static_cast<std::size_t>(recording.size())});
  for (const Suspect& suspect : found) {
    for (const Eigen::Index start : starts) {
      if (std::optional<TimeJump> jump = Proof(deconvolver, recording, whole, start, suspect).found()) return jump;
    }
  }
  return std::nullopt;
}

}  // namespace headscore
