#include "io/encoding.hpp"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "headscore/error.hpp"

namespace headscore {
namespace {

bool is_ascii(std::string_view bytes) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  const char* p = bytes.data();
  const char* end = p + bytes.size();
  const auto eight_bytes = [](const char* from) {
    std::uint64_t word = 0;
    std::memcpy(&word, from, sizeof word);
    return word;
  };
  for (; end - p >= 32; p += 32) {
    const std::uint64_t all = eight_bytes(p) | eight_bytes(p + 8) | eight_bytes(p + 16) | eight_bytes(p + 24);
    if ((all & kHighBits) != 0) return false;
  }
  return std::all_of(p, end, [](char c) { return static_cast<unsigned char>(c) < 128; });
}

/// True when no byte is above 127 and none is zero, as in nearly every file.
bool is_plain_ascii(std::string_view bytes) {
  return is_ascii(bytes) && std::memchr(bytes.data(), '\0', bytes.size()) == nullptr;
}

/// Length of the valid UTF-8 sequence at p, 0 when it is not one.
std::size_t sequence_length(const unsigned char* p, const unsigned char* end) {
  const unsigned char lead = *p;
  if (lead < 0x80) return 1;
  std::size_t length = 0;
  std::uint32_t point = 0;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
    point = lead & 0x1FU;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    point = lead & 0x0FU;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    point = lead & 0x07U;
  } else {
    return 0;
  }
  if (static_cast<std::size_t>(end - p) < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((p[i] & 0xC0U) != 0x80U) return 0;
    point = (point << 6U) | (p[i] & 0x3FU);
  }
  constexpr std::array<std::uint32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  if (point < kLeast.at(length) || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return 0;
  return length;
}

std::string converted(std::string_view bytes, const char* from) {
  iconv_t handle =
      iconv_open("UTF-8", from);  // NOLINTNEXTLINE(performance-no-int-to-ptr): iconv_open()'s own mark of failure
  if (handle == reinterpret_cast<iconv_t>(-1))
    throw Error("unreadable", {}, std::string("no converter from ") + from, "glibc's iconv");
  std::string source(bytes);
  std::string result;
  std::array<char, 4096> buffer{};
  char* in = source.data();
  std::size_t in_left = source.size();
  while (in_left > 0) {
    char* out = buffer.data();
    std::size_t out_left = buffer.size();
    const std::size_t code = iconv(handle, &in, &in_left, &out, &out_left);
    const int error = errno;
    result.append(buffer.data(), buffer.size() - out_left);
    if (code == static_cast<std::size_t>(-1) && error != E2BIG) {  // no such character, or a cut sequence at the end
      result += '?';
      const std::size_t skip = std::min<std::size_t>(in_left, std::string_view(from).starts_with("UTF-16") ? 2 : 1);
      in += skip;
      in_left -= skip;
    }
  }
  iconv_close(handle);
  return result;
}

/// UTF-16 without a mark: Latin text has a zero in every second byte.
const char* unmarked_utf16(std::string_view bytes) {
  const std::size_t count = std::min<std::size_t>(bytes.size(), 1024) / 2;
  if (count < 2) return nullptr;
  std::size_t even = 0;
  std::size_t odd = 0;
  for (std::size_t i = 0; i < count; ++i) {
    even += bytes[2 * i] == '\0' ? 1U : 0U;
    odd += bytes[2 * i + 1] == '\0' ? 1U : 0U;
  }
  if (odd * 10 >= count * 9 && even == 0) return "UTF-16LE";
  if (even * 10 >= count * 9 && odd == 0) return "UTF-16BE";
  return nullptr;
}

/// Cyrillic words are runs of bytes above 0xBF; Western text has single accented letters among ASCII.
const char* code_page(const std::string& bytes) {
  std::size_t high = 0;
  std::size_t in_runs = 0;
  std::size_t run = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    high += byte >= 0x80 ? 1U : 0U;
    if (byte >= 0xC0 || byte == 0xA8 || byte == 0xB8) {
      ++run;
      in_runs += run == 3 ? 3U : (run > 3 ? 1U : 0U);
    } else {
      run = 0;
    }
  }
  return in_runs * 2 > high ? "CP1251" : "CP1252";
}

void refuse_sound(std::string_view bytes, const std::string& path) {
  const auto starts = [&](std::string_view magic) { return bytes.starts_with(magic); };
  if (starts("RIFF") || starts("RF64") || starts("fLaC") || starts("FORM") || starts("riff") || starts("OggS")) {
    throw Error("sound-file", {path}, "a sound file (" + std::string(bytes.substr(0, 4)) + ")",
                "frequency-response text, or the sweep that was recorded: --sweep FILE, its sidecar in the folder, or "
                "--sweep auto");
  }
}

void refuse_binary(std::string_view bytes, const std::string& path) {
  std::size_t control = 0;
  const std::string_view head = bytes.substr(0, 65536);
  constexpr std::uint64_t kOfTexts = 1U << '\t' | 1U << '\n' | 1U << '\v' | 1U << '\f' | 1U << '\r' | 1U << 0x1AU;
  for (const char c : head) {
    const auto byte = static_cast<unsigned char>(c);
    control += byte < 32 && (kOfTexts >> byte & 1U) == 0 ? 1U : 0U;
  }
  if (control * 50 > head.size() || bytes.find('\0') != std::string_view::npos) {
    throw Error("binary", {path}, "binary data", "text with rows of frequency and level");
  }
}

}  // namespace

bool is_utf8(const std::string& bytes) {
  const auto* p = reinterpret_cast<const unsigned char*>(bytes.data());
  const unsigned char* end = p + bytes.size();
  while (p < end) {
    const std::size_t length = sequence_length(p, end);
    if (length == 0) return false;
    p += length;
  }
  return true;
}

DecodedText decoded(std::string bytes, const std::string& path) {
  using namespace std::string_view_literals;
  const std::string_view view = bytes;
  refuse_sound(view, path);
  DecodedText result;
  bool plain = is_plain_ascii(view);
  if (view.starts_with("\xEF\xBB\xBF"sv)) {
    bytes.erase(0, 3);
    result.encoding = "UTF-8";
  } else if (view.starts_with("\xFF\xFE"sv) || view.starts_with("\xFE\xFF"sv)) {
    result.encoding = view.starts_with("\xFF\xFE"sv) ? "UTF-16LE" : "UTF-16BE";
    bytes = converted(view.substr(2), result.encoding.c_str());
  } else if (const char* unmarked = plain ? nullptr : unmarked_utf16(view)) {
    result.encoding = unmarked;
    bytes = converted(view, unmarked);
  }
  if (!result.encoding.empty()) plain = is_plain_ascii(bytes);
  if (!plain && !is_ascii(bytes) && !is_utf8(bytes)) {
    result.encoding = code_page(bytes);
    result.guessed = true;
    refuse_binary(bytes, path);
    bytes = converted(bytes, result.encoding.c_str());
  } else if (result.encoding.empty()) {
    result.encoding = "UTF-8";
  }
  refuse_binary(std::string_view(bytes).substr(0, 512), path);
  if (!plain && bytes.find('\0') != std::string::npos) refuse_binary(bytes, path);
  if (bytes.find('\n') == std::string::npos) std::replace(bytes.begin(), bytes.end(), '\r', '\n');
  result.text = std::move(bytes);
  return result;
}

}  // namespace headscore
