#include "headscore/verification.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <system_error>

#include "headscore/error.hpp"
#include "headscore/score.hpp"
#include "io/text_lines.hpp"
#include "pipeline/files.hpp"
#include "verification/claim_checks.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;

bool is_page(const fs::path& path) {
  const std::string name = lowered(path.filename().string());
  return !name.starts_with('.') && (name.ends_with(".md") || name.ends_with(".markdown")) &&
         !name.ends_with(".fixed.md");
}

std::size_t rank_of(const std::string& id) {
  const std::vector<std::string_view>& ids = claim_ids();
  return static_cast<std::size_t>(std::find(ids.begin(), ids.end(), id) - ids.begin());
}

PageReview reviewed(const std::string& path, const std::string& bytes, const VerifyOptions& options, ReadPage& page) {
  PageReview review;
  review.path = path;
  try {
    page = read_page(bytes, path);
    check_page(page, review.claims);
    check_prices(page.facts, review.claims);
    check_measured(page.facts, options, review.claims);
    check_catalog(page.facts, options, review.claims);
    // Bytes of another encoding have no place for a correction.
    if (page.text->encoding() == "UTF-8") review.corrections = certain_corrections(page, review.claims);
    review.facts = page.facts;
  } catch (const Error& error) {
    review.claims.clear();
    // The reader of text speaks of measurements.
    const Error told = error.code() == "binary"
                           ? Error("binary", error.where(), "binary data", "a review page: Markdown with front matter")
                           : error;
    review.error = Failure{told.code(), told.what()};
  }
  review.facts.path = path;
  return review;
}

/// How an equation stands: the worst of its arithmetic and the rounding of the score.
void count_equation(const PageReview& review, VerificationSummary& summary) {
  bool wrong = false;
  bool truncated = false;
  bool twice = false;
  for (const Claim& claim : review.claims) {
    if (claim.verdict != Verdict::kContradicted || (claim.id != "cp-arithmetic" && claim.id != "cp-rounding")) continue;
    if (claim.reason.starts_with("double rounding"))
      twice = true;
    else if (claim.reason.starts_with("truncated"))
      truncated = true;
    else
      wrong = true;
  }
  ++summary.with_equation;
  if (wrong)
    ++summary.wrong;
  else if (twice)
    ++summary.double_rounded;
  else if (truncated)
    ++summary.truncated;
  else
    ++summary.consistent;
}

}  // namespace

std::vector<fs::path> found_pages(const std::vector<fs::path>& arguments) {
  std::vector<fs::path> found;
  for (const fs::path& argument : arguments) {
    std::error_code error;
    const fs::file_status status = fs::status(argument, error);
    if (!fs::exists(status))
      throw Error("missing-file", {argument.string()}, "no such file or folder", "a review page or a folder of them");
    if (!fs::is_directory(status)) {
      found.push_back(argument);
      continue;
    }
    const std::size_t before = found.size();
    search_folder(argument, is_page, found);
    if (found.size() == before) throw Error("no-files", {argument.string()}, "a folder without *.md", "review pages");
  }
  return found;
}

std::vector<PageReview> verified(const std::vector<std::pair<std::string, std::string>>& pages,
                                 const VerifyOptions& options) {
  check(options.scoring);
  std::vector<PageReview> reviews;
  reviews.reserve(pages.size());
  for (const auto& [path, bytes] : pages) {
    ReadPage page;
    reviews.push_back(reviewed(path, bytes, options, page));
  }
  check_set(reviews, options);
  for (PageReview& review : reviews) {
    if (!options.ids.empty())
      std::erase_if(review.claims, [&](const Claim& claim) { return !options.ids.contains(claim.id); });
    std::stable_sort(review.claims.begin(), review.claims.end(),
                     [](const Claim& a, const Claim& b) { return rank_of(a.id) < rank_of(b.id); });
  }
  return reviews;
}

VerificationSummary summary_of(const std::vector<PageReview>& reviews) {
  VerificationSummary summary;
  summary.pages = reviews.size();
  for (const PageReview& review : reviews) {
    if (review.error) ++summary.refused;
    for (const Claim& claim : review.claims) ++summary.claims[claim.id][claim.verdict];
    const std::optional<PriceEquation>& equation = review.facts.cost_performance.equation;
    if (equation && (equation->quotient() || !(equation->denominator.value > 0.0))) count_equation(review, summary);
  }
  return summary;
}

}  // namespace headscore
