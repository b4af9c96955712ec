#include "batch/batch_results.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "io/content_hash.hpp"
#include "io/file_bytes.hpp"
#include "io/json_text.hpp"
#include "io/results_database.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::size_t kHeadBytes = 64;

fs::path with_ending(fs::path path, const char* ending) {
  path += ending;
  return path;
}

template <typename Use>
void for_each_line(const fs::path& part, const Use& use) {
  const LineSource lines = json_lines(part);
  while (const std::optional<std::string> line = lines()) use(*line);
}

void publish_csv(const fs::path& part, const fs::path& results) {
  const fs::path temporary = with_ending(results, ".new");
  std::error_code error;
  fs::remove(temporary, error);
  std::ofstream out(temporary, std::ios::binary);
  out << csv_head();
  for_each_line(part, [&](const std::string& line) { out << csv_row(line); });
  out.close();
  if (!out) {
    fs::remove(temporary, error);
    throw Error("unwritable", {results.string()}, "an output that cannot be written", "room for it; --resume goes on");
  }
  sync_file(temporary);
  rename_for_good(temporary, results);
}

void publish_database(const fs::path& part, const fs::path& results, const RunFacts& facts) {
  const fs::path temporary = with_ending(results, ".new");
  std::error_code error;
  fs::remove(temporary, error);
  try {
    ResultsDatabaseWriter writer(temporary, run_json(facts));
    for_each_line(part, [&](const std::string& line) { writer.add(line); });
    writer.finish();
  } catch (const Error&) {
    fs::remove(temporary, error);
    throw;
  }
  sync_file(temporary);
  rename_for_good(temporary, results);
}

}  // namespace

std::string run_json(const RunFacts& facts) {
  JsonText json;
  json.begin_object()
      .text_field("headscore", facts.version)
      .text_field("settings_hash", facts.settings_hash)
      .key("shard");
  if (facts.shard) {
    json.begin_object()
        .integer_field("index", facts.shard->index)
        .integer_field("count", facts.shard->count)
        .end_object();
  } else {
    json.null();
  }
  json.key("per_file").boolean(facts.per_file).integer_field("units", static_cast<std::int64_t>(facts.units));
  json.integer_field("units_of_all_shards", static_cast<std::int64_t>(facts.units_of_all_shards));
  json.integer_field("failures", static_cast<std::int64_t>(facts.failures))
      .text_field("results_xxh3_128", facts.results_hash);
  json.key("settings").begin_object();
  for (const auto& [name, value] : facts.settings) json.text_field(name, value);
  json.end_object().end_object().newline();
  return json.take();
}

RunFacts parsed_run(std::string_view text, const fs::path& path) {
  try {
    const Json json = Json::parse(text);
    RunFacts facts;
    facts.version = json.at("headscore").get<std::string>();
    facts.settings_hash = json.at("settings_hash").get<std::string>();
    facts.per_file = json.at("per_file").get<bool>();
    if (const Json& shard = json.at("shard"); shard.is_object()) {
      facts.shard = Shard{shard.at("index").get<std::uint32_t>(), shard.at("count").get<std::uint32_t>()};
    }
    facts.units = json.at("units").get<std::uint64_t>();
    facts.units_of_all_shards = json.at("units_of_all_shards").get<std::uint64_t>();
    facts.failures = json.at("failures").get<std::uint64_t>();
    facts.results_hash = json.at("results_xxh3_128").get<std::string>();
    for (const auto& [name, value] : json.at("settings").items())
      facts.settings.emplace_back(name, value.get<std::string>());
    return facts;
  } catch (const Json::exception&) {
    throw Error("bad-results", {path.string()}, "text that does not describe a run", "what headscore batch wrote");
  }
}

RunFacts run_of(const fs::path& results) {
  if (is_database(results)) return parsed_run(database_run(results), results);
  const fs::path beside = with_ending(results, ".run.json");
  std::error_code error;
  if (!fs::exists(results, error))
    throw Error("missing-file", {results.string()}, "no such file", "results of headscore batch");
  if (!fs::exists(beside, error)) {
    throw Error("bad-results", {results.string()}, "no " + beside.filename().string() + " beside it",
                "JSON Lines or SQLite results of headscore batch");
  }
  return parsed_run(read_bytes(beside, std::size_t{1} << 26U), beside);
}

std::optional<LineSource> finished_lines(const fs::path& results) {
  if (is_database(results)) return database_lines(results);
  std::ifstream head(results, std::ios::binary);
  const int first = head.get();
  if (first != '{' && first != std::ifstream::traits_type::eof()) return std::nullopt;
  return json_lines(results);
}

bool is_as_written(const fs::path& results, const RunFacts& run) {
  const std::optional<LineSource> lines = finished_lines(results);
  if (!lines) return false;
  ContentHash hash;
  std::uint64_t count = 0;
  while (const std::optional<std::string> line = (*lines)()) {
    hash.add(*line);
    ++count;
  }
  return count == run.units && hash.hex() == run.results_hash;
}

void refuse_foreign_file(const fs::path& results) {
  std::error_code error;
  if (!fs::is_regular_file(results, error) || fs::file_size(results, error) == 0) return;
  bool own = false;
  if (is_database(results)) {
    try {
      static_cast<void>(run_of(results));
      own = true;
    } catch (const Error&) {  // NOLINT(bugprone-empty-catch): another program's database
    }
  } else {
    const std::string head = first_bytes(results, std::max(kHeadBytes, csv_head().size()));
    own = head.starts_with("{\"folder\":\"") || head.starts_with(csv_head());
  }
  if (!own)
    throw Error("not-results", {results.string()}, "a file that holds no results of a batch",
                "another name for the results");
}

void publish_results(const fs::path& part, const fs::path& results, ResultsFormat format, const RunFacts& facts) {
  if (format != ResultsFormat::kSqlite) write_whole_file(with_ending(results, ".run.json"), run_json(facts));
  switch (format) {
    case ResultsFormat::kJsonLines:
      rename_for_good(part, results);
      return;
    case ResultsFormat::kCsv:
      publish_csv(part, results);
      break;
    case ResultsFormat::kSqlite:
      publish_database(part, results, facts);
      break;
  }
  std::error_code ignored;
  fs::remove(part, ignored);
}

}  // namespace headscore
