// For a terminal: what is contradicted, page by page, then a summary.
#include <fmt/core.h>

#include <algorithm>
#include <ostream>
#include <span>
#include <string>

#include "headscore/claim_report.hpp"
#include "io/text_format.hpp"

namespace headscore::claim_reports {
namespace {

constexpr int kLeastWidth = 60;
constexpr int kMostWidth = 120;
constexpr int kIdWidth = 18;
constexpr int kPlaceWidth = 9;

class Table {
 public:
  Table(std::ostream& out, const ClaimReportOptions& options)
      : out_(out), options_(options), width_(std::clamp(options.width, kLeastWidth, kMostWidth)) {}

  void page(const PageReview& review) {
    if (review.error) {
      out_ << printable(review.path) << '\n';
      wrap("  refused", printable(review.error->message), "\x1b[31m");
      return;
    }
    const bool any =
        std::any_of(review.claims.begin(), review.claims.end(), [&](const Claim& claim) { return shown(claim); });
    if (!any) return;
    out_ << printable(review.path) << '\n';
    for (const Claim& claim : review.claims) {
      if (shown(claim)) row(claim);
    }
  }

  void summary(const VerificationSummary& summary) {
    out_ << fmt::format("\n{} read, {} refused\n", counted(summary.pages - summary.refused, "page"), summary.refused);
    if (summary.with_equation > 0) {
      wrap("",
           fmt::format("{} with an equation: {} consistent, {} double-rounded, {} truncated, {} wrong",
                       counted(summary.with_equation, "page"), summary.consistent, summary.double_rounded,
                       summary.truncated, summary.wrong),
           "");
    }
    out_ << fmt::format("\n{:<{}}{:>10}{:>14}{:>14}\n", "check", kIdWidth, "supported", "contradicted", "not testable");
    for (const std::string_view id : claim_ids()) {
      const auto found = summary.claims.find(std::string(id));
      if (found == summary.claims.end()) continue;
      const auto count = [&](Verdict verdict) {
        const auto of = found->second.find(verdict);
        return of == found->second.end() ? std::size_t{0} : of->second;
      };
      out_ << fmt::format("{:<{}}{:>10}{:>14}{:>14}\n", id, kIdWidth, count(Verdict::kSupported),
                          count(Verdict::kContradicted), count(Verdict::kNotTestable));
    }
  }

 private:
  [[nodiscard]] bool shown(const Claim& claim) const { return options_.all || claim.verdict == Verdict::kContradicted; }

  void row(const Claim& claim) {
    const std::string place = claim.line == 0 ? "-" : fmt::format("{}:{}", claim.line, claim.column);
    const std::string head = fmt::format("  {:<{}}{:<{}}", place, kPlaceWidth, claim.id, kIdWidth);
    std::string text = options_.all ? std::string(to_string(claim.verdict)) + ": " : "";
    if (!claim.found.empty()) text += printable(claim.found);
    if (!claim.expected.empty() && claim.verdict == Verdict::kContradicted)
      text += ", wanted " + printable(claim.expected);
    text += (claim.found.empty() ? "" : "; ") + printable(claim.reason);
    const char* colour = claim.verdict == Verdict::kContradicted ? "\x1b[31m"
                         : claim.verdict == Verdict::kSupported  ? "\x1b[32m"
                                                                 : "\x1b[2m";
    wrap(head, text, colour);
  }

  void wrap(const std::string& head, const std::string& text, const std::string& colour) {
    const int indent = head.empty() ? 0 : kPlaceWidth + kIdWidth + 2;
    bool first = true;
    for (const std::string& line : wrapped(text, width_ - indent)) {
      out_ << (first ? padded(head, indent) : std::string(static_cast<std::size_t>(indent), ' '));
      const bool coloured = options_.colour && !colour.empty();
      out_ << (coloured ? colour : "") << line << (coloured ? "\x1b[0m" : "") << '\n';
      first = false;
    }
  }

  std::ostream& out_;
  const ClaimReportOptions& options_;
  int width_;
};

void write(std::ostream& out, std::span<const PageReview> reviews, const VerificationSummary& summary,
           const ClaimReportOptions& options) {
  Table table(out, options);
  for (const PageReview& review : reviews) table.page(review);
  table.summary(summary);
}

}  // namespace

ClaimReport table() { return {"table", "what is contradicted, for a terminal", write}; }

}  // namespace headscore::claim_reports
