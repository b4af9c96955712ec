// The text of a page: decoded, repaired, and able to say where in the file each byte of it stood.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "io/mojibake.hpp"

namespace headscore {

struct TextPlace {
  std::size_t line = 0;    ///< 1-based
  std::size_t column = 0;  ///< 1-based, in characters
};

class PageText {
 public:
  /// Decodes the bytes (docs: encoding.hpp) and repairs them. Throws Error("binary").
  PageText(std::string bytes, const std::string& path);

  [[nodiscard]] const std::string& text() const noexcept { return repaired_.text; }  ///< repaired
  [[nodiscard]] const std::string& source() const noexcept { return source_; }  ///< as it was, in UTF-8 without BOM
  [[nodiscard]] const std::vector<Repair>& repairs() const noexcept { return repaired_.repairs; }
  [[nodiscard]] const std::string& encoding() const noexcept { return encoding_; }
  [[nodiscard]] bool plain_utf8() const noexcept {
    return plain_utf8_;
  }  ///< no mark and no other encoding: offsets are the file's
  /// Place in the file of a byte of text().
  [[nodiscard]] TextPlace place(std::size_t offset) const;
  /// Byte of source() at which a byte of text() stood.
  [[nodiscard]] std::size_t source_offset(std::size_t offset) const;
  /// Place in the file of a byte of source().
  [[nodiscard]] TextPlace source_place(std::size_t source_offset) const;
  /// Byte of text() at which a 1-based line begins; the end for lines behind the last.
  [[nodiscard]] std::size_t line_offset(std::size_t line) const;

 private:
  std::string source_;
  std::string encoding_;
  bool plain_utf8_ = true;
  RepairedText repaired_;
  std::vector<std::size_t> source_lines_;
  std::vector<std::size_t> text_lines_;
};

}  // namespace headscore
