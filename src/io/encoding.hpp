// Character encodings of text files.
#pragma once

#include <string>

namespace headscore {

/// Text as UTF-8, and what it was before.
struct DecodedText {
  std::string text;      ///< UTF-8 without byte order mark; lines end with \n, or \r\n
  std::string encoding;  ///< "UTF-8", "UTF-16LE", "UTF-16BE", "CP1251", "CP1252"
  bool guessed = false;  ///< an 8-bit encoding has no mark: it was told by its letters
};

/// Decodes by byte order mark, by the pattern of zero bytes, by validity as UTF-8, else as the 8-bit code page whose
/// letters fit (CP1251 where most bytes above 127 stand in runs of three and more, as Cyrillic words do). Bytes that
/// have no character become '?'. Throws Error("binary") for zero bytes or many control characters that no encoding
/// explains, Error("sound-file") for sound.
[[nodiscard]] DecodedText decoded(std::string bytes, const std::string& path);

/// True when the bytes are valid UTF-8 (RFC 3629).
[[nodiscard]] bool is_utf8(const std::string& bytes);

}  // namespace headscore
