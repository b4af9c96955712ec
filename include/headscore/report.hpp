// Reports: outcomes in, bytes out. A report computes nothing.
#pragma once

#include <functional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "headscore/outcome.hpp"

namespace headscore {

struct ReportOptions {
  bool colour = false;  ///< ANSI colour (text only)
  int width = 80;       ///< columns (text only)
};

/// A plugin: one report format. One file in src/reports/ defines one function of the file's name that returns one.
struct Report {
  std::string_view id;  ///< "json"
  std::string_view title;
  std::string_view extension;       ///< ".json"
  bool one_file_a_product = false;  ///< svg: a document holds one product
  /// Writes a whole document for the outcomes. Throws nothing of its own; the stream's state tells of failed output.
  void (*write)(std::ostream& out, std::span<const Outcome> outcomes, const ReportOptions& options) = nullptr;
};

/// All formats of this build, sorted by id.
[[nodiscard]] const std::vector<Report>& report_formats();

/// One of them; throws Error("unknown-format") that suggests the nearest ids.
[[nodiscard]] const Report& report(std::string_view id);

}  // namespace headscore
