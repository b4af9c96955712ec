// Any bytes are a clip that holds what AudioClip promises, or are refused with an Error, in memory bounded by what was
// given.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "headscore/audio.hpp"
#include "headscore/error.hpp"

namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

void check(const headscore::AudioClip& clip, bool integers) {
  require(clip.frames() >= 1, "a clip holds a frame");
  require(clip.channels() >= 1 && clip.channels() <= headscore::kMostChannels, "1 to 64 channels");
  require(static_cast<Eigen::Index>(clip.fields().channel_numbers.size()) == clip.channels(),
          "each channel has its number");
  require(
      clip.sample_rate_hz() >= headscore::kLeastSampleRateHz && clip.sample_rate_hz() <= headscore::kMostSampleRateHz,
      "a rate in range");
  require(clip.samples().isFinite().all(), "samples are finite");
  if (integers) require((clip.samples().abs() <= 1.0).all(), "integers stay within full scale");
  for (const headscore::Warning& warning : clip.warnings()) {
    require(!warning.code.empty() && !warning.message.empty(), "a warning has a code and a message");
  }
}

void read(std::string_view bytes, const headscore::AudioReadOptions& options) {
  try {
    const headscore::AudioClip clip = headscore::parsed_audio(bytes, "fuzz.wav", options);
    require(clip.fields().format.has_value(), "a clip that was read tells its format");
    check(clip, headscore::is_integer(clip.fields().format->samples));
    require(static_cast<std::uint64_t>(clip.samples().size()) <= options.most_samples, "no more samples than allowed");
  } catch (const headscore::Error& error) {
    require(!error.code().empty(), "an error has a code");
    require(error.code() != "bad-audio", "what is wrong with a file is told as the file's own fault");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  constexpr std::uint64_t kMostSamples = 1U << 20U;
  read(bytes, {.most_samples = kMostSamples});
  read(bytes, {.channels = {1}, .most_samples = kMostSamples, .keep_truncated = true});
  return 0;
}
