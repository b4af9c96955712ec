// Claims of pages, checked: clean pages have no finding, planted errors are found, each with its id.
#include "headscore/verification.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>

#include "headscore/claim_report.hpp"
#include "headscore/policy_library.hpp"
#include "review_pages.hpp"
#include "verification/claim_checks.hpp"

namespace headscore {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::ReviewPage;

using Pages = std::vector<std::pair<std::string, std::string>>;

VerifyOptions defaults() {
  VerifyOptions options;
  options.scoring.policy = bundled_policy("audioreview-2026");
  return options;
}

std::vector<std::string> contradicted(const std::vector<PageReview>& reviews) {
  std::vector<std::string> found;
  for (const PageReview& review : reviews) {
    for (const Claim& claim : review.claims) {
      if (claim.verdict == Verdict::kContradicted) found.push_back(claim.id + ": " + claim.reason);
    }
    if (review.error) found.push_back("refused: " + review.error->message);
  }
  return found;
}

std::vector<PageReview> verified(const std::string& text, const std::string& file = "acme-one.md") {
  return headscore::verified({{file, text}}, defaults());
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return at == std::string::npos ? text : text.replace(at, what.size(), by);
}

struct Planted {
  const char* name;
  const char* id;
  std::function<std::string(const std::string&)> plant;
};

std::function<std::string(const std::string&)> swap(std::string what, std::string by) {
  return [what = std::move(what), by = std::move(by)](const std::string& text) { return replaced(text, what, by); };
}

/// 0.6 for 0.54, in the text and in the front matter, with the sum that goes with it.
std::string rounded_up(const std::string& text) {
  std::string page =
      replaced(replaced(text, "0.7, 0.5, 0.6, 0.6]", "0.7, 0.6, 0.6, 0.6]"), "rating: [2.9", "rating: [3.0");
  const std::string score = "\\text{0.5}";
  return page.replace(page.rfind(score), score.size(), "\\text{0.6}");
}

/// Errors that both languages' pages can carry.
std::vector<Planted> planted_errors() {
  return {
      {"overall is not the sum", "overall-sum", swap("rating: [2.9", "rating: [3.1")},
      {"a section in the front matter is off", "section-score", swap("0.7, 0.5, 0.6, 0.6]", "0.8, 0.5, 0.6, 0.6]")},
      {"a section in the text is off", "section-score", swap("\\text{0.7}", "\\text{0.8}")},
      {"a step of 0.05", "step", swap("0.7, 0.5, 0.6, 0.6]", "0.75, 0.5, 0.6, 0.6]")},
      {"a step in the text", "step", swap("\\text{0.7}", "\\text{0.72}")},
      {"a section above one", "range", swap("0.7, 0.5, 0.6, 0.6]", "1.7, 0.5, 0.6, 0.6]")},
      {"overall above five", "range", swap("rating: [2.9", "rating: [5.9")},
      {"wrong quotient", "cp-arithmetic", swap("= 0.54", "= 0.57")},
      {"truncated quotient", "cp-arithmetic", swap("= 0.54", "= 0.540")},
      {"inverse quotient", "cp-arithmetic", swap("= 0.54", "= 1.85")},
      {"score rounded up", "cp-rounding", rounded_up},
      {"price changed", "cp-denominator", swap("price: 246", "price: 299")},
      {"fraction upside down", "cp-denominator", swap("246", "133.5")},
      {"numerator is not the comparator's price", "cp-comparator", swap("133", "111")},
      {"price missing", "front-matter", swap("price: 246\n", "")},
      {"price empty", "front-matter", swap("price: 246\n", "price:\n")},
      {"price zero", "front-matter", swap("price: 246\n", "price: 0\n")},
      {"ref missing", "front-matter", swap("ref: acme-one\n", "")},
      {"five ratings", "front-matter", swap("0.6, 0.6]", "0.6]")},
      {"a rating that is a word", "front-matter", swap("[2.9", "[good")},
      {"a day that is none", "front-matter", swap("2025-08-01", "2025-13-41")},
      {"a field twice", "front-matter", swap("company_id: acme\n", "company_id: acme\ncompany_id: other\n")},
      {"YAML that cannot be read", "front-matter", swap("Product Review\"", "\"Product\" Review\"")},
      {"another ref", "slug", swap("ref: acme-one", "ref: acme-two")},
      {"another permalink", "slug", swap("/acme-one/", "/acme-1/")},
      {"damaged division sign", "damaged-text", swap("÷", "รท")},
      {"damaged by CP1252", "damaged-text", swap("±", "Â±")},
      {"lost characters", "damaged-text", swap("±", "\xEF\xBF\xBD")},
  };
}

TEST(Verification, FindsNothingInCleanPages) {
  ReviewPage two;
  two.ref = "borealis-k37";
  two.name = "Borealis K37";
  two.price = "133";
  two.ratings = {3.4, 0.5, 0.7, 1.0, 0.6, 0.6};
  two.cost_performance = "No cheaper product with equivalent functions exists, so CP = 1.0.";
  const ReviewPage en;
  const ReviewPage ja = tests::japanese_page();
  const Pages pages = {
      {"en/acme-one.md", en.text()}, {"en/borealis-k37.md", two.text()}, {"ja/acme-one.md", ja.text()}};
  const std::vector<PageReview> reviews = headscore::verified(pages, defaults());
  EXPECT_THAT(contradicted(reviews), IsEmpty());
  const VerificationSummary summary = summary_of(reviews);
  EXPECT_EQ(summary.with_equation, 2U);
  EXPECT_EQ(summary.consistent, 2U);
  EXPECT_EQ(summary.claims.at("language-pair").at(Verdict::kSupported), 2U);
  EXPECT_EQ(summary.claims.at("cp-comparator").at(Verdict::kSupported), 4U);  // in the text, and by its own review
}

TEST(Verification, FindsNothingInCleanPagesOfManyPrices) {
  for (int i = 1; i <= 300; ++i) {
    const double price = 40.0 + 13.7 * i;
    const double other = std::floor(price * (0.031 + 0.0031 * i));
    const double ratio = other / price;
    const double score = rounded_half_up(std::min(1.0, ratio), 1);
    ReviewPage page;
    page.price = fmt::format("{:.2f}", price);
    page.ratings = {2.4 + score, 0.5, 0.7, score, 0.6, 0.6};
    page.cost_performance =
        fmt::format("The Borealis K37 ({0:.0f} USD) does the same. CP = {0:.0f} USD ÷ {1:.2f} USD = {2:.3f} → {3:.1f}",
                    other, price, rounded_half_up(ratio, 3), score);
    EXPECT_THAT(contradicted(verified(page.text())), IsEmpty()) << page.cost_performance;
  }
}

TEST(Verification, FindsEveryPlantedErrorInBothLanguages) {
  for (const ReviewPage& page : {ReviewPage{}, tests::japanese_page()}) {
    ASSERT_THAT(contradicted(verified(page.text())), IsEmpty());
    for (const Planted& planted : planted_errors()) {
      const std::vector<std::string> found = contradicted(verified(planted.plant(page.text())));
      EXPECT_THAT(found, Contains(HasSubstr(std::string(planted.id) + ":"))) << page.lang << ": " << planted.name;
    }
  }
}

TEST(Verification, FindsWhatDiffersBetweenLanguages) {
  const ReviewPage en;
  const std::string ja = tests::japanese_page().text();
  for (const auto& [what, by] :
       {std::pair("0.7, 0.5, 0.6, 0.6]", "0.6, 0.5, 0.6, 0.6]"), std::pair("price: 246", "price: 250"),
        std::pair("\\text{0.7}", "\\text{0.6}"), std::pair("133ドル ÷ 246", "199ドル ÷ 246")}) {
    const std::vector<PageReview> reviews =
        headscore::verified({{"en/acme-one.md", en.text()}, {"ja/acme-one.md", replaced(ja, what, by)}}, defaults());
    EXPECT_THAT(contradicted(reviews), Contains(HasSubstr("language-pair"))) << what;
  }
}

TEST(Verification, HoldsTheComparatorAgainstItsOwnReview) {
  const ReviewPage page;
  ReviewPage own;
  own.ref = "borealis-k37";
  own.name = "Borealis K37";
  own.date = "2026-03-01";
  own.price = "200";
  own.ratings = {3.4, 0.5, 0.7, 1.0, 0.6, 0.6};
  own.cost_performance = "No cheaper product with equivalent functions exists.";
  VerifyOptions options = defaults();
  const auto reviews = [&] {
    return headscore::verified({{"acme-one.md", page.text()}, {"borealis-k37.md", own.text()}}, options);
  };
  const auto found = [&] { return contradicted(reviews()); };
  EXPECT_THAT(found(), IsEmpty()) << "the price was right on its day";
  const std::vector<PageReview> stale = reviews();
  EXPECT_TRUE(std::any_of(stale[0].claims.begin(), stale[0].claims.end(), [](const Claim& claim) {
    return claim.verdict == Verdict::kSupported && claim.reason.starts_with("stale: ");
  }));
  options.strict = true;
  EXPECT_THAT(found(), Contains(HasSubstr("stale: the review of Borealis K37 (2026-03-01): price 200")));
  own.date = "2025-01-01";
  EXPECT_THAT(found(), IsEmpty()) << "an older price does not speak against a newer one";
  own.price = "133";
  own.ratings = {3.3, 0.4, 0.7, 1.0, 0.6, 0.6};
  EXPECT_THAT(found(), IsEmpty()) << "two reviews of one product differ by as much";
  own.ratings = {3.2, 0.3, 0.7, 1.0, 0.6, 0.6};
  EXPECT_THAT(found(), Contains(HasSubstr("not equivalent by the site's own scores")));
  const std::vector<PageReview> worse = reviews();
  for (const Claim& claim : worse[0].claims) {
    if (claim.id != "cp-comparator" || claim.verdict != Verdict::kContradicted) continue;
    EXPECT_EQ(claim.found, "scientific validity 0.3");
    EXPECT_EQ(claim.expected, "0.4 at least");
  }
}

TEST(Verification, HoldsABundleAgainstTheReviewOfItsPart) {
  ReviewPage page;
  page.cost_performance =
      "The Borealis K37 (100 USD) with the Cirrus Mic 2 cable (33 USD) does the same. CP = 133 USD / 246 USD = 0.54";
  ReviewPage own;
  own.ref = "borealis-k37";
  own.name = "Borealis K37";
  own.date = "2026-03-01";
  own.price = "100";
  own.ratings = {3.4, 0.5, 0.7, 1.0, 0.6, 0.6};
  own.cost_performance = "No cheaper product with equivalent functions exists.";
  const std::vector<PageReview> reviews =
      headscore::verified({{"acme-one.md", page.text()}, {"borealis-k37.md", own.text()}}, defaults());
  const NamedProduct& comparator = *reviews[0].facts.cost_performance.comparator;
  EXPECT_EQ(comparator.name, "Borealis K37 + Cirrus Mic 2");
  ASSERT_EQ(comparator.parts.size(), 2U);
  EXPECT_DOUBLE_EQ(comparator.parts[1].price, 33);
  EXPECT_THAT(contradicted(reviews), IsEmpty());
  for (const Claim& claim : reviews[0].claims) EXPECT_THAT(claim.reason, testing::Not(HasSubstr("stale")));
}

TEST(PageFacts, NameBundlesByTheirParts) {
  const std::pair<const char*, const char*> cases[] = {
      {"The Borealis K37 (113 USD) with a balanced cable (20 USD) does it at a combined 133 USD. 133 USD ÷ 246 USD = "
       "0.54",
       "Borealis K37"},
      {"Borealis K37 113 USD + Cirrus Lyre 4 20 USD. CP = (113 USD + 20 USD) ÷ 246 USD = 0.54",
       "Borealis K37 + Cirrus Lyre 4"},
      {"Data from Reference Sound Analyzer at 133 USD show it for the Borealis K37. 133 USD ÷ 246 USD = 0.54",
       "Borealis K37"},
  };
  for (const auto& [text, name] : cases) {
    ReviewPage page;
    page.cost_performance = text;
    const std::vector<PageReview> reviews = verified(page.text());
    const std::optional<NamedProduct>& comparator = reviews[0].facts.cost_performance.comparator;
    ASSERT_TRUE(comparator) << text;
    EXPECT_EQ(comparator->name, name) << text;
  }
}

TEST(Verification, AssumesNoExchangeRateAndDividesByNothing) {
  const auto claims = [](const char* text) {
    ReviewPage page;
    page.cost_performance = text;
    std::string told;
    const std::vector<PageReview> reviews = verified(page.text());
    for (const Claim& claim : reviews[0].claims) {
      if (claim.id.starts_with("cp-"))
        told += fmt::format("{} {}: {}\n", claim.id, to_string(claim.verdict), claim.reason);
    }
    return told;
  };
  const std::string two = claims("The Borealis K37 does it. CP = 133 USD / 24,000 JPY = 0.54");
  EXPECT_THAT(two, HasSubstr("cp-arithmetic not testable: two currencies"));
  EXPECT_THAT(two, HasSubstr("cp-rounding not testable: two currencies"));
  EXPECT_THAT(two, HasSubstr("cp-denominator not testable: the equation is in two currencies"));
  const std::string zero = claims("The Borealis K37 (133 USD) does it. CP = 133 USD / 0 USD = 0.54");
  EXPECT_THAT(zero, HasSubstr("cp-arithmetic contradicted: division by zero: 133 USD / 0 USD"));
  EXPECT_THAT(zero, HasSubstr("cp-rounding not testable: division by zero"));
}

TEST(Verification, TakesARoundedPriceForThePrice) {
  for (const char* price : {"246", "245", "245.99"}) {
    ReviewPage page;
    page.price = price;
    page.cost_performance = "The Borealis K37 (133 USD) does it. CP = 133 USD / 245.99 USD = 0.54";
    EXPECT_THAT(contradicted(verified(page.text())), IsEmpty()) << price;
  }
}

TEST(Verification, NamesTheEntryThatIsWrong) {
  const auto told = [](const std::string& what, const std::string& by) {
    std::string all;
    for (const PageReview& review : verified(replaced(ReviewPage().text(), what, by))) {
      for (const Claim& claim : review.claims) {
        if (claim.verdict == Verdict::kContradicted) all += claim.found + ": " + claim.reason + "\n";
      }
    }
    return all;
  };
  EXPECT_THAT(told("0.7, 0.5, 0.6", "0.7, good, 0.6"), HasSubstr("rating: good: an entry of the ratings is no number"));
  EXPECT_THAT(told("/products/en/", "/products/ja/"), HasSubstr("the permalink is of the language ja, the page of en"));
  EXPECT_THAT(told("/products/en/", "/products/de/"), HasSubstr("the permalink is of the language de, the page of en"));
  const std::vector<PageReview> binary = verified(std::string("\0\1\2", 3));
  EXPECT_THAT(binary[0].error->message, HasSubstr("wanted a review page"));
}

TEST(Verification, TakesNoCapForAResult) {
  ReviewPage page;
  page.cost_performance = "The cheapest equivalent is the Borealis K37 at 133 USD. CP = MIN(1.0, 133 USD / 246 USD)";
  EXPECT_THAT(contradicted(headscore::verified({{"acme-one.md", page.text()}}, defaults())), IsEmpty());
}

TEST(Rounding, IsNamedForWhatItIs) {
  EXPECT_EQ(rounding_of(133.0 / 246.0, 0.54, 2), Rounding::kRight);
  EXPECT_EQ(rounding_of(104.97 / 299.99, 0.4, 1), Rounding::kDoubleRounded);  // 0.3499 -> 0.35 -> 0.4
  EXPECT_EQ(rounding_of(0.5556, 0.55, 2), Rounding::kTruncated);
  EXPECT_EQ(rounding_of(0.45, 0.5, 1), Rounding::kRight);
  EXPECT_EQ(rounding_of(0.45, 0.4, 1), Rounding::kTruncated);
  EXPECT_EQ(rounding_of(0.2636, 0.1, 1), Rounding::kWrong);
}

std::string reason_of(const std::vector<PageReview>& reviews, const std::string& id) {
  for (const Claim& claim : reviews[0].claims) {
    if (claim.id == id)
      return std::string(to_string(claim.verdict)) + ", wanted " + claim.expected + ": " + claim.reason;
  }
  return "";
}

TEST(Verification, SaysHowAScoreWentWrong) {
  const auto reason = [](const char* price, double score, const char* text) {
    ReviewPage page;
    page.price = price;
    page.ratings[3] = score;
    page.cost_performance = text;
    return reason_of(verified(page.text()), "cp-rounding");
  };
  EXPECT_THAT(reason("299.99", 0.4, "CP = 104.97 ÷ 299.99 = 0.35 → 0.4"),
              HasSubstr("wanted 0.3: double rounding by way of 0.35"));
  EXPECT_THAT(reason("180", 0.5, "CP = 100 ÷ 180 = 0.55"), HasSubstr("wanted 0.6: truncated"));
  EXPECT_THAT(reason("100", 0.8, "CP = 110 ÷ 100 = 0.8"),
              HasSubstr("wanted 1.0: it follows from the printed 0.8, not from the printed prices"));
  EXPECT_THAT(reason("45", 0.9, "CP = 45 USD ÷ 48 USD = 0.9"), HasSubstr("wanted 1.0"));  // the fraction is upside down
  EXPECT_THAT(reason("140", 0.3, "The values are 18/140=0.13, 71/140=0.51 and 22/140=0.16; the average is 0.27."),
              HasSubstr("supported"));
  EXPECT_THAT(reason("100", 0.6, "No cheaper product exists."), HasSubstr("wanted 1.0"));
}

TEST(Verification, AsksCatalogsForCheaperProducts) {
  ReviewPage page;
  page.ratings = {3.4, 0.5, 0.7, 1.0, 0.6, 0.6};
  page.cost_performance = "No cheaper product with equivalent functions exists.";
  VerifyOptions options = defaults();
  options.has_catalog = true;
  const std::vector<MetricValue> metrics = {{"response_deviation", 2.0, false, ""}};
  options.scoring.catalog = {{"Acme One", FormFactor::kOverEar, Price(246, "USD"), {}, metrics},
                             {"Borealis K37", FormFactor::kOverEar, Price(133, "USD"), {}, metrics}};
  EXPECT_THAT(reason_of(headscore::verified({{page.file(), page.text()}}, options), "cp-cheaper-exists"),
              HasSubstr("contradicted, wanted 0.54"));
  options.scoring.catalog.pop_back();
  EXPECT_THAT(reason_of(headscore::verified({{page.file(), page.text()}}, options), "cp-cheaper-exists"),
              HasSubstr("supported"));
  options.scoring.catalog.clear();
  EXPECT_THAT(reason_of(headscore::verified({{page.file(), page.text()}}, options), "cp-cheaper-exists"),
              HasSubstr("not testable"));
}

/// A response, and a file of distortion beside it.
std::vector<Measurement> measurements(double thd_ratio) {
  const Eigen::ArrayXd f = LogGrid::per_octave(24).frequency_hz();
  Measurement::Fields fields;
  fields.path = "Acme One L.txt";
  fields.identity.product = "Acme One";
  fields.identity.channel = Channel::kLeft;
  fields.columns = {"frequency", "spl"};
  fields.response = Curve(f, 12.0 * (-6.0 * (f / 3000.0).log().square()).exp());
  DistortionSpectrum::Columns columns;
  columns.frequency_hz = f;
  columns.thd_ratio = Eigen::ArrayXd::Constant(f.size(), thd_ratio);
  columns.level_spl_db = 94.0;
  Measurement::Fields distortion = fields;
  distortion.path = "Acme One L THD.txt";
  distortion.columns = {"frequency", "thd"};
  distortion.response.reset();
  distortion.distortion = DistortionSpectrum(columns);
  return {Measurement(fields), Measurement(distortion)};
}

TEST(Verification, HoldsFiguresAgainstMeasurements) {
  const ReviewPage page;
  VerifyOptions options = defaults();
  options.has_measurements = true;
  Product product;
  product.name = "Acme One";
  product.form = FormFactor::kOverEar;
  product.measurements = measurements(0.0005);
  options.measured = {product};
  options.scoring.bootstrap_replicates = 0;
  std::vector<PageReview> reviews = headscore::verified({{page.file(), page.text()}}, options);
  EXPECT_THAT(reason_of(reviews, "thd-claim"), HasSubstr("supported, wanted 0.05 %"));
  EXPECT_THAT(reason_of(reviews, "response-claim"), HasSubstr("contradicted"));
  EXPECT_THAT(reason_of(reviews, "sv-supported"), testing::Not(HasSubstr("not testable")));
  options.measured[0].measurements = measurements(0.005);
  reviews = headscore::verified({{page.file(), page.text()}}, options);
  EXPECT_THAT(reason_of(reviews, "thd-claim"), HasSubstr("contradicted, wanted 0.5 %"));
  options.measured[0].name = "Other";
  EXPECT_THAT(reason_of(headscore::verified({{page.file(), page.text()}}, options), "thd-claim"),
              HasSubstr("not testable"));
}

TEST(Correction, MakesSumAndRoundingRightAndNothingElse) {
  ReviewPage page;
  page.ratings = {3.3, 0.5, 0.7, 0.6, 0.6, 0.6};  // 0.5 follows from the prices, and the sum is off
  page.cost_performance = "The Borealis K37 (133 USD) does it. Calculation: 133 USD รท 246 USD = 0.54 → 0.6.";
  const std::string text = page.text();
  const std::vector<PageReview> reviews = verified(text);
  const std::string fixed = corrected(text, reviews[0]);
  page.ratings = {2.9, 0.5, 0.7, 0.5, 0.6, 0.6};
  page.cost_performance = "The Borealis K37 (133 USD) does it. Calculation: 133 USD ÷ 246 USD = 0.54 → 0.5.";
  EXPECT_EQ(fixed, page.text());
  EXPECT_THAT(contradicted(verified(fixed)), IsEmpty());
  EXPECT_EQ(corrected(fixed, verified(fixed)[0]), fixed);
}

TEST(Correction, LeavesAloneWhatIsNotCertain) {
  ReviewPage page;
  page.ratings[3] = 0.6;
  page.ratings[0] = 3.0;
  page.price = "250";  // the denominator is not the price: which of the two is meant?
  EXPECT_EQ(corrected(page.text(), verified(page.text())[0]), page.text());
}

TEST(ClaimReports, AreWholeDocuments) {
  const std::string broken = replaced(ReviewPage().text(), "[2.9", "[3.1");
  const std::vector<PageReview> reviews =
      headscore::verified({{"a folder/acme-one.md", broken}, {"none.md", "no page"}}, defaults());
  const VerificationSummary summary = summary_of(reviews);
  ASSERT_EQ(claim_report_formats().size(), 5U);
  for (const ClaimReport& format : claim_report_formats()) {
    std::ostringstream out;
    format.write(out, reviews, summary, {});
    EXPECT_THAT(out.str(), HasSubstr("overall-sum")) << format.id;
    EXPECT_THAT(out.str(), HasSubstr("none.md")) << format.id;
  }
  std::ostringstream sarif;
  claim_report("sarif").write(sarif, reviews, summary, {});
  const nlohmann::json document = nlohmann::json::parse(sarif.str());
  EXPECT_EQ(document["version"], "2.1.0");
  const nlohmann::json& run = document["runs"][0];
  EXPECT_EQ(run["tool"]["driver"]["rules"].size(), claim_ids().size());
  ASSERT_EQ(run["results"].size(), 1U);
  const nlohmann::json& result = run["results"][0];
  EXPECT_EQ(result["ruleId"], "overall-sum");
  EXPECT_EQ(run["tool"]["driver"]["rules"][result["ruleIndex"].get<std::size_t>()]["id"], "overall-sum");
  const nlohmann::json& place = result["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], "a%20folder/acme-one.md");
  EXPECT_EQ(place["region"]["startLine"], 9);
  EXPECT_EQ(place["region"]["startColumn"], 10);
  EXPECT_EQ(run["invocations"][0]["toolExecutionNotifications"].size(), 1U);
  EXPECT_FALSE(run["invocations"][0]["executionSuccessful"].get<bool>());
}

}  // namespace
}  // namespace headscore
