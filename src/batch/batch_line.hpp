// One result of a batch as one line of JSON: the JSON report's product object, with its key, identity and outcome in
// front.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "batch/batch_walk.hpp"
#include "headscore/outcome.hpp"

namespace headscore {

/// What the head of a line says.
struct LineHead {
  std::string folder;
  std::string unit;
  std::string identity;
  std::string outcome;  ///< "scored", "partly" (scored, but a file or a model failed) or "failed"
};

struct FileContent {
  std::string xxh3_128;
  std::uint64_t bytes = 0;
};

/// With '\n' at its end. `contents`: by path, of the files that could be read.
[[nodiscard]] std::string result_line(const BatchUnit& unit, const std::string& identity, const Outcome& outcome,
                                      const std::map<std::string, FileContent>& contents, bool curves);

/// The head of a whole line; nullopt for anything that result_line() did not write.
[[nodiscard]] std::optional<LineHead> line_head(std::string_view line);

}  // namespace headscore
