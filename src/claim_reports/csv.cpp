// For spreadsheets: one row a claim.
#include "io/csv.hpp"

#include <fmt/core.h>

#include <ostream>
#include <span>
#include <string>

#include "headscore/claim_report.hpp"

namespace headscore::claim_reports {
namespace {

void write(std::ostream& out, std::span<const PageReview> reviews, const VerificationSummary&,
           const ClaimReportOptions&) {
  out << "path,ref,id,verdict,line,column,found,expected,reason\r\n";
  for (const PageReview& review : reviews) {
    const std::string page = csv_cell(review.path) + "," + csv_cell(review.facts.ref);
    if (review.error)
      out << page << ",refused," << csv_cell(review.error->code) << ",,,,," << csv_cell(review.error->message)
          << "\r\n";
    for (const Claim& claim : review.claims) {
      out << fmt::format("{},{},{},{},{},{},{},{}\r\n", page, claim.id, to_string(claim.verdict), claim.line,
                         claim.column, csv_cell(claim.found), csv_cell(claim.expected), csv_cell(claim.reason));
    }
  }
}

}  // namespace

ClaimReport csv() { return {"csv", "one row a claim", write}; }

}  // namespace headscore::claim_reports
