// Text that was UTF-8, was read as an 8-bit code page and saved again: recognised, and undone.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace headscore {

/// One character that was put back.
struct Repair {
  std::size_t offset = 0;         ///< of the character, in the repaired text
  std::size_t length = 0;         ///< bytes of it there
  std::size_t source_offset = 0;  ///< of the damaged characters, in the text as it was given
  std::size_t source_length = 0;
  const char* code_page = "";  ///< "CP874", "CP1252"
};

struct RepairedText {
  std::string text;
  std::vector<Repair> repairs;  ///< ascending
};

/// Undoes UTF-8 that was read as CP874 (Thai) or CP1252 (Western): `รท` is the bytes C3 B7 and so `÷`, `ฮฉ` is `Ω`,
/// `Ã·` is `÷`. The mapping is exact: a run of characters is replaced only when the bytes that it came from are one
/// UTF-8 character. Text in which Thai characters stand mostly otherwise is Thai, and stays. `utf8` must be valid
/// UTF-8.
[[nodiscard]] RepairedText repaired(std::string_view utf8);

/// Byte offsets of characters that no sound text has: U+FFFD and the controls U+0080..U+009F.
[[nodiscard]] std::vector<std::size_t> lost_characters(std::string_view utf8);

}  // namespace headscore
