#include "io/json_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace headscore {
namespace {

/// Bytes of the well-formed UTF-8 character at `at`, 0 when there is none (RFC 3629).
std::size_t character_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = byte(at);
  if (first < 0x80) return 1;
  const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return byte(i) >= low && byte(i) <= high;
  };
  if (first >= 0xC2 && first <= 0xDF) return follows(at + 1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool second = follows(at + 1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
    return second && follows(at + 2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool second = follows(at + 1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
    return second && follows(at + 2) && follows(at + 3) ? 4 : 0;
  }
  return 0;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// 0: as it is; 'u': \\u00XX; else the letter behind the backslash.
char escape_of(unsigned char c) {
  switch (c) {
    case '"':
    case '\\':
      return static_cast<char>(c);
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return c < 0x20 ? 'u' : '\0';
  }
}

/// By byte: ASCII that stands in a JSON text as it is.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (std::size_t byte = 0x20; byte < 0x80; ++byte) plain[byte] = byte != '"' && byte != '\\';
  return plain;
}();

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return kPlain[static_cast<unsigned char>(c)]; });
}

constexpr int kDecimals = 9;
constexpr double kMostRounded = 1e6;  ///< times 10^kDecimals: every step is a double

void append_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const char escape = escape_of(byte);
    if (escape == '\0') {
      out += c;
    } else if (escape == 'u') {
      out += "\\u00";
      out += kDigits[byte >> 4U];
      out += kDigits[byte & 15U];
    } else {
      out += '\\';
      out += escape;
    }
  }
}

}  // namespace

std::string utf8_text(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string key;
  key.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_length(text, at);
    if (length != 0) {
      key.append(text.substr(at, length));
      at += length;
      continue;
    }
    const auto byte = static_cast<unsigned char>(text[at++]);
    key += "\xEF\xBF\xBD";
    key += kDigits[byte >> 4U];
    key += kDigits[byte & 15U];
  }
  return key;
}

void JsonText::comma() {
  if (out_.empty()) return;
  const char last = out_.back();
  if (last != '{' && last != '[' && last != ':' && last != '\n') out_ += ',';
}

JsonText& JsonText::open(char bracket) {
  comma();
  out_ += bracket;
  return *this;
}

JsonText& JsonText::close(char bracket) {
  out_ += bracket;
  return *this;
}

JsonText& JsonText::key(std::string_view name) {
  comma();
  out_ += '"';
  out_ += name;
  out_ += "\":";
  return *this;
}

JsonText& JsonText::text(std::string_view value) {
  comma();
  out_ += '"';
  if (is_plain(value)) {
    out_ += value;
  } else if (is_ascii(value)) {
    append_escaped(out_, value);
  } else {
    append_escaped(out_, utf8_text(value));
  }
  out_ += '"';
  return *this;
}

JsonText& JsonText::number(double value) {
  if (!std::isfinite(value)) return null();
  comma();
  std::array<char, 32> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  out_.append(digits.data(), end);
  return *this;
}

JsonText& JsonText::number(std::optional<double> value) { return value ? number(*value) : null(); }

JsonText& JsonText::rounded(double value, int decimals) {
  constexpr std::array<double, kDecimals + 1> kSteps{1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
  constexpr std::array<std::uint64_t, kDecimals + 1> kOf9{1000000000, 100000000, 10000000, 1000000, 100000,
                                                          10000,      1000,      100,      10,      1};
  if (!(std::abs(value) < kMostRounded)) return number(value);
  comma();
  const double steps = std::round(value * kSteps.at(static_cast<std::size_t>(decimals)));  // below 2^53
  const std::uint64_t billionths =
      static_cast<std::uint64_t>(std::abs(steps)) * kOf9.at(static_cast<std::size_t>(decimals));
  std::array<char, 32> digits{};
  char* last = digits.data();
  if (steps < 0.0) *last++ = '-';
  last = std::to_chars(last, digits.data() + digits.size(), billionths / 1000000000).ptr;
  if (std::uint64_t rest = billionths % 1000000000; rest != 0) {
    *last = '.';
    for (int place = kDecimals; place > 0; --place, rest /= 10) last[place] = static_cast<char>('0' + rest % 10);
    last += kDecimals + 1;
    while (last[-1] == '0') --last;
  }
  out_.append(digits.data(), last);
  return *this;
}

JsonText& JsonText::as_before(std::size_t first, std::size_t stop) {
  const std::string value = out_.substr(first, stop - first);
  comma();
  out_ += value;
  return *this;
}

JsonText& JsonText::integer(std::int64_t value) {
  comma();
  std::array<char, 24> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  out_.append(digits.data(), end);
  return *this;
}

JsonText& JsonText::boolean(bool value) {
  comma();
  out_ += value ? "true" : "false";
  return *this;
}

JsonText& JsonText::null() {
  comma();
  out_ += "null";
  return *this;
}

}  // namespace headscore
