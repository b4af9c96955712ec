// From the recording of a sweep to impulse response, frequency response, distortion, noise, and a judgement of the
// recording.
#pragma once

#include <Eigen/Core>
#include <memory>
#include <optional>
#include <vector>

#include "headscore/curve.hpp"
#include "headscore/distortion.hpp"
#include "headscore/error.hpp"
#include "headscore/frequency_response.hpp"
#include "headscore/impulse_response.hpp"
#include "headscore/test_signal.hpp"

namespace headscore {

/// The window on the impulse response. kAutomatic: per octave, by decay and noise. kFixed: the same at all frequencies.
/// kCycles: as long as a number of periods of the frequency (frequency-dependent window), a quarter of it before time
/// zero.
struct ImpulseWindow {
  enum class Kind { kAutomatic, kFixed, kCycles };
  Kind kind = Kind::kAutomatic;
  double before_s = 0.005;  ///< kFixed
  double behind_s = 0.5;    ///< kFixed
  double cycles = 15.0;     ///< kCycles
};

/// The window used in one octave: flat from before_s before time zero to behind_s behind it.
struct OctaveGate {
  Band band;
  double before_s = 0.0;
  double behind_s = 0.0;
};

struct SweepAnalysisOptions {
  ImpulseWindow window;
  double points_per_octave = 96.0;             ///< of the response
  double distortion_points_per_octave = 24.0;  ///< each the power mean over its width
  int highest_harmonic = 9;                    ///< 2..9
  std::optional<double> microphone_stop_hz;    ///< harmonics above it are not told
  std::optional<double> full_scale_spl_db;     ///< SPL of a recorded sine whose peaks reach full scale
  std::optional<double> drift_ppm;             ///< of the recorder against the player; absent: estimated and corrected
};

/// What the clocks of player and recorder did.
struct ClockDrift {
  enum class Basis { kGiven, kRepeats, kExcessDelay, kUnknown };
  Basis basis = Basis::kUnknown;
  double ppm = 0.0;              ///< the recording is longer than the sweep by this much
  double uncertainty_ppm = 0.0;  ///< one standard deviation, as far as the estimate can tell
  bool corrected = false;
};

/// One channel of a recording.
struct ChannelAnalysis {
  int channel = 1;             ///< 1-based number in the recording
  ImpulseResponse impulse;     ///< mean over repeats, window of the lowest octave; recorded over played
  FrequencyResponse response;  ///< recorded over played amplitude
  Eigen::ArrayXd level_db;     ///< (n of response) level of the recorded tone: dBFS (0: peaks at full scale), or dB SPL
  bool level_is_spl = false;
  std::optional<Eigen::ArrayXd>
      snr_db;  ///< (n of response) response over the noise in it; absent where noise is not known
  std::optional<DistortionSpectrum> distortion;
  std::vector<OctaveGate> gates;
  double start_s = 0.0;           ///< where the sweep starts in the recording
  int repeats = 1;                ///< found and averaged
  bool inverted = false;          ///< the direct sound's peak is negative
  double peak_to_noise_db = 0.0;  ///< largest |sample| of the impulse response over the rms of the noise beside it
  std::optional<double> rt30_s =
      {};  ///< reverberation time from the decay between -5 and -35 dB (ISO 3382-1:2009, 5.3.3)
  ClockDrift drift = {};
  /// Of each harmonic (those of distortion): from this excitation frequency on, the sweep passes the linear response
  /// slowly enough for 0.1 dB, wherever the nonlinearity lies; below, one behind a filter is read with a larger error.
  std::vector<double> steady_from_hz = {};
  std::vector<Warning> warnings = {};  ///< codes in docs/warnings.md
};

/// Divides recordings by one sweep. The sweep's tables are made once for a length; const calls from several threads are
/// safe.
class SweepAnalyser {
 public:
  /// For recordings at `sample_rate_hz` of up to `frames`. The sweep is made anew at that rate when `parameters` name
  /// another.
  SweepAnalyser(const SweepParameters& parameters, double sample_rate_hz, Eigen::Index frames);
  /// From the samples that were played, (n), at `sweep_rate_hz`: the sweep's course is recognised; at another rate than
  /// the recording's it is resampled. Throws Error("unknown-sweep") for samples that are no logarithmic sweep.
  SweepAnalyser(const Eigen::Ref<const Eigen::ArrayXd>& played, double sweep_rate_hz, double sample_rate_hz,
                Eigen::Index frames);

  /// From a recording (n) of an unknown logarithmic sweep. The player's clock, polarity and level are not known then,
  /// and what its fades touch is left out of the band. Throws Error("unknown-sweep").
  [[nodiscard]] static SweepAnalyser recognising(const Eigen::Ref<const Eigen::ArrayXd>& recording,
                                                 double sample_rate_hz);

  /// Analyses one channel (n), n up to the frames of the constructor. `channel` is its number, for messages. Throws
  /// Error: "silent-channel", "wrong-sweep", "truncated-recording", "low-snr", "clock-drift", with the number behind
  /// it.
  [[nodiscard]] ChannelAnalysis analysed(const Eigen::Ref<const Eigen::ArrayXd>& recording, int channel,
                                         const SweepAnalysisOptions& options = {}) const;

  [[nodiscard]] double sample_rate_hz() const noexcept;
  [[nodiscard]] Eigen::Index frames() const noexcept;
  [[nodiscard]] double drive_level_dbfs() const noexcept;  ///< peak of the sweep
  [[nodiscard]] Band band() const noexcept;                ///< in which the division is exact
  [[nodiscard]] std::optional<int> played_channel() const noexcept;
  [[nodiscard]] const std::vector<Warning>& warnings() const noexcept;  ///< resampled, made anew or recognised

 private:
  struct Parts;
  explicit SweepAnalyser(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}
  std::shared_ptr<const Parts> parts_;
};

/// Response of an impulse response (n) at `sample_rate_hz`; its largest sample is time zero. No distortion; no start,
/// no drift. Where the last quarter of the file is steady noise, that gives the noise in the response (`snr_db`) and
/// the automatic windows; else the whole file is the window. Throws Error("low-snr") for a response that drowns in it.
[[nodiscard]] ChannelAnalysis impulse_analysed(const Eigen::Ref<const Eigen::ArrayXd>& samples, double sample_rate_hz,
                                               int channel, const SweepAnalysisOptions& options = {});

}  // namespace headscore
