// Results as a table: the columns of the CSV report, from a line of JSON.
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "batch/batch_results.hpp"
#include "io/text_format.hpp"

namespace headscore {
namespace {

using Json = nlohmann::ordered_json;

/// A cell for text; a spreadsheet takes what starts with one of = + - @ for a formula, so a quote goes before it
/// (OWASP).
std::string text_cell(const std::string& text) {
  std::string cell = printable(text);
  const std::size_t start = cell.find_first_not_of(' ');
  if (start != std::string::npos && std::string_view("=+-@").find(cell[start]) != std::string_view::npos)
    cell.insert(0, "'");
  if (cell.find_first_of(",\"") == std::string::npos && (cell.empty() || (cell.front() != ' ' && cell.back() != ' ')))
    return cell;
  std::string quoted = "\"";
  for (const char c : cell) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

/// The value at a path of keys, null where one is missing.
Json at(const Json& object, const std::vector<const char*>& keys) {
  const Json* value = &object;
  for (const char* key : keys) {
    if (!value->is_object() || !value->contains(key)) return {};
    value = &value->at(key);
  }
  return *value;
}

std::string cell(const Json& value) {
  if (value.is_string()) return text_cell(value.get<std::string>());
  if (value.is_number_unsigned()) return std::to_string(value.get<std::uint64_t>());
  return value.is_number() ? significant(value.get<double>(), 9) : std::string();
}

std::string codes(const Json& list) {
  std::vector<std::string> words;
  if (list.is_array()) {
    for (const Json& reason : list) words.push_back(reason.at("code").get<std::string>());
  }
  return text_cell(joined(words, "; "));
}

struct Column {
  std::string name;
  std::string (*make)(const Json& product, const std::vector<const char*>& keys);
  std::vector<const char*> keys;
};

std::string plain(const Json& product, const std::vector<const char*>& keys) { return cell(at(product, keys)); }
std::string code_list(const Json& product, const std::vector<const char*>& keys) { return codes(at(product, keys)); }

std::string warning_counts(const Json& product, const std::vector<const char*>& /*keys*/) {
  std::map<std::string, int> counts;
  for (const Json& file : product.at("files")) {
    for (const Json& warning : file.at("warnings")) ++counts[warning.at("code").get<std::string>()];
  }
  std::vector<std::string> words;
  for (const auto& [code, count] : counts) words.push_back(code + " x" + std::to_string(count));
  return text_cell(joined(words, "; "));
}

std::string file_count(const Json& product, const std::vector<const char*>& /*keys*/) {
  return std::to_string(product.at("files").size());
}

std::string refused_count(const Json& product, const std::vector<const char*>& /*keys*/) {
  std::size_t count = 0;
  for (const Json& file : product.at("files")) count += file.at("error").is_object() ? 1U : 0U;
  return std::to_string(count);
}

std::string file_names(const Json& product, const std::vector<const char*>& /*keys*/) {
  std::vector<std::string> names;
  for (const Json& file : product.at("files")) names.push_back(file_name(file.at("path").get<std::string>()));
  return text_cell(joined(names, "; "));
}

/// Models behind the first, and those that refused.
std::string other_preferences(const Json& product, const std::vector<const char*>& /*keys*/) {
  std::vector<std::string> words;
  const Json& scores = product.at("scores");
  for (std::size_t i = 1; i < scores.at("preferences").size(); ++i) {
    const Json& score = scores.at("preferences")[i];
    words.push_back(score.at("model").get<std::string>() + " " + significant(score.at("value").get<double>(), 6));
  }
  for (const Json& failure : scores.at("preference_failures"))
    words.push_back(failure.at("message").get<std::string>());
  return text_cell(joined(words, "; "));
}

std::string price_cell(const Json& product, const std::vector<const char*>& keys) {
  const Json score = at(product, keys);
  if (!score.is_object()) return "";
  Score::Fields fields;
  for (const Json& term : score.at("terms")) {
    const Json& quantity = term.at("quantity");
    fields.terms.push_back({term.at("name").get<std::string>(), term.at("value").get<double>(),
                            quantity.is_number() ? std::optional(quantity.get<double>()) : std::nullopt,
                            term.at("unit").get<std::string>(), std::nullopt, term.at("note").get<std::string>()});
  }
  return text_cell(price_equation(Score(std::move(fields))).value_or(""));
}

void add_score(std::vector<Column>& columns, const char* kind) {
  const std::string name = kind;
  columns.push_back({name + "_model", plain, {"scores", kind, "model"}});
  columns.push_back({name + "_version", plain, {"scores", kind, "version"}});
  columns.push_back({name + "_value", plain, {"scores", kind, "value"}});
  columns.push_back({name + "_published", plain, {"scores", kind, "published"}});
  columns.push_back({name + "_interval_low", plain, {"scores", kind, "interval", "low"}});
  columns.push_back({name + "_interval_high", plain, {"scores", kind, "interval", "high"}});
  columns.push_back({name + "_reasons", code_list, {"scores", kind, "reasons"}});
}

std::vector<Column> made_columns() {
  std::vector<Column> columns;
  for (const char* name : {"folder", "unit", "identity", "outcome", "product"})
    columns.push_back({name, plain, {name}});
  columns.push_back({"error_code", plain, {"error", "code"}});
  columns.push_back({"error_message", plain, {"error", "message"}});
  add_score(columns, "preference");
  columns.push_back({"preference_residual_sd", plain, {"scores", "preference", "residual_sd"}});
  columns.push_back({"preference_others", other_preferences, {}});
  add_score(columns, "scientific_validity");
  add_score(columns, "cost_performance");
  columns.push_back({"cost_performance_equation", price_cell, {"scores", "cost_performance"}});
  add_score(columns, "overall");
  columns.push_back({"signature", plain, {"analysis", "signature", "name"}});
  columns.push_back({"signature_bass_db", plain, {"analysis", "signature", "bass_db"}});
  columns.push_back({"signature_mid_db", plain, {"analysis", "signature", "mid_db"}});
  columns.push_back({"signature_treble_db", plain, {"analysis", "signature", "treble_db"}});
  for (const char* band : {"bass", "mid", "treble"}) {
    columns.push_back({std::string(band) + "_mean_error_db", plain, {"analysis", band, "mean_db"}});
    columns.push_back({std::string(band) + "_rms_error_db", plain, {"analysis", band, "rms_db"}});
  }
  columns.push_back({"tilt_db_per_octave", plain, {"analysis", "tilt_db_per_octave"}});
  columns.push_back({"channel_level_difference_db", plain, {"channels", "level_db"}});
  columns.push_back({"channel_difference_rms_db", plain, {"channels", "rms_db"}});
  columns.push_back({"channel_difference_largest_db", plain, {"channels", "largest_db"}});
  columns.push_back({"channel_difference_largest_hz", plain, {"channels", "largest_hz"}});
  columns.push_back({"channel_difference_bs708_ratio", plain, {"channels", "bs708_ratio"}});
  columns.push_back({"form", plain, {"form"}});
  columns.push_back({"form_source", plain, {"settings", "form_source"}});
  columns.push_back({"rig", plain, {"rig"}});
  columns.push_back({"rig_source", plain, {"settings", "rig_source"}});
  columns.push_back({"rig_verdict", plain, {"rig_verdict"}});
  columns.push_back({"target", plain, {"target"}});
  columns.push_back({"target_rig", plain, {"settings", "target_rig"}});
  columns.push_back({"grid", plain, {"grid"}});
  for (const char* name : {"alignment", "smoothing", "policy"}) columns.push_back({name, plain, {"settings", name}});
  columns.push_back({"reasons", code_list, {"reasons"}});
  columns.push_back({"warnings", warning_counts, {}});
  columns.push_back({"files_count", file_count, {}});
  columns.push_back({"files_refused_count", refused_count, {}});
  columns.push_back({"files", file_names, {}});
  return columns;
}

const std::vector<Column>& columns() {
  static const std::vector<Column> all = made_columns();
  return all;
}

}  // namespace

std::string csv_head() {
  std::string head;
  for (const Column& column : columns()) head += (head.empty() ? "" : ",") + column.name;
  return head + "\r\n";
}

std::string csv_row(std::string_view line) {
  const Json product = Json::parse(line);
  std::string row;
  bool first = true;
  for (const Column& column : columns()) {
    if (!first) row += ',';
    first = false;
    row += column.make(product, column.keys);
  }
  return row + "\r\n";
}

}  // namespace headscore
