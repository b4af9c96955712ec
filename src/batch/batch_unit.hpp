// One unit of a batch: read, hashed, scored, written as a line, or taken over from an earlier run.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "batch/batch_line.hpp"
#include "batch/batch_walk.hpp"
#include "headscore/batch.hpp"
#include "headscore/reader.hpp"
#include "pipeline/scoring_context.hpp"

namespace headscore {

struct UnitResult {
  std::string line;
  std::string outcome;  ///< as in LineHead
  std::vector<Failure> failures;
  bool reused = false;
};

/// Hash of everything but the files that decides about a result: options, versions of program and models, bundled
/// data.
[[nodiscard]] std::string settings_hash(const BatchOptions& options);

/// For one thread; the memory that one file needed is used for the next.
class UnitScorer {
 public:
  UnitScorer(const BatchOptions& options, std::string settings_hash, BatchMonitor& monitor)
      : options_(options), settings_hash_(std::move(settings_hash)), monitor_(monitor), context_(options.score) {}

  /// `earlier`: lines of earlier runs with the unit's key. Never throws for what is wrong with the unit.
  [[nodiscard]] UnitResult result(const BatchUnit& unit, const std::vector<std::string>& earlier);

 private:
  struct ReadFile;
  [[nodiscard]] UnitResult scored_anew(const BatchUnit& unit);
  void count(const FileContent& content) const;
  [[nodiscard]] std::string identity_only(const BatchUnit& unit, std::vector<FileContent>& contents);
  [[nodiscard]] ReadFile read(const BatchUnit& unit, std::size_t index, bool parse);
  void understand(ReadFile& file, std::string bytes);
  void understand_sound(ReadFile& file, const std::string& bytes) const;
  [[nodiscard]] const std::string& sweep_hash(const std::string& folder);

  const BatchOptions& options_;
  std::string settings_hash_;
  BatchMonitor& monitor_;
  MeasurementReader reader_;
  std::optional<std::string> sweep_folder_;  ///< the folder that sweep_hash_ speaks of
  std::string sweep_hash_;
  ScoringContext context_;
};

}  // namespace headscore
