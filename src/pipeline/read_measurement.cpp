// Bytes -> Measurement: encoding, table, dialect, columns, rows, and what is to be said of them.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <numbers>
#include <utility>

#include "headscore/reader.hpp"
#include "io/encoding.hpp"
#include "io/file_bytes.hpp"
#include "io/table_columns.hpp"
#include "io/table_rows.hpp"
#include "io/text_table.hpp"
#include "pipeline/identity.hpp"
#include "pipeline/refusal.hpp"

namespace headscore {
namespace {

constexpr double kCompensatedLevelDb = 30.0;     ///< raw measurements stand on an SPL scale far above
constexpr double kLeastEarGainDb = 4.5;          ///< 2.5-4 kHz over 300 Hz-1 kHz; raw data near 0 dB: 5.2 and more in 1,300 files
constexpr double kWideSmoothingOctaves = 0.3;    ///< from 1/3 octave on, peaks are no longer what they were

std::string number(double value) {
  char text[48];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

/// Assembles one measurement; each step fills in its part of the fields.
class Assembler {
 public:
  Assembler(const TextTable& table, std::string path) : table_(table) { fields_.path = std::move(path); }

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
    fields_.identity = identity_from_name(fields_.path);
    std::stable_sort(fields_.warnings.begin(), fields_.warnings.end(), [](const Warning& a, const Warning& b) { return a.line < b.line; });
    return std::move(fields_);
  }

 private:
  void warn(const char* code, std::size_t line, std::string message) { fields_.warnings.push_back({code, line, std::move(message)}); }

  void take_over(const std::vector<Warning>& warnings) {
    fields_.warnings.insert(fields_.warnings.end(), warnings.begin(), warnings.end());
  }

  void describe_dialect() {
    const TextDialect* chosen = nullptr;
    int best = 0;
    for (const TextDialect& dialect : text_dialects()) {
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
  }

  void assign_columns() {
    columns_ = told_columns(table_);
    for (std::size_t i = 0; i < columns_.columns.size(); ++i) {
      const ColumnMeaning& column = columns_.columns[i];
      fields_.columns.push_back(role_name(column));
      if (column.role == ColumnRole::kFrequency) frequency_ = i;
      if (column.role == ColumnRole::kLevel) level_ = i;
      if (column.role == ColumnRole::kPhase && !phase_) phase_ = i;
      if (column.role == ColumnRole::kImpedance) impedance_ = i;
      if (column.role == ColumnRole::kThd || column.role == ColumnRole::kHarmonic) distortion_ = true;
    }
    if (fields_.columns.size() < table_.column_count && table_.column_count == 3 && table_.stride == 2) fields_.columns.emplace_back("phase");
    if (frequency_ == 1) warn("index-column", 0, "the frequency is the second column; the first was left out");
    for (const std::string& name : columns_.other_levels) {
      warn("extra-levels-ignored", columns_.head_line, "the column " + excerpt(name) + " holds levels too; the first such column was used");
    }
    if (columns_.heads > 1) warn("two-headers", columns_.head_line, "more than one column head stands before the rows; the last was used");
    if (!level_ && impedance_) accept_impedance_head();
  }

  /// A passive load's phase stays within 90 degrees: a column Z(Ohms) whose phase does not is SPL under the wrong head.
  void accept_impedance_head() {
    bool beyond = false;
    double largest = -std::numeric_limits<double>::infinity();
    double smallest = std::numeric_limits<double>::infinity();
    for (std::size_t row = 0; row < table_.rows(); ++row) {
      if (phase_) beyond = beyond || std::abs(table_.cell(row, *phase_)) > 90.5;
      largest = std::max(largest, table_.cell(row, *impedance_));
      smallest = std::min(smallest, table_.cell(row, *impedance_));
    }
    const bool falls_like_spl = !phase_ && (smallest < 3.0 || (largest < 140.0 && largest - smallest > 25.0));
    if (!beyond && !falls_like_spl) {
      throw Error("impedance", {fields_.path, columns_.head_line}, "an impedance curve (column \"" + columns_.columns[*impedance_].name + "\")",
                  "a level in dB");
    }
    warn("column-head-contradicts", columns_.head_line,
         "the head \"" + columns_.columns[*impedance_].name + "\" cannot be right (" + (beyond ? "phase beyond 90 degrees" : "values fall too far") +
             "); the column was read as a level in dB");
    level_ = impedance_;
    fields_.columns[*impedance_] = "spl";
  }

  void choose_rows() {
    const std::optional<std::size_t> value = level_ ? level_ : first_distortion_column();
    if (!value) throw Error("not-a-curve", {fields_.path, columns_.head_line}, "no column of levels", "a column of levels in dB");
    chosen_ = chosen_rows(table_, frequency_, *value);
    take_over(chosen_.warnings);
    if (chosen_.rows.size() == 1) throw Error("one-row", {fields_.path, table_.line_of(chosen_.rows[0])}, "one row", "at least two rows of frequency and level");
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
    const auto n = static_cast<Eigen::Index>(chosen_.rows.size());
    if (chosen_.consecutive) {
      return Eigen::Map<const Eigen::ArrayXd, 0, Stride>(table_.cells.data() + index, n, Stride(static_cast<Eigen::Index>(table_.stride)));
    }
    Eigen::ArrayXd values(n);
    for (Eigen::Index i = 0; i < n; ++i) values[i] = table_.cell(chosen_.rows[static_cast<std::size_t>(i)], index);
    return values;
  }

  void build_curves() {
    Eigen::ArrayXd frequency_hz = column(frequency_) * frequency_scale();
    check_frequencies(frequency_hz);
    if (distortion_) fields_.distortion = distortion(frequency_hz);
    if (!level_) return;
    Eigen::ArrayXd level_db = column(*level_);
    if (phase_) set_phase(column(*phase_));
    fields_.response = Curve(std::move(frequency_hz), std::move(level_db));
  }

  [[nodiscard]] double frequency_scale() {
    const double stop = table_.cell(chosen_.rows.back(), frequency_);
    if (columns_.columns[frequency_].unit == ColumnUnit::kKilohertz) return 1000.0;
    if (columns_.head_line == 0 && stop <= 48.0 && table_.cell(chosen_.rows.front(), frequency_) <= 0.5 && chosen_.rows.size() >= 8) {
      warn("frequency-in-khz", table_.line_of(chosen_.rows.front()), "frequencies end at " + number(stop) + ": they were taken as kHz");
      return 1000.0;
    }
    return 1.0;
  }

  void check_frequencies(const Eigen::ArrayXd& frequency_hz) const {
    const double start = frequency_hz[0];
    const double stop = frequency_hz[frequency_hz.size() - 1];
    const std::size_t line = table_.line_of(chosen_.rows.front());
    if (stop > 1e6 || stop < 40.0) {
      throw Error("not-a-curve", {fields_.path, line}, "a first column from " + number(start) + " to " + number(stop), "frequencies in Hz that reach into the audio band");
    }
    if (stop < 2.0 * start) {
      throw Error("not-a-curve", {fields_.path, line}, number(start) + " to " + number(stop) + " Hz", "at least one octave");
    }
  }

  void set_phase(const Eigen::ArrayXd& phase) {
    const std::size_t line = table_.line_of(chosen_.rows.front());
    if (!phase.isFinite().all()) {
      warn("phase-incomplete", line, "some rows have no phase; the phase was left out");
    } else if ((phase == 0.0).all()) {
      warn("phase-all-zero", line, "the phase is zero throughout; it was left out");
    } else {
      const bool radians = columns_.columns[*phase_].unit == ColumnUnit::kRadian;
      const double largest = phase.abs().maxCoeff();
      if (!radians && largest > 180.5) warn("phase-out-of-range", line, "the phase reaches " + number(largest) + " degrees; it was kept");
      fields_.phase_rad = radians ? phase : phase * (std::numbers::pi / 180.0);
      return;
    }
    fields_.columns[*phase_] = "ignored";
  }

  /// Ratio from per cent or dB re the fundamental; NaN stays.
  static Eigen::ArrayXd ratio_of(const Eigen::ArrayXd& values, ColumnUnit unit) {
    if (unit == ColumnUnit::kDecibel) return (values * (std::numbers::ln10 / 20.0)).exp();
    return values / 100.0;
  }

  [[nodiscard]] DistortionSpectrum distortion(const Eigen::ArrayXd& frequency_hz) {
    DistortionSpectrum::Columns result;
    result.frequency_hz = frequency_hz;
    std::map<int, Eigen::ArrayXd> harmonics;
    for (std::size_t i = 0; i < columns_.columns.size(); ++i) {
      const ColumnMeaning& meaning = columns_.columns[i];
      const Eigen::ArrayXd values = column(i);
      if (meaning.role == ColumnRole::kFundamental || (meaning.role == ColumnRole::kLevel && !result.fundamental_db)) result.fundamental_db = values;
      const bool ratio = meaning.role == ColumnRole::kThd || meaning.role == ColumnRole::kNoise || meaning.role == ColumnRole::kHarmonic;
      if (!ratio) continue;
      check_ratio_unit(meaning, values);
      if (meaning.role == ColumnRole::kThd) result.thd_ratio = ratio_of(values, meaning.unit);
      if (meaning.role == ColumnRole::kNoise) result.noise_ratio = ratio_of(values, meaning.unit);
      if (meaning.role == ColumnRole::kHarmonic) harmonics.emplace(meaning.harmonic, ratio_of(values, meaning.unit));
    }
    for (auto& [order, ratio] : harmonics) result.harmonics.push_back({order, std::move(ratio)});
    result.level_spl_db = fields_.provenance.level_spl_db;
    return DistortionSpectrum(std::move(result));
  }

  void check_ratio_unit(const ColumnMeaning& meaning, const Eigen::ArrayXd& values) const {
    const Location where{fields_.path, columns_.head_line};
    if (meaning.unit != ColumnUnit::kPercent && meaning.unit != ColumnUnit::kDecibel) {
      throw Error("distortion-unit", where, "the column \"" + meaning.name + "\" without a unit", "% or dB in its head");
    }
    if (meaning.unit == ColumnUnit::kPercent && (values < 0.0).any()) {
      throw Error("distortion-unit", where, "negative values under \"" + meaning.name + "\"", "percentages of zero or more");
    }
    if (meaning.unit == ColumnUnit::kDecibel && (values > 40.0).any()) {
      throw Error("distortion-unit", where, "levels up to " + number(values.maxCoeff()) + " dB under \"" + meaning.name + "\"",
                  "dB relative to the fundamental");
    }
  }

  void warn_of_texts() {
    if (!table_.trailer.empty()) {
      warn("trailing-text", table_.trailer.front().number,
           std::to_string(table_.trailer.size()) + (table_.trailer.size() == 1 ? " line" : " lines") + " of text behind the rows: " +
               excerpt(table_.trailer.front().text));
    }
    for (const TextLine& line : table_.interruptions) {
      const bool damaged = !line.text.empty() && line.text.front() >= '0' && line.text.front() <= '9';
      warn(damaged ? "unreadable-row-dropped" : "interrupted-by-text", line.number,
           (damaged ? "a row that cannot be read was dropped: " : "text stands between the rows: ") + excerpt(line.text));
      if (&line - table_.interruptions.data() >= 3) break;
    }
  }

  void warn_of_content() {
    const Provenance& said = fields_.provenance;
    if (said.weighting == Weighting::kC) warn("c-weighted", 0, "C-weighting was compensated on the way: bass and treble are not what the microphone saw");
    if (said.weighting == Weighting::kA) warn("a-weighted", 0, "levels are A-weighted: bass is far below what the microphone saw");
    if (said.smoothing_octaves && *said.smoothing_octaves > kWideSmoothingOctaves) {
      warn("heavily-smoothed", 0, "the data are already smoothed over " + said.smoothing + ": peaks and dips are flattened");
    }
    const Curve* curve = fields_.response ? &*fields_.response : nullptr;
    if (curve == nullptr) return;
    // 1/24 octave of play: the first row of a 96-per-octave grid often stands a little above 20 Hz.
    if (curve->start_hz() > 20.6 || curve->stop_hz() < 19400.0) {
      warn("band-limited", 0, "the curve covers " + number(curve->start_hz()) + " Hz to " + number(curve->stop_hz()) + " Hz only");
    }
    mark_compensated(*curve);
  }

  /// Raw data carry the ear canal's resonance near 3 kHz, also when somebody moved them to 0 dB.
  void mark_compensated(const Curve& curve) {
    const auto mean = [&](double start_hz, double stop_hz) -> std::optional<double> {
      const std::optional<Curve> part = restricted(curve, {start_hz, stop_hz});
      return part ? std::optional<double>(part->magnitude_db().mean()) : std::nullopt;
    };
    if (std::abs(curve.magnitude_db()[curve.size() / 2]) > 2.0 * kCompensatedLevelDb) return;
    const std::optional<double> mids = mean(300.0, 1000.0);
    const std::optional<double> ear = mean(2500.0, 4000.0);
    if (!mids || !ear || std::abs(*mids) > kCompensatedLevelDb) return;
    const bool by_name = has_sbaf_name(fields_.path);
    if (*ear - *mids >= kLeastEarGainDb && !by_name) return;
    fields_.compensated = true;
    warn("compensated", 0,
         "levels near 0 dB (" + number(std::round(*mids * 10.0) / 10.0) + " dB at 300 Hz-1 kHz) and " +
             number(std::round((*ear - *mids) * 10.0) / 10.0) + " dB of ear gain at 2.5-4 kHz" + (by_name ? ", and the name says so" : "") +
             ": the data are already relative to a target");
  }

  const TextTable& table_;
  Measurement::Fields fields_;
  TableColumns columns_;
  ChosenRows chosen_;
  std::size_t frequency_ = 0;
  std::optional<std::size_t> level_;
  std::optional<std::size_t> phase_;
  std::optional<std::size_t> impedance_;
  bool distortion_ = false;
};

Measurement measured(std::string bytes, const std::string& path, const ReadOptions& options) {
  std::optional<std::string> sha256;
  if (options.sha256) sha256 = sha256_hex(bytes);
  TextTable table;
  table.path = path;
  DecodedText text = decoded(std::move(bytes), path);
  table.text = std::move(text.text);
  table.encoding = std::move(text.encoding);
  refuse_empty(table.text, path);
  parse_table(table, options.phase ? FurtherColumns::kParse : FurtherColumns::kSkip);
  refuse_other_documents(table);
  Measurement::Fields fields = Assembler(table, path).run(text.guessed);
  fields.sha256 = std::move(sha256);
  return Measurement(std::move(fields));
}

}  // namespace

Measurement read_measurement(const std::filesystem::path& path, const ReadOptions& options) {
  return measured(read_bytes(path, options.most_bytes), path.string(), options);
}

Measurement parsed_measurement(std::string_view bytes, const std::string& path, const ReadOptions& options) {
  return measured(std::string(bytes), path, options);
}

}  // namespace headscore
