// What an audio file's header claims, compared with what the file holds, before a decoder is let near it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "headscore/audio_clip.hpp"

namespace headscore {

/// Bytes that can be read anywhere: a file or memory.
struct ByteSource {
  std::string name;        ///< for messages
  std::uint64_t size = 0;  ///< bytes
  /// Fills `bytes` with up to `count` bytes from `offset`; returns how many there were.
  std::function<std::size_t(std::uint64_t offset, char* bytes, std::size_t count)> read;
};

/// Where the sound lies.
struct AudioExtent {
  AudioContainer container = AudioContainer::kWav;
  std::uint64_t offset = 0;                          ///< of the first byte of sound
  std::uint64_t claimed_bytes = 0;                   ///< of sound, as the header says
  std::uint64_t present_bytes = 0;                   ///< of it, what is in the file
  bool length_known = true;                          ///< false: a stream's header, which leaves the length open
  std::optional<std::uint64_t> claimed_frames = {};  ///< AIFF's COMM chunk; its SSND may hold a pad byte
  /// RIFF with chunks of odd length that are not padded as they should be: where the chunk `fmt ` lies, and its length.
  bool unpadded = false;
  std::uint64_t format_offset = 0;
  std::uint64_t format_bytes = 0;
};

/// Walks the chunks of WAV (RIFF, RIFX, RF64, BW64), W64 and AIFF to the sound; of FLAC only the beginning is looked
/// at, and the extent is the rest of the file. Chunks of odd length may be padded or, as some programs write them, not.
/// Throws Error("not-audio"), Error("unsupported-audio"), Error("damaged-audio").
[[nodiscard]] AudioExtent audio_extent(const ByteSource& source);

/// The file as a decoder reads it that does not know unpadded chunks: header, `fmt ` and sound, padded. `source` must
/// outlive it.
[[nodiscard]] ByteSource padded_view(const ByteSource& source, const AudioExtent& extent);

}  // namespace headscore
