// For spreadsheets: RFC 4180, one row a product, in columns whose names do not change.
#include "io/csv.hpp"

#include <fmt/core.h>

#include <cmath>
#include <map>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "headscore/report.hpp"
#include "io/text_format.hpp"

namespace headscore::reports {
namespace {

std::string number_cell(const std::optional<double>& number) {
  return number && std::isfinite(*number) ? significant(*number, 9) : "";
}

std::string codes(const std::vector<Reason>& reasons) {
  std::vector<std::string> list;
  list.reserve(reasons.size());
  for (const Reason& reason : reasons) list.push_back(reason.code);
  return joined(list, "; ");
}

std::string warning_codes(const std::vector<FileRecord>& files) {
  std::map<std::string, int> counts;
  for (const FileRecord& file : files) {
    for (const Warning& warning : file.warnings) ++counts[warning.code];
  }
  std::vector<std::string> list;
  list.reserve(counts.size());
  for (const auto& [code, count] : counts) list.push_back(fmt::format("{} x{}", code, count));
  return joined(list, "; ");
}

/// A row in the making: names beside the cells, so that the head cannot disagree with the rows.
class Row {
 public:
  void text(const std::string& name, const std::string& value) { add(name, csv_cell(value)); }
  void number(const std::string& name, const std::optional<double>& value) { add(name, number_cell(value)); }
  void count(const std::string& name, std::size_t value) { add(name, std::to_string(value)); }

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] const std::vector<std::string>& cells() const { return cells_; }

 private:
  void add(const std::string& name, const std::string& cell) {
    names_.push_back(name);
    cells_.push_back(cell);
  }
  std::vector<std::string> names_;
  std::vector<std::string> cells_;
};

void add_files(Row& row, const Outcome& outcome) {
  std::size_t refused = 0;
  std::vector<std::string> names;
  for (const FileRecord& file : outcome.files) {
    names.push_back(file_name(file.path));
    if (file.error) ++refused;
  }
  row.count("files_count", outcome.files.size());
  row.count("files_refused_count", refused);
  row.text("files", joined(names, "; "));
}

void add_settings(Row& row, const Outcome& outcome) {
  const Settings& settings = outcome.settings;
  row.text("form", settings.form);
  row.text("form_source", settings.form_source);
  row.text("rig", settings.rig);
  row.text("rig_source", settings.rig_source);
  row.text("rig_verdict", std::string(to_string(outcome.rig_verdict)));
  row.text("target", settings.target);
  row.text("target_rig", settings.target_rig);
  row.text("grid", settings.grid);
  row.text("alignment", settings.alignment);
  row.text("smoothing", settings.smoothing);
  row.text("policy", settings.policy);
}

void add_score(Row& row, const std::string& name, const std::optional<Score>& score) {
  const Score::Fields* fields = score ? &score->fields() : nullptr;
  const auto interval = fields != nullptr ? fields->interval : std::nullopt;
  row.text(name + "_model", fields != nullptr ? fields->model : "");
  row.text(name + "_version", fields != nullptr ? fields->version : "");
  row.number(name + "_value", score ? std::optional(score->value()) : std::nullopt);
  row.number(name + "_published", fields != nullptr ? fields->published : std::nullopt);
  row.number(name + "_interval_low", interval ? std::optional(interval->low) : std::nullopt);
  row.number(name + "_interval_high", interval ? std::optional(interval->high) : std::nullopt);
  row.text(name + "_reasons", fields != nullptr ? codes(fields->reasons) : "");
}

void add_scores(Row& row, const Outcome& outcome) {
  const std::optional<Score> first =
      outcome.preference.empty() ? std::nullopt : std::optional(outcome.preference.front());
  add_score(row, "preference", first);
  row.number("preference_residual_sd", first ? first->fields().residual_sd : std::nullopt);
  std::vector<std::string> others;
  for (std::size_t i = 1; i < outcome.preference.size(); ++i) {
    others.push_back(outcome.preference[i].fields().model + " " + significant(outcome.preference[i].value(), 6));
  }
  for (const Failure& failure : outcome.preference_failures) others.push_back(failure.message);
  row.text("preference_others", joined(others, "; "));
  add_score(row, "scientific_validity", outcome.scientific_validity);
  add_score(row, "cost_performance", outcome.cost_performance);
  row.text("cost_performance_equation",
           outcome.cost_performance ? price_equation(*outcome.cost_performance).value_or("") : "");
  add_score(row, "overall", outcome.overall);
}

void add_curve(Row& row, const Outcome& outcome) {
  const auto analysis = [&outcome](auto figure) {
    return outcome.analysis ? std::optional<double>(figure(*outcome.analysis)) : std::nullopt;
  };
  const auto channels = [&outcome](auto figure) {
    return outcome.channels ? std::optional<double>(figure(*outcome.channels)) : std::nullopt;
  };
  row.text("signature", outcome.analysis ? outcome.analysis->signature.name : "");
  row.number("signature_bass_db", analysis([](const CurveAnalysis& a) { return a.signature.bass_db; }));
  row.number("signature_mid_db", analysis([](const CurveAnalysis& a) { return a.signature.mid_db; }));
  row.number("signature_treble_db", analysis([](const CurveAnalysis& a) { return a.signature.treble_db; }));
  row.number("bass_mean_error_db", analysis([](const CurveAnalysis& a) { return a.bass.mean_db; }));
  row.number("bass_rms_error_db", analysis([](const CurveAnalysis& a) { return a.bass.rms_db; }));
  row.number("mid_mean_error_db", analysis([](const CurveAnalysis& a) { return a.mid.mean_db; }));
  row.number("mid_rms_error_db", analysis([](const CurveAnalysis& a) { return a.mid.rms_db; }));
  row.number("treble_mean_error_db", analysis([](const CurveAnalysis& a) { return a.treble.mean_db; }));
  row.number("treble_rms_error_db", analysis([](const CurveAnalysis& a) { return a.treble.rms_db; }));
  row.number("tilt_db_per_octave", analysis([](const CurveAnalysis& a) { return a.tilt_db_per_octave; }));
  row.number("channel_level_difference_db", channels([](const ChannelDifference& c) { return c.level_db; }));
  row.number("channel_difference_rms_db", channels([](const ChannelDifference& c) { return c.rms_db; }));
  row.number("channel_difference_largest_db", channels([](const ChannelDifference& c) { return c.largest_db; }));
  row.number("channel_difference_largest_hz", channels([](const ChannelDifference& c) { return c.largest_hz; }));
  row.number("channel_difference_bs708_ratio", channels([](const ChannelDifference& c) { return c.bs708_ratio; }));
}

Row row_of(const Outcome& outcome) {
  Row row;
  row.text("product", outcome.product);
  row.text("error_code", outcome.error ? outcome.error->code : "");
  row.text("error_message", outcome.error ? outcome.error->message : "");
  add_scores(row, outcome);
  add_curve(row, outcome);
  add_settings(row, outcome);
  row.text("reasons", codes(outcome.reasons));
  row.text("warnings", warning_codes(outcome.files));
  add_files(row, outcome);
  return row;
}

void write_line(std::ostream& out, const std::vector<std::string>& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) out << (i == 0 ? "" : ",") << cells[i];
  out << "\r\n";
}

void write(std::ostream& out, std::span<const Outcome> outcomes, const ReportOptions& /*options*/) {
  write_line(out, row_of(Outcome{}).names());
  for (const Outcome& outcome : outcomes) write_line(out, row_of(outcome).cells());
}

}  // namespace

Report csv() { return {"csv", "CSV, one row a product", ".csv", false, write}; }

}  // namespace headscore::reports
