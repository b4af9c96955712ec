// For a comment on a change: a table of what is contradicted, and the counts.
#include <fmt/core.h>

#include <ostream>
#include <span>
#include <string>

#include "headscore/claim_report.hpp"
#include "io/text_format.hpp"

namespace headscore::claim_reports {
namespace {

std::size_t count_of(const std::map<Verdict, std::size_t>& counts, Verdict verdict) {
  const auto found = counts.find(verdict);
  return found == counts.end() ? 0 : found->second;
}

void write(std::ostream& out, std::span<const PageReview> reviews, const VerificationSummary& summary,
           const ClaimReportOptions& options) {
  out << fmt::format("## Claims\n\n{} read, {} refused.\n", counted(summary.pages - summary.refused, "page"),
                     summary.refused);
  if (summary.with_equation > 0) {
    out << fmt::format("{} with an equation: {} consistent, {} double-rounded, {} truncated, {} wrong.\n",
                       counted(summary.with_equation, "page"), summary.consistent, summary.double_rounded,
                       summary.truncated, summary.wrong);
  }
  out << "\n| check | supported | contradicted | not testable |\n|---|---:|---:|---:|\n";
  for (const std::string_view id : claim_ids()) {
    const auto found = summary.claims.find(std::string(id));
    if (found == summary.claims.end()) continue;
    const auto& counts = found->second;
    out << fmt::format("| {} | {} | {} | {} |\n", id, count_of(counts, Verdict::kSupported),
                       count_of(counts, Verdict::kContradicted), count_of(counts, Verdict::kNotTestable));
  }
  bool head = false;
  for (const PageReview& review : reviews) {
    if (review.error)
      out << fmt::format("\n{} was refused: {}\n", markdown_escaped(review.path),
                         markdown_escaped(review.error->message));
    for (const Claim& claim : review.claims) {
      if (!options.all && claim.verdict != Verdict::kContradicted) continue;
      if (!head) out << "\n| place | check | verdict | found | wanted | reason |\n|---|---|---|---|---|---|\n";
      head = true;
      out << fmt::format("| {}:{}:{} | {} | {} | {} | {} | {} |\n", markdown_escaped(review.path), claim.line,
                         claim.column, claim.id, to_string(claim.verdict), markdown_escaped(claim.found),
                         markdown_escaped(claim.expected), markdown_escaped(claim.reason));
    }
    if (review.error) head = false;  // a paragraph ended the table
  }
}

}  // namespace

ClaimReport markdown() { return {"markdown", "tables for a comment", write}; }

}  // namespace headscore::claim_reports
