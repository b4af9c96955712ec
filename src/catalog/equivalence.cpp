#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "catalog/metric_ends.hpp"
#include "headscore/catalog.hpp"

namespace headscore {
namespace {

std::string figure(const MetricValue& value) {
  std::array<char, 120> text{};
  if (value.interval) {
    std::snprintf(text.data(), text.size(), "%s%.4g (%.4g..%.4g)", value.upper_bound ? "no worse than " : "",
                  value.value, value.interval->low, value.interval->high);
  } else {
    std::snprintf(text.data(), text.size(), "%s%.4g", value.upper_bound ? "no worse than " : "", value.value);
  }
  return text.data();
}

const MetricValue* metric_of(const Candidate& candidate, const std::string& metric) {
  const auto found = std::find_if(candidate.metrics.begin(), candidate.metrics.end(), [&](const MetricValue& value) {
    return value.metric == metric && std::isfinite(value.value);
  });
  return found == candidate.metrics.end() ? nullptr : &*found;
}

/// Collects what failed, what is missing and what qualifies.
struct Findings {
  std::vector<Reason> failed;
  std::vector<Reason> missing;
  std::vector<Reason> passed;
  std::vector<MetricComparison> metrics;
};

void compare_form(const Candidate& product, const Candidate& candidate, Findings& findings) {
  if (!product.form || !candidate.form) {
    findings.missing.push_back(
        {"form-unknown", "the form of " + (product.form ? candidate.name : product.name) + " is not known"});
  } else if (*product.form != *candidate.form) {
    findings.failed.push_back({"other-form", std::string(to_string(*candidate.form)) + " instead of " +
                                                 std::string(to_string(*product.form))});
  }
}

void compare_functions(const Candidate& product, const Candidate& candidate, const std::set<std::string>& ignored,
                       Findings& findings) {
  for (const std::string& function : product.functions) {
    if (candidate.functions.contains(function) || ignored.contains(function)) continue;
    findings.failed.push_back({"function-missing", "without " + function});
  }
}

Degree degree_of(const MetricRule& rule, const MetricValue& wanted, const MetricValue& offered) {
  const MetricEnds want = ends_of(rule, wanted);
  const MetricEnds offer = ends_of(rule, offered);
  if (offer.worst - want.best <= rule.tolerance) return Degree::kSurely;
  if ((offered.upper_bound ? offer.worst : offer.best) - want.worst <= rule.tolerance)
    return Degree::kIndistinguishable;
  return offered.upper_bound ? Degree::kUndecidable : Degree::kNot;
}

/// A bound says "no worse than": of the product it can be met for certain or missed for certain; a candidate's bound
/// that is not good enough leaves open how good the candidate is.
void compare_metric(const MetricRule& rule, const MetricValue& wanted, const MetricValue& offered, bool only_surely,
                    Findings& findings) {
  const Degree degree = degree_of(rule, wanted, offered);
  std::string figures = rule.metric + " " + figure(offered) + " against " + figure(wanted);
  if (wanted.interval || offered.interval) figures += ": " + std::string(to_string(degree));
  findings.metrics.push_back({rule.metric, degree, figures});
  if (degree == Degree::kNot) {
    findings.failed.push_back({"metric-worse", figures});
  } else if (degree == Degree::kUndecidable) {
    findings.missing.push_back({"metric-bound-undecided", figures});
  } else if (degree == Degree::kIndistinguishable && only_surely) {
    findings.missing.push_back({"metric-not-distinguishable", figures});
  } else {
    findings.passed.push_back({"metric-at-least-as-good", figures});
  }
}

void missing_metric(const std::string& metric, const Candidate& product, bool of_candidate, const Candidate& candidate,
                    MissingMetrics policy, Findings& findings) {
  const std::string message = "no " + metric + " is known of " + (of_candidate ? candidate.name : product.name);
  findings.metrics.push_back({metric, Degree::kUndecidable, message});
  if (policy == MissingMetrics::kUndecidable) {
    findings.missing.push_back({"metric-missing", message});
  } else if (policy == MissingMetrics::kWorse && of_candidate) {
    findings.failed.push_back({"metric-missing", message});
  }
}

void compare_metrics(const Candidate& product, const Candidate& candidate, const Policy& policy,
                     const EquivalenceOptions& options, Findings& findings) {
  bool any = false;
  bool both = false;
  for (const MetricRule& rule : policy.metrics()) {
    const MetricValue* wanted = metric_of(product, rule.metric);
    const MetricValue* offered = metric_of(candidate, rule.metric);
    any = any || wanted != nullptr;
    if (wanted == nullptr && offered == nullptr) continue;
    if (wanted == nullptr || offered == nullptr) {
      missing_metric(rule.metric, product, offered == nullptr, candidate, options.missing, findings);
      continue;
    }
    both = true;
    compare_metric(rule, *wanted, *offered, options.only_surely, findings);
  }
  if (!any) {
    findings.missing.push_back(
        {"no-performance-baseline", "nothing that the policy names is known of " + product.name});
  } else if (!both && options.missing == MissingMetrics::kIgnored) {
    findings.missing.push_back({"metric-missing", "no metric is known of both"});
  }
}

}  // namespace

std::string_view to_string(Degree degree) {
  static constexpr std::array<std::string_view, 4> kTexts = {"surely", "not distinguishable from", "not",
                                                             "undecidable"};
  return kTexts[static_cast<std::size_t>(degree)];
}

MetricEnds ends_of(const MetricRule& rule, const MetricValue& figure) {
  const bool smaller_is_better = rule.best <= rule.problematic;
  const double low = figure.interval ? figure.interval->low : figure.value;
  const double high = figure.interval ? figure.interval->high : figure.value;
  return smaller_is_better ? MetricEnds{low, high} : MetricEnds{-high, -low};
}

EquivalenceVerdict equivalence(const Candidate& product, const Candidate& candidate, const Policy& policy,
                               const EquivalenceOptions& options) {
  Findings findings;
  compare_form(product, candidate, findings);
  compare_functions(product, candidate, options.ignored_functions, findings);
  compare_metrics(product, candidate, policy, options, findings);
  EquivalenceVerdict verdict;
  verdict.metrics = std::move(findings.metrics);
  if (!findings.failed.empty()) {
    verdict.verdict = Equivalence::kWorse;
    verdict.reasons = std::move(findings.failed);
  } else if (!findings.missing.empty()) {
    verdict.reasons = std::move(findings.missing);
  } else {
    verdict.verdict = Equivalence::kAtLeastAsGood;
    verdict.reasons = std::move(findings.passed);
    verdict.surely = std::none_of(verdict.metrics.begin(), verdict.metrics.end(),
                                  [](const MetricComparison& one) { return one.degree == Degree::kIndistinguishable; });
  }
  return verdict;
}

}  // namespace headscore
