#include "io/marked_cells.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace headscore {
namespace {

constexpr std::size_t kLeastRows = 8;
constexpr std::string_view kSeparators = " \t,;|:=";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_bar_line(std::string_view line) {
  return line.size() > 2 && line.find_first_not_of("|+-=: ") == std::string_view::npos;
}

/// Rewrites one row; the cells' places are kept apart by what stood between them.
class RowRewriter {
 public:
  explicit RowRewriter(std::string_view line) : line_(line) {}

  /// Whether the line is a row of numbers as it stands.
  [[nodiscard]] bool is_plain() {
    run_through();
    return at_ == line_.size() && cells_ >= 2 && !changed_;
  }

  /// The row with plain numbers in its cells; nullopt when something else stands in it, or nothing had to change.
  std::optional<std::string> run() {
    run_through();
    if (at_ < line_.size() || cells_ < 2 || !changed_) return std::nullopt;
    return std::move(plain_);
  }

 private:
  /// As far as cells and what divides them go.
  void run_through() {
    take_separators();
    while (at_ < line_.size()) {
      if (!take_cell()) {
        at_ = 0;
        return;
      }
      const std::size_t before = at_;
      take_separators();
      if (at_ == before) return;
    }
  }

  void take_separators() {
    while (at_ < line_.size() && kSeparators.find(line_[at_]) != std::string_view::npos) {
      const char mark = line_[at_++];
      if (mark == ' ') {
        if (cells_ != 0) plain_ += mark;
        continue;
      }
      const bool odd = mark == '|' || mark == ':' || mark == '=';
      changed_ |= odd || divided_ || cells_ == 0;  // a second mark, or one at the start: an empty cell
      if (!divided_ && cells_ != 0 && line_.find_first_not_of(kSeparators, at_) != std::string_view::npos)
        plain_ += odd ? '\t' : mark;
      divided_ = true;
    }
  }

  bool take_cell() {
    const std::string_view number = taken_number();
    if (number.empty()) return false;
    divided_ = false;
    const std::size_t behind = at_;
    while (at_ < line_.size() && line_[at_] == ' ') ++at_;
    const std::size_t start = at_;
    while (at_ < line_.size() && kSeparators.find(line_[at_]) == std::string_view::npos) ++at_;
    const std::string unit = lowered(line_.substr(start, at_ - start));
    ++cells_;
    if (unit.empty() || is_digit(unit.front()) || unit.front() == '-' || unit.front() == '+') {
      at_ = behind;
      plain_ += number_;
      return true;
    }
    changed_ = true;
    if ((unit == "khz" || unit == "k") && cells_ == 1) return take_thousands();
    const bool known = (unit == "hz" && cells_ == 1) ||
                       (unit.starts_with("db") && unit.size() <= kLongestDecibel && cells_ > 1) ||
                       ((unit == "%" || unit == "deg" || unit == "\u00B0") && cells_ > 2);
    plain_ += number_;
    if (unit == "db") take_word("SPL");
    return known;
  }

  static constexpr std::size_t kLongestDecibel = 7;  ///< "dB(SPL)"

  void take_word(std::string_view word) {
    std::size_t start = at_;
    while (start < line_.size() && line_[start] == ' ') ++start;
    if (line_.substr(start, word.size()) == word) at_ = start + word.size();
  }

  /// The number at `at_`, with a decimal comma where a unit says that the comma separates nothing; "1.5D+01" becomes
  /// "1.5E+01" in `number_`.
  std::string_view taken_number() {
    const std::size_t start = at_;
    std::size_t p = at_;
    if (p < line_.size() && (line_[p] == '-' || line_[p] == '+')) ++p;
    const std::size_t digits = p;
    const auto run = [&](bool commas) {
      while (p < line_.size() && (is_digit(line_[p]) || line_[p] == '.' || (commas && line_[p] == ','))) ++p;
    };
    run(false);
    if (p < line_.size() && line_[p] == ',' && p + 1 < line_.size() && is_digit(line_[p + 1])) {
      const std::size_t comma = p;
      run(true);
      const std::string_view behind = line_.substr(comma + 1, p - comma - 1);
      const std::size_t point = behind.find('.');
      const bool two_cells = line_.substr(digits, comma - digits).find('.') != std::string_view::npos ||
                             (point != std::string_view::npos && point != 3) || !unit_follows(p);
      if (two_cells) p = comma;
    }
    if (p == digits || !is_digit(line_[p - 1])) return {};
    number_ = line_.substr(start, p - start);
    if (p + 1 < line_.size() && std::string_view("dDeE").find(line_[p]) != std::string_view::npos) {
      std::size_t exponent = p + 1;
      if (line_[exponent] == '-' || line_[exponent] == '+') ++exponent;
      if (exponent < line_.size() && is_digit(line_[exponent])) {
        changed_ |= line_[p] == 'd' || line_[p] == 'D';
        number_ += 'E';
        number_ += line_.substr(p + 1, exponent - p - 1);
        p = exponent;
        while (p < line_.size() && is_digit(line_[p])) number_ += line_[p++];
      }
    }
    at_ = p;
    return line_.substr(start, p - start);
  }

  [[nodiscard]] bool unit_follows(std::size_t p) const {
    while (p < line_.size() && line_[p] == ' ') ++p;
    return p < line_.size() && !is_digit(line_[p]) && kSeparators.find(line_[p]) == std::string_view::npos &&
           line_[p] != '-' && line_[p] != '+';
  }

  bool take_thousands() {
    std::string digits = number_;
    const auto comma = static_cast<std::size_t>(std::count(digits.begin(), digits.end(), ','));
    if (comma > 1) return false;
    std::replace(digits.begin(), digits.end(), ',', '.');
    double value = 0.0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) return false;
    std::array<char, 32> text{};
    const auto written =
        std::to_chars(text.data(), text.data() + text.size(), value * 1000.0, std::chars_format::fixed, 4);
    std::string hertz(text.data(), written.ptr);
    if (comma == 1) std::replace(hertz.begin(), hertz.end(), '.', ',');
    plain_ += hertz;
    return true;
  }

  std::string_view line_;
  std::size_t at_ = 0;
  std::size_t cells_ = 0;
  bool changed_ = false;
  bool divided_ = false;  ///< a mark stands behind the last cell
  std::string number_;
  std::string plain_;
};

/// Lines that parse_table() did not take as rows, as far as they can be rows at all.
template <typename Test>
std::size_t count_texts(const TextTable& table, const Test& test) {
  std::size_t count = 0;
  for (const auto* lines : {&table.header, &table.interruptions, &table.trailer})
    count += static_cast<std::size_t>(std::count_if(lines->begin(), lines->end(), test));
  return count;
}

/// No-break and thin spaces as blanks, dashes as minus, quotes, apostrophes and a formula's sign taken away.
std::string with_plain_characters(std::string_view line) {
  struct Odd {
    std::string_view written;
    std::string_view meant;
  };
  constexpr std::array<Odd, 9> kOdd = {{{"\u00A0", " "},
                                        {"\u2009", " "},
                                        {"\u202F", " "},
                                        {"\u2013", "-"},
                                        {"\u2212", "-"},
                                        {"\u2019", ""},
                                        {"\"", ""},
                                        {"'", ""},
                                        {"=", " "}}};
  std::string plain;
  for (std::size_t at = 0; at < line.size();) {
    const auto odd = std::find_if(kOdd.begin(), kOdd.end(),
                                  [&](const Odd& one) { return line.substr(at, one.written.size()) == one.written; });
    plain += odd == kOdd.end() ? line.substr(at, 1) : odd->meant;
    at += odd == kOdd.end() ? 1 : odd->written.size();
  }
  return plain;
}

/// A row without its marks; nullopt when the line is none, or has no marks.
std::optional<std::string> without_marks_of_row(std::string_view line) {
  if (std::optional<std::string> row = RowRewriter(line).run()) return row;
  const std::string plain = with_plain_characters(line);
  if (plain == line) return std::nullopt;
  std::optional<std::string> row = RowRewriter(plain).run();
  if (!row && RowRewriter(plain).is_plain()) row = plain;
  return row;
}

bool is_marked_row(const TextLine& line) {
  constexpr std::string_view kStarts = "0123456789|.+,;'\"=\xC2";
  if (line.text.empty() || kStarts.find(line.text.front()) == std::string_view::npos) return false;
  return without_marks_of_row(line.text).has_value();
}

bool has_inner_return(const TextLine& line) {
  const std::size_t place = line.text.find('\r');
  return place != std::string_view::npos && place + 1 < line.text.size() && is_digit(line.text[place + 1]);
}

/// Rows without their marks; everything else as it is.
PlainText without_marks(std::string_view text) {
  PlainText result;
  result.text.reserve(text.size());
  std::size_t number = 0;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t stop = std::min(text.find('\n', start), text.size());
    const std::string_view line = trimmed(text.substr(start, stop - start));
    ++number;
    if (std::optional<std::string> row = without_marks_of_row(line)) {
      result.text += *row;
      if (result.rows++ == 0) result.first_line = number;
    } else if (!is_bar_line(line)) {
      std::string_view inner = line;
      const bool bars = inner.size() > 2 && inner.front() == '|' && inner.back() == '|';
      if (bars) inner = trimmed(inner.substr(1, inner.size() - 2));
      const std::size_t place = result.text.size();
      result.text += inner;
      if (bars) std::replace(result.text.begin() + static_cast<std::ptrdiff_t>(place), result.text.end(), '|', '\t');
    }
    result.text += '\n';
    start = stop + 1;
  }
  return result;
}

}  // namespace

std::optional<PlainText> with_plain_cells(const TextTable& table) {
  const std::size_t returns = count_texts(table, has_inner_return);
  if (returns != 0) {
    PlainText result;
    result.text = table.text;
    for (std::size_t i = 0; i + 1 < result.text.size(); ++i) {
      if (result.text[i] == '\r' && result.text[i + 1] != '\n') result.text[i] = '\n';
    }
    result.carriage_returns = true;
    return result;
  }
  if (table.rows() == 0) {
    PlainText result = without_marks(table.text);
    if (result.rows < kLeastRows) return std::nullopt;
    return result;
  }
  const std::size_t marked = count_texts(table, is_marked_row);
  if (marked < kLeastRows || marked * 4 < table.rows()) return std::nullopt;
  return without_marks(table.text);
}

}  // namespace headscore
