// AudioClip: samples with their rate, as a file held them or as they are to be written.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headscore/error.hpp"

namespace headscore {

enum class AudioContainer { kWav, kWavExtensible, kRf64, kW64, kAiff, kFlac };
enum class SampleFormat { kInt8, kInt16, kInt24, kInt32, kFloat32, kFloat64 };

[[nodiscard]] std::string_view to_string(AudioContainer container);  ///< "wav", "wavex", "rf64", "w64", "aiff", "flac"
[[nodiscard]] std::string_view to_string(SampleFormat samples);      ///< "8", "16", "24", "32", "float", "double"
[[nodiscard]] std::optional<AudioContainer> audio_container_from(std::string_view text);  ///< to_string's words; "aif"
[[nodiscard]] std::optional<SampleFormat> sample_format_from(std::string_view text);      ///< to_string's words
[[nodiscard]] int bits(SampleFormat samples);         ///< of one stored sample: 8, 16, 24, 32 or 64
[[nodiscard]] bool is_integer(SampleFormat samples);  ///< false for float and double

/// How samples are stored in a file.
struct AudioFormat {
  AudioContainer container = AudioContainer::kWav;
  SampleFormat samples = SampleFormat::kInt24;

  friend bool operator==(const AudioFormat&, const AudioFormat&) = default;
};

constexpr double kLeastSampleRateHz = 8000.0;
constexpr double kMostSampleRateHz = 768000.0;
constexpr int kMostChannels = 64;

/// Samples of one or more channels. Full scale is 1.0: a sine at 0 dBFS has its peaks at +-1.0. Copyable and immutable.
class AudioClip {
 public:
  struct Fields {
    double sample_rate_hz = 48000.0;         ///< 8,000 to 768,000
    Eigen::ArrayXXd samples;                 ///< (frames, channels), finite, at least one frame, 1 to 64 channels
    std::vector<int> channel_numbers = {};   ///< 1-based numbers in the file, one a column; empty: 1, 2, ...
    std::optional<AudioFormat> format = {};  ///< of the file that it was read from
    std::string path = {};                   ///< of that file, as the caller gave it
    std::vector<Warning> warnings = {};
  };

  /// Throws Error("bad-audio") for a rate, a shape or a sample outside of what Fields says.
  explicit AudioClip(Fields fields);

  [[nodiscard]] const Fields& fields() const noexcept { return fields_; }
  [[nodiscard]] double sample_rate_hz() const noexcept { return fields_.sample_rate_hz; }
  [[nodiscard]] const Eigen::ArrayXXd& samples() const noexcept { return fields_.samples; }  ///< (frames, channels)
  [[nodiscard]] Eigen::Index frames() const noexcept { return fields_.samples.rows(); }
  [[nodiscard]] Eigen::Index channels() const noexcept { return fields_.samples.cols(); }
  [[nodiscard]] double duration_s() const noexcept { return static_cast<double>(frames()) / sample_rate_hz(); }
  [[nodiscard]] const std::vector<Warning>& warnings() const noexcept { return fields_.warnings; }

 private:
  Fields fields_;
};

}  // namespace headscore
