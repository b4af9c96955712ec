#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "headscore/catalog.hpp"

namespace headscore {
namespace {

std::string figure(const MetricValue& value) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%s%.4g", value.upper_bound ? "no worse than " : "", value.value);
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
    if (candidate.functions.count(function) != 0 || ignored.count(function) != 0) continue;
    findings.failed.push_back({"function-missing", "without " + function});
  }
}

/// The rule's own direction says what is better. A bound says "no worse than": of the product it can be met for certain
/// or missed for certain; a candidate's bound that is not good enough leaves open how good the candidate is.
void compare_metric(const MetricRule& rule, const MetricValue& wanted, const MetricValue& offered, Findings& findings) {
  const double sign = rule.best <= rule.problematic ? 1.0 : -1.0;
  const bool qualifies = sign * (offered.value - wanted.value) <= rule.tolerance;
  const std::string figures = rule.metric + " " + figure(offered) + " against " + figure(wanted);
  if (qualifies) {
    findings.passed.push_back({"metric-at-least-as-good", figures});
  } else if (offered.upper_bound) {
    findings.missing.push_back({"metric-bound-undecided", figures});
  } else {
    findings.failed.push_back({"metric-worse", figures});
  }
}

void compare_metrics(const Candidate& product, const Candidate& candidate, const Policy& policy, Findings& findings) {
  bool any = false;
  for (const MetricRule& rule : policy.metrics) {
    const MetricValue* wanted = metric_of(product, rule.metric);
    if (wanted == nullptr) continue;
    any = true;
    const MetricValue* offered = metric_of(candidate, rule.metric);
    if (offered == nullptr) {
      findings.missing.push_back({"metric-missing", "no " + rule.metric + " is known of " + candidate.name});
    } else {
      compare_metric(rule, *wanted, *offered, findings);
    }
  }
  if (!any)
    findings.missing.push_back(
        {"no-performance-baseline", "nothing that the policy names is known of " + product.name});
}

}  // namespace

EquivalenceVerdict equivalence(const Candidate& product, const Candidate& candidate, const Policy& policy,
                               const std::set<std::string>& ignored_functions) {
  Findings findings;
  compare_form(product, candidate, findings);
  compare_functions(product, candidate, ignored_functions, findings);
  compare_metrics(product, candidate, policy, findings);
  if (!findings.failed.empty()) return {Equivalence::kWorse, std::move(findings.failed)};
  if (!findings.missing.empty()) return {Equivalence::kUndecidable, std::move(findings.missing)};
  return {Equivalence::kAtLeastAsGood, std::move(findings.passed)};
}

}  // namespace headscore
