// Audio files: WAV (plain, extensible, RF64), W64, AIFF and FLAC, integers of 8 to 32 bits, float and double.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "headscore/audio_clip.hpp"

namespace headscore {

struct AudioReadOptions {
  std::vector<int> channels = {};  ///< 1-based numbers of the channels to keep, in this order; empty: all
  /// More frames x kept channels are refused from the header: Error("too-large"). As double, the default is 2 GiB.
  std::uint64_t most_samples = std::uint64_t{1} << 28U;
  std::uint64_t most_bytes = std::uint64_t{4} << 30U;  ///< a larger file is refused unread: Error("too-large")
  /// True: of a file that is cut short, what is there is read, with the warning "truncated-audio"; false: an Error.
  bool keep_truncated = false;
};

/// What a file's header says, checked against the file's size.
struct AudioInfo {
  double sample_rate_hz = 0.0;
  std::uint64_t frames = 0;  ///< 0 for a FLAC stream that does not say its length
  int channels = 0;
  AudioFormat format;
  std::vector<Warning> warnings;
};

/// Reads sound. Integers are scaled by a power of two, so that full scale is 1.0 and nothing is rounded; floating point
/// is kept as it is. Memory is bounded by what the file holds, never by what its header claims. Warnings:
/// "beyond-full-scale" (floating point above 1.0), "audio-length-unknown" (a stream's header without a length),
/// "truncated-audio". Throws Error with the file's name: "missing-file", "not-a-file", "unreadable", "empty-file",
/// "not-audio", "unsupported-audio" (another container, a lossy or companded encoding), "damaged-audio",
/// "truncated-audio", "no-samples", "not-finite", "too-large", "bad-sample-rate", "too-many-channels",
/// "no-such-channel".
[[nodiscard]] AudioClip read_audio(const std::filesystem::path& path, const AudioReadOptions& options = {});

/// The same from bytes in memory; `name` is used for messages only.
[[nodiscard]] AudioClip parsed_audio(std::string_view bytes, const std::string& name,
                                     const AudioReadOptions& options = {});

/// The header alone, by the same checks and errors; no sample is read.
[[nodiscard]] AudioInfo audio_info(const std::filesystem::path& path, const AudioReadOptions& options = {});

/// True when bytes begin as one of the containers that read_audio knows does (12 bytes are enough).
[[nodiscard]] bool looks_like_audio(std::string_view bytes);

/// Triangular dither of two quantisation steps from peak to peak makes the error of integers independent of the signal
/// (Lipshitz, Wannamaker and Vanderkooy, JAES 40(5), 1992); its noise is the same in every run.
enum class Dither { kNone, kTriangular };

/// Writes a clip; the file takes its name only when it is whole, and holds no date. Samples are rounded to the nearest
/// step. Throws Error: "beyond-full-scale" (an integer format cannot hold it: not clipped), "bad-audio-format" (8 bits
/// in AIFF, anything but 16 and 24 bits in FLAC, more than 8 channels in FLAC, a rate that is no integer or that the
/// container cannot hold), "too-large" (more than 4 GiB in a container of 32-bit lengths), "unwritable".
void write_audio(const std::filesystem::path& path, const AudioClip& clip, const AudioFormat& format = {},
                 Dither dither = Dither::kNone);

/// The container that a name's ending means: "x.flac" is FLAC; WAV for any other.
[[nodiscard]] AudioContainer container_for(const std::filesystem::path& path);

}  // namespace headscore
