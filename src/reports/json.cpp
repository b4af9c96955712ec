// For programs: everything that an Outcome holds. data/schema/score.schema.json describes the document.
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "headscore/report.hpp"

namespace headscore::reports {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json number(const std::optional<double>& value) { return value ? number(*value) : Json(nullptr); }

Json text_or_null(const std::optional<std::string>& text) { return text ? Json(*text) : Json(nullptr); }

Json rounded(double value) {
  constexpr double kStep = 1e4;
  return std::abs(value) < 1e11 ? number(std::round(value * kStep) / kStep + 0.0) : number(value);
}

template <typename List, typename Function>
Json array_of(const List& list, Function function) {
  Json array = Json::array();
  for (const auto& element : list) array.push_back(function(element));
  return array;
}

template <typename Value, typename Function>
Json or_null(const std::optional<Value>& value, Function function) {
  return value ? function(*value) : Json(nullptr);
}

Json from_failure(const Failure& failure) { return {{"code", failure.code}, {"message", failure.message}}; }

Json from_reason(const Reason& reason) { return {{"code", reason.code}, {"message", reason.message}}; }

Json from_warning(const Warning& warning) {
  return {{"code", warning.code}, {"line", warning.line}, {"message", warning.message}};
}

Json from_file(const FileRecord& file) {
  return {{"path", file.path},
          {"sha256", text_or_null(file.sha256)},
          {"channel", to_string(file.channel)},
          {"seat", file.seat ? Json(*file.seat) : Json(nullptr)},
          {"points", file.points},
          {"dialect", file.dialect},
          {"warnings", array_of(file.warnings, from_warning)},
          {"error", or_null(file.error, from_failure)}};
}

Json from_settings(const Settings& settings) {
  return {{"target_rig", settings.target_rig},   {"rig_source", settings.rig_source},
          {"form_source", settings.form_source}, {"alignment", settings.alignment},
          {"smoothing", settings.smoothing},     {"policy", settings.policy}};
}

Json from_term(const Term& term) {
  return {{"name", term.name},
          {"value", number(term.value)},
          {"quantity", number(term.quantity)},
          {"unit", term.unit},
          {"coefficient", number(term.coefficient)},
          {"note", term.note}};
}

Json from_interval(const Interval& interval) {
  return {{"low", number(interval.low)},
          {"high", number(interval.high)},
          {"coverage", number(interval.coverage)},
          {"basis", interval.basis}};
}

Json from_score(const Score& score) {
  const Score::Fields& fields = score.fields();
  return {{"model", fields.model},
          {"version", fields.version},
          {"value", number(score.value())},
          {"published", number(fields.published)},
          {"interval", or_null(fields.interval, from_interval)},
          {"residual_sd", number(fields.residual_sd)},
          {"terms", array_of(fields.terms, from_term)},
          {"reasons", array_of(fields.reasons, from_reason)}};
}

Json from_scores(const Outcome& outcome) {
  return {{"preference", outcome.preference.empty() ? Json(nullptr) : from_score(outcome.preference.front())},
          {"preferences", array_of(outcome.preference, from_score)},
          {"preference_failures", array_of(outcome.preference_failures, from_failure)},
          {"scientific_validity", or_null(outcome.scientific_validity, from_score)},
          {"cost_performance", or_null(outcome.cost_performance, from_score)},
          {"overall", or_null(outcome.overall, from_score)}};
}

Json from_band_error(const BandError& error) {
  return {{"name", error.name},
          {"start_hz", number(error.band.start_hz)},
          {"stop_hz", number(error.band.stop_hz)},
          {"mean_db", number(error.mean_db)},
          {"rms_db", number(error.rms_db)},
          {"largest_db", number(error.largest_db)}};
}

Json from_extremum(const Extremum& extremum) {
  return {{"kind", extremum.is_peak ? "peak" : "dip"},
          {"frequency_hz", number(extremum.frequency_hz)},
          {"level_db", number(extremum.level_db)},
          {"prominence_db", number(extremum.prominence_db)},
          {"q", number(extremum.q)}};
}

Json from_analysis(const CurveAnalysis& analysis) {
  const Signature& signature = analysis.signature;
  return {{"octaves", array_of(analysis.octaves, from_band_error)},
          {"bass", from_band_error(analysis.bass)},
          {"mid", from_band_error(analysis.mid)},
          {"treble", from_band_error(analysis.treble)},
          {"tilt_db_per_octave", number(analysis.tilt_db_per_octave)},
          {"extrema", array_of(analysis.extrema, from_extremum)},
          {"signature",
           {{"name", signature.name},
            {"bass_db", number(signature.bass_db)},
            {"mid_db", number(signature.mid_db)},
            {"treble_db", number(signature.treble_db)},
            {"because", signature.because}}}};
}

Json from_channels(const ChannelDifference& channels) {
  return {{"level_db", number(channels.level_db)},       {"rms_db", number(channels.rms_db)},
          {"largest_db", number(channels.largest_db)},   {"largest_hz", number(channels.largest_hz)},
          {"bs708_ratio", number(channels.bs708_ratio)}, {"start_hz", number(channels.band.start_hz)},
          {"stop_hz", number(channels.band.stop_hz)}};
}

Json from_reseats(const ReseatSpread& reseats) {
  Json bands = array_of(reseats.band_sd_db, [](const auto& entry) -> Json {
    return {{"start_hz", number(entry.first.start_hz)},
            {"stop_hz", number(entry.first.stop_hz)},
            {"sd_db", number(entry.second)}};
  });
  return {{"channel", to_string(reseats.channel)}, {"seats", reseats.seats}, {"bands", bands}};
}

/// Every frequency at which one of the curves has a row, ascending.
std::vector<double> all_frequencies(const std::vector<const Curve*>& curves) {
  std::vector<double> all;
  for (const Curve* curve : curves) all.insert(all.end(), curve->frequency_hz().begin(), curve->frequency_hz().end());
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

/// Levels at those frequencies, null where the curve has no row.
Json levels_at(const std::vector<double>& frequency_hz, const Curve& curve) {
  Json levels = Json::array();
  Eigen::Index at = 0;
  for (const double frequency : frequency_hz) {
    const bool has_row = at < curve.size() && curve.frequency_hz()[at] == frequency;
    levels.push_back(has_row ? rounded(curve.magnitude_db()[at++]) : Json(nullptr));
  }
  return levels;
}

Json from_curves(const DisplayCurves& curves) {
  std::vector<const Curve*> all{&curves.response, &curves.target, &curves.error};
  if (curves.left) all.push_back(&*curves.left);
  if (curves.right) all.push_back(&*curves.right);
  const std::vector<double> frequency_hz = all_frequencies(all);
  const auto levels = [&frequency_hz](const Curve& curve) { return levels_at(frequency_hz, curve); };
  Json object = {{"frequency_hz", array_of(frequency_hz, rounded)},
                 {"response_db", levels(curves.response)},
                 {"target_db", levels(curves.target)},
                 {"error_db", levels(curves.error)}};
  if (curves.left) object["left_db"] = levels(*curves.left);
  if (curves.right) object["right_db"] = levels(*curves.right);
  return object;
}

Json from_outcome(const Outcome& outcome) {
  return {{"product", outcome.product},
          {"files", array_of(outcome.files, from_file)},
          {"target", outcome.settings.target},
          {"rig", outcome.settings.rig},
          {"grid", outcome.settings.grid},
          {"form", outcome.settings.form},
          {"settings", from_settings(outcome.settings)},
          {"rig_verdict", to_string(outcome.rig_verdict)},
          {"reasons", array_of(outcome.reasons, from_reason)},
          {"scores", from_scores(outcome)},
          {"analysis", or_null(outcome.analysis, from_analysis)},
          {"channels", or_null(outcome.channels, from_channels)},
          {"reseats", array_of(outcome.reseats, from_reseats)},
          {"curves", or_null(outcome.curves, from_curves)},
          {"error", or_null(outcome.error, from_failure)}};
}

/// Indented, but arrays of numbers stay on one line: a curve is a row, not a page.
void write_indented(std::ostream& out, const Json& value, int depth) {
  const auto is_flat = [](const Json& element) { return element.is_primitive(); };
  const bool flat = !value.is_object() && (value.is_primitive() || std::all_of(value.begin(), value.end(), is_flat));
  if (flat || value.empty()) {
    out << value.dump(-1, ' ', false, Json::error_handler_t::replace);
    return;
  }
  const std::string indent(static_cast<std::size_t>(depth + 1) * 2, ' ');
  out << (value.is_object() ? '{' : '[');
  bool first = true;
  for (auto entry = value.begin(); entry != value.end(); ++entry) {
    out << (first ? "\n" : ",\n") << indent;
    if (value.is_object()) out << Json(entry.key()).dump() << ": ";
    write_indented(out, *entry, depth + 1);
    first = false;
  }
  out << '\n' << std::string(static_cast<std::size_t>(depth) * 2, ' ') << (value.is_object() ? '}' : ']');
}

void write(std::ostream& out, std::span<const Outcome> outcomes, const ReportOptions& /*options*/) {
  const Json document = {{"headscore", HEADSCORE_VERSION}, {"products", array_of(outcomes, from_outcome)}};
  write_indented(out, document, 0);
  out << '\n';
}

}  // namespace

Report json() { return {"json", "JSON, described by data/schema/score.schema.json", ".json", false, write}; }

}  // namespace headscore::reports
