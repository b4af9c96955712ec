// Reading results, and the questions to them.
#include "headscore/results.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "batch/batch_results.hpp"
#include "batch/response_shape.hpp"
#include "error/nearest_name.hpp"
#include "io/content_hash.hpp"
#include "io/results_database.hpp"
#include "io/text_lines.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr double kShapeStopHz = 16000.0;
constexpr std::size_t kLeastCommon = 36;  ///< six octaves

std::optional<double> number_or_none(const Json& value) {
  return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}

ResultScore score_from(const Json& json) {
  ResultScore score{json.at("model").get<std::string>(),
                    json.at("version").get<std::string>(),
                    json.at("value").get<double>(),
                    {},
                    {}};
  if (const Json& interval = json.at("interval"); interval.is_object()) {
    score.low = number_or_none(interval.at("low"));
    score.high = number_or_none(interval.at("high"));
  }
  return score;
}

Failure failure_from(const Json& json) {
  return {json.at("code").get<std::string>(), json.at("message").get<std::string>()};
}

void add_files(Result& result, const Json& files) {
  for (const Json& file : files) {
    result.files.push_back({file.at("path").get<std::string>(), file.value("xxh3_128", "")});
    for (const Json& warning : file.at("warnings")) result.warnings.push_back(warning.at("code").get<std::string>());
    if (file.at("error").is_object()) result.failures.push_back(failure_from(file.at("error")));
  }
}

Result result_from(const Json& json) {
  Result result;
  const auto text = [&](const char* key) { return json.at(key).get<std::string>(); };
  result.folder = text("folder");
  result.unit = text("unit");
  result.identity = text("identity");
  result.outcome = text("outcome");
  result.version = text("headscore");
  result.product = text("product");
  result.form = text("form");
  result.rig = text("rig");
  result.target = text("target");
  result.policy = json.at("settings").at("policy").get<std::string>();
  if (json.at("analysis").is_object())
    result.signature = json.at("analysis").at("signature").at("name").get<std::string>();
  const Json& scores = json.at("scores");
  for (const char* kind : {"preference", "scientific_validity", "cost_performance", "overall"}) {
    if (scores.at(kind).is_object()) result.scores.emplace(kind, score_from(scores.at(kind)));
  }
  add_files(result, json.at("files"));
  for (const Json& failure : scores.at("preference_failures")) result.failures.push_back(failure_from(failure));
  if (json.at("error").is_object()) result.failures.push_back(failure_from(json.at("error")));
  if (json.at("shape_db").is_array()) {
    for (const Json& level : json.at("shape_db")) result.shape_db.push_back(number_or_none(level));
  }
  return result;
}

/// Mean and largest difference of two shapes that were moved onto each other; nothing when they share too little.
std::optional<std::pair<double, double>> shape_difference(const std::vector<std::optional<double>>& a,
                                                          const std::vector<std::optional<double>>& b) {
  if (a.size() != kShapePoints || b.size() != kShapePoints) return std::nullopt;
  std::vector<double> differences;
  for (std::size_t k = 0; k < kShapePoints && shape_frequency_hz()[k] <= kShapeStopHz; ++k) {
    if (a[k] && b[k]) differences.push_back(*a[k] - *b[k]);
  }
  if (differences.size() < kLeastCommon) return std::nullopt;
  double mean = 0.0;
  for (const double d : differences) mean += d / static_cast<double>(differences.size());
  double squares = 0.0;
  double largest = 0.0;
  for (const double d : differences) {
    squares += (d - mean) * (d - mean);
    largest = std::max(largest, std::abs(d - mean));
  }
  return std::make_pair(std::sqrt(squares / static_cast<double>(differences.size())), largest);
}

void set_groups(std::vector<Ranked>& places) {
  std::stable_sort(places.begin(), places.end(),
                   [](const Ranked& a, const Ranked& b) { return a.score.value > b.score.value; });
  std::size_t group = 0;
  double reach = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < places.size(); ++i) {
    places[i].rank = i + 1;
    const double high = places[i].score.high.value_or(places[i].score.value);
    if (group == 0 || high < reach) {
      ++group;
      reach = places[i].score.low.value_or(places[i].score.value);
    }
    places[i].group = group;
  }
}

std::map<std::string, std::string> contents_of(const Result& result) {
  std::map<std::string, std::string> contents;
  for (const ResultFile& file : result.files) contents.emplace(fs::path(file.path).filename().string(), file.xxh3_128);
  return contents;
}

std::vector<std::string> change_reasons(const Result& before, const Result& after) {
  std::vector<std::string> reasons;
  const std::map<std::string, std::string> old_files = contents_of(before);
  const std::map<std::string, std::string> new_files = contents_of(after);
  for (const auto& [name, hash] : new_files) {
    const auto old = old_files.find(name);
    if (old == old_files.end()) {
      reasons.push_back("file " + name + " is new");
    } else if (old->second != hash) {
      reasons.push_back("file " + name + " changed");
    }
  }
  for (const auto& [name, hash] : old_files) {
    if (!new_files.contains(name)) reasons.push_back("file " + name + " is gone");
  }
  const auto compare = [&](const std::string& what, const std::string& a, const std::string& b) {
    if (a != b) reasons.push_back(what + " " + (a.empty() ? "none" : a) + " -> " + (b.empty() ? "none" : b));
  };
  compare("version", before.version, after.version);
  compare("target", before.target, after.target);
  compare("policy", before.policy, after.policy);
  compare("form", before.form, after.form);
  compare("rig", before.rig, after.rig);
  for (const auto& [kind, score] : after.scores) {
    const auto old = before.scores.find(kind);
    if (old != before.scores.end() && kind == "preference")
      compare("model", old->second.model + " " + old->second.version, score.model + " " + score.version);
  }
  return reasons;
}

ResultChange change_of(const Result& before, const Result& after, double tolerance) {
  ResultChange change{ResultChange::Kind::kChanged, after.folder, after.unit, {}, {}};
  std::set<std::string> kinds;
  for (const auto* scores : {&before.scores, &after.scores}) {
    for (const auto& [kind, score] : *scores) kinds.insert(kind);
  }
  const auto value = [](const Result& result, const std::string& kind) {
    const auto found = result.scores.find(kind);
    return found == result.scores.end() ? std::nullopt : std::optional(found->second.value);
  };
  for (const std::string& kind : kinds) {
    const std::optional<double> a = value(before, kind);
    const std::optional<double> b = value(after, kind);
    if (a.has_value() != b.has_value() || std::abs(*a - *b) > tolerance)
      change.scores.emplace_back(kind, std::make_pair(a, b));
  }
  if (!change.scores.empty()) change.reasons = change_reasons(before, after);
  return change;
}

ResultChange one_sided(ResultChange::Kind kind, const Result& result) {
  ResultChange change{kind, result.folder, result.unit, {}, {}};
  for (const auto& [name, score] : result.scores) {
    const std::optional<double> value = score.value;
    change.scores.emplace_back(name, kind == ResultChange::Kind::kAdded
                                         ? std::make_pair(std::optional<double>(), value)
                                         : std::make_pair(value, std::optional<double>()));
  }
  return change;
}

ScoreStatistics statistics_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  ScoreStatistics result;
  result.count = values.size();
  for (const double value : values) result.mean += value / static_cast<double>(values.size());
  double squares = 0.0;
  for (const double value : values) squares += (value - result.mean) * (value - result.mean);
  if (values.size() > 1) result.sd = std::sqrt(squares / static_cast<double>(values.size() - 1));
  constexpr std::array<double, 7> kShares = {0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0};
  for (std::size_t i = 0; i < kShares.size(); ++i) {
    const double at = kShares[i] * static_cast<double>(values.size() - 1);
    const auto low = static_cast<std::size_t>(at);
    const std::size_t high = std::min(low + 1, values.size() - 1);
    result.quantiles[i] = values[low] + (values[high] - values[low]) * (at - static_cast<double>(low));
  }
  return result;
}

/// JSON Lines whose last line has no end.
bool is_cut(const fs::path& results) {
  if (is_database(results)) return false;
  std::ifstream file(results, std::ios::binary);
  return file.seekg(-1, std::ios::end) && file.get() != '\n';
}

/// Lines that were lost or changed since the run; results without a run beside them (joined, filtered) are taken as
/// they are.
void refuse_other_than_written(const fs::path& results, std::size_t lines, const std::string& hash) {
  std::optional<RunFacts> run;
  try {
    run = run_of(results);
  } catch (const Error&) {
    return;
  }
  if (lines == run->units && hash == run->results_hash) return;
  throw Error("bad-results", {results.string(), lines},
              lines == run->units
                  ? "lines that are not what the run wrote"
                  : std::to_string(lines) + " results of a run that wrote " + std::to_string(run->units),
              "whole results: the batch again, or the file without its .run.json");
}

}  // namespace

std::function<std::optional<Result>()> read_results(const fs::path& results) {
  std::error_code error;
  if (!fs::exists(results, error))
    throw Error("missing-file", {results.string()}, "no such file", "results of headscore batch");
  if (!fs::is_regular_file(results, error))
    throw Error("not-a-file", {results.string()}, "a folder, pipe or device", "results of headscore batch");
  std::optional<LineSource> lines = finished_lines(results);
  if (!lines)
    throw Error("bad-results", {results.string(), 1}, "no JSON Lines and no database",
                "JSON Lines or SQLite results of headscore batch");
  const auto hash = std::make_shared<ContentHash>();
  return [source = std::move(*lines), results, hash, line = std::size_t{0}]() mutable -> std::optional<Result> {
    const std::optional<std::string> text = source();
    if (!text && is_cut(results))
      throw Error("bad-results", {results.string(), line + 1}, "a line that is cut", "whole results: the batch again");
    if (!text) {
      refuse_other_than_written(results, line, hash->hex());
      return std::nullopt;
    }
    ++line;
    hash->add(*text);
    try {
      return result_from(Json::parse(*text));
    } catch (const Json::exception&) {
      throw Error("bad-results", {results.string(), line}, "a line that is no result", "what headscore batch wrote");
    }
  };
}

std::vector<std::pair<std::string, std::string>> run_settings(const fs::path& results) {
  const RunFacts facts = run_of(results);
  std::vector<std::pair<std::string, std::string>> settings = facts.settings;
  settings.insert(settings.begin(), {"headscore", facts.version});
  return settings;
}

std::vector<Ranking> ranked_results(const fs::path& results, const std::string& kind) {
  std::map<std::tuple<std::string, std::string, std::string>, Ranking> lists;
  const auto next = read_results(results);
  while (const std::optional<Result> result = next()) {
    if (result->outcome == "failed") continue;  // nothing was measured: its validity is "unable to evaluate"
    const auto score = result->scores.find(kind);
    if (score == result->scores.end()) continue;
    Ranking& list = lists[{result->form, score->second.model, result->target}];
    list.places.push_back({0, 0, result->folder, result->product, score->second});
    if (result->rig.empty() || result->rig == "unknown") ++list.unknown_rigs;
  }
  std::vector<Ranking> rankings;
  for (auto& [key, list] : lists) {
    set_groups(list.places);
    std::tie(list.form, list.model, list.target) = key;
    rankings.push_back(std::move(list));
  }
  return rankings;
}

Comparison compared_results(const fs::path& before, const fs::path& after, double tolerance) {
  const auto next_old = read_results(before);
  const auto next_new = read_results(after);
  Comparison comparison;
  std::optional<Result> a = next_old();
  std::optional<Result> b = next_new();
  while (a || b) {
    const int order = !a ? 1 : (!b ? -1 : compare_keys(a->folder, a->unit, b->folder, b->unit));
    if (order < 0) comparison.changes.push_back(one_sided(ResultChange::Kind::kRemoved, *a));
    if (order > 0) comparison.changes.push_back(one_sided(ResultChange::Kind::kAdded, *b));
    if (order == 0) {
      ResultChange change = change_of(*a, *b, tolerance);
      if (change.scores.empty()) {
        ++comparison.same;
      } else {
        comparison.changes.push_back(std::move(change));
      }
    }
    if (order <= 0) a = next_old();
    if (order >= 0) b = next_new();
  }
  return comparison;
}

AlikeAnswer alike_results(const fs::path& results, const std::string& name, std::size_t most) {
  std::optional<Result> wanted;
  std::size_t called = 0;
  std::vector<std::string> names;
  {
    const auto next = read_results(results);
    while (std::optional<Result> result = next()) {
      if (lowered(result->product) == lowered(name)) {
        ++called;
        if (!wanted || wanted->shape_db.empty()) wanted = std::move(result);
      } else if (!wanted) {
        names.push_back(result->product);
      }
    }
  }
  if (!wanted)
    throw Error("unknown-product", {results.string()}, "no product \"" + name + "\"", suggestion(name, names));
  if (wanted->shape_db.empty())
    throw Error("no-response", {results.string()}, "no response of \"" + wanted->product + "\"",
                "a product that was scored");
  AlikeAnswer answer{wanted->product, {}, wanted->folder, called - 1};
  const auto farther = [](const Alike& a, const Alike& b) {
    return std::tie(a.rms_db, a.folder, a.product) < std::tie(b.rms_db, b.folder, b.product);
  };
  const auto next = read_results(results);
  while (const std::optional<Result> result = next()) {
    if (result->form != wanted->form || (result->folder == wanted->folder && result->unit == wanted->unit)) continue;
    const auto difference = shape_difference(wanted->shape_db, result->shape_db);
    if (!difference) continue;
    const auto preference = result->scores.find("preference");
    answer.nearest.push_back({result->folder, result->product, result->form, difference->first, difference->second,
                              preference == result->scores.end() ? std::nullopt : std::optional(preference->second)});
    std::push_heap(answer.nearest.begin(), answer.nearest.end(), farther);
    if (answer.nearest.size() > most) {
      std::pop_heap(answer.nearest.begin(), answer.nearest.end(), farther);
      answer.nearest.pop_back();
    }
  }
  std::sort_heap(answer.nearest.begin(), answer.nearest.end(), farther);
  return answer;
}

ResultsStatistics results_statistics(const fs::path& results) {
  ResultsStatistics statistics;
  std::map<std::string, std::vector<double>> values;
  std::map<std::string, std::vector<std::pair<std::uint64_t, std::string>>> contents;  // hash -> unit, path
  const auto next = read_results(results);
  while (const std::optional<Result> result = next()) {
    ++statistics.units;
    statistics.files += result->files.size();
    ++statistics.outcomes[result->outcome];
    ++statistics.forms[result->form];
    ++statistics.rigs[result->rig];
    if (!result->signature.empty()) ++statistics.signatures[result->signature];
    for (const std::string& code : result->warnings) ++statistics.warnings[code];
    for (const Failure& failure : result->failures) {
      std::vector<std::string>& messages = statistics.failures[failure.code];
      if (messages.empty() || messages.back() != failure.message) messages.push_back(failure.message);
    }
    if (result->outcome != "failed") {
      for (const auto& [kind, score] : result->scores) values[kind + ", " + score.model].push_back(score.value);
    }
    for (const ResultFile& file : result->files) {
      if (!file.xxh3_128.empty()) contents[file.xxh3_128].emplace_back(statistics.units, file.path);
    }
  }
  for (auto& [kind, list] : values) statistics.scores.emplace(kind, statistics_of(std::move(list)));
  for (const auto& [hash, places] : contents) {
    if (places.front().first == places.back().first) continue;
    std::vector<std::string>& group = statistics.same_files.emplace_back();
    for (const auto& [unit, path] : places) group.push_back(path);
  }
  std::sort(statistics.same_files.begin(), statistics.same_files.end());
  return statistics;
}

}  // namespace headscore
