#include "io/mojibake.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "io/utf8.hpp"

namespace headscore {
namespace {

using Mapping = std::optional<unsigned char> (*)(std::uint32_t);

struct CodePage {
  const char* name;
  Mapping byte_of;
  bool (*is_lead)(std::uint32_t);
};

/// Microsoft's CP874: TIS-620 in A1..FB, a few marks of punctuation below.
std::optional<unsigned char> cp874_byte(std::uint32_t code) {
  if ((code >= 0x0E01 && code <= 0x0E3A) || (code >= 0x0E3F && code <= 0x0E5B))
    return static_cast<unsigned char>(code - 0x0E00 + 0xA0);
  switch (code) {
    case 0x20AC:
      return 0x80;
    case 0x2026:
      return 0x85;
    case 0x2018:
      return 0x91;
    case 0x2019:
      return 0x92;
    case 0x201C:
      return 0x93;
    case 0x201D:
      return 0x94;
    case 0x2022:
      return 0x95;
    case 0x2013:
      return 0x96;
    case 0x2014:
      return 0x97;
    case 0x00A0:
      return 0xA0;
    default:
      break;
  }
  // Bytes that CP874 leaves open pass through as C1 controls.
  if (code >= 0x80 && code <= 0x9F) return static_cast<unsigned char>(code);
  return std::nullopt;
}

constexpr std::array<std::pair<std::uint32_t, unsigned char>, 27> kCp1252 = {
    {{0x20AC, 0x80}, {0x201A, 0x82}, {0x0192, 0x83}, {0x201E, 0x84}, {0x2026, 0x85}, {0x2020, 0x86}, {0x2021, 0x87},
     {0x02C6, 0x88}, {0x2030, 0x89}, {0x0160, 0x8A}, {0x2039, 0x8B}, {0x0152, 0x8C}, {0x017D, 0x8E}, {0x2018, 0x91},
     {0x2019, 0x92}, {0x201C, 0x93}, {0x201D, 0x94}, {0x2022, 0x95}, {0x2013, 0x96}, {0x2014, 0x97}, {0x02DC, 0x98},
     {0x2122, 0x99}, {0x0161, 0x9A}, {0x203A, 0x9B}, {0x0153, 0x9C}, {0x017E, 0x9E}, {0x0178, 0x9F}}};

std::optional<unsigned char> cp1252_byte(std::uint32_t code) {
  if (code >= 0x80 && code <= 0xFF) return static_cast<unsigned char>(code);
  for (const auto& [character, byte] : kCp1252) {
    if (character == code) return byte;
  }
  return std::nullopt;
}

bool is_thai(std::uint32_t code) { return code >= 0x0E01 && code <= 0x0E5B; }

/// Leads that Western text does not put before a mark of punctuation: Â Ã Î Ï â ã ä å æ ç è.
bool is_western_lead(std::uint32_t code) {
  return code == 0xC2 || code == 0xC3 || code == 0xCE || code == 0xCF || (code >= 0xE2 && code <= 0xE8);
}

constexpr std::array<CodePage, 2> kCodePages = {
    {{"CP874", cp874_byte, is_thai}, {"CP1252", cp1252_byte, is_western_lead}}};

struct Found {
  std::uint32_t code = 0;
  std::size_t source_length = 0;
  const char* code_page = "";
};

std::optional<Found> decoded_at(std::string_view text, std::size_t at, const CodePage& page) {
  const Character first = character_at(text, at);
  if (!page.is_lead(first.code)) return std::nullopt;
  const std::optional<unsigned char> lead = page.byte_of(first.code);
  if (!lead || *lead < 0xC2 || *lead > 0xF4) return std::nullopt;
  const std::size_t length = *lead < 0xE0 ? 2 : *lead < 0xF0 ? 3 : 4;
  std::string bytes(1, static_cast<char>(*lead));
  std::size_t end = at + first.length;
  while (bytes.size() < length && end < text.size()) {
    const Character next = character_at(text, end);
    const std::optional<unsigned char> byte = page.byte_of(next.code);
    if (!byte || (*byte & 0xC0U) != 0x80U) return std::nullopt;
    bytes.push_back(static_cast<char>(*byte));
    end += next.length;
  }
  if (bytes.size() < length) return std::nullopt;
  const Character meant = character_at(bytes, 0);
  const std::array<std::uint32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = meant.code >= 0xD800 && meant.code < 0xE000;
  if (meant.length != length || meant.code < least[length] || meant.code > 0x10FFFF || surrogate ||
      (meant.code >= 0x80 && meant.code < 0xA0))
    return std::nullopt;
  return Found{meant.code, end - at, page.name};
}

/// Thai text as such: more Thai characters that decode to nothing than places that decode.
bool is_thai_text(std::string_view text) {
  std::size_t decodes = 0;
  std::size_t others = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      ++at;
      continue;
    }
    const std::optional<Found> found = decoded_at(text, at, kCodePages[0]);
    const Character here = character_at(text, at);
    if (found) ++decodes;
    if (!found && is_thai(here.code)) ++others;
    at += found ? found->source_length : here.length;
  }
  return others > decodes;
}

}  // namespace

RepairedText repaired(std::string_view utf8) {
  RepairedText result;
  result.text.reserve(utf8.size());
  const std::size_t first_page = is_thai_text(utf8) ? 1 : 0;
  for (std::size_t at = 0; at < utf8.size();) {
    if (static_cast<unsigned char>(utf8[at]) < 0x80) {
      result.text += utf8[at++];
      continue;
    }
    std::optional<Found> found;
    for (std::size_t i = first_page; i < kCodePages.size() && !found; ++i) found = decoded_at(utf8, at, kCodePages[i]);
    if (found) {
      Repair repair{result.text.size(), 0, at, found->source_length, found->code_page};
      append_character(result.text, found->code);
      repair.length = result.text.size() - repair.offset;
      result.repairs.push_back(repair);
      at += found->source_length;
    } else {
      const std::size_t length = character_at(utf8, at).length;
      result.text.append(utf8.substr(at, length));
      at += length;
    }
  }
  return result;
}

std::vector<std::size_t> lost_characters(std::string_view utf8) {
  std::vector<std::size_t> places;
  for (std::size_t at = 0; at < utf8.size();) {
    const Character here = character_at(utf8, at);
    if (here.code == 0xFFFD || (here.length == 2 && here.code < 0xA0)) places.push_back(at);
    at += here.length;
  }
  return places;
}

}  // namespace headscore
