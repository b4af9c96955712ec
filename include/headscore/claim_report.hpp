// Reports of checked claims: reviews of pages in, bytes out. A report computes nothing.
#pragma once

#include <ostream>
#include <span>
#include <string_view>
#include <vector>

#include "headscore/claim.hpp"

namespace headscore {

struct ClaimReportOptions {
  bool all = false;     ///< table and Markdown: what is supported and not testable too
  bool colour = false;  ///< ANSI colour (table only)
  int width = 80;       ///< columns (table only)
};

/// A plugin: one report format. One file in src/claim_reports/ defines one function of the file's name that returns
/// one.
struct ClaimReport {
  std::string_view id;  ///< "sarif"
  std::string_view title;
  /// Writes a whole document. Throws nothing of its own; the stream's state tells of failed output.
  void (*write)(std::ostream& out, std::span<const PageReview> reviews, const VerificationSummary& summary,
                const ClaimReportOptions& options) = nullptr;
};

/// All formats of this build, sorted by id.
[[nodiscard]] const std::vector<ClaimReport>& claim_report_formats();

/// One of them; throws Error("unknown-format") that suggests the nearest ids.
[[nodiscard]] const ClaimReport& claim_report(std::string_view id);

}  // namespace headscore
