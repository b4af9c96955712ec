#include "io/csv.hpp"

#include <utility>

#include "headscore/error.hpp"
#include "io/text_format.hpp"

namespace headscore {
namespace {

/// Bytes of the UTF-8 sequence that starts `text` (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF); 0
/// when none does.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto follows = [byte](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80U) return 1;
  if (first >= 0xC2U && first <= 0xDFU) return follows(1) ? 2 : 0;
  if (first >= 0xE0U && first <= 0xEFU) {
    const bool overlong = first == 0xE0U && byte(1) < 0xA0U;
    const bool surrogate = first == 0xEDU && byte(1) > 0x9FU;
    return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0U && first <= 0xF4U) {
    const bool overlong = first == 0xF0U && byte(1) < 0x90U;
    const bool beyond = first == 0xF4U && byte(1) > 0x8FU;
    return follows(1) && follows(2) && follows(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

class CsvParser {
 public:
  CsvParser(std::string_view text, const std::string& path, const std::string& code)
      : text_(text), path_(path), code_(code) {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
  }

  std::vector<CsvRecord> records() {
    check_bytes();
    std::vector<CsvRecord> all;
    while (at_ < text_.size()) {
      CsvRecord record = next_record();
      if (record.size() > 1 || !record.front().text.empty()) all.push_back(std::move(record));
    }
    return all;
  }

 private:
  [[noreturn]] void refuse(std::size_t line, std::size_t column, const std::string& found,
                           const std::string& wanted) const {
    throw Error(code_, {path_, line, column}, found, wanted);
  }

  void check_bytes() const {
    std::size_t line = 1;
    std::size_t line_start = 0;
    for (std::size_t i = 0; i < text_.size();) {
      const std::size_t length = utf8_length(text_.substr(i));
      if (length == 0) refuse(line, i - line_start + 1, "bytes that are not UTF-8", "text in UTF-8");
      if (text_[i] == '\0') refuse(line, i - line_start + 1, "a zero byte", "text in UTF-8");
      if (text_[i] == '\n') {
        ++line;
        line_start = i + 1;
      }
      i += length;
    }
  }

  [[nodiscard]] bool at_line_end() const {
    return at_ == text_.size() || text_[at_] == '\n' ||
           (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n');
  }

  [[nodiscard]] std::size_t column() const { return at_ - line_start_ + 1; }

  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }

  void take_line_end() {
    if (at_ < text_.size()) at_ += text_[at_] == '\r' ? 2U : 1U;
    ++line_;
    line_start_ = at_;
  }

  CsvRecord next_record() {
    CsvRecord record;
    while (true) {
      skip_blanks();
      record.push_back(at_ < text_.size() && text_[at_] == '"' ? quoted_cell() : bare_cell());
      if (at_line_end()) break;
      ++at_;  // the comma
    }
    take_line_end();
    return record;
  }

  CsvCell bare_cell() {
    CsvCell cell{"", line_, column()};
    for (; !at_line_end() && text_[at_] != ','; ++at_) {
      if (text_[at_] == '"')
        refuse(line_, column(), "a quote inside an unquoted cell", "the whole cell in quotes, its own quotes doubled");
      cell.text += text_[at_];
    }
    cell.text.erase(cell.text.find_last_not_of(" \t\r") + 1);
    return cell;
  }

  CsvCell quoted_cell() {
    ++at_;
    CsvCell cell{"", line_, column()};
    while (true) {
      if (at_ == text_.size()) refuse(cell.line, cell.column - 1, "a quote that is never closed", "a closing quote");
      const char c = text_[at_++];
      if (c == '"') {
        if (at_ == text_.size() || text_[at_] != '"') break;
        ++at_;  // a doubled quote stands for one
      } else if (c == '\n') {
        ++line_;
        line_start_ = at_;
      }
      cell.text += c;
    }
    skip_blanks();
    if (!at_line_end() && text_[at_] != ',')
      refuse(line_, column(), "text after a closing quote", "a comma or the end of the line");
    return cell;
  }

  std::string_view text_;
  std::string path_;
  std::string code_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t line_start_ = 0;
};

}  // namespace

std::vector<CsvRecord> csv_records(std::string_view text, const std::string& path, const std::string& code) {
  return CsvParser(text, path, code).records();
}

std::string csv_cell(const std::string& text) {
  std::string cell = printable(text);
  const std::size_t start = cell.find_first_not_of(' ');
  if (start != std::string::npos && std::string_view("=+-@").find(cell[start]) != std::string_view::npos) {
    cell.insert(0, "'");
  }
  if (cell.find_first_of(",\"") == std::string::npos && (cell.empty() || (cell.front() != ' ' && cell.back() != ' '))) {
    return cell;
  }
  std::string quoted = "\"";
  for (const char c : cell) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

}  // namespace headscore
