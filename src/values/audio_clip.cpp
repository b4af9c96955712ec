#include "headscore/audio_clip.hpp"

#include <array>
#include <cctype>
#include <cmath>
#include <utility>

namespace headscore {
namespace {

struct ContainerName {
  AudioContainer container;
  std::string_view name;
};

constexpr std::array<ContainerName, 6> kContainers = {{{AudioContainer::kWav, "wav"},
                                                       {AudioContainer::kWavExtensible, "wavex"},
                                                       {AudioContainer::kRf64, "rf64"},
                                                       {AudioContainer::kW64, "w64"},
                                                       {AudioContainer::kAiff, "aiff"},
                                                       {AudioContainer::kFlac, "flac"}}};

struct SampleFormatName {
  SampleFormat samples;
  std::string_view name;
  int bits;
};

constexpr std::array<SampleFormatName, 6> kSampleFormats = {{{SampleFormat::kInt8, "8", 8},
                                                             {SampleFormat::kInt16, "16", 16},
                                                             {SampleFormat::kInt24, "24", 24},
                                                             {SampleFormat::kInt32, "32", 32},
                                                             {SampleFormat::kFloat32, "float", 32},
                                                             {SampleFormat::kFloat64, "double", 64}}};

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

[[noreturn]] void refuse(const std::string& path, const std::string& found, const std::string& wanted) {
  throw Error("bad-audio", {path}, found, wanted);
}

void check(const AudioClip::Fields& fields) {
  const auto& samples = fields.samples;
  if (!(fields.sample_rate_hz >= kLeastSampleRateHz && fields.sample_rate_hz <= kMostSampleRateHz)) {
    refuse(fields.path, "a sample rate of " + std::to_string(fields.sample_rate_hz) + " Hz", "8,000 to 768,000 Hz");
  }
  if (samples.rows() < 1) refuse(fields.path, "no sample", "at least one");
  if (samples.cols() < 1 || samples.cols() > kMostChannels) {
    refuse(fields.path, std::to_string(samples.cols()) + " channels", "1 to 64");
  }
  if (!fields.channel_numbers.empty() && static_cast<Eigen::Index>(fields.channel_numbers.size()) != samples.cols()) {
    refuse(fields.path, std::to_string(fields.channel_numbers.size()) + " channel numbers", "one a channel");
  }
  for (Eigen::Index channel = 0; channel < samples.cols(); ++channel) {
    if (!samples.col(channel).isFinite().all()) {
      refuse(fields.path, "a sample that is not finite in channel " + std::to_string(channel + 1), "finite samples");
    }
  }
}

}  // namespace

std::string_view to_string(AudioContainer container) {
  for (const ContainerName& known : kContainers) {
    if (known.container == container) return known.name;
  }
  return "unknown";
}

std::string_view to_string(SampleFormat samples) {
  for (const SampleFormatName& known : kSampleFormats) {
    if (known.samples == samples) return known.name;
  }
  return "unknown";
}

std::optional<AudioContainer> audio_container_from(std::string_view text) {
  const std::string wanted = lower(text);
  if (wanted == "aif") return AudioContainer::kAiff;
  for (const ContainerName& known : kContainers) {
    if (known.name == wanted) return known.container;
  }
  return std::nullopt;
}

std::optional<SampleFormat> sample_format_from(std::string_view text) {
  const std::string wanted = lower(text);
  for (const SampleFormatName& known : kSampleFormats) {
    if (known.name == wanted) return known.samples;
  }
  return std::nullopt;
}

int bits(SampleFormat samples) {
  for (const SampleFormatName& known : kSampleFormats) {
    if (known.samples == samples) return known.bits;
  }
  return 0;
}

bool is_integer(SampleFormat samples) { return samples != SampleFormat::kFloat32 && samples != SampleFormat::kFloat64; }

AudioClip::AudioClip(Fields fields) : fields_(std::move(fields)) {
  check(fields_);
  if (fields_.channel_numbers.empty()) {
    for (int channel = 1; channel <= fields_.samples.cols(); ++channel) fields_.channel_numbers.push_back(channel);
  }
}

}  // namespace headscore
