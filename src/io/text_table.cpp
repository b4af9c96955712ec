#include "io/text_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "io/row_shape.hpp"
#include "io/table_columns.hpp"

namespace headscore {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kMostColumns = 24;

/// One warning a kind of defect: its first line and message, and how often it came.
class Defects {
 public:
  void add(std::string_view code, std::size_t line, std::string message) {
    for (Entry& entry : entries_) {
      if (entry.first.code != code) continue;
      ++entry.count;
      entry.last_line = line;
      return;
    }
    entries_.push_back({{std::string(code), line, std::move(message)}, 1, line});
  }

  [[nodiscard]] std::vector<Warning> warnings() const {
    std::vector<Warning> result;
    for (const Entry& entry : entries_) {
      result.push_back(entry.first);
      if (entry.count > 1) {
        result.back().message +=
            " (and " + std::to_string(entry.count - 1) + " more, to line " + std::to_string(entry.last_line) + ")";
      }
    }
    return result;
  }

 private:
  struct Entry {
    Warning first;
    std::size_t count;
    std::size_t last_line;
  };
  std::vector<Entry> entries_;
};

/// Walks the text line by line: well-formed rows on a fast path, everything else with care.
class TableParser {
 public:
  TableParser(TextTable& table, FurtherColumns further, PlainRows plain_rows)
      : table_(table),
        further_(further),
        at_once_(plain_rows == PlainRows::kAtOnce),
        end_(table.text.data() + table.text.size()) {}

  /// False when a row shows that the number style was told wrongly from the first rows.
  bool run(bool may_restart) {
    const char* p = table_.text.data();
    while (p < end_) {
      if (at_once_ && table_.stride != 0 && table_.form.style.decimal == '.') p = plain_rows(p);
      if (p == end_) break;
      ++line_;
      p = careful_line(p);
      if (other_style_ && may_restart) return false;
    }
    std::vector<TextLine>& where = table_.rows() == 0 ? table_.header : table_.trailer;
    where.insert(where.end(), pending_text_.begin(), pending_text_.end());
    find_heads();
    table_.warnings = defects_.warnings();
    return true;
  }

 private:
  void find_heads() {
    for (const TextLine& line : table_.header) {
      std::vector<std::string> names = column_names(line.text, table_.column_count);
      if (names.size() >= 2) table_.heads.push_back({line.number, std::move(names)});
    }
  }

  using RowTail = DigitPattern<2>;

  static const char* behind_blanks(const char* p) {
    while (*p == ' ' || *p == '\t') ++p;
    return p;
  }

  /// Place behind exactly one delimiter, else nullptr.
  template <Delimiter kDelimiter>
  static const char* behind_delimiter(const char* p) {
    if constexpr (kDelimiter == Delimiter::kSpace) return *p == ' ' || *p == '\t' ? behind_blanks(p + 1) : nullptr;
    if constexpr (kDelimiter == Delimiter::kTab) {
      while (*p == ' ') ++p;
      if (*p != '\t') return nullptr;
      ++p;
      while (*p == ' ') ++p;
      return *p == '\t' ? nullptr : p;
    }
    p = behind_blanks(p);
    return *p == (kDelimiter == Delimiter::kComma ? ',' : ';') ? behind_blanks(p + 1) : nullptr;
  }

  /// Place behind the line's end when only blanks are left, else nullptr.
  [[nodiscard]] const char* behind_line(const char* p) const {
    if (*p == '\n') return p + 1;
    p = behind_blanks(p);
    if (*p == '\r') ++p;
    if (*p == '\n') return p + 1;
    return p == end_ ? p : nullptr;
  }

  [[nodiscard]] const char* next_line(const char* p) const {
    const auto* newline = static_cast<const char*>(std::memchr(p, '\n', static_cast<std::size_t>(end_ - p)));
    return newline == nullptr ? end_ : newline + 1;
  }

  /// Rows as almost all rows are, up to the first that is not: plain numbers in every cell, the first beyond the last
  /// row's.
  const char* plain_rows(const char* p) {
    const std::size_t first_row = table_.rows();
    switch (table_.form.delimiter) {
      case Delimiter::kTab:
        p = plain_rows<Delimiter::kTab>(p);
        break;
      case Delimiter::kSpace:
        p = plain_rows<Delimiter::kSpace>(p);
        break;
      case Delimiter::kComma:
        p = plain_rows<Delimiter::kComma>(p);
        break;
      case Delimiter::kSemicolon:
        p = plain_rows<Delimiter::kSemicolon>(p);
        break;
    }
    note_rows(first_row, table_.rows() - first_row);
    return p;
  }

  template <Delimiter kDelimiter>
  const char* plain_rows(const char* p) {
    constexpr std::size_t kRowsAtOnce = 256;
    const std::size_t stride = table_.stride;
    std::size_t filled = table_.cells.size();
    double last = last_;
    for (const char* next = p; p < end_; p = next, filled += stride) {
      if (table_.cells.size() < filled + stride) table_.cells.resize(filled + kRowsAtOnce * stride);
      double* const row = table_.cells.data() + filled;
      next = behind_row<kDelimiter>(p, row);
      if (next == nullptr || !(row[0] * direction_ > last) || row[0] <= 0.0) break;
      last = row[0] * direction_;
    }
    table_.cells.resize(filled);
    last_ = last;
    return p;
  }

  /// Place behind a row of plain numbers and its line's end, else nullptr.
  template <Delimiter kDelimiter>
  [[gnu::always_inline]] const char* behind_row(const char* p, double* row) {
    const char* behind = nullptr;
    if (end_ - p >= RowShape::kReach) {
      if (const char* const rest = row_shape_.parse_start(p, row)) {
        if (tail_.fits(rest)) return rest + tail_length_;
        behind = behind_rest<kDelimiter>(rest, row);
      }
    }
    return behind != nullptr ? behind : behind_unlike_row<kDelimiter>(p, row);
  }

  /// From behind the second cell on, where it is not like that of the row before.
  template <Delimiter kDelimiter>
  [[gnu::noinline]] const char* behind_rest(const char* const rest, double* row) {
    const char* behind = behind_further_cells<kDelimiter>(rest, row);
    if (behind != nullptr) behind = behind_line(behind);
    if (behind == nullptr) return nullptr;
    // Two of one length are a reason to expect a third. What has an exponent may be too large to be a number.
    const std::string_view tail(rest, behind);
    if (behind - rest == unlike_tail_length_ && table_.stride == 2 && tail.ends_with('\n') &&
        tail.find_first_of("eE") == std::string_view::npos) {
      tail_ = RowTail(rest, behind);
      tail_length_ = behind - rest;
    }
    unlike_tail_length_ = behind - rest;
    return behind;
  }

  /// From the third cell on, if there is one.
  template <Delimiter kDelimiter>
  const char* behind_further_cells(const char* p, double* row) {
    for (std::size_t i = 2; i < table_.column_count; ++i) {
      if (i > 2 && p != nullptr) p = behind_delimiter<kDelimiter>(p);
      if (p == nullptr) return nullptr;
      p = i < table_.stride ? behind_cell(p, shapes_[i], row[i]) : behind_skipped_cell(p);
    }
    return p;
  }

  /// Of a row that does not begin like the one before.
  template <Delimiter kDelimiter>
  [[gnu::noinline]] const char* behind_unlike_row(const char* const start, double* row) {
    const char* first = start;
    while (*first == ' ') ++first;
    const char* second = behind_cell(first, shapes_[0], row[0]);
    if (second != nullptr) second = behind_delimiter<kDelimiter>(second);
    const char* rest = second != nullptr ? behind_cell(second, shapes_[1], row[1]) : nullptr;
    if (rest != nullptr && table_.column_count > 2) rest = behind_delimiter<kDelimiter>(rest);
    if (rest == nullptr) return nullptr;
    if (rest - start == unlike_start_length_) row_shape_ = RowShape(start, first, shapes_[0], second, shapes_[1], rest);
    unlike_start_length_ = rest - start;
    return behind_rest<kDelimiter>(rest, row);
  }

  const char* behind_skipped_cell(const char* p) {
    double skipped = 0.0;
    const char* const behind = shapes_.back().behind(p, end_);
    return behind != nullptr ? behind : behind_other_cell(p, shapes_.back(), skipped);
  }

  [[gnu::always_inline]] const char* behind_cell(const char* p, NumberShape& shape, double& value) const {
    const char* const behind = shape.parse(p, end_, value);
    return behind != nullptr ? behind : behind_other_cell(p, shape, value);
  }

  /// Not of the column's shape so far; kept apart from the loop, which stays small.
  [[gnu::noinline]] const char* behind_other_cell(const char* p, NumberShape& shape, double& value) const {
    const char* const behind = parse_number(p, end_, value);
    if (behind != nullptr) shape = NumberShape(p, behind);
    return behind;
  }

  /// Rows [first_row, first_row + count) have come on the lines behind the last one.
  void note_rows(std::size_t first_row, std::size_t count) {
    if (count == 0) return;
    move_pending_text(first_row);
    if (line_ != last_row_line_ || table_.line_runs.empty()) table_.line_runs.emplace_back(first_row, line_ + 1);
    line_ += count;
    last_row_line_ = line_;
    table_.blocks.back().count += count;
  }

  void append(const double* row) {
    if (line_ != last_row_line_ + 1 || table_.line_runs.empty()) table_.line_runs.emplace_back(table_.rows(), line_);
    last_row_line_ = line_;
    table_.cells.insert(table_.cells.end(), row, row + table_.stride);
    last_ = row[0] * direction_;
    ++table_.blocks.back().count;
  }

  const char* careful_line(const char* p) {
    const char* next = next_line(p);
    const std::string_view line = trimmed({p, static_cast<std::size_t>(next - p)});
    starts_empty_ = !line.empty() && (line.front() == ',' || line.front() == ';' ||
                                      (*p == '\t' && table_.form.delimiter == Delimiter::kTab));
    if (!line.empty() && !row_without_frequency(line) && !careful_row(line)) pending_text_.push_back({line_, line});
    return next;
  }

  /// False when the line's first cell can be neither a number nor a mark for a missing one: most lines of a header.
  static bool may_be_row(std::string_view line) {
    constexpr std::string_view kStarts = "0123456789+-.,;'\"?#nNiI";
    return static_cast<unsigned char>(line.front()) > 127 || kStarts.find(line.front()) != std::string_view::npos;
  }

  /// "<tab><tab>20.0<tab>90.0" under rows of four cells: the first of two curves side by side has ended, the second
  /// goes on.
  bool row_without_frequency(std::string_view line) {
    constexpr std::size_t kTwoCurves = 4;
    if (table_.column_count < kTwoCurves || !starts_empty_ || rows_start_empty_) return false;
    if (line.find_first_of("0123456789") == std::string_view::npos) return false;
    defects_.add("missing-value-dropped", line_, "a row without a frequency was dropped: " + excerpt(line));
    return true;
  }

  /// True when the line was a row, kept or dropped with a warning.
  bool careful_row(std::string_view line) {
    if (!may_be_row(line)) return false;
    RowCells row = row_cells(line, table_.form);
    const NumberStyle& style = table_.form.style;
    other_style_ |= row.kind == RowCells::Kind::kText && row.other_style && style.decimal == '.' &&
                    style.thousands == '\0' && table_.form.delimiter != Delimiter::kComma;
    if (row.kind == RowCells::Kind::kText) return false;
    if (row.kind == RowCells::Kind::kMissing) {
      defects_.add("missing-value-dropped", line_,
                   "a row without a frequency or a level was dropped: " + excerpt(line));
      return true;
    }
    if (row.empty_before_level != 0 && !continues_curve(row)) {
      defects_.add("missing-value-dropped", line_,
                   "a row without a frequency or a level was dropped: " + excerpt(line));
      return true;
    }
    if (table_.stride == 0) begin_table(row);
    join_thousands(row, line);
    if (row.values[0] <= 0.0 && frequency_first_) {
      defects_.add("nonpositive-frequency-dropped", line_,
                   "a row at a frequency of zero or less was dropped: " + excerpt(line));
      return true;
    }
    note_oddities(row, line);
    keep(row);
    return true;
  }

  /// "2416<tab><tab>67.900": a cell too many, if what follows goes on from the row before; else the level itself is
  /// missing.
  [[nodiscard]] bool continues_curve(const RowCells& row) const {
    constexpr double kLargestStepDb = 20.0;
    if (table_.rows() == 0 || row.values.size() > table_.column_count) return false;
    return std::abs(row.values[1] - table_.cell(table_.rows() - 1, 1)) <= kLargestStepDb;
  }

  void begin_table(const RowCells& row) {
    table_.column_count = row.values.size();
    const ThreeColumns head = headed_columns();
    frequency_first_ = head != ThreeColumns::kFrequencyLater;
    rows_start_empty_ = starts_empty_;
    const bool skip =
        further_ == FurtherColumns::kSkip && table_.column_count == 3 && head == ThreeColumns::kLevelAndPhase;
    table_.stride = skip ? 2 : std::min(table_.column_count, kMostColumns);
    table_.blocks.emplace_back();
    table_.cells.reserve(table_.stride * (table_.text.size() / (6 * table_.column_count + 6) + 16));
  }

  enum class ThreeColumns { kUnknown, kLevelAndPhase, kFrequencyLater };

  /// Only a head can say that a third column is no more than a phase; without one it may be another channel, or the
  /// level itself.
  [[nodiscard]] ThreeColumns headed_columns() const {
    for (std::size_t i = pending_text_.size(); i-- > 0;) {
      const std::vector<std::string> names = column_names(pending_text_[i].text);
      if (names.size() < 2) continue;
      if (meaning_of(names[0]).role != ColumnRole::kFrequency) return ThreeColumns::kFrequencyLater;
      const bool usual = names.size() == 3 && meaning_of(names[1]).role == ColumnRole::kLevel &&
                         meaning_of(names[2]).role == ColumnRole::kPhase;
      return usual ? ThreeColumns::kLevelAndPhase : ThreeColumns::kUnknown;
    }
    return ThreeColumns::kUnknown;
  }

  /// "1,000.3,70.2" under a comma delimiter: the first two cells are one number.
  void join_thousands(RowCells& row, std::string_view line) {
    if (table_.form.delimiter != Delimiter::kComma || row.values.size() != table_.column_count + 1 ||
        table_.rows() == 0)
      return;
    const std::vector<std::string_view> cells = split_cells(line, Delimiter::kComma);
    const std::size_t whole = std::min(cells[1].find('.'), cells[1].size());
    const double joined = row.values[0] * 1000.0 + row.values[1];
    if (whole != 3 || cells[0].size() > 3 || joined * direction_ <= last_) return;
    row.values.erase(row.values.begin());
    row.values[0] = joined;
    defects_.add("thousands-separator", line_,
                 "a comma inside the frequency was taken as a separator of thousands: " + excerpt(line));
  }

  void note_oddities(const RowCells& row, std::string_view line) {
    if (row.empty_before_level != 0) {
      defects_.add("empty-cell", line_, "a row with an empty cell was read as frequency and level: " + excerpt(line));
    } else if (row.values.size() != table_.column_count) {
      defects_.add("columns-vary", line_,
                   "a row has " + std::to_string(row.values.size()) + " columns, the first row " +
                       std::to_string(table_.column_count));
    }
    if (row.unreadable != 0)
      defects_.add("unreadable-cell", line_, "a cell behind the level is not a number: " + excerpt(line));
  }

  void keep(RowCells& row) {
    move_pending_text(table_.rows());
    turn_if_needed(row.values[0]);
    if (row.values[0] * direction_ < last_) table_.blocks.push_back({table_.rows(), 0});
    row.values.resize(table_.stride, kMissing);
    append(row.values.data());
  }

  /// The first two rows tell the direction; the third may tell that the first was no row of the table ("48000 256").
  void turn_if_needed(double frequency_hz) {
    const std::size_t rows = table_.rows();
    if (rows == 1 && frequency_hz < table_.cells[0]) {
      direction_ = -1.0;
      last_ = -table_.cells[0];
      table_.descending = true;
    } else if (rows == 2 && table_.descending && table_.blocks.size() == 1 && frequency_hz > table_.cell(1, 0)) {
      direction_ = 1.0;
      last_ = table_.cell(1, 0);
      table_.descending = false;
      table_.blocks = {{0, 1}, {1, 1}};
    }
  }

  void move_pending_text(std::size_t rows_before) {
    if (pending_text_.empty()) return;
    std::vector<TextLine>& where = rows_before == 0 ? table_.header : table_.interruptions;
    where.insert(where.end(), pending_text_.begin(), pending_text_.end());
    pending_text_.clear();
  }

  TextTable& table_;
  FurtherColumns further_;
  bool at_once_;
  const char* end_;
  std::size_t line_ = 0;
  std::size_t last_row_line_ = 0;
  double direction_ = 1.0;
  double last_ = -std::numeric_limits<double>::infinity();
  bool other_style_ = false;
  bool frequency_first_ = true;
  bool starts_empty_ = false;      ///< the line begins with a delimiter
  bool rows_start_empty_ = false;  ///< so does the first row
  Defects defects_;
  std::vector<TextLine> pending_text_;
  std::array<NumberShape, kMostColumns + 1> shapes_;  ///< by column; the last is that of cells that are not kept
  RowShape row_shape_;
  RowTail tail_;  ///< from behind the second cell to the line's end, where nothing of that is kept
  std::ptrdiff_t tail_length_ = 0;
  std::ptrdiff_t unlike_start_length_ = 0;  ///< of the last row that was not like the one before
  std::ptrdiff_t unlike_tail_length_ = 0;
};

}  // namespace

std::size_t TextTable::line_of(std::size_t row) const {
  const auto behind = std::upper_bound(line_runs.begin(), line_runs.end(), row,
                                       [](std::size_t wanted, const auto& run) { return wanted < run.first; });
  if (behind == line_runs.begin()) return 0;
  const auto& [first_row, line] = *(behind - 1);
  return line + (row - first_row);
}

void TextTable::clear() {
  form = {};
  header.clear();
  heads.clear();
  interruptions.clear();
  trailer.clear();
  column_count = stride = 0;
  cells.clear();
  blocks.clear();
  descending = false;
  warnings.clear();
  line_runs.clear();
}

void parse_table(TextTable& table, FurtherColumns further, PlainRows plain_rows) {
  table.form = told_form(table.text, table.path, false);
  if (TableParser(table, further, plain_rows).run(true)) return;
  const TableForm form = told_form(table.text, table.path, true);
  table.clear();
  table.form = form;
  TableParser(table, further, plain_rows).run(false);
}

}  // namespace headscore
