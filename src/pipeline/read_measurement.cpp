// Bytes -> Measurement: encoding, table, dialect, columns, rows, and what is to be said of them.
#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <numbers>
#include <utility>

#include "headscore/reader.hpp"
#include "io/encoding.hpp"
#include "io/file_bytes.hpp"
#include "io/header_facts.hpp"
#include "io/marked_cells.hpp"
#include "io/table_blocks.hpp"
#include "io/table_columns.hpp"
#include "io/table_rows.hpp"
#include "io/text_table.hpp"
#include "pipeline/identity.hpp"
#include "pipeline/refusal.hpp"

namespace headscore {
namespace {

constexpr double kCompensatedLevelDb = 30.0;  ///< raw measurements stand on an SPL scale far above
constexpr double kLeastEarGainDb =
    4.5;  ///< 2.5-4 kHz over 300 Hz-1 kHz; raw data near 0 dB: 5.2 and more in 1,300 files
constexpr double kTrustInRawDb =
    2.5;  ///< a head that says "raw" (AutoEq) is believed over a weak ear gain, not over none
constexpr double kLoudestDb = 250.0;     ///< no level in dB is beyond, whatever its reference
constexpr double kLeastStopHz = 500.0;   ///< what stops below is no headphone's response, but seconds or milliseconds
constexpr double kLargestRatio = 100.0;  ///< of sound pressure in Pa, voltages, linear magnitudes
constexpr double kLeastRowsPerOctave = 5.0;
constexpr double kLeastZigzagDb = 0.3;
constexpr double kWideSmoothingOctaves = 0.3;  ///< from 1/3 octave on, peaks are no longer what they were

constexpr int kCertain = 100;  ///< TextDialect::confidence has no more

std::string number(double value) {
  char text[48];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

/// Assembles one measurement; each step fills in its part of the fields.
class Assembler {
 public:
  /// Of two channels that the columns name, the one that is `wanted`; unknown: the left one, and the other is told.
  Assembler(const TextTable& table, TableColumns columns, Channel wanted)
      : table_(table), columns_(std::move(columns)), wanted_(wanted) {
    fields_.path = table.path;
    for (const TextLine& line : table.header) {
      header_in_small_letters_ += line.text;
      header_in_small_letters_ += '\n';
    }
    for (char& c : header_in_small_letters_) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | '\x20') : c;
  }

  Measurement::Fields run(bool guessed_encoding) {
    describe_dialect();
    if (guessed_encoding) {
      warn("encoding-guessed", 0, "bytes above 127 are not UTF-8; they were read as " + table_.encoding);
    }
    assign_columns();
    take_over(table_.warnings);
    choose_rows();
    build_curves();
    warn_of_texts();
    warn_of_content();
    fields_.identity = identity_from_path_text(fields_.path);
    if (wanted_ != Channel::kUnknown) fields_.identity.channel = wanted_;
    std::stable_sort(fields_.warnings.begin(), fields_.warnings.end(),
                     [](const Warning& a, const Warning& b) { return a.line < b.line; });
    return std::move(fields_);
  }

 private:
  void warn(const char* code, std::size_t line, std::string message) {
    fields_.warnings.push_back({code, line, std::move(message)});
  }

  void take_over(const std::vector<Warning>& warnings) {
    fields_.warnings.insert(fields_.warnings.end(), warnings.begin(), warnings.end());
  }

  void describe_dialect() {
    const TextDialect* chosen = nullptr;
    int best = 0;
    for (const TextDialect& dialect : text_dialects()) {
      if (best == kCertain) break;  // the first of the surest counts
      const int confidence = dialect.confidence(table_);
      if (confidence > best) {
        best = confidence;
        chosen = &dialect;
      }
    }
    fields_.provenance.encoding = table_.encoding;
    fields_.provenance.delimiter = to_string(table_.form.delimiter);
    if (chosen == nullptr) return;
    fields_.provenance.dialect = chosen->id;
    chosen->describe(table_, fields_.provenance, fields_.warnings);
    if (fields_.provenance.weighting == Weighting::kNone) fields_.provenance.weighting = stated_weighting(table_);
  }

  void assign_columns() {
    if (wanted_ != Channel::kUnknown) take_channel();
    for (std::size_t i = 0; i < columns_.columns.size(); ++i) {
      const ColumnMeaning& column = columns_.columns[i];
      fields_.columns.push_back(role_name(column));
      if (column.role == ColumnRole::kFrequency) frequency_ = i;
      if (column.role == ColumnRole::kLevel) level_ = i;
      if (column.role == ColumnRole::kPhase && !phase_) phase_ = i;
      if (column.role == ColumnRole::kImpedance) impedance_ = i;
      if (column.role == ColumnRole::kThd || column.role == ColumnRole::kHarmonic) distortion_ = true;
    }
    if (fields_.columns.size() < table_.column_count && table_.column_count == 3 && table_.stride == 2)
      fields_.columns.emplace_back("phase");
    warn_of_columns();
    if (!level_ && impedance_) accept_impedance_head();
  }

  /// The other one is a measurement of its own, unless the file's name asks for one channel.
  void take_channel() {
    if (wanted_ == Channel::kRight) columns_ = for_right_channel(std::move(columns_));
    fields_.provenance.channel = wanted_;
    const Channel own = identity_from_path_text(table_.path).channel;
    if (own != Channel::kUnknown) return;
    std::erase_if(columns_.other_levels, [](const std::string& name) { return side_of(name) != Channel::kUnknown; });
  }

  void warn_of_columns() {
    if (frequency_ == 1)
      warn("index-column", 0,
           "the frequency is the second column; the first " +
               std::string(level_ == 0U ? "holds the levels" : "was left out"));
    if (columns_.level_behind_phase)
      warn("columns-swapped", 0, "the second column fills the circle of a phase: the third was read as the level");
    if (!columns_.unknown_head.empty()) {
      warn("head-not-understood", table_.header.back().number,
           "the head " + excerpt(columns_.unknown_head) +
               " does not speak of frequency; the columns were taken as frequency and level");
    }
    if (columns_.unnamed != 0)
      warn("columns-without-head", 0,
           std::to_string(columns_.unnamed) + " further columns without a head were left out");
    for (const ColumnMeaning& column : columns_.columns) {
      if (column.role == ColumnRole::kIgnored && contains_word(column.name, "thd"))
        warn("extra-distortion-ignored", columns_.head_line,
             excerpt(column.name) + " holds the noise too and was left out: it is no THD");
    }
    for (const std::string& name : columns_.other_levels) {
      warn("extra-levels-ignored", columns_.head_line,
           "the column " + excerpt(name) + " holds levels too; the first such column was used");
    }
    if (columns_.heads > 1)
      warn("two-headers", columns_.head_line, "more than one column head stands before the rows; the last was used");
  }

  /// Without a phase: on an SPL scale, and lowest by far in the last octave, where a driver's impedance is not.
  [[nodiscard]] bool falls_like_spl() const {
    std::vector<double> levels;
    std::size_t lowest = 0;
    for (std::size_t row = 0; row < table_.rows(); ++row) {
      levels.push_back(table_.cell(row, *impedance_));
      if (levels[row] < levels[lowest]) lowest = row;
    }
    if (table_.blocks.size() > 1 || levels.empty() || table_.cell(lowest, frequency_) < 9000.0) return false;
    const double least = levels[lowest];
    const auto middle = levels.begin() + static_cast<std::ptrdiff_t>(levels.size() / 2);
    std::nth_element(levels.begin(), middle, levels.end());
    return *middle >= 60.0 && *middle <= 130.0 && *middle - least >= 20.0;
  }

  /// A passive load's phase stays within 90 degrees: a column Z(Ohms) whose phase does not is SPL under the wrong head.
  void accept_impedance_head() {
    bool beyond = false;
    for (std::size_t row = 0; phase_ && row < table_.rows(); ++row)
      beyond = beyond || std::abs(table_.cell(row, *phase_)) > 90.5;
    if (!beyond && (phase_ || !falls_like_spl())) {
      throw Error("impedance", {fields_.path, columns_.head_line},
                  "an impedance curve (column \"" + columns_.columns[*impedance_].name + "\")", "a level in dB");
    }
    warn("column-head-contradicts", columns_.head_line,
         "the head \"" + columns_.columns[*impedance_].name + "\" cannot be right (" +
             (beyond ? "phase beyond 90 degrees" : "values fall too far") + "); the column was read as a level in dB");
    level_ = impedance_;
    fields_.columns[*impedance_] = "spl";
  }

  void choose_rows() {
    const std::optional<std::size_t> value = level_ ? level_ : first_distortion_column();
    if (!value) refuse_without_level();
    chosen_ = chosen_rows(table_, frequency_, *value);
    take_over(chosen_.warnings);
    if (chosen_.count == 1)
      throw Error("one-row", {fields_.path, table_.line_of(chosen_[0])}, "one row",
                  "at least two rows of frequency and level");
  }

  [[noreturn]] void refuse_without_level() const {
    std::string names;
    bool other_unit = false;
    for (const ColumnMeaning& column : columns_.columns) {
      if (column.role == ColumnRole::kFrequency) continue;
      names += (names.empty() ? "" : ", ") + excerpt(column.name);
      other_unit = other_unit || column.unit == ColumnUnit::kOther;
    }
    throw Error(other_unit ? "not-in-decibels" : "not-a-curve", {fields_.path, columns_.head_line},
                "no column of levels (beside the frequency: " + names + ")", "a column of levels in dB");
  }

  [[nodiscard]] std::optional<std::size_t> first_distortion_column() const {
    for (std::size_t i = 0; i < columns_.columns.size(); ++i) {
      const ColumnRole role = columns_.columns[i].role;
      if (role == ColumnRole::kFundamental || role == ColumnRole::kThd || role == ColumnRole::kHarmonic) return i;
    }
    return std::nullopt;
  }

  [[nodiscard]] Eigen::ArrayXd column(std::size_t index) const {
    using Stride = Eigen::InnerStride<Eigen::Dynamic>;
    const auto n = static_cast<Eigen::Index>(chosen_.count);
    if (chosen_.consecutive) {
      return Eigen::Map<const Eigen::ArrayXd, 0, Stride>(table_.cells.data() + index, n,
                                                         Stride(static_cast<Eigen::Index>(table_.stride)));
    }
    Eigen::ArrayXd values(n);
    for (Eigen::Index i = 0; i < n; ++i) values[i] = table_.cell(chosen_[static_cast<std::size_t>(i)], index);
    return values;
  }

  void build_curves() {
    Eigen::ArrayXd frequency_hz = column(frequency_);
    if (const double scale = frequency_scale(); scale != 1.0) frequency_hz *= scale;
    check_frequencies(frequency_hz);
    if (distortion_) fields_.distortion = distortion(frequency_hz);
    if (!level_) return;
    Eigen::ArrayXd level_db = column(*level_);
    check_levels(frequency_hz, level_db);
    if (phase_) set_phase(column(*phase_));
    fields_.response = Curve(std::move(frequency_hz), std::move(level_db));
  }

  [[nodiscard]] double frequency_scale() {
    const double start = table_.cell(chosen_[0], frequency_);
    const double stop = table_.cell(chosen_[chosen_.count - 1], frequency_);
    const ColumnUnit unit = columns_.columns[frequency_].unit;
    if (unit == ColumnUnit::kKilohertz) return 1000.0;
    const bool unit_is_open = columns_.head_line == 0 || unit == ColumnUnit::kUnknown;
    if (unit_is_open && stop >= 5.0 && stop <= 48.0 && start <= 0.5 && chosen_.count >= 8) {
      warn("frequency-in-khz", table_.line_of(chosen_[0]),
           "frequencies end at " + number(stop) + ": they were taken as kHz");
      return 1000.0;
    }
    return 1.0;
  }

  void check_frequencies(const Eigen::ArrayXd& frequency_hz) const {
    const double start = frequency_hz[0];
    const double stop = frequency_hz[frequency_hz.size() - 1];
    const std::size_t line = table_.line_of(chosen_[0]);
    if (stop > 1e6 || stop < kLeastStopHz) {
      throw Error("not-a-curve", {fields_.path, line}, "a first column from " + number(start) + " to " + number(stop),
                  "frequencies in Hz that reach into the audio band");
    }
    if (stop < 2.0 * start) {
      throw Error("not-a-curve", {fields_.path, line}, number(start) + " to " + number(stop) + " Hz",
                  "at least one octave");
    }
  }

  void check_levels(const Eigen::ArrayXd& frequency_hz, const Eigen::ArrayXd& level_db) {
    const Location where{fields_.path, table_.line_of(chosen_[0])};
    const double smallest = level_db.minCoeff();
    const double largest = level_db.maxCoeff();
    if (smallest > kLoudestDb || largest < -kLoudestDb) {
      throw Error("not-a-curve", where, "levels from " + number(smallest) + " to " + number(largest), "levels in dB");
    }
    if ((smallest < -140.0 || largest > 140.0) && is_wrapped_phase(table_, *level_)) {
      throw Error("not-a-curve", where, "values that fill the circle from -180 to 180: a phase", "a level in dB");
    }
    if (columns_.head_line == 0 && is_signal(frequency_hz, level_db)) {
      throw Error("time-axis", where, "values that swing about zero at even steps from zero on: a signal over time",
                  "levels over frequencies in Hz");
    }
    const bool nothing_says_decibel = !header_says("db") && !header_says("spl") && !header_says("raw");
    if (nothing_says_decibel && largest - smallest > kWidestLevelsDb &&
        is_too_wide_for_levels(table_, frequency_, *level_)) {
      throw Error("not-a-curve", where,
                  "values from " + number(smallest) + " to " + number(largest) + ", too wide for a response: a phase?",
                  "a level in dB");
    }
    if (nothing_says_decibel) refuse_other_units(where, smallest, largest);
    if (nothing_says_decibel && smallest > 0.0 && largest < kCompensatedLevelDb && largest > 1.5 * smallest) {
      warn(
          "level-unit-unknown", where.line,
          "levels between " + number(smallest) + " and " + number(largest) + " that nothing calls dB were taken as dB");
    }
    if (smallest > 0.0) check_impedance(where, nothing_says_decibel);
  }

  /// A passive load's phase stays within 90 degrees, and so do those of some responses: the words decide.
  void check_impedance(const Location& where, bool nothing_says_decibel) {
    const bool passive = phase_ && (column(*phase_).abs() <= 90.5).all() && (column(*phase_) != 0.0).any();
    const std::string name = lowered(fields_.path.substr(fields_.path.rfind('/') + 1));
    const bool named = header_says("impedance");
    if (nothing_says_decibel && ((passive && named) || name.find("impedance") != std::string::npos))
      throw Error("impedance", where, "an impedance curve, as its text or name says", "a level in dB");
    if (columns_.head_line == 0 && passive) {
      if (header_says("zma") || name.ends_with(".zma"))
        throw Error("impedance", where, "an impedance curve (ZMA, a phase within 90 degrees)", "a level in dB");
      warn("impedance-possible", where.line,
           "a phase within 90 degrees and no head: this could be an impedance; it was taken as a level in dB");
    } else if (nothing_says_decibel && named) {
      warn("impedance-possible", where.line,
           "the text before the rows speaks of impedance and nothing of dB: the values were taken as levels in dB");
    }
  }

  /// Units that stand anywhere in the text before the rows, over values that can be of them.
  void refuse_other_units(const Location& where, double smallest, double largest) const {
    const auto refuse = [&](const std::string& what) {
      throw Error("not-in-decibels", where, what + ", values from " + number(smallest) + " to " + number(largest),
                  "a column of levels in dB");
    };
    if (head_says("real") && (head_says("imag") || head_says("imaginary")))
      refuse("real and imaginary parts in the head");
    if (smallest < 0.0 || largest > kLargestRatio) return;
    for (const std::string_view unit : {"pa", "vrms", "mv", "mpa", "v/v", "pa/v"}) {
      if (head_says(unit)) refuse("the unit " + std::string(unit) + " in the head");
    }
    const std::string name = columns_.head_line == 0 ? "" : lowered(columns_.columns[*level_].name);
    const bool wide = smallest > 0.0 && largest > 1.5 * smallest;
    for (const std::string_view quantity : {"magnitude", "amplitude", "power", "pressure", "linear"}) {
      if (wide && largest < kCompensatedLevelDb && name == quantity)
        refuse("\"" + columns_.columns[*level_].name + "\" without a unit: these look like ratios");
    }
  }

  /// What no measurement of sound looks like, or only a coarse one.
  void warn_of_shape(const Curve& curve) {
    const Eigen::ArrayXd& level_db = curve.magnitude_db();
    if ((level_db == level_db[0]).all()) {
      warn("no-variation", 0,
           "the level is " + number(level_db[0]) + " dB in every row: a curve that never varies is no measurement");
      return;
    }
    const double rows_per_octave =
        static_cast<double>(curve.size() - 1) / std::log2(curve.stop_hz() / curve.start_hz());
    if (rows_per_octave < kLeastRowsPerOctave) {
      warn("coarse-grid", 0,
           "about " + number(std::round(10.0 * rows_per_octave) / 10.0) +
               " rows an octave: peaks and dips between them are not seen");
    }
    if (curve.size() < 16) return;
    // Each row against the mean of its neighbours: of two curves row by row the sign changes every time.
    const Eigen::Index n = curve.size() - 2;
    const Eigen::ArrayXd off_db = level_db.segment(1, n) - 0.5 * (level_db.head(n) + level_db.tail(n));
    const Eigen::Index turns = (off_db.tail(n - 1) * off_db.head(n - 1) < 0.0).count();
    const double typical_db = off_db.abs().mean();
    if (turns >= n - 1 - n / 20 && typical_db > kLeastZigzagDb) {
      warn("interleaved-curves", 0,
           "every other row is " + number(std::round(10.0 * typical_db) / 10.0) +
               " dB off its neighbours: these seem to be two curves row by row; they were read as one");
    }
  }

  /// As a word of its own, in brackets, or in the line right above the rows.
  [[nodiscard]] bool head_says(std::string_view word) const {
    const auto is_letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
    return std::any_of(table_.header.begin(), table_.header.end(), [&](const TextLine& line) {
      const bool head = head_cells(line.text).names.size() >= 2 && line.number + 2 >= table_.line_of(0);
      const bool counts = head && (!head_cells(line.text).by_blanks || column_names(line.text).size() >= 2);
      const std::string text = lowered(line.text);
      for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        const std::size_t behind = at + word.size();
        if (at > 0 && is_letter(text[at - 1])) continue;
        if (behind < text.size() && is_letter(text[behind])) continue;
        const bool bracketed = at > 0 && (text[at - 1] == '(' || text[at - 1] == '[');
        if (bracketed || counts) return true;
      }
      return false;
    });
  }

  /// `word` in small letters.
  [[nodiscard]] bool header_says(std::string_view word) const {
    return header_in_small_letters_.find(word) != std::string::npos;
  }

  /// Samples of an impulse response: even steps from zero on, both signs, more turns than any curve has.
  [[nodiscard]] bool is_signal(const Eigen::ArrayXd& frequency_hz, const Eigen::ArrayXd& level_db) const {
    const bool from_zero = std::any_of(table_.warnings.begin(), table_.warnings.end(),
                                       [](const Warning& w) { return w.code == "nonpositive-frequency-dropped"; });
    if (!from_zero || level_db.size() < 64 || level_db.abs().maxCoeff() > 1.5) return false;
    Eigen::Index turns = 0;
    double widest = 0.0;
    for (Eigen::Index i = 1; i < level_db.size(); ++i) {
      turns += level_db[i] * level_db[i - 1] < 0.0 ? 1 : 0;
      widest = std::max(widest, frequency_hz[i] - frequency_hz[i - 1]);
    }
    const double even =
        (frequency_hz[frequency_hz.size() - 1] - frequency_hz[0]) / static_cast<double>(frequency_hz.size() - 1);
    return turns > level_db.size() / 50 && widest < 1.5 * even;
  }

  void set_phase(const Eigen::ArrayXd& phase) {
    const std::size_t line = table_.line_of(chosen_[0]);
    if (!phase.isFinite().all()) {
      warn("phase-incomplete", line, "some rows have no phase; the phase was left out");
    } else if ((phase == 0.0).all()) {
      warn("phase-all-zero", line, "the phase is zero throughout; it was left out");
    } else {
      const bool radians = columns_.columns[*phase_].unit == ColumnUnit::kRadian;
      const double largest = phase.abs().maxCoeff();
      if (!radians && largest > 180.5)
        warn("phase-out-of-range", line, "the phase reaches " + number(largest) + " degrees; it was kept");
      fields_.phase_rad = radians ? phase : phase * (std::numbers::pi / 180.0);
      return;
    }
    fields_.columns[*phase_] = "ignored";
  }

  [[nodiscard]] std::optional<DistortionSpectrum> distortion(const Eigen::ArrayXd& frequency_hz) {
    DistortionSpectrum::Columns result;
    result.frequency_hz = frequency_hz;
    std::map<int, Eigen::ArrayXd> harmonics;
    for (std::size_t i = 0; i < columns_.columns.size(); ++i) {
      const ColumnRole role = columns_.columns[i].role;
      if (role == ColumnRole::kFundamental || (role == ColumnRole::kLevel && !result.fundamental_db))
        result.fundamental_db = column(i);
    }
    for (std::size_t i = 0; i < columns_.columns.size(); ++i) {
      const ColumnMeaning& meaning = columns_.columns[i];
      const bool is_ratio = meaning.role == ColumnRole::kThd || meaning.role == ColumnRole::kNoise ||
                            meaning.role == ColumnRole::kHarmonic;
      if (!is_ratio) continue;
      std::optional<Eigen::ArrayXd> found = ratio_or_warning(meaning, column(i), result.fundamental_db);
      if (!found) continue;
      Eigen::ArrayXd& ratio = *found;
      if (meaning.role == ColumnRole::kThd) {
        if (result.thd_ratio) {
          warn_of_second_thd(meaning, *result.thd_ratio, ratio);
        } else {
          result.thd_ratio = std::move(ratio);
        }
      } else if (meaning.role == ColumnRole::kNoise) {
        result.noise_ratio = std::move(ratio);
      } else {
        harmonics.emplace(meaning.harmonic, std::move(ratio));
      }
    }
    if (!result.thd_ratio && harmonics.empty() && level_) return std::nullopt;
    for (auto& [order, ratio] : harmonics) result.harmonics.push_back({order, std::move(ratio)});
    result.level_spl_db = fields_.provenance.level_spl_db;
    return DistortionSpectrum(std::move(result));
  }

  /// Beside a response a column of distortion that cannot be used is left out; alone it is refused.
  [[nodiscard]] std::optional<Eigen::ArrayXd> ratio_or_warning(const ColumnMeaning& meaning,
                                                               const Eigen::ArrayXd& values,
                                                               const std::optional<Eigen::ArrayXd>& fundamental_db) {
    try {
      return ratio_of(meaning, values, fundamental_db);
    } catch (const Error& error) {
      if (!level_) throw;
      warn("distortion-ignored", columns_.head_line,
           "found " + error.found() + ", wanted " + error.wanted() + ": the column was left out");
      return std::nullopt;
    }
  }

  /// The same in another unit needs no word; of two levels the first counts.
  void warn_of_second_thd(const ColumnMeaning& meaning, const Eigen::ArrayXd& first, const Eigen::ArrayXd& second) {
    constexpr double kRounding = 0.02;
    const auto differs = (second - first).abs() > kRounding * first.abs() + 1e-5;  // NaN differs from nothing
    if (differs.any())
      warn("extra-distortion-ignored", columns_.head_line,
           "a further column of distortion, " + excerpt(meaning.name) + ", was left out: the first counts");
  }

  /// Ratio to the fundamental from per cent, dB relative to it, or dB SPL; NaN stays.
  [[nodiscard]] Eigen::ArrayXd ratio_of(const ColumnMeaning& meaning, const Eigen::ArrayXd& values,
                                        const std::optional<Eigen::ArrayXd>& fundamental_db) const {
    const Location where{fields_.path, columns_.head_line};
    if (meaning.unit == ColumnUnit::kPercent) {
      if ((values < 0.0).any())
        throw Error("distortion-unit", where, "negative values under \"" + meaning.name + "\"",
                    "percentages of zero or more");
      return values / 100.0;
    }
    Eigen::ArrayXd relative_db = values;
    constexpr double kMostMedianDb = -3.0;  // what is as loud as its fundamental half of the time is no harmonic
    const bool absolute = meaning.unit == ColumnUnit::kDecibelSpl || is_absolute(meaning) ||
                          (meaning.unit == ColumnUnit::kDecibel && median(values) > kMostMedianDb);
    if (fundamental_db && absolute) {
      relative_db -= *fundamental_db;
    } else if (meaning.unit != ColumnUnit::kDecibel) {
      throw Error("distortion-unit", where, "the column \"" + meaning.name + "\" without a unit that can be used",
                  "% or dB in its head, dBSPL beside a fundamental");
    }
    if (median(relative_db) > kMostMedianDb) {
      throw Error("distortion-unit", where,
                  "levels around " + number(median(relative_db)) + " dB under \"" + meaning.name + "\"",
                  "dB relative to the fundamental");
    }
    return (relative_db * (std::numbers::ln10 / 20.0)).exp();
  }

  /// "H2 (dBFS)" beside "Fundamental (dBFS)": levels of one scale, not ratios.
  [[nodiscard]] bool is_absolute(const ColumnMeaning& meaning) const {
    const auto scale_of = [](const std::string& name) -> std::string_view {
      const std::string word = lowered(name);
      for (const std::string_view scale : {"dbfs", "dbv", "dbu", "dbpa", "dbm"}) {
        if (word.find(scale) != std::string::npos) return scale;
      }
      return {};
    };
    const std::string_view own = scale_of(meaning.name);
    return !own.empty() && std::any_of(columns_.columns.begin(), columns_.columns.end(), [&](const ColumnMeaning& c) {
      return (c.role == ColumnRole::kFundamental || c.role == ColumnRole::kLevel) && scale_of(c.name) == own;
    });
  }

  /// Of the values that are there; of none: far below everything.
  static double median(const Eigen::ArrayXd& values) {
    std::vector<double> sorted;
    std::copy_if(values.begin(), values.end(), std::back_inserter(sorted), [](double v) { return std::isfinite(v); });
    if (sorted.empty()) return -std::numeric_limits<double>::infinity();
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    return *middle;
  }

  /// A line that begins like a row of this table and could not be read as one.
  [[nodiscard]] bool is_damaged_row(const TextLine& line) const {
    if (std::string_view("0123456789\"").find(line.text.front()) == std::string_view::npos)
      return false;  // most lines need no cells
    const std::vector<std::string_view> cells = split_cells(line.text, table_.form.delimiter);
    if (cells.size() < 2 || cells.size() > table_.column_count + 1) return false;
    const std::string_view first = unquoted(cells[0]);
    return !first.empty() && first.front() >= '0' && first.front() <= '9' &&
           first.find_first_of(":/") == std::string_view::npos;
  }

  /// Rows that could not be read are told; too many of them, and the rest is not the curve.
  void warn_of_damaged_rows() {
    std::vector<const TextLine*> damaged;
    const std::size_t first_row = table_.line_of(0);
    for (const TextLine& line : table_.header) {  // those right above the first row
      if (first_row - line.number <= table_.header.size() && is_damaged_row(line)) damaged.push_back(&line);
    }
    for (const auto* lines : {&table_.interruptions, &table_.trailer}) {
      for (const TextLine& line : *lines) {
        if (is_damaged_row(line)) damaged.push_back(&line);
      }
    }
    if (damaged.empty()) return;
    const std::string found = std::to_string(damaged.size()) + (damaged.size() == 1 ? " row" : " rows") +
                              " that cannot be read, the first " + excerpt(damaged.front()->text);
    constexpr std::size_t kMost = 3;
    if (damaged.size() > kMost && damaged.size() * 20 > table_.rows()) {
      throw Error("unreadable-rows", {fields_.path, damaged.front()->number},
                  found + ", beside " + std::to_string(table_.rows()) + " that can", "rows of plain numbers");
    }
    warn("unreadable-row-dropped", damaged.front()->number,
         found + (damaged.size() == 1 ? "; it was dropped" : "; they were dropped"));
  }

  void warn_of_texts() {
    warn_of_damaged_rows();
    const auto told = [this](const TextLine& line) { return is_damaged_row(line); };
    const auto trailer = std::find_if_not(table_.trailer.begin(), table_.trailer.end(), told);
    if (trailer != table_.trailer.end()) {
      warn("trailing-text", trailer->number,
           std::to_string(table_.trailer.size()) + (table_.trailer.size() == 1 ? " line" : " lines") +
               " of text behind the rows: " + excerpt(trailer->text));
    }
    std::size_t shown = 0;
    for (const TextLine& line : table_.interruptions) {
      if (told(line)) continue;
      if (shown++ == 3) break;
      warn("interrupted-by-text", line.number, "text stands between the rows: " + excerpt(line.text));
    }
  }

  void warn_of_content() {
    const Provenance& said = fields_.provenance;
    if (said.weighting == Weighting::kC)
      warn("c-weighted", 0,
           "C-weighting is in the levels, or was compensated: bass and treble are not what the microphone saw");
    if (said.weighting == Weighting::kA)
      warn("a-weighted", 0, "levels are A-weighted: bass is far below what the microphone saw");
    if (said.smoothing_octaves && *said.smoothing_octaves > kWideSmoothingOctaves) {
      warn("heavily-smoothed", 0,
           "the data are already smoothed over " + said.smoothing + ": peaks and dips are flattened");
    }
    const Curve* curve = fields_.response ? &*fields_.response : nullptr;
    if (curve == nullptr) return;
    // 1/24 octave of play: the first row of a 96-per-octave grid often stands a little above 20 Hz.
    if (curve->start_hz() > 20.6 || curve->stop_hz() < 19400.0) {
      warn("band-limited", 0,
           "the curve covers " + number(curve->start_hz()) + " Hz to " + number(curve->stop_hz()) + " Hz only");
    }
    warn_of_shape(*curve);
    warn_of_title();
    mark_compensated(*curve);
  }

  /// Raw data carry the ear canal's resonance near 3 kHz, also when somebody moved them to 0 dB.
  void mark_compensated(const Curve& curve) {
    if (level_ && columns_.columns[*level_].against_target) {
      fields_.compensated = true;
      warn("compensated", columns_.head_line,
           "the head " + excerpt(columns_.columns[*level_].name) + " says that the data are relative to a target");
      return;
    }
    if (const std::optional<std::string> words = stated_compensation()) {
      fields_.compensated = true;
      warn("compensated", 0, *words + " says that the data are relative to a target");
      return;
    }
    const auto mean = [&](double start_hz, double stop_hz) { return mean_level_db(curve, {start_hz, stop_hz}); };
    const bool by_name = !sbaf_rig(fields_.path).empty();
    const bool called_raw = level_ && lowered(columns_.columns[*level_].name) == "raw";
    const double least_gain_db = called_raw ? kLeastEarGainDb - kTrustInRawDb : kLeastEarGainDb;
    if (std::abs(curve.magnitude_db()[curve.size() / 2]) > 2.0 * kCompensatedLevelDb) return;
    const std::optional<double> mids = mean(300.0, 1000.0);
    const std::optional<double> ear = mean(2500.0, 4000.0);
    if (!mids || !ear || std::abs(*mids) > kCompensatedLevelDb) return;
    if (*ear - *mids >= least_gain_db && !by_name) return;
    fields_.compensated = true;
    warn("compensated", 0,
         "levels near 0 dB (" + number(std::round(*mids * 10.0) / 10.0) + " dB at 300 Hz-1 kHz) and " +
             number(std::round((*ear - *mids) * 10.0) / 10.0) + " dB of ear gain at 2.5-4 kHz" +
             (by_name ? ", and the name says so" : "") + ": the data are already relative to a target");
  }

  /// "Compensation: Diffuse field", "compensated to Harman", or a file's name with "(compensated)".
  [[nodiscard]] std::optional<std::string> stated_compensation() const {
    for (const TextLine& line : table_.header) {
      if (!header_says("compensat")) break;
      const std::string text = lowered(line.text);
      const std::size_t at = text.find("compensat");
      if (at == std::string::npos || (at > 0 && std::isalpha(static_cast<unsigned char>(text[at - 1])) != 0)) continue;
      const std::string_view before = std::string_view(text).substr(0, at);
      const bool denied = before.ends_with("not ") || before.ends_with("no ") || before.ends_with("without ") ||
                          before.ends_with("non-") || before.ends_with("un-");
      if (denied) continue;
      const std::string_view rest = std::string_view(text).substr(at);
      for (const std::string_view target : {"diffuse", "free field", "free-field", "harman", "ief", "target"}) {
        if (rest.find(target) != std::string_view::npos) return excerpt(line.text);
      }
    }
    const std::string name = lowered(fields_.path.substr(fields_.path.rfind('/') + 1));
    for (const std::string_view mark : {"(compensated)", "[compensated]", " compensated.", "_compensated."}) {
      if (name.find(mark) != std::string::npos) return "the file's name";
    }
    return std::nullopt;
  }

  /// A title such as "Isolation test" or "Background noise spectrum" over something that looks like a response.
  void warn_of_title() {
    constexpr std::size_t kLongest = 60;
    constexpr auto kQuantities = std::to_array<std::string_view>(
        {"isolation", "attenuation", "noise spectrum", "noise floor", "background noise", "target curve", "crosstalk",
         "thd+n", "group delay", "waterfall", "coherence"});
    static const AnyWord kAny(kQuantities);
    if (!kAny.is_in(header_in_small_letters_)) return;
    for (const TextLine& line : table_.header) {
      if (line.text.size() > kLongest || column_names(line.text).size() >= 2) continue;
      const std::string text = lowered(line.text);
      const bool states = text.find(':') != std::string::npos || text.find('=') != std::string::npos;
      const bool target = text.find("target curve") != std::string::npos;
      if (states && !target) continue;
      for (const std::string_view quantity : kQuantities) {
        if (text.find(quantity) == std::string::npos) continue;
        warn("title-says-other", line.number,
             excerpt(line.text) + " stands above the rows: this may be no headphone's response");
        return;
      }
    }
  }

  const TextTable& table_;
  std::string header_in_small_letters_;
  TableColumns columns_;
  Channel wanted_;
  Measurement::Fields fields_;
  ChosenRows chosen_;
  std::size_t frequency_ = 0;
  std::optional<std::size_t> level_;
  std::optional<std::size_t> phase_;
  std::optional<std::size_t> impedance_;
  bool distortion_ = false;
};

/// One file's text, understood as far as all its channels share it.
struct Parsed {
  std::optional<std::string> sha256;
  bool guessed_encoding = false;
  TableColumns columns;
  Channel named = Channel::kUnknown;  ///< of two channels in the columns, the one that the file's name asks for
};

/// Once more, where rows carry units, bars, Fortran's exponents or carriage returns.
void parse_marked_rows(TextTable& table, FurtherColumns further) {
  std::optional<PlainText> plain = with_plain_cells(table);
  if (!plain) return;
  table.clear();
  table.text = std::move(plain->text);
  parse_table(table, further);
  if (plain->carriage_returns) {
    table.warnings.push_back({"mixed-line-ends", 0, "lone carriage returns were taken as ends of lines"});
    return;
  }
  table.warnings.push_back(
      {"marked-cells", plain->first_line,
       std::to_string(plain->rows) + " rows carry units or marks in their cells, which were taken off"});
}

/// `table` lends its memory; nothing of what it held before counts.
Parsed parsed_into(TextTable& table, std::string bytes, const std::string& path, const ReadOptions& options) {
  Parsed result;
  if (options.sha256) result.sha256 = sha256_hex(bytes);
  table.clear();
  table.path = path;
  DecodedText text = decoded(std::move(bytes), path);
  table.text = std::move(text.text);
  table.encoding = std::move(text.encoding);
  result.guessed_encoding = text.guessed;
  refuse_empty(table.text, path);
  const FurtherColumns further = options.phase ? FurtherColumns::kParse : FurtherColumns::kSkip;
  parse_table(table, further);
  parse_marked_rows(table, further);
  leave_out_other_tables(table);
  refuse_other_documents(table);
  result.columns = told_columns(table);
  if (result.columns.right) result.named = identity_from_path_text(path).channel;
  return result;
}

Measurement measured(const TextTable& table, const Parsed& parsed, Channel wanted) {
  Measurement::Fields fields = Assembler(table, parsed.columns, wanted).run(parsed.guessed_encoding);
  fields.sha256 = parsed.sha256;
  return Measurement(std::move(fields));
}

Measurement measured(TextTable& table, std::string bytes, const std::string& path, const ReadOptions& options) {
  const Parsed parsed = parsed_into(table, std::move(bytes), path, options);
  return measured(table, parsed, parsed.named);
}

std::vector<Measurement> measured_channels(TextTable& table, std::string bytes, const std::string& path,
                                           const ReadOptions& options) {
  const Parsed parsed = parsed_into(table, std::move(bytes), path, options);
  std::vector<Channel> wanted = {parsed.named};
  if (parsed.columns.right && parsed.named == Channel::kUnknown) wanted = {Channel::kLeft, Channel::kRight};
  std::vector<Measurement> channels;
  channels.reserve(wanted.size());
  for (const Channel side : wanted) channels.push_back(measured(table, parsed, side));
  return channels;
}

}  // namespace

MeasurementReader::MeasurementReader() : table_(std::make_unique<TextTable>()) {}
MeasurementReader::MeasurementReader(MeasurementReader&&) noexcept = default;
MeasurementReader& MeasurementReader::operator=(MeasurementReader&&) noexcept = default;
MeasurementReader::~MeasurementReader() = default;

Measurement MeasurementReader::read(const std::filesystem::path& path, const ReadOptions& options) {
  return measured(*table_, read_bytes(path, options.most_bytes, std::move(table_->text)), path.string(), options);
}

Measurement MeasurementReader::parsed(std::string bytes, const std::string& path, const ReadOptions& options) {
  return measured(*table_, std::move(bytes), path, options);
}

std::vector<Measurement> MeasurementReader::read_channels(const std::filesystem::path& path,
                                                          const ReadOptions& options) {
  return measured_channels(*table_, read_bytes(path, options.most_bytes, std::move(table_->text)), path.string(),
                           options);
}

std::vector<Measurement> MeasurementReader::parsed_channels(std::string bytes, const std::string& path,
                                                            const ReadOptions& options) {
  return measured_channels(*table_, std::move(bytes), path, options);
}

std::string MeasurementReader::lent_memory() { return std::move(table_->text); }

Measurement read_measurement(const std::filesystem::path& path, const ReadOptions& options) {
  return MeasurementReader().read(path, options);
}

Measurement parsed_measurement(std::string_view bytes, const std::string& path, const ReadOptions& options) {
  TextTable table;
  return measured(table, std::string(bytes), path, options);
}

}  // namespace headscore
