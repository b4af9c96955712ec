#include "io/audio_header.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "headscore/audio.hpp"
#include "headscore/error.hpp"

namespace headscore {
namespace {

using std::string_view_literals::operator""sv;

constexpr int kMostChunks = 100000;
/// Where the length of the sound is told to be one of these, the header was written by a stream that could not go back.
constexpr std::array<std::uint64_t, 4> kOpenLengths = {0xFFFFFFFFU, 0xFFFFFFFEU, 0x7FFFF000U, 0x80000000U};
constexpr std::string_view kW64Riff = "riff\x2E\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\x00\x00"sv;
constexpr std::string_view kW64Tail = "\xF3\xAC\xD3\x11\x8C\xD1\x00\xC0\x4F\x8E\xDB\x8A"sv;

[[noreturn]] void damaged(const ByteSource& source, const std::string& found, const std::string& wanted) {
  throw Error("damaged-audio", {source.name}, found, wanted);
}

std::string bytes_at(const ByteSource& source, std::uint64_t offset, std::size_t count) {
  std::string bytes(count, '\0');
  bytes.resize(offset < source.size ? source.read(offset, bytes.data(), count) : 0);
  return bytes;
}

std::uint64_t little(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) value = value << 8U | static_cast<unsigned char>(bytes[i - 1]);
  return value;
}

std::uint64_t big(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8U | static_cast<unsigned char>(byte);
  return value;
}

/// A chunk's name: four characters of printable ASCII.
bool is_name(std::string_view bytes) {
  return bytes.size() == 4 && std::all_of(bytes.begin(), bytes.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

AudioExtent extent(const ByteSource& source, AudioContainer container, std::uint64_t offset, std::uint64_t claimed) {
  const std::uint64_t behind = source.size - std::min(source.size, offset);
  return {
      .container = container, .offset = offset, .claimed_bytes = claimed, .present_bytes = std::min(claimed, behind)};
}

/// True for a chunk of odd length at `end`, behind which the next one follows without a pad byte.
bool lacks_padding(const ByteSource& source, std::uint64_t end) {
  return !is_name(bytes_at(source, end + 1, 4)) && is_name(bytes_at(source, end, 4));
}

/// One chunk of RIFF or AIFF.
struct Chunk {
  std::string name;
  std::uint64_t offset = 0;  ///< of its body
  std::uint64_t length = 0;
};

/// Calls `visit` with each chunk until it says true. Returns whether one lacked its padding before that.
template <typename Visit>
bool walk_chunks(const ByteSource& source, bool big_endian, const Visit& visit) {
  bool unpadded = false;
  std::uint64_t offset = 12;
  for (int count = 0; count < kMostChunks && offset + 8 <= source.size; ++count) {
    const std::string start = bytes_at(source, offset, 8);
    if (start.size() < 8) break;
    const std::string_view length = std::string_view(start).substr(4);
    const Chunk chunk{start.substr(0, 4), offset + 8, big_endian ? big(length) : little(length)};
    if (visit(chunk)) break;
    offset = chunk.offset + chunk.length;
    if (chunk.length % 2 == 0) continue;
    const bool lacking = lacks_padding(source, offset);
    unpadded = unpadded || lacking;
    if (!lacking) ++offset;
  }
  return unpadded;
}

/// A decoder takes the bytes of a sample from its bits; where the header puts them further apart (24 bits in frames of
/// 4 bytes), it would read noise. `offset`: of the body of the chunk `fmt `.
void check_frame_bytes(const ByteSource& source, std::uint64_t offset, bool big_endian) {
  const std::string format = bytes_at(source, offset, 16);
  if (format.size() < 16) return;
  const auto number = [&](std::size_t at) {
    const std::string_view bytes = std::string_view(format).substr(at, 2);
    return big_endian ? big(bytes) : little(bytes);
  };
  constexpr std::array<std::uint64_t, 3> kUncompressed = {1, 3, 0xFFFE};
  if (std::find(kUncompressed.begin(), kUncompressed.end(), number(0)) == kUncompressed.end()) return;
  const std::uint64_t channels = number(2);
  const std::uint64_t frame_bytes = number(12);
  const std::uint64_t bits = number(14);
  const std::uint64_t expected = channels * ((bits + 7) / 8);
  if (frame_bytes == expected) return;
  throw Error("unsupported-audio", {source.name}, "frames of " + std::to_string(frame_bytes) + " bytes",
              std::to_string(expected) + " for " + std::to_string(channels) + " x " + std::to_string(bits) + " bits");
}

AudioExtent riff_extent(const ByteSource& source, std::string_view head) {
  const bool wide = head.starts_with("RF64") || head.starts_with("BW64");
  const AudioContainer container = wide ? AudioContainer::kRf64 : AudioContainer::kWav;
  std::optional<std::uint64_t> wide_length;
  std::optional<Chunk> format;
  std::optional<AudioExtent> found;
  const bool unpadded = walk_chunks(source, head.starts_with("RIFX"), [&](const Chunk& chunk) {
    if (chunk.name == "fmt ") {
      format = chunk;
      check_frame_bytes(source, chunk.offset, head.starts_with("RIFX"));
    }
    if (chunk.name == "ds64" && wide) {
      const std::string sizes = bytes_at(source, chunk.offset, 16);
      if (sizes.size() == 16) wide_length = little(std::string_view(sizes).substr(8));
    }
    if (chunk.name != "data") return false;
    const bool is_wide = wide && chunk.length == 0xFFFFFFFFU && wide_length;
    found = extent(source, container, chunk.offset, is_wide ? *wide_length : chunk.length);
    const bool open = std::find(kOpenLengths.begin(), kOpenLengths.end(), chunk.length) != kOpenLengths.end();
    found->length_known = is_wide || !open || found->present_bytes == chunk.length;
    return true;
  });
  if (!found) damaged(source, "a header without a chunk of sound (data)", "a whole file");
  if (unpadded && format && !wide) {
    found->unpadded = true;
    found->format_offset = format->offset;
    found->format_bytes = std::min(format->length, source.size - format->offset);
  }
  return *found;
}

AudioExtent aiff_extent(const ByteSource& source) {
  std::optional<std::uint64_t> frames;
  std::optional<AudioExtent> found;
  const bool unpadded = walk_chunks(source, true, [&](const Chunk& chunk) {
    if (chunk.name == "COMM") {
      const std::string common = bytes_at(source, chunk.offset, 6);
      if (common.size() == 6) frames = big(std::string_view(common).substr(2));
    }
    if (chunk.name == "SSND") {
      const std::string offset = bytes_at(source, chunk.offset, 4);
      if (offset.size() < 4 || big(offset) != 0)
        damaged(source, "sound that begins at an offset", "sound at the beginning of its chunk");
      found = extent(source, AudioContainer::kAiff, chunk.offset + 8, chunk.length < 8 ? 0 : chunk.length - 8);
    }
    return found && frames;
  });
  if (!found) damaged(source, "a header without a chunk of sound (SSND)", "a whole file");
  if (unpadded) damaged(source, "a chunk of odd length without its pad byte", "padded chunks in AIFF");
  found->claimed_frames = frames;
  return *found;
}

/// W64: chunks named by GUIDs, with lengths of 64 bits that count their 24 bytes of head, at multiples of eight.
AudioExtent w64_extent(const ByteSource& source) {
  std::uint64_t offset = 40;
  for (int chunk = 0; chunk < kMostChunks && offset < source.size; ++chunk) {
    const std::string start = bytes_at(source, offset, 24);
    if (start.size() < 24) break;
    const std::uint64_t length = little(std::string_view(start).substr(16));
    if (length < 24) damaged(source, "a chunk of " + std::to_string(length) + " bytes", "24 or more in a W64 file");
    if (start.starts_with("fmt ") && start.substr(4, 12) == kW64Tail) check_frame_bytes(source, offset + 24, false);
    if (start.starts_with("data") && start.substr(4, 12) == kW64Tail)
      return extent(source, AudioContainer::kW64, offset + 24, length - 24);
    if (length > source.size - offset) break;
    offset += (length + 7) / 8 * 8;
  }
  damaged(source, "a header without a chunk of sound (data)", "a whole file");
}

std::string kind_of(std::string_view head) {
  if (head.starts_with("OggS")) return "an Ogg file";
  if (head.starts_with("ID3") || head.starts_with("\xFF\xFB")) return "an MP3 file";
  if (head.starts_with(".snd")) return "an AU file";
  if (head.starts_with("caff")) return "a CAF file";
  if (head.size() >= 8 && head.substr(4, 4) == "ftyp") return "an MP4 file";
  return "";
}

bool is_wave(std::string_view head) {
  return head.size() >= 12 &&
         (head.starts_with("RIFF") || head.starts_with("RIFX") || head.starts_with("RF64") ||
          head.starts_with("BW64")) &&
         head.substr(8, 4) == "WAVE";
}

bool is_aiff(std::string_view head) {
  return head.size() >= 12 && head.starts_with("FORM") && (head.substr(8, 4) == "AIFF" || head.substr(8, 4) == "AIFC");
}

/// The bytes of an ID3v2 tag that stands before a FLAC stream; 0 without one.
std::uint64_t id3_length(const ByteSource& source) {
  const std::string head = bytes_at(source, 0, 10);
  if (head.size() < 10 || !head.starts_with("ID3")) return 0;
  std::uint64_t length = 0;
  for (std::size_t i = 6; i < 10; ++i) length = length << 7U | (static_cast<unsigned char>(head[i]) & 0x7FU);
  return length + 10;
}

}  // namespace

bool looks_like_audio(std::string_view bytes) {
  const std::string_view head = bytes.substr(0, std::min<std::size_t>(bytes.size(), 16));
  return is_wave(head) || is_aiff(head) || head.starts_with("fLaC") || head.starts_with(kW64Riff.substr(0, 12));
}

AudioExtent audio_extent(const ByteSource& source) {
  if (source.size == 0) throw Error("empty-file", {source.name}, "an empty file", "WAV, RF64, W64, AIFF or FLAC");
  const std::string head = bytes_at(source, 0, 16);
  if (is_wave(head)) return riff_extent(source, head);
  if (is_aiff(head)) return aiff_extent(source);
  if (std::string_view(head) == kW64Riff) return w64_extent(source);
  const std::uint64_t tag = id3_length(source);
  if (bytes_at(source, tag, 4) == "fLaC") {
    const std::uint64_t rest = source.size - tag;
    return extent(source, AudioContainer::kFlac, tag, rest);
  }
  const std::string kind = kind_of(head);
  if (!kind.empty()) throw Error("unsupported-audio", {source.name}, kind, "WAV, RF64, W64, AIFF or FLAC");
  throw Error("not-audio", {source.name}, "a file that does not begin as sound does", "WAV, RF64, W64, AIFF or FLAC");
}

ByteSource padded_view(const ByteSource& source, const AudioExtent& extent) {
  const bool big_endian = bytes_at(source, 0, 4) == "RIFX";
  const auto length = [&](std::uint64_t value) {
    std::string bytes;
    for (int i = 0; i < 4; ++i) bytes += static_cast<char>(value >> (8 * (big_endian ? 3 - i : i)) & 0xFFU);
    return bytes;
  };
  const std::uint64_t format_bytes = std::min<std::uint64_t>(extent.format_bytes, 4096);
  std::string head = bytes_at(source, 0, 4) + length(extent.present_bytes + format_bytes + 20) + "WAVE";
  head +=
      "fmt " + length(format_bytes) + bytes_at(source, extent.format_offset, static_cast<std::size_t>(format_bytes));
  if (format_bytes % 2 == 1) head += '\0';
  head += "data" + length(extent.present_bytes);
  const std::uint64_t size = head.size() + extent.present_bytes;
  const auto read = [&source, head, at = extent.offset, size](std::uint64_t offset, char* bytes, std::size_t count) {
    if (offset >= size) return std::size_t{0};
    count = static_cast<std::size_t>(std::min<std::uint64_t>(count, size - offset));
    if (offset >= head.size()) return source.read(at + (offset - head.size()), bytes, count);
    const std::size_t from_head = std::min(count, head.size() - static_cast<std::size_t>(offset));
    std::copy_n(head.data() + offset, from_head, bytes);
    return from_head + (count > from_head ? source.read(at, bytes + from_head, count - from_head) : 0);
  };
  return {source.name, size, read};
}

}  // namespace headscore
