// Results of a batch as a SQLite database.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace headscore {

/// Writes a new database: tables runs, settings, products, files, scores, terms, warnings, reasons, failures.
class ResultsDatabaseWriter {
 public:
  /// `run_json`: the run as RESULTS.run.json has it. `path` must not be there. Throws Error("unwritable").
  ResultsDatabaseWriter(const std::filesystem::path& path, std::string_view run_json);
  ~ResultsDatabaseWriter();
  ResultsDatabaseWriter(const ResultsDatabaseWriter&) = delete;
  ResultsDatabaseWriter& operator=(const ResultsDatabaseWriter&) = delete;

  /// One result, as its line of JSON. Throws Error("unwritable"), Error("bad-results").
  void add(std::string_view line);
  /// Indexes, and everything on the disk.
  void finish();

 private:
  class Tables;
  std::unique_ptr<Tables> tables_;
};

/// The lines that were added, each with '\n', one a call. Throws Error("bad-results") for what is no such database.
[[nodiscard]] std::function<std::optional<std::string>()> database_lines(const std::filesystem::path& path);

/// The run as it was given to the writer.
[[nodiscard]] std::string database_run(const std::filesystem::path& path);

/// True when the file begins as SQLite databases do.
[[nodiscard]] bool is_database(const std::filesystem::path& path);

}  // namespace headscore
