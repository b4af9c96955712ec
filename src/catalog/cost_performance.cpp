#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <utility>

#include "headscore/catalog.hpp"
#include "headscore/error.hpp"
#include "io/text_lines.hpp"

namespace headscore {
namespace {

constexpr std::size_t kNamed = 3;  ///< candidates named one by one; the rest is counted

/// The shortest digits that mean the amount: "133", "129.99".
std::string money(const Price& price) {
  std::array<char, 400> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), price.amount(), std::chars_format::fixed).ptr;
  return std::string(text.data(), end) + " " + price.currency();
}

std::string dated_money(const Price& price) {
  return money(price) + (price.date() ? " of " + *price.date() : ", date not given");
}

/// Two decimals, and more only where two would be zero or would round to another tenth than the ratio itself.
std::string ratio_text(double ratio) {
  std::array<char, 400> text{};
  for (int decimals = 2; decimals <= 9; ++decimals) {
    std::snprintf(text.data(), text.size(), "%.*f", decimals, ratio);
    double printed = 0.0;
    std::from_chars(text.data(), text.data() + std::char_traits<char>::length(text.data()), printed);
    if (printed > 0.0 && rounded_to_tenth(printed) == rounded_to_tenth(ratio)) break;
  }
  return text.data();
}

std::string joined(const std::vector<Reason>& reasons) {
  std::string text;
  for (const Reason& reason : reasons) text += (text.empty() ? "" : "; ") + reason.message;
  return text;
}

Score::Fields fields_of(std::vector<Term> terms) {
  Score::Fields fields;
  fields.model = "cost-performance";
  fields.version = "1";
  fields.terms = std::move(terms);
  return fields;
}

Score published(Score::Fields fields) {
  fields.published = rounded_to_tenth(Score(fields).value());
  return Score(std::move(fields));
}

Score single_term(const std::string& name, double value, std::vector<Reason> reasons) {
  Score::Fields fields =
      fields_of({{.name = name, .value = value, .quantity = {}, .unit = "", .coefficient = {}, .note = ""}});
  fields.reasons = std::move(reasons);
  return published(std::move(fields));
}

Score ratio_score(const Price& price, const Comparator& comparator, std::vector<Reason> reasons) {
  if (price.currency() != comparator.price.currency()) {
    throw Error("different-currencies", {}, "prices of " + money(comparator.price) + " and " + money(price),
                "one currency");
  }
  const double ratio = comparator.price.amount() / price.amount();
  std::vector<Term> terms = {{.name = "price ratio",
                              .value = ratio,
                              .quantity = ratio,
                              .unit = "ratio",
                              .coefficient = {},
                              .note = money(comparator.price) + " / " + money(price) + " = " + ratio_text(ratio)}};
  if (ratio > 1.0) {
    terms.push_back({.name = "capped at 1",
                     .value = 1.0 - ratio,
                     .quantity = {},
                     .unit = "",
                     .coefficient = {},
                     .note = "the comparator is not cheaper"});
  }
  Score::Fields fields = fields_of(std::move(terms));
  fields.reasons.push_back({"comparator", "compared with " + comparator.name + " at " + dated_money(comparator.price) +
                                              "; this product at " + dated_money(price)});
  if (price.date() && comparator.price.date() && *price.date() != *comparator.price.date()) {
    fields.reasons.push_back(
        {"price-dates-differ", "the prices are of " + *comparator.price.date() + " and " + *price.date()});
  }
  for (Reason& reason : reasons) fields.reasons.push_back(std::move(reason));
  return published(std::move(fields));
}

/// A list for people: the first few by name, the rest as a number.
struct NamedList {
  std::vector<std::string> names;
  [[nodiscard]] std::string text() const {
    std::string all;
    for (std::size_t i = 0; i < std::min(kNamed, names.size()); ++i) all += (all.empty() ? "" : ", ") + names[i];
    if (names.size() > kNamed) all += " and " + std::to_string(names.size() - kNamed) + " more";
    return all;
  }
};

/// Candidates that are cheaper, cheapest first; what cannot be compared by price is set aside with a reason.
std::vector<const Candidate*> cheaper_ones(const Candidate& product, const std::vector<Candidate>& candidates,
                                           std::vector<Reason>& aside) {
  std::vector<const Candidate*> cheaper;
  NamedList unpriced;
  NamedList foreign;
  for (const Candidate& candidate : candidates) {
    if (candidate.name == product.name) continue;
    if (!candidate.price) {
      unpriced.names.push_back(candidate.name);
    } else if (candidate.price->currency() != product.price->currency()) {
      foreign.names.push_back(candidate.name + " (" + money(*candidate.price) + ")");
    } else if (candidate.price->amount() < product.price->amount()) {
      cheaper.push_back(&candidate);
    }
  }
  std::sort(cheaper.begin(), cheaper.end(), [](const Candidate* a, const Candidate* b) {
    return std::pair(a->price->amount(), std::string_view(a->name)) <
           std::pair(b->price->amount(), std::string_view(b->name));
  });
  if (!foreign.names.empty()) aside.push_back({"other-currency", "set aside for their currency: " + foreign.text()});
  if (!unpriced.names.empty()) aside.push_back({"no-price", "set aside without a price: " + unpriced.text()});
  return cheaper;
}

bool has_baseline(const Candidate& product, const Policy& policy) {
  return std::any_of(policy.metrics().begin(), policy.metrics().end(), [&](const MetricRule& rule) {
    return std::any_of(product.metrics.begin(), product.metrics.end(),
                       [&](const MetricValue& value) { return value.metric == rule.metric; });
  });
}

std::string judged_text(const Judged& judged) {
  return judged.candidate.name + " at " + money(*judged.candidate.price) + " (" + joined(judged.verdict.reasons) + ")";
}

NamedList named(const std::vector<Judged>& all) {
  NamedList list;
  for (const Judged& judged : all) list.names.push_back(judged_text(judged));
  return list;
}

bool other_form(const Judged& judged) {
  return std::any_of(judged.verdict.reasons.begin(), judged.verdict.reasons.end(),
                     [](const Reason& reason) { return reason.code == "other-form"; });
}

/// Why the comparator qualifies, and why what is cheaper does not.
std::vector<Reason> reasons_of(const SearchAnswer& answer) {
  std::vector<Reason> reasons;
  if (answer.comparator) {
    for (const Reason& reason : answer.comparator->verdict.reasons) reasons.push_back({"qualifies", reason.message});
    if (const std::string& note = answer.comparator->candidate.price_note; !note.empty())
      reasons.push_back({"converted-price", answer.comparator->candidate.name + " costs " + note});
    if (!answer.comparator->verdict.surely) {
      reasons.push_back({"not-distinguishable", answer.sure ? "the cheapest that is surely at least as good is " +
                                                                  answer.sure->candidate.name + " at " +
                                                                  money(*answer.sure->candidate.price)
                                                            : "no cheaper product is surely at least as good"});
    }
  }
  const std::vector<const Judged*> worse = runners_up(answer.worse);
  for (std::size_t i = 0; i < std::min(kNamed, worse.size()); ++i)
    reasons.push_back({"cheaper-but-worse", judged_text(*worse[i])});
  if (answer.worse.size() > kNamed) {
    reasons.push_back(
        {"cheaper-but-worse", std::to_string(answer.worse.size() - kNamed) + " more that are cheaper but worse"});
  }
  return reasons;
}

/// What follows a comparator's number in text: [CURRENCY][@DATE].
Price price_from(std::string_view text, const std::string& whole, const std::string& currency) {
  const auto refuse = [&] {
    throw Error("bad-comparator", {}, "\"" + whole + "\"",
                "NAME=AMOUNT [CURRENCY][@DATE], for example AKG K371=133 USD@2025-07-31");
  };
  std::optional<std::string> date;
  if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
    date = std::string(trimmed(text.substr(at + 1)));
    text = trimmed(text.substr(0, at));
  }
  double amount = 0.0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), amount, std::chars_format::fixed);
  if (error != std::errc()) refuse();
  const std::string_view rest = trimmed(text.substr(static_cast<std::size_t>(stop - text.data())));
  const bool letters =
      std::all_of(rest.begin(), rest.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
  if (!letters) refuse();
  return {amount, rest.empty() ? currency : std::string(rest), date};
}

}  // namespace

Comparator comparator_from(const std::string& text, const std::string& currency) {
  const std::size_t equals = text.rfind('=');
  const std::string_view name = trimmed(std::string_view(text).substr(0, equals == std::string::npos ? 0 : equals));
  if (name.empty()) {
    throw Error("bad-comparator", {}, "\"" + text + "\"",
                "NAME=AMOUNT [CURRENCY][@DATE], for example AKG K371=133 USD@2025-07-31");
  }
  return {std::string(name), price_from(trimmed(std::string_view(text).substr(equals + 1)), text, currency)};
}

Score cost_performance(const Price& price, const Comparator& comparator) {
  return ratio_score(price, comparator,
                     {{"comparator-named", "that it is equivalent or better was given, not checked"}});
}

std::vector<const Judged*> runners_up(const std::vector<Judged>& judged) {
  std::vector<const Judged*> sorted;
  for (const Judged& one : judged) sorted.push_back(&one);
  std::stable_sort(sorted.begin(), sorted.end(), [](const Judged* a, const Judged* b) {
    return std::pair(other_form(*a), a->verdict.reasons.size()) < std::pair(other_form(*b), b->verdict.reasons.size());
  });
  return sorted;
}

SearchAnswer cheapest_equivalent(const Candidate& product, const std::vector<Candidate>& candidates,
                                 const Policy& policy, const EquivalenceOptions& options) {
  if (!product.price) throw Error("no-price", {}, "no price of " + product.name, "a price to compare with");
  SearchAnswer answer;
  if (!has_baseline(product, policy)) {
    answer.kind = SearchAnswer::Kind::kNoBaseline;
    return answer;
  }
  const std::vector<const Candidate*> cheaper = cheaper_ones(product, candidates, answer.set_aside);
  answer.judged = cheaper.size();
  for (const Candidate* candidate : cheaper) {
    EquivalenceVerdict verdict = equivalence(product, *candidate, policy, options);
    if (answer.comparator) {  // only what is sure is still of interest
      if (verdict.verdict != Equivalence::kAtLeastAsGood || !verdict.surely) continue;
      answer.sure = Judged{*candidate, std::move(verdict)};
      break;
    }
    if (verdict.verdict == Equivalence::kAtLeastAsGood) {
      answer.comparator = Judged{*candidate, std::move(verdict)};
      if (answer.comparator->verdict.surely) break;
    } else {
      (verdict.verdict == Equivalence::kWorse ? answer.worse : answer.undecidable)
          .push_back({*candidate, std::move(verdict)});
    }
  }
  answer.kind = answer.comparator            ? SearchAnswer::Kind::kFound
                : answer.undecidable.empty() ? SearchAnswer::Kind::kNoCheaperEquivalent
                                             : SearchAnswer::Kind::kUndecidable;
  return answer;
}

Score cost_performance(const Candidate& product, const SearchAnswer& answer) {
  if (!product.price) throw Error("no-price", {}, "no price of " + product.name, "a price to compare with");
  if (answer.kind == SearchAnswer::Kind::kNoBaseline) {
    return single_term("no performance baseline", 0.5,
                       {{"no-performance-baseline", "nothing that the policy names is known of " + product.name}});
  }
  const NamedList undecidable = named(answer.undecidable);
  if (answer.kind == SearchAnswer::Kind::kUndecidable) {
    throw Error("undecidable-cost-performance", {}, "cheaper products that cannot be judged: " + undecidable.text(),
                "what is missing of them, or a named comparator");
  }
  std::vector<Reason> reasons = reasons_of(answer);
  if (!undecidable.names.empty()) {
    reasons.push_back({"undecidable",
                       "cheaper still, but cannot be judged, so that the score could be lower: " + undecidable.text()});
  }
  reasons.insert(reasons.end(), answer.set_aside.begin(), answer.set_aside.end());
  if (answer.comparator) {
    const Candidate& found = answer.comparator->candidate;
    return ratio_score(*product.price, {found.name, *found.price}, std::move(reasons));
  }
  reasons.insert(reasons.begin(),
                 {"no-cheaper-equivalent",
                  std::to_string(answer.judged) + " cheaper products in " + product.price->currency() +
                      " were judged and none is equivalent or better; this product at " + dated_money(*product.price)});
  return single_term("no cheaper equivalent", 1.0, std::move(reasons));
}

Score cost_performance(const Candidate& product, const std::vector<Candidate>& candidates, const Policy& policy,
                       const EquivalenceOptions& options) {
  return cost_performance(product, cheapest_equivalent(product, candidates, policy, options));
}

}  // namespace headscore
