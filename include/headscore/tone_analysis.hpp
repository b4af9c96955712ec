// Distortion of single and stepped tones: sine fits, harmonics, THD, THD+N, SINAD and noise, each with its noise limit.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <string>
#include <vector>

#include "headscore/curve.hpp"
#include "headscore/distortion.hpp"
#include "headscore/error.hpp"
#include "headscore/test_signal.hpp"

namespace headscore {

/// samples[n] = offset + amplitude sin(2 pi frequency_hz n / sample_rate_hz + phase_rad) + residual.
struct SineFit {
  double frequency_hz = 0.0;
  double amplitude = 0.0;  ///< peak, positive
  double phase_rad = 0.0;  ///< of the first sample, (-pi, pi]
  double offset = 0.0;
  double residual_rms = 0.0;  ///< noise and distortion together
  int iterations = 0;

  [[nodiscard]] double sinad_db() const;  ///< 20 lg(amplitude / sqrt(2) / residual_rms)
  [[nodiscard]] double effective_bits()
      const;  ///< (SINAD - 10 lg 1.5) / (20 lg 2), for a tone at full scale: IEEE Std 1241
};

/// Least-squares sine of known frequency (three parameters) and of unknown frequency (four): IEEE Std 1057 and IEEE Std
/// 1241. samples (n), n >= 16 and at least two periods; a guess within about half a bin (sample_rate_hz / n) of the
/// tone, the largest peak of the spectrum without one. Throws Error("too-short") and Error("no-tone") (silence).
[[nodiscard]] SineFit three_parameter_fit(const Eigen::Ref<const Eigen::ArrayXd>& samples, double sample_rate_hz,
                                          double frequency_hz);
[[nodiscard]] SineFit four_parameter_fit(const Eigen::Ref<const Eigen::ArrayXd>& samples, double sample_rate_hz,
                                         std::optional<double> frequency_hz = std::nullopt);

/// An amplitude ratio and how far it can be trusted.
struct BoundedRatio {
  double ratio = 0.0;        ///< as read, noise included
  double upper_bound = 0.0;  ///< the true ratio is at most this, with 97 % confidence: ratio + 2 sigma of the noise
  bool noise_limited =
      false;  ///< noise alone gives such a ratio more than once in 1000: all that is known is the bound
};

/// One counted harmonic.
struct ToneHarmonic {
  int order = 2;
  double frequency_hz = 0.0;
  BoundedRatio level;      ///< relative to the fundamental
  double phase_rad = 0.0;  ///< of the harmonic as a sine, at the instant where the fundamental's phase is zero
};

/// A harmonic that is not counted: it lies above the Nyquist frequency or the band.
struct ExcludedHarmonic {
  int order = 2;
  double frequency_hz = 0.0;       ///< where it is
  std::optional<double> alias_hz;  ///< where sampling puts it; absent below the Nyquist frequency
  std::optional<double>
      alias_ratio;  ///< what was read there, noise included; absent where something else lies there too
};

struct ToneOptions {
  int most_order = 9;  ///< 2 to 9: last harmonic that is counted
  std::optional<double> stop_hz =
      {};  ///< harmonics above it (the microphone's band) are not counted; Nyquist frequency without
  Band noise_band = {20.0, 20000.0};  ///< of noise, THD+N and SINAD; cut at the Nyquist frequency
};

/// What one steady tone holds.
struct ToneAnalysis {
  Eigen::Index first_frame = 0;         ///< of the window, in the recording
  Eigen::Index frames = 0;              ///< of the window
  std::optional<Tone> nominal;          ///< what was played, where it is known
  double frequency_hz = 0.0;            ///< as measured
  double level_dbfs = 0.0;              ///< of the fundamental; a sine of full-scale peaks is 0
  double phase_rad = 0.0;               ///< of the fundamental as a sine, at the window's first frame
  double offset = 0.0;                  ///< DC, full scale 1.0
  bool coherent = false;                ///< the window holds a whole number of periods (to 0.001)
  std::vector<ToneHarmonic> harmonics;  ///< counted, ascending; not those that fall on another component
  std::vector<ExcludedHarmonic> excluded;
  std::optional<BoundedRatio>
      thd;  ///< root of the counted harmonics' summed squares (IEC 60268-3, to the fundamental); absent without any
  double noise_ratio = 0.0;  ///< rms of all that is no harmonic, in the noise band, relative to the fundamental's rms
  double thd_plus_noise_ratio = 0.0;  ///< root of thd^2 + noise_ratio^2, relative to the fundamental
  double sinad_db = 0.0;              ///< 1 / thd_plus_noise_ratio, dB
  SineFit sine_fit;                   ///< four parameters, over the window: all noise of the whole band, harmonics too
  std::vector<Warning>
      warnings;  ///< "level-drift", "frequency-drift", "clipped", "harmonic-on-alias", "hum-at-harmonic"
};

/// Analyses a steady tone: `samples` (n) hold it throughout, n >= 512 and at least five periods. The first
/// largest_transform_size(n) samples are used. Frequency, fundamental, harmonics and offset are one least-squares fit
/// under a Blackman-Harris window: nothing leaks from one into another, whether or not the window holds whole periods.
/// `frequency_hz`: search within 2 % of it. `silence`: the same set-up without the tone; what lies there at a
/// harmonic's frequency limits what can be said. Throws Error("too-short"), Error("too-few-periods"), Error("no-tone").
[[nodiscard]] ToneAnalysis analysed_tone(const Eigen::Ref<const Eigen::ArrayXd>& samples, double sample_rate_hz,
                                         std::optional<double> frequency_hz = std::nullopt,
                                         const ToneOptions& options = {}, const Eigen::ArrayXd& silence = {});

/// All tones of one channel of a recording.
struct ToneRecording {
  std::vector<ToneAnalysis> tones;  ///< in the order they sound
  std::optional<double>
      clock_ppm;  ///< median of measured over played frequency - 1; absent where it is not known what was played
  Eigen::Index signal_frame = 0;  ///< where the signal of the sidecar starts; negative: before the recording
  std::vector<Warning> warnings;  ///< "tone-not-found"
};

/// Finds the tones of `parameters` in samples (n), or, without, whatever steady tones there are, and analyses each.
/// Throws Error("wrong-tones") when less than half of the tones played are there, Error("no-tone") when there is none,
/// Error("truncated-recording") when the recording ends before the last tone does.
[[nodiscard]] ToneRecording analysed_tones(const Eigen::Ref<const Eigen::ArrayXd>& samples, double sample_rate_hz,
                                           const std::optional<ToneParameters>& parameters,
                                           const ToneOptions& options = {});

/// Tones as DistortionSpectrum values, one for each level: frequencies ascending, bounds where noise-limited, NaN where
/// nothing was counted. `spl_at_full_scale_db`: level in dB SPL of a sine at 0 dBFS, added to the fundamental; dBFS
/// without. `level_spl_db`: the drive level; without, and with a calibration, the fundamental's level next to 1 kHz.
[[nodiscard]] std::vector<DistortionSpectrum> distortion_spectra(
    const std::vector<ToneAnalysis>& tones, std::optional<double> spl_at_full_scale_db = std::nullopt,
    std::optional<double> level_spl_db = std::nullopt);

}  // namespace headscore
