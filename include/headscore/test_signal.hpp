// Test signals as parameters: sweeps and tones. A generator makes samples from them, an analysis reads them back.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "headscore/error.hpp"

namespace headscore {

enum class SweepKind {
  kExponential,  ///< Farina, "Simultaneous measurement of impulse response and distortion with a swept-sine technique",
                 ///< AES 108, 2000
  kSynchronised,  ///< Novak, Lotton, Simon, "Synchronized Swept-Sine: Theory, Application, and Implementation", JAES
                  ///< 63(10), 2015: a harmonic of the sweep is the sweep itself, earlier
};

/// One or more equal sweeps with silence around them, in one channel of many. Immutable.
class SweepParameters {
 public:
  struct Fields {
    SweepKind kind = SweepKind::kSynchronised;
    double sample_rate_hz = 48000.0;
    double start_hz = 20.0;
    double stop_hz = 20000.0;
    double length_s = 5.0;     ///< of one sweep, fades included
    double level_dbfs = -6.0;  ///< peak of the sine; 0 dBFS peaks at full scale
    double fade_in_s = 0.05;   ///< raised cosine, within the length
    double fade_out_s = 0.01;
    int repeats = 1;
    double silence_before_s = 1.0;
    double silence_between_s = 1.0;
    double silence_after_s = 1.0;
    int channel = 1;  ///< 1-based number of the channel that the sweep is in; 0: in all channels
    int channels = 1;
  };

  /// Throws Error("bad-sweep") for what contradicts itself: a stop at or below the start, above the Nyquist frequency,
  /// a level above 0 dBFS, fades longer than the sweep, less than one period of the start frequency, ... A synchronised
  /// sweep's length is adjusted so that start_hz L is an integer (Novak, Simon, Kadlec, Lotton, IEEE TIM 59(8), 2010):
  /// it begins at phase zero, and Farina's phase is the same but for whole turns. fields() has the adjusted length and
  /// adjustments() says what was asked for.
  explicit SweepParameters(Fields fields);

  [[nodiscard]] const Fields& fields() const noexcept { return fields_; }
  [[nodiscard]] const std::vector<Warning>& adjustments() const noexcept { return adjustments_; }

  /// L = length_s / ln(stop_hz / start_hz), s: the harmonic of order n comes L ln(n) before the linear response.
  [[nodiscard]] double rate_constant_s() const noexcept { return rate_constant_s_; }
  [[nodiscard]] double amplitude() const;  ///< 10^(level_dbfs / 20)
  [[nodiscard]] double phase_rad(
      double t_s) const;  ///< exponential: 2 pi f1 L (e^(t/L) - 1); synchronised: 2 pi f1 L e^(t/L)
  [[nodiscard]] double frequency_hz(double t_s) const;       ///< f1 e^(t/L)
  [[nodiscard]] double time_s(double frequency_hz) const;    ///< L ln(f / f1)
  [[nodiscard]] std::int64_t sweep_frames() const;           ///< of one sweep: length_s at the sample rate, rounded
  [[nodiscard]] std::int64_t period_frames() const;          ///< from the start of one repeat to that of the next
  [[nodiscard]] std::int64_t first_frame(int repeat) const;  ///< of repeat 0, 1, ... in the signal
  [[nodiscard]] std::int64_t frames() const;                 ///< of the whole signal

 private:
  Fields fields_;
  double rate_constant_s_ = 0.0;
  std::vector<Warning> adjustments_;
};

/// One tone of a signal.
struct Tone {
  double frequency_hz = 1000.0;
  double level_dbfs = -6.0;  ///< peak of the sine; 0 dBFS peaks at full scale

  friend bool operator==(const Tone&, const Tone&) = default;
};

/// Tones one after another, each from phase 0, with silence around them, in one channel of many. Immutable.
class ToneParameters {
 public:
  struct Fields {
    double sample_rate_hz = 48000.0;
    std::vector<Tone> tones = {Tone{}};  ///< at least one; in the order they sound
    double length_s = 2.0;               ///< of each tone, fades included
    double fade_s = 0.01;                ///< raised cosine at both ends of each tone, within the length
    int window_frames = 65536;           ///< analysis window whose bins the frequencies are moved to; 0: not moved
    double silence_before_s = 1.5;       ///< as long as the window, it shows hum and noise without the tones
    double silence_between_s = 0.1;
    double silence_after_s = 0.5;
    int channel = 1;  ///< 1-based number of the channel that the tones are in; 0: in all channels
    int channels = 1;
  };

  /// Throws Error("bad-tones") for a frequency at or above the Nyquist frequency, a level above 0 dBFS, fades longer
  /// than the tone, a window that is longer than the tone between its fades, ... A frequency that is no
  /// multiple of sample_rate_hz / window_frames moves to an odd multiple near it: a window then holds whole periods,
  /// and no alias of a harmonic falls on a harmonic. adjustments() says by how much at most.
  explicit ToneParameters(Fields fields);

  [[nodiscard]] const Fields& fields() const noexcept { return fields_; }
  [[nodiscard]] const std::vector<Warning>& adjustments() const noexcept { return adjustments_; }
  [[nodiscard]] std::int64_t tone_frames() const;                  ///< of one tone
  [[nodiscard]] std::int64_t period_frames() const;                ///< from the start of one tone to that of the next
  [[nodiscard]] std::int64_t first_frame(std::size_t tone) const;  ///< of tone 0, 1, ... in the signal
  [[nodiscard]] std::int64_t frames() const;                       ///< of the whole signal

 private:
  Fields fields_;
  std::vector<Warning> adjustments_;
};

using TestSignal = std::variant<SweepParameters, ToneParameters>;

}  // namespace headscore
