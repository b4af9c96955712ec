#include "headscore/tone_analysis.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <span>
#include <string>

#include "dsp/fft.hpp"
#include "dsp/harmonic_fit.hpp"
#include "error/short_number.hpp"
#include "headscore/spectrum.hpp"

namespace headscore {
namespace {

constexpr double kTwoPi = 2.0 * std::numbers::pi;
constexpr double kLeastPeriods = 5.0;
constexpr double kLeastSpacingBins =
    4.0;                                 ///< half of the main lobe of Blackman and Harris: what is closer shares a lobe
constexpr double kNumericFloor = 1e-13;  ///< of the fundamental: rounding of the fit itself
constexpr double kConfidence = 2.0;      ///< sigma added for the upper bound: one-sided 97 %, as sigma is estimated
constexpr double kSearch = 0.02;         ///< about the frequency given

[[noreturn]] void refuse(const char* code, const std::string& found, const std::string& wanted) {
  throw Error(code, {}, found, wanted);
}

double decibels(double ratio) { return 20.0 * std::log10(std::max(ratio, 1e-300)); }

double wrapped_rad(double phase_rad) {
  const double wrapped = std::remainder(phase_rad, kTwoPi);
  return wrapped <= -std::numbers::pi ? std::numbers::pi : wrapped;
}

/// Cycles per sample between 0 and 1/2 at which `turns` is seen.
double folded(double turns) { return std::abs(turns - std::round(turns)); }

/// The largest peak of the Blackman-Harris spectrum, within `kSearch` of a frequency where one is given, in cycles per
/// sample.
double peak_turns(const Eigen::Ref<const Eigen::ArrayXd>& samples, std::optional<double> near_turns) {
  const AmplitudeSpectrum spectrum = amplitude_spectrum(samples, 1.0);
  const auto bins = static_cast<double>(spectrum.frames);
  Eigen::Index first = std::min<Eigen::Index>(4, spectrum.amplitude.size() - 3);
  Eigen::Index last = spectrum.amplitude.size() - 3;
  if (near_turns) {
    const double reach = std::max(3.0, kSearch * *near_turns * bins);
    first = std::clamp<Eigen::Index>(std::llround(std::floor(*near_turns * bins - reach)), 1, last);
    last = std::clamp<Eigen::Index>(std::llround(std::ceil(*near_turns * bins + reach)), first, last);
  }
  Eigen::Index peak = 0;
  const double largest = spectrum.amplitude.segment(first, last - first + 1).maxCoeff(&peak);
  if (!(largest > 0.0)) refuse("no-tone", "silence", "a tone");
  peak += first;
  const auto level = [&](Eigen::Index k) { return std::log(std::max(spectrum.amplitude[k], 1e-300)); };
  const double bend = level(peak - 1) - 2.0 * level(peak) + level(peak + 1);
  const double offset = bend < 0.0 ? std::clamp(0.5 * (level(peak - 1) - level(peak + 1)) / bend, -0.5, 0.5) : 0.0;
  return (static_cast<double>(peak) + offset) / bins;
}

SineFit sine_from(const HarmonicFit& fit, const Eigen::Ref<const Eigen::ArrayXd>& samples, double sample_rate_hz) {
  SineFit sine;
  sine.frequency_hz = fit.turns * sample_rate_hz;
  sine.amplitude = std::abs(fit.phasors[0]);
  sine.phase_rad = wrapped_rad(std::arg(fit.phasors[0]) + std::numbers::pi / 2.0);
  sine.offset = fit.offset;
  sine.residual_rms = std::sqrt(residual(samples, fit).square().mean());
  sine.iterations = fit.iterations;
  return sine;
}

void check_length(Eigen::Index frames, Eigen::Index least) {
  if (frames < least) refuse("too-short", std::to_string(frames) + " samples", "at least " + std::to_string(least));
}

/// One component of the fit.
struct Component {
  int order = 1;
  double turns = 0.0;  ///< folded
  bool aliased = false;
};

/// The analysis of one window, step by step.
class Analyser {
 public:
  Analyser(const Eigen::Ref<const Eigen::ArrayXd>& samples, double sample_rate_hz, const ToneOptions& options,
           const Eigen::ArrayXd& silence)
      : samples_(samples),
        rate_hz_(sample_rate_hz),
        options_(options),
        silence_(silence),
        weights_(window_values(SpectralWindow::kBlackmanHarris, samples.size())) {
    gain_ = weights_.sum();
    result_.frames = samples.size();
  }

  ToneAnalysis analysed(std::optional<double> frequency_hz) {
    fit_fundamental(frequency_hz);
    choose_components();
    fit_ = harmonic_fit(samples_, weights_, fit_.turns, orders(), true);
    read_noise();
    describe_fundamental();
    count_harmonics();
    sum_up();
    look_for_trouble();
    return result_;
  }

 private:
  [[nodiscard]] double bins() const { return static_cast<double>(samples_.size()); }
  [[nodiscard]] double amplitude(int order) const;
  [[nodiscard]] std::vector<int> orders() const;
  [[nodiscard]] bool is_modelled(int order) const;
  [[nodiscard]] bool is_free(double turns) const;
  [[nodiscard]] double noise_sigma(double turns) const;
  [[nodiscard]] double in_silence(double turns, double sigma) const;

  void fit_fundamental(std::optional<double> frequency_hz);
  void choose_components();
  void read_noise();
  void describe_fundamental();
  void count_harmonics();
  void sum_up();
  void compare_halves();
  void look_for_trouble();

  const Eigen::Ref<const Eigen::ArrayXd>& samples_;
  double rate_hz_;
  const ToneOptions& options_;
  const Eigen::ArrayXd& silence_;
  Eigen::ArrayXd weights_;
  double gain_ = 0.0;  ///< sum of the weights
  HarmonicFit fit_;
  std::vector<Component> components_;
  Eigen::ArrayXd noise_power_;  ///< |FFT of weighted residual|^2
  ToneAnalysis result_;
};

void Analyser::fit_fundamental(std::optional<double> frequency_hz) {
  std::optional<double> near_turns;
  if (frequency_hz) near_turns = *frequency_hz / rate_hz_;
  const double turns = peak_turns(samples_, near_turns);
  if (turns * bins() < kLeastPeriods - 0.5) {
    refuse("too-few-periods",
           short_number(turns * bins()) + " periods of " + short_number(turns * rate_hz_) + " Hz in the window",
           "at least five");
  }
  fit_ = harmonic_fit(samples_, weights_, turns, {1}, true);
  const bool lost = std::abs(fit_.turns - turns) * bins() > 2.0 || fit_.turns * bins() < kLeastPeriods - 1.0 ||
                    (0.5 - fit_.turns) * bins() < kLeastSpacingBins;
  if (lost) refuse("no-tone", "no steady tone", "one between five periods in the window and the Nyquist frequency");
}

bool Analyser::is_free(double turns) const {
  const double spacing = kLeastSpacingBins / bins();
  if (turns < spacing || 0.5 - turns < spacing) return false;
  return std::none_of(components_.begin(), components_.end(),
                      [&](const Component& other) { return std::abs(other.turns - turns) < spacing; });
}

/// Harmonics first, then the aliases that do not fall on them: sampled, an alias is a harmonic like any other.
void Analyser::choose_components() {
  components_ = {{1, fit_.turns, false}};
  for (const bool aliased : {false, true}) {
    for (int order = 2; order <= std::max(options_.most_order, 9); ++order) {
      const double turns = order * fit_.turns;
      if ((turns >= 0.5) != aliased) continue;
      if (is_free(folded(turns))) components_.push_back({order, folded(turns), aliased});
    }
  }
  std::sort(components_.begin(), components_.end(),
            [](const Component& a, const Component& b) { return a.order < b.order; });
}

std::vector<int> Analyser::orders() const {
  std::vector<int> result;
  for (const Component& component : components_) result.push_back(component.order);
  return result;
}

bool Analyser::is_modelled(int order) const {
  return std::any_of(components_.begin(), components_.end(),
                     [&](const Component& component) { return component.order == order; });
}

double Analyser::amplitude(int order) const {
  const auto at = std::find(fit_.orders.begin(), fit_.orders.end(), order) - fit_.orders.begin();
  return std::abs(fit_.phasors[static_cast<std::size_t>(at)]);
}

void Analyser::read_noise() {
  const Eigen::ArrayXd weighted = residual(samples_, fit_) * weights_;
  const RealTransform<double> transform(static_cast<std::size_t>(weighted.size()));
  const std::vector<std::complex<double>> spectrum =
      transform.forward(std::span<const double>(weighted.data(), static_cast<std::size_t>(weighted.size())));
  noise_power_.resize(static_cast<Eigen::Index>(spectrum.size()));
  for (std::size_t k = 0; k < spectrum.size(); ++k) noise_power_[static_cast<Eigen::Index>(k)] = std::norm(spectrum[k]);
}

/// Standard deviation of one quadrature of an amplitude that is read at `turns`, from the residual's density around it:
/// the median of |X|^2, which lines (hum, aliases) do not move, is ln 2 times its mean for noise. Bins under a
/// component's main lobe are left out: the fit has taken what was there.
double Analyser::noise_sigma(double turns) const {
  constexpr Eigen::Index kLobe = 5;
  constexpr std::size_t kWanted = 128;
  const Eigen::Index middle = std::llround(turns * bins());
  std::vector<double> powers;
  for (Eigen::Index distance = 1; distance < noise_power_.size() && powers.size() < kWanted; ++distance) {
    for (const Eigen::Index bin : {middle - distance, middle + distance}) {
      if (bin < kLobe || bin >= noise_power_.size() - 1) continue;
      const bool taken = std::any_of(components_.begin(), components_.end(), [&](const Component& component) {
        return std::abs(component.turns * bins() - static_cast<double>(bin)) < static_cast<double>(kLobe);
      });
      if (!taken) powers.push_back(noise_power_[bin]);
    }
  }
  double density = 0.0;
  if (!powers.empty()) {
    const auto half = powers.begin() + static_cast<std::ptrdiff_t>(powers.size() / 2);
    std::nth_element(powers.begin(), half, powers.end());
    density = *half / std::numbers::ln2;
  }
  const double numeric = kNumericFloor * amplitude(1);
  return std::sqrt(2.0 * density / (gain_ * gain_) + numeric * numeric);
}

/// The amplitude at `turns` without the tone, where it is more than noise; 0 otherwise.
double Analyser::in_silence(double turns, double sigma) const {
  const Eigen::Index frames = std::min(silence_.size(), samples_.size());
  if (static_cast<double>(frames) * turns < kLeastPeriods ||
      static_cast<double>(frames) * (0.5 - turns) < kLeastPeriods)
    return 0.0;
  const Eigen::ArrayXd weights = window_values(SpectralWindow::kBlackmanHarris, frames);
  const double hum = std::abs(harmonic_fit(silence_.tail(frames), weights, turns, {1}, false).phasors[0]);
  const double sigma_here = sigma * std::sqrt(bins() / static_cast<double>(frames));
  return hum > 4.0 * sigma_here ? hum : 0.0;
}

void Analyser::describe_fundamental() {
  const double level = amplitude(1);
  if (level <= 4.0 * noise_sigma(fit_.turns)) refuse("no-tone", "nothing above the noise", "a tone");
  result_.frequency_hz = fit_.turns * rate_hz_;
  result_.level_dbfs = decibels(level);
  result_.phase_rad = wrapped_rad(std::arg(fit_.phasors[0]) + std::numbers::pi / 2.0);
  result_.offset = fit_.offset;
  const double periods = fit_.turns * bins();
  result_.coherent = std::abs(periods - std::round(periods)) <= 1e-3;
  result_.sine_fit = four_parameter_fit(samples_, rate_hz_, result_.frequency_hz);
}

void Analyser::count_harmonics() {
  const double fundamental = amplitude(1);
  for (int order = 2; order <= options_.most_order; ++order) {
    const double turns = order * fit_.turns;
    const double frequency_hz = turns * rate_hz_;
    const bool beyond = options_.stop_hz && frequency_hz > *options_.stop_hz;
    if (turns >= 0.5 || beyond || !is_modelled(order)) {
      ExcludedHarmonic excluded{order, frequency_hz, std::nullopt, std::nullopt};
      if (turns >= 0.5) excluded.alias_hz = folded(turns) * rate_hz_;
      if (turns >= 0.5 && is_modelled(order)) excluded.alias_ratio = amplitude(order) / fundamental;
      result_.excluded.push_back(excluded);
      continue;
    }
    const double level = amplitude(order);
    const double sigma = noise_sigma(turns);
    const double hum = in_silence(turns, sigma);
    // Of noise alone, P(level^2 > 16 sigma^2) = exp(-8): less than 0.001, with room for a sigma that is estimated.
    const bool limited = level <= 2.0 * hum + 4.0 * sigma;
    if (hum > 0.0) {
      result_.warnings.push_back({"hum-at-harmonic", 0,
                                  "without the tone, " + short_number(decibels(hum / fundamental)) +
                                      " dB of the fundamental lie at H" + std::to_string(order)});
    }
    ToneHarmonic harmonic{
        order, frequency_hz, {level / fundamental, (level + hum + kConfidence * sigma) / fundamental, limited}, 0.0};
    const auto at =
        static_cast<std::size_t>(std::find(fit_.orders.begin(), fit_.orders.end(), order) - fit_.orders.begin());
    harmonic.phase_rad = wrapped_rad(std::arg(fit_.phasors[at]) + std::numbers::pi / 2.0 - order * result_.phase_rad);
    result_.harmonics.push_back(harmonic);
  }
}

void Analyser::sum_up() {
  const double fundamental = amplitude(1);
  double power = 0.0;
  double noise_variance = 0.0;  // of both quadratures of all harmonics
  double noise_fourth = 0.0;
  double largest_margin = 0.0;
  double hum_power = 0.0;
  for (const ToneHarmonic& harmonic : result_.harmonics) {
    const double sigma = noise_sigma(harmonic.order * fit_.turns) / fundamental;
    const double hum = std::max(0.0, harmonic.level.upper_bound - harmonic.level.ratio - kConfidence * sigma);
    power += harmonic.level.ratio * harmonic.level.ratio;
    noise_variance += 2.0 * sigma * sigma;
    noise_fourth += 4.0 * sigma * sigma * sigma * sigma;
    largest_margin = std::max(largest_margin, kConfidence * sigma);
    hum_power += hum * hum;
  }
  const double thd = std::sqrt(power);
  if (!result_.harmonics.empty()) {
    const double threshold = std::sqrt(noise_variance + 7.0 * std::sqrt(noise_fourth)) + 2.0 * std::sqrt(hum_power);
    result_.thd = BoundedRatio{thd, thd + largest_margin + std::sqrt(hum_power), thd <= threshold};
  }
  const double nyquist_hz = rate_hz_ / 2.0;
  const double bin_hz = rate_hz_ / bins();
  const Band band{options_.noise_band.start_hz, std::min(options_.noise_band.stop_hz, nyquist_hz)};
  double noise = 0.0;
  for (Eigen::Index bin = 1; bin + 1 < noise_power_.size(); ++bin) {
    const double frequency_hz = bin_hz * static_cast<double>(bin);
    if (frequency_hz >= band.start_hz && frequency_hz <= band.stop_hz) noise += 2.0 * noise_power_[bin];
  }
  noise /= bins() * weights_.square().sum();  // Parseval; mean square
  for (const Component& component : components_) {
    const bool counted = std::any_of(result_.harmonics.begin(), result_.harmonics.end(),
                                     [&](const ToneHarmonic& harmonic) { return harmonic.order == component.order; });
    const double frequency_hz = component.turns * rate_hz_;
    if (component.order == 1 || counted || frequency_hz < band.start_hz || frequency_hz > band.stop_hz) continue;
    noise += 0.5 * amplitude(component.order) * amplitude(component.order);  // an alias is no harmonic, but it is there
  }
  result_.noise_ratio = std::sqrt(2.0 * noise) / fundamental;
  result_.thd_plus_noise_ratio = std::hypot(thd, result_.noise_ratio);
  result_.sinad_db = -decibels(result_.thd_plus_noise_ratio);
}

/// What a steady tone does not do: level and frequency of the window's halves are compared.
void Analyser::compare_halves() {
  const Eigen::Index half = samples_.size() / 2;
  const double periods = fit_.turns * static_cast<double>(half);
  // In few periods harmonics are near each other, and have to be fitted along.
  const std::vector<int> fitted = periods < 2.0 * kLeastPeriods ? orders() : std::vector<int>{1};
  const Eigen::ArrayXd weights = window_values(SpectralWindow::kBlackmanHarris, half);
  const HarmonicFit first = harmonic_fit(samples_.head(half), weights, fit_.turns, fitted, true);
  const HarmonicFit second = harmonic_fit(samples_.tail(half), weights, fit_.turns, fitted, true);
  const double noise = 8.0 * noise_sigma(fit_.turns) / amplitude(1);
  const double drift_db = decibels(std::abs(second.phasors[0]) / std::abs(first.phasors[0]));
  if (std::abs(drift_db) > std::max(0.05, decibels(1.0 + noise))) {
    result_.warnings.push_back({"level-drift", 0,
                                "the tone's level changes by " + short_number(drift_db) +
                                    " dB from the first to the second half of the window"});
  }
  const double drift_periods = (second.turns - first.turns) * static_cast<double>(half);
  if (std::abs(drift_periods) > std::max(0.02, noise)) {
    result_.warnings.push_back({"frequency-drift", 0,
                                "the tone's frequency changes by " +
                                    short_number((second.turns - first.turns) * rate_hz_) +
                                    " Hz from the first to the second half of the window"});
  }
}

void Analyser::look_for_trouble() {
  compare_halves();
  const double peak = samples_.abs().maxCoeff();
  Eigen::Index run = 0;
  Eigen::Index longest = 0;
  for (const double sample : samples_) {
    run = std::abs(sample) >= peak * (1.0 - 1e-9) ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const bool slow = fit_.turns < 1.0 / 256.0;  // a slow tone stays at its peak for some samples of its own
  if (longest >= (slow ? 16 : 4) && peak > 0.5) {
    result_.warnings.push_back({"clipped", 0,
                                std::to_string(longest) + " samples in a row stay at the largest value, " +
                                    short_number(decibels(peak)) + " dBFS"});
  }
  std::string fallen;
  for (int order = 2; order <= 9; ++order) {
    const double turns = order * fit_.turns;
    if (turns < 0.5 || is_modelled(order)) continue;
    for (const Component& component : components_) {
      if (component.aliased || std::abs(component.turns - folded(turns)) >= kLeastSpacingBins / bins()) continue;
      fallen +=
          (fallen.empty() ? "" : ", ") + ("H" + std::to_string(order)) + " on H" + std::to_string(component.order);
    }
  }
  if (!fallen.empty()) {
    result_.warnings.push_back(
        {"harmonic-on-alias", 0, "aliases fall on what is counted, if nothing filters them: " + fallen});
  }
}

}  // namespace

double SineFit::sinad_db() const { return decibels(amplitude / std::numbers::sqrt2) - decibels(residual_rms); }

double SineFit::effective_bits() const { return (sinad_db() - 10.0 * std::log10(1.5)) / (20.0 * std::log10(2.0)); }

SineFit three_parameter_fit(const Eigen::Ref<const Eigen::ArrayXd>& samples, double sample_rate_hz,
                            double frequency_hz) {
  check_length(samples.size(), 16);
  const Eigen::ArrayXd weights = Eigen::ArrayXd::Ones(samples.size());
  return sine_from(harmonic_fit(samples, weights, frequency_hz / sample_rate_hz, {1}, false), samples, sample_rate_hz);
}

SineFit four_parameter_fit(const Eigen::Ref<const Eigen::ArrayXd>& samples, double sample_rate_hz,
                           std::optional<double> frequency_hz) {
  check_length(samples.size(), 16);
  if (!(samples.abs().maxCoeff() > 0.0)) refuse("no-tone", "silence", "a tone");
  const double turns = frequency_hz ? *frequency_hz / sample_rate_hz : peak_turns(samples, std::nullopt);
  const Eigen::ArrayXd weights = Eigen::ArrayXd::Ones(samples.size());
  return sine_from(harmonic_fit(samples, weights, turns, {1}, true), samples, sample_rate_hz);
}

ToneAnalysis analysed_tone(const Eigen::Ref<const Eigen::ArrayXd>& samples, double sample_rate_hz,
                           std::optional<double> frequency_hz, const ToneOptions& options,
                           const Eigen::ArrayXd& silence) {
  check_length(samples.size(), 512);
  if (options.most_order < 2 || options.most_order > 9)
    refuse("bad-tone-options", "a last harmonic of " + std::to_string(options.most_order), "2 to 9");
  const Eigen::Ref<const Eigen::ArrayXd> window = samples.head(largest_transform_size(samples.size()));
  return Analyser(window, sample_rate_hz, options, silence).analysed(frequency_hz);
}

}  // namespace headscore
