// What pages say of each other: the comparator's own review, and the same review in two languages.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "headscore/score.hpp"
#include "verification/claim_checks.hpp"
#include "verification/product_name.hpp"

namespace headscore {
namespace {

constexpr double kTiny = 1e-9;

Claim claim(std::string_view id, Verdict verdict, const Passage& where, std::string found, std::string expected,
            std::string reason) {
  return {std::string(id), verdict, where.line, where.column, std::move(found), std::move(expected), std::move(reason)};
}

bool readable(const PageReview& review) { return !review.error; }

/// Reviews by the key of their product's name.
class Index {
 public:
  explicit Index(const std::vector<PageReview>& reviews) {
    for (const PageReview& review : reviews) {
      if (readable(review) && !review.facts.target_name.empty())
        keys_.emplace_back(name_key(review.facts.target_name), &review);
    }
  }

  /// The review of `name`: in `lang` first, the whole name before the model alone.
  [[nodiscard]] const PageReview* find(const std::string& name, const std::string& lang) const {
    const std::string key = name_key(name);
    const PageReview* best = nullptr;
    int best_rank = 0;
    for (const auto& [other, review] : keys_) {
      const bool same = other == key;
      if (!same && !(other.size() > 5 && key.size() > 5 && (other.ends_with(key) || key.ends_with(other)) &&
                     same_product(name, review->facts.target_name)))
        continue;
      const int rank = (same ? 2 : 0) + (review->facts.lang == lang ? 1 : 0) + 1;
      if (rank > best_rank) {
        best = review;
        best_rank = rank;
      }
    }
    return best;
  }

 private:
  std::vector<std::pair<std::string, const PageReview*>> keys_;
};

/// Two reviews of one product differ by this much in scientific validity (mean of the products reviewed twice).
constexpr double kReviewSpread = 0.1;

/// What a bundle costs when the reviewed part of it costs `price`.
double with_extras(const CostPerformanceFacts& cp, const BundlePart* reviewed, double price) {
  double extras = 0.0;
  for (const BundlePart& part : cp.comparator->parts) extras += &part == reviewed ? 0.0 : part.price;
  if (cp.comparator->parts.empty()) {
    const std::vector<double>& summands = cp.equation->numerator.summands;
    for (std::size_t i = 1; i < summands.size(); ++i) extras += summands[i];
  }
  return price + extras;
}

/// The comparator's own review: does it cost what is said, and is it at least as good by the site's own measure?
Claim own_review(const PageFacts& page, const PageFacts& own, const BundlePart* part, bool strict) {
  const PriceEquation& equation = *page.cost_performance.equation;
  const Passage& where = equation.numerator.where;
  const std::string found = fmt::format("{:g}", equation.numerator.value);
  std::string what = fmt::format("the review of {} ({})", own.target_name, own.date.substr(0, 10));
  if (!own.price || own.ratings.size() != 6 || page.ratings.size() != 6)
    return claim("cp-comparator", Verdict::kNotTestable, where, found, "", what + " has no price or no ratings");
  if (!equation.quotient())
    return claim("cp-comparator", Verdict::kNotTestable, where, found, "", what + ": the equation has no quotient");
  const double price = with_extras(page.cost_performance, part, own.price->value);
  const double validity = own.ratings[1].value;
  const double score = rounded_to_tenth(std::min(1.0, price / equation.denominator.value));
  const double printed = page.ratings[3].value;
  what += fmt::format(": price {:g}, scientific validity {:.1f} against {:.1f}", own.price->value, validity,
                      page.ratings[1].value);
  if (validity < page.ratings[1].value - kReviewSpread - kTiny)
    return claim("cp-comparator", Verdict::kContradicted, where, fmt::format("scientific validity {:.1f}", validity),
                 fmt::format("{:.1f} at least", page.ratings[1].value - kReviewSpread),
                 "not equivalent by the site's own scores: " + what);
  const std::string expected = fmt::format("{:g}", price);
  const double stated = rounded_to_tenth(std::min(1.0, equation.numerator.value / equation.denominator.value));
  if (std::abs(score - stated) < kTiny)
    return claim("cp-comparator", Verdict::kSupported, where, found, expected, what);
  const bool newer = own.date.substr(0, 10) > page.date.substr(0, 10);
  const std::string change = fmt::format("; with that price the score is {:.1f}, not {:.1f}", score, printed);
  if (newer)
    return claim("cp-comparator", strict ? Verdict::kContradicted : Verdict::kSupported, where, found, expected,
                 "stale: " + what + change);
  return claim("cp-comparator", Verdict::kNotTestable, where, found, expected,
               "the prices are of different days: " + what + change);
}

std::string list_of(const std::vector<StatedNumber>& numbers) {
  std::string text;
  for (const StatedNumber& number : numbers) text += (text.empty() ? "" : ", ") + fmt::format("{:g}", number.value);
  return "[" + text + "]";
}

bool differ(const std::vector<StatedNumber>& a, const std::vector<StatedNumber>& b) {
  return !std::equal(a.begin(), a.end(), b.begin(), b.end(),
                     [](const StatedNumber& x, const StatedNumber& y) { return std::abs(x.value - y.value) < kTiny; });
}

/// What the second page says otherwise; empty when the two agree.
std::vector<Claim> disagreements(const PageFacts& page, const PageFacts& other) {
  std::vector<Claim> claims;
  const Passage top{1, 1, ""};
  if (differ(page.ratings, other.ratings)) {
    claims.push_back(claim("language-pair", Verdict::kContradicted,
                           page.ratings.empty() ? top : page.ratings.front().where, list_of(page.ratings),
                           list_of(other.ratings), "the ratings differ from " + other.path));
  }
  for (const SectionScore& section : page.sections) {
    const auto same = std::find_if(other.sections.begin(), other.sections.end(),
                                   [&](const SectionScore& s) { return s.section == section.section; });
    if (same == other.sections.end() || std::abs(same->score.value - section.score.value) < kTiny) continue;
    claims.push_back(claim("language-pair", Verdict::kContradicted, section.score.where,
                           fmt::format("{:g}", section.score.value), fmt::format("{:g}", same->score.value),
                           section.section + " differs from " + other.path));
  }
  const bool same_currency = page.price && other.price && page.price->currency == other.price->currency;
  const double factor = same_currency ? page.price->value / std::max(kTiny, other.price->value) : 1.0;
  if (same_currency && std::abs(factor - 1.0) > kTiny && factor > 1.0 / 60.0 && factor < 60.0) {
    claims.push_back(claim("language-pair", Verdict::kContradicted, page.price->where,
                           fmt::format("{:g}", page.price->value), fmt::format("{:g}", other.price->value),
                           "the price differs from " + other.path));
  }
  const auto& mine = page.cost_performance.equation;
  const auto& theirs = other.cost_performance.equation;
  if (mine && theirs && mine->quotient() && theirs->quotient()) {
    const double a = *mine->quotient();
    const double b = *theirs->quotient();
    if (std::abs(a - b) > 0.05) {
      claims.push_back(claim("language-pair", Verdict::kContradicted, mine->where, fmt::format("{:.3f}", a),
                             fmt::format("{:.3f}", b), "the cost-performance equation differs from " + other.path));
    }
  }
  return claims;
}

void check_pairs(std::vector<PageReview>& reviews) {
  std::map<std::string, std::vector<PageReview*>> by_ref;
  for (PageReview& review : reviews) {
    if (readable(review)) by_ref[review.facts.ref].push_back(&review);
  }
  for (auto& [ref, pages] : by_ref) {
    const bool named = !ref.empty();
    for (PageReview* page : pages) {
      const auto other = std::find_if(pages.begin(), pages.end(),
                                      [&](const PageReview* p) { return named && p->facts.lang != page->facts.lang; });
      if (other == pages.end()) {
        page->claims.push_back(claim("language-pair", Verdict::kNotTestable, {1, 1, ""}, page->facts.lang, "",
                                     "no page of this ref in another language among those read"));
        continue;
      }
      std::vector<Claim> claims = disagreements(page->facts, (*other)->facts);
      if (claims.empty())
        claims.push_back(claim("language-pair", Verdict::kSupported, {1, 1, ""}, page->facts.lang, (*other)->facts.lang,
                               "ratings, price and equation agree with " + (*other)->path));
      for (Claim& one : claims) page->claims.push_back(std::move(one));
    }
  }
}

}  // namespace

void check_set(std::vector<PageReview>& reviews, const VerifyOptions& options) {
  const Index index(reviews);
  for (PageReview& review : reviews) {
    const CostPerformanceFacts& cp = review.facts.cost_performance;
    if (!readable(review) || !cp.equation || !cp.comparator) continue;
    // Of a bundle the first part that has a review; the others are accessories.
    const PageReview* own = nullptr;
    const BundlePart* part = nullptr;
    for (const BundlePart& candidate : cp.comparator->parts) {
      own = index.find(candidate.name, review.facts.lang);
      part = &candidate;
      if (own != nullptr) break;
    }
    if (cp.comparator->parts.empty()) own = index.find(cp.comparator->name, review.facts.lang);
    if (own == nullptr || own->facts.ref == review.facts.ref) continue;
    review.claims.push_back(own_review(review.facts, own->facts, part, options.strict));
  }
  check_pairs(reviews);
}

}  // namespace headscore
