// Recordings of sweeps -> measurements.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "headscore/audio_clip.hpp"
#include "headscore/curve.hpp"
#include "headscore/measurement.hpp"
#include "headscore/sweep_analysis.hpp"

namespace headscore {

struct SoundOptions {
  /// The sweep: an audio file (its sidecar is used where there is one), a sidecar, or "auto": recognised from each
  /// recording. Absent: the one sidecar of a sweep in the recording's folder.
  std::optional<std::string> sweep;
  bool impulse = false;  ///< files are impulse responses; no sweep is needed
  SweepAnalysisOptions analysis;
  std::optional<Curve> microphone;  ///< its response, dB: taken off the levels
  std::optional<Curve> rig;         ///< of coupler and preamplifier, dB: taken off the levels
  std::vector<Channel> channels;    ///< of a recording's channels, in order; kUnknown leaves one out. Empty: found
};

/// One recording's analysis.
struct SoundAnalysis {
  std::string path;
  std::string format;  ///< "wav, 24 bit, 48000 Hz, 2 channels"
  double sample_rate_hz = 0.0;
  std::string sweep;                       ///< what it was divided by
  std::optional<double> drive_level_dbfs;  ///< peak of the digital sweep; absent where it is not known (auto, impulse)
  std::vector<ChannelAnalysis> channels;
  std::vector<Channel> sides;     ///< one a channel
  std::vector<Error> refused;     ///< channels that could not be analysed, while others could
  std::vector<Warning> warnings;  ///< of the recording as a whole
};

/// Prepared sweeps for one set of options, shared by recordings of one length and rate. Calls from several threads are
/// safe.
class SoundReader {
 public:
  explicit SoundReader(SoundOptions options);
  ~SoundReader();

  /// Analyses one recording; channels on `jobs` threads. Throws Error with the file's name: "no-sweep" when no sweep is
  /// told, "unknown-sweep", what reading and analysing throw.
  [[nodiscard]] SoundAnalysis analysed(const std::filesystem::path& path, int jobs = 1) const;

  /// The same for a recording that was read already; its path tells the side and the folder of the sweep's sidecar.
  [[nodiscard]] SoundAnalysis analysed(const AudioClip& clip, int jobs = 1) const;

  /// Files that decide, beside the options, by which sweep a recording in `folder` is divided: the sidecars of sweeps
  /// there, ascending; none when the options tell.
  [[nodiscard]] std::vector<std::filesystem::path> sweep_sidecars(const std::filesystem::path& folder) const;

  [[nodiscard]] const SoundOptions& options() const noexcept;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// One measurement a channel, with identity by the file's name: "X.wav" in stereo is X L and X R.
[[nodiscard]] std::vector<Measurement> measurements_of(const SoundAnalysis& analysis);

/// True when the file's first bytes are those of a sound file.
[[nodiscard]] bool is_sound_file(const std::filesystem::path& path);

/// True when a file is a test signal: a sidecar stands beside it.
[[nodiscard]] bool is_test_signal(const std::filesystem::path& path);

}  // namespace headscore
