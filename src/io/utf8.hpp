// Single characters of valid UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace headscore {

struct Character {
  std::uint32_t code = 0;
  std::size_t length = 1;  ///< bytes
};

/// The character at `at` < text.size(); a byte that begins none, or one that is cut off, is taken as a character of its
/// own.
[[nodiscard]] Character character_at(std::string_view text, std::size_t at);

/// Characters in the text.
[[nodiscard]] std::size_t character_count(std::string_view text);

/// Appends a character, code < 0x110000.
void append_character(std::string& text, std::uint32_t code);

}  // namespace headscore
