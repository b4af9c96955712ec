// Published reviews: every page is read, and the figures in docs/verify.md hold.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "headscore/pipeline.hpp"
#include "headscore/policy_library.hpp"
#include "headscore/verification.hpp"
#include "io/file_bytes.hpp"
#include "shared_data.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;

std::vector<PageReview> all_reviews(const fs::path& shared) {
  std::vector<std::pair<std::string, std::string>> pages;
  for (const fs::path& path : found_pages({shared / "reviews"}))
    pages.emplace_back(path.string(), read_bytes(path, std::size_t{1} << 22U));
  VerifyOptions options;
  options.scoring.policy = bundled_policy("audioreview-2026");
  return verified(pages, options);
}

const Claim* claim_of(const PageReview& review, const std::string& id) {
  for (const Claim& claim : review.claims) {
    if (claim.id == id) return &claim;
  }
  return nullptr;
}

TEST(PublishedReviews, AreAllReadAndTheirSumsHold) {
  HEADSCORE_SHARED_FOLDER_OR_SKIP(shared);
  const std::vector<PageReview> reviews = all_reviews(shared);
  const VerificationSummary summary = summary_of(reviews);
  EXPECT_EQ(summary.pages, 588U);
  EXPECT_EQ(summary.refused, 0U);
  EXPECT_EQ(summary.claims.at("overall-sum").at(Verdict::kSupported), 588U);
  EXPECT_EQ(summary.claims.at("section-score").at(Verdict::kSupported), 5U * 588U);
  EXPECT_FALSE(summary.claims.at("overall-sum").contains(Verdict::kContradicted));
  EXPECT_FALSE(summary.claims.at("section-score").contains(Verdict::kContradicted));
  EXPECT_GE(summary.with_equation, 470U);
  EXPECT_GE(summary.double_rounded, 5U);
  EXPECT_GE(summary.truncated, 15U);
  EXPECT_LE(summary.wrong, 35U);
}

TEST(PublishedReviews, KnownErrorsAreFoundWithTheirReason) {
  HEADSCORE_SHARED_FOLDER_OR_SKIP(shared);
  const std::vector<PageReview> reviews = all_reviews(shared);
  // (page, check, what belongs there, how the reason begins)
  const std::tuple<const char*, const char*, const char*, const char*> known[] = {
      {"sony-wf-1000xm4", "cp-rounding", "0.6", "truncated"},
      {"beyerdynamic-mmx-330-pro", "cp-rounding", "0.3", "double rounding by way of 0.35"},
      {"yanyin-canon", "cp-rounding", "0.3", "wrong"},
      {"sony-mdr-5760", "cp-rounding", "1.0",
       "it follows from the printed 0.9, not from the printed prices: the printed fraction is upside down"},
      {"anker-soundcore-liberty-4-nc", "cp-rounding", "1.0", "wrong"},
      {"kz-as12", "cp-denominator", "42", "the reviewed product's price is the numerator"},
      {"stax-sr-x9000", "cp-denominator", "4620", "the denominator is not the price"},
  };
  for (const auto& [ref, id, expected, reason] : known) {
    const auto review = std::find_if(reviews.begin(), reviews.end(),
                                     [&, name = std::string(ref)](const PageReview& r) { return r.facts.ref == name; });
    ASSERT_NE(review, reviews.end()) << ref;
    const Claim* claim = claim_of(*review, id);
    ASSERT_NE(claim, nullptr) << ref;
    EXPECT_EQ(claim->verdict, Verdict::kContradicted) << ref;
    EXPECT_EQ(claim->expected, expected) << ref;
    EXPECT_THAT(claim->reason, testing::StartsWith(reason)) << ref;
  }
}

TEST(PublishedReviews, TheModelCaseStands) {
  HEADSCORE_SHARED_FOLDER_OR_SKIP(shared);
  const fs::path page = shared / "reviews" / "seed-sony-mdr-1am2.md";
  const fs::path folder = shared / "measurements" / "antdroid-headphones";
  if (!fs::exists(page) || !fs::exists(folder / "MDR-1AM2 L.txt")) GTEST_SKIP() << "no model case";
  VerifyOptions options;
  options.scoring.policy = bundled_policy("audioreview-2026");
  options.measured = grouped(read_files({folder / "MDR-1AM2 L.txt", folder / "MDR-1AM2 R.txt"}, {}));
  options.has_measurements = true;
  const std::vector<PageReview> reviews = verified({{page.string(), read_bytes(page, std::size_t{1} << 20U)}}, options);
  const PageReview& review = reviews[0];
  for (const auto& [id, found, expected] :
       {std::tuple("overall-sum", "2.9", "2.9"), std::tuple("cp-arithmetic", "0.54", "0.54"),
        std::tuple("cp-rounding", "0.5", "0.5"), std::tuple("sv-supported", "0.5", "0.6")}) {
    const Claim* claim = claim_of(review, id);
    ASSERT_NE(claim, nullptr) << id;
    EXPECT_EQ(claim->verdict, Verdict::kSupported) << id << ": " << claim->reason;
    EXPECT_EQ(claim->found, found) << id;
    EXPECT_EQ(claim->expected, expected) << id;
  }
  EXPECT_EQ(claim_of(review, "damaged-text")->verdict, Verdict::kContradicted);
  EXPECT_EQ(review.facts.cost_performance.comparator->name, "AKG K371");
}

}  // namespace
}  // namespace headscore
