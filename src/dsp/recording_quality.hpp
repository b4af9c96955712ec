// What is wrong with a recording before anything is computed from it.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "dsp/fft.hpp"
#include "dsp/sweep_reference.hpp"
#include "headscore/error.hpp"

namespace headscore {

/// Where the sweep lies in a recording, in frames.
struct SweepPlace {
  Eigen::Index first = 0;  ///< may be negative: its start was cut off
  Eigen::Index frames = 0;
};

/// The longer of the silences before and behind the sweeps (with half a second left for the room), as frames; nullopt
/// below 0.1 s.
struct Silence {
  Eigen::Index first = 0;
  Eigen::Index frames = 0;
};
[[nodiscard]] std::optional<Silence> silence_of(Eigen::Index recording_frames, const SweepPlace& first,
                                                const SweepPlace& last, double sample_rate_hz);

/// rms of a silence between 20 Hz and 20 kHz.
[[nodiscard]] double noise_rms(const Eigen::Ref<const Eigen::ArrayXd>& silence, double sample_rate_hz,
                               TransformSet& transforms);

/// Share of the samples above half of the largest |sample| that lie within a thousandth of it: 0.04 of a sine.
[[nodiscard]] double stuck_share(const Eigen::Ref<const Eigen::ArrayXd>& samples);

/// "clipped", "dropout", "clicks", "dc-offset" of the samples themselves, "mains-hum" of the silence.
[[nodiscard]] std::vector<Warning> recording_warnings(const Eigen::Ref<const Eigen::ArrayXd>& recording,
                                                      const std::vector<SweepPlace>& places,
                                                      const std::optional<Silence>& silence, const SweepCourse& course,
                                                      double sample_rate_hz);

/// Refuses a response that drowns in noise (median over 100 Hz to 10 kHz below 6 dB; Error("low-snr")), and tells of
/// one that nearly does. `snr_db`, `frequency_hz`: (n).
void judge_response_noise(const Eigen::ArrayXd& snr_db, const Eigen::ArrayXd& frequency_hz, int channel,
                          std::vector<Warning>& warnings);

}  // namespace headscore
