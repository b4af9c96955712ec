#include "batch/batch_line.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "batch/response_shape.hpp"
#include "io/json_text.hpp"

namespace headscore {
namespace {

// Declared first, for the templates below find no overload that comes after them.
void write(JsonText& json, const Score& score);
void write(JsonText& json, const BandError& error);
void write(JsonText& json, const Extremum& extremum);
void write(JsonText& json, const CurveAnalysis& analysis);
void write(JsonText& json, const ChannelDifference& channels);
void write(JsonText& json, const ReseatSpread& reseats);
void write(JsonText& json, const DisplayCurves& curves);

void write(JsonText& json, const Failure& failure) {
  json.begin_object().text_field("code", failure.code).text_field("message", failure.message).end_object();
}

void write(JsonText& json, const Reason& reason) {
  json.begin_object().text_field("code", reason.code).text_field("message", reason.message).end_object();
}

void write(JsonText& json, const Warning& warning) {
  json.begin_object().text_field("code", warning.code).integer_field("line", static_cast<std::int64_t>(warning.line));
  json.text_field("message", warning.message).end_object();
}

void write(JsonText& json, const Term& term) {
  json.begin_object()
      .text_field("name", term.name)
      .number_field("value", term.value)
      .number_field("quantity", term.quantity);
  json.text_field("unit", term.unit)
      .number_field("coefficient", term.coefficient)
      .text_field("note", term.note)
      .end_object();
}

void write(JsonText& json, const Interval& interval) {
  json.begin_object().number_field("low", interval.low).number_field("high", interval.high);
  json.number_field("coverage", interval.coverage).text_field("basis", interval.basis).end_object();
}

template <typename List>
void write_array(JsonText& json, std::string_view name, const List& list) {
  json.key(name).begin_array();
  for (const auto& element : list) write(json, element);
  json.end_array();
}

template <typename Value>
void write_or_null(JsonText& json, std::string_view name, const std::optional<Value>& value) {
  json.key(name);
  if (value) {
    write(json, *value);
  } else {
    json.null();
  }
}

void write(JsonText& json, const Score& score) {
  const Score::Fields& fields = score.fields();
  json.begin_object()
      .text_field("model", fields.model)
      .text_field("version", fields.version)
      .number_field("value", score.value());
  json.number_field("published", fields.published);
  write_or_null(json, "interval", fields.interval);
  json.number_field("residual_sd", fields.residual_sd);
  write_array(json, "terms", fields.terms);
  write_array(json, "reasons", fields.reasons);
  json.end_object();
}

void write(JsonText& json, const BandError& error) {
  json.begin_object().text_field("name", error.name).number_field("start_hz", error.band.start_hz);
  json.number_field("stop_hz", error.band.stop_hz)
      .number_field("mean_db", error.mean_db)
      .number_field("rms_db", error.rms_db);
  json.number_field("largest_db", error.largest_db).end_object();
}

void write(JsonText& json, const Extremum& extremum) {
  json.begin_object()
      .text_field("kind", extremum.is_peak ? "peak" : "dip")
      .number_field("frequency_hz", extremum.frequency_hz);
  json.number_field("level_db", extremum.level_db).number_field("prominence_db", extremum.prominence_db);
  json.number_field("q", extremum.q).end_object();
}

void write(JsonText& json, const CurveAnalysis& analysis) {
  json.begin_object();
  write_array(json, "octaves", analysis.octaves);
  json.key("bass");
  write(json, analysis.bass);
  json.key("mid");
  write(json, analysis.mid);
  json.key("treble");
  write(json, analysis.treble);
  json.number_field("tilt_db_per_octave", analysis.tilt_db_per_octave);
  write_array(json, "extrema", analysis.extrema);
  const Signature& signature = analysis.signature;
  json.key("signature").begin_object().text_field("name", signature.name).number_field("bass_db", signature.bass_db);
  json.number_field("mid_db", signature.mid_db).number_field("treble_db", signature.treble_db);
  json.text_field("because", signature.because).end_object().end_object();
}

void write(JsonText& json, const ChannelDifference& channels) {
  json.begin_object().number_field("level_db", channels.level_db).number_field("rms_db", channels.rms_db);
  json.number_field("largest_db", channels.largest_db).number_field("largest_hz", channels.largest_hz);
  json.number_field("bs708_ratio", channels.bs708_ratio).number_field("start_hz", channels.band.start_hz);
  json.number_field("stop_hz", channels.band.stop_hz).end_object();
}

void write(JsonText& json, const ReseatSpread& reseats) {
  json.begin_object()
      .text_field("channel", to_string(reseats.channel))
      .integer_field("seats", reseats.seats)
      .key("bands")
      .begin_array();
  for (const auto& [band, sd_db] : reseats.band_sd_db) {
    json.begin_object()
        .number_field("start_hz", band.start_hz)
        .number_field("stop_hz", band.stop_hz)
        .number_field("sd_db", sd_db)
        .end_object();
  }
  json.end_array().end_object();
}

/// Levels at `frequency_hz`, null where the curve has no row.
void write_levels(JsonText& json, std::string_view name, const std::vector<double>& frequency_hz, const Curve& curve) {
  json.key(name).begin_array();
  Eigen::Index at = 0;
  for (const double frequency : frequency_hz) {
    if (at < curve.size() && curve.frequency_hz()[at] == frequency) {
      json.rounded(curve.magnitude_db()[at++], 4);
    } else {
      json.null();
    }
  }
  json.end_array();
}

void write(JsonText& json, const DisplayCurves& curves) {
  std::vector<double> frequency_hz;
  for (const Curve* curve : {&curves.response, &curves.target, &curves.error, curves.left ? &*curves.left : nullptr,
                             curves.right ? &*curves.right : nullptr}) {
    if (curve != nullptr)
      frequency_hz.insert(frequency_hz.end(), curve->frequency_hz().begin(), curve->frequency_hz().end());
  }
  std::sort(frequency_hz.begin(), frequency_hz.end());
  frequency_hz.erase(std::unique(frequency_hz.begin(), frequency_hz.end()), frequency_hz.end());
  json.begin_object().key("frequency_hz").begin_array();
  for (const double frequency : frequency_hz) json.rounded(frequency, 4);
  json.end_array();
  write_levels(json, "response_db", frequency_hz, curves.response);
  write_levels(json, "target_db", frequency_hz, curves.target);
  write_levels(json, "error_db", frequency_hz, curves.error);
  if (curves.left) write_levels(json, "left_db", frequency_hz, *curves.left);
  if (curves.right) write_levels(json, "right_db", frequency_hz, *curves.right);
  json.end_object();
}

void write_file(JsonText& json, const FileRecord& file, const std::map<std::string, FileContent>& contents) {
  json.begin_object().text_field("path", file.path).key("sha256");
  if (file.sha256) {
    json.text(*file.sha256);
  } else {
    json.null();
  }
  if (const auto content = contents.find(file.path); content != contents.end()) {
    json.text_field("xxh3_128", content->second.xxh3_128)
        .integer_field("bytes", static_cast<std::int64_t>(content->second.bytes));
  }
  json.text_field("channel", to_string(file.channel)).key("seat");
  if (file.seat) {
    json.integer(*file.seat);
  } else {
    json.null();
  }
  json.integer_field("points", static_cast<std::int64_t>(file.points)).text_field("dialect", file.dialect);
  write_array(json, "warnings", file.warnings);
  write_or_null(json, "error", file.error);
  json.end_object();
}

void write_settings(JsonText& json, const Settings& settings) {
  json.text_field("target", settings.target)
      .text_field("rig", settings.rig)
      .text_field("grid", settings.grid)
      .text_field("form", settings.form);
  json.key("settings")
      .begin_object()
      .text_field("target_rig", settings.target_rig)
      .text_field("rig_source", settings.rig_source);
  json.text_field("form_source", settings.form_source).text_field("alignment", settings.alignment);
  json.text_field("smoothing", settings.smoothing).text_field("policy", settings.policy).end_object();
}

void write_scores(JsonText& json, const Outcome& outcome) {
  json.key("scores").begin_object().key("preference");
  const std::size_t first = json.str().size();
  if (outcome.preference.empty()) {
    json.null();
  } else {
    write(json, outcome.preference.front());
  }
  const std::size_t stop = json.str().size();
  json.key("preferences").begin_array();
  for (const Score& score : outcome.preference) {
    if (&score == &outcome.preference.front()) {
      json.as_before(first, stop);
    } else {
      write(json, score);
    }
  }
  json.end_array();
  write_array(json, "preference_failures", outcome.preference_failures);
  write_or_null(json, "scientific_validity", outcome.scientific_validity);
  write_or_null(json, "cost_performance", outcome.cost_performance);
  write_or_null(json, "overall", outcome.overall);
  json.end_object();
}

std::string_view to_text(RigVerdict verdict) {
  if (verdict == RigVerdict::kOffTraining) return "off-training";
  return verdict == RigVerdict::kRefused ? "refused" : "scored";
}

std::string_view outcome_word(const Outcome& outcome) {
  if (outcome.error) return "failed";
  const bool any = !outcome.preference_failures.empty() ||
                   std::any_of(outcome.files.begin(), outcome.files.end(),
                               [](const FileRecord& file) { return file.error.has_value(); });
  return any ? "partly" : "scored";
}

void write_shape(JsonText& json, const std::optional<DisplayCurves>& curves) {
  json.key("shape_db");
  if (!curves) {
    json.null();
    return;
  }
  json.begin_array();
  for (const std::optional<double>& level : response_shape_db(curves->response)) {
    if (level) {
      json.rounded(*level, 2);
    } else {
      json.null();
    }
  }
  json.end_array();
}

/// Reads the strings of a line's head one after the other.
class HeadReader {
 public:
  explicit HeadReader(std::string_view line) : line_(line) {}

  std::optional<std::string> field(std::string_view opening) {
    if (line_.substr(at_, opening.size()) != opening) return std::nullopt;
    const std::size_t start = at_ + opening.size();
    std::size_t stop = start;
    while (stop < line_.size() && line_[stop] != '"') stop += line_[stop] == '\\' ? 2U : 1U;
    if (stop >= line_.size()) return std::nullopt;
    at_ = stop + 1;
    const std::string_view raw = line_.substr(start, stop - start);
    if (raw.find('\\') == std::string_view::npos) return std::string(raw);
    const auto text = nlohmann::json::parse("\"" + std::string(raw) + "\"", nullptr, false);
    return text.is_string() ? std::optional(text.get<std::string>()) : std::nullopt;
  }

 private:
  std::string_view line_;
  std::size_t at_ = 0;
};

}  // namespace

std::string result_line(const BatchUnit& unit, const std::string& identity, const Outcome& outcome,
                        const std::map<std::string, FileContent>& contents, bool curves) {
  JsonText json;
  json.begin_object().text_field("folder", unit.folder).text_field("unit", unit.name).text_field("identity", identity);
  json.text_field("outcome", outcome_word(outcome))
      .text_field("headscore", HEADSCORE_VERSION)
      .text_field("product", outcome.product);
  json.key("files").begin_array();
  for (const FileRecord& file : outcome.files) write_file(json, file, contents);
  json.end_array();
  write_settings(json, outcome.settings);
  json.text_field("rig_verdict", to_text(outcome.rig_verdict));
  write_array(json, "reasons", outcome.reasons);
  write_scores(json, outcome);
  write_or_null(json, "analysis", outcome.analysis);
  write_or_null(json, "channels", outcome.channels);
  write_array(json, "reseats", outcome.reseats);
  write_or_null(json, "curves", curves ? outcome.curves : std::nullopt);
  write_or_null(json, "error", outcome.error);
  write_shape(json, outcome.curves);
  json.end_object().newline();
  return json.take();
}

std::optional<LineHead> line_head(std::string_view line) {
  if (!line.ends_with("}\n") || line.find('\0') != std::string_view::npos) return std::nullopt;
  HeadReader reader(line);
  std::optional<std::string> folder = reader.field("{\"folder\":\"");
  std::optional<std::string> unit = folder ? reader.field(",\"unit\":\"") : std::nullopt;
  std::optional<std::string> identity = unit ? reader.field(",\"identity\":\"") : std::nullopt;
  std::optional<std::string> outcome = identity ? reader.field(",\"outcome\":\"") : std::nullopt;
  if (!outcome) return std::nullopt;
  return LineHead{std::move(*folder), std::move(*unit), std::move(*identity), std::move(*outcome)};
}

}  // namespace headscore
