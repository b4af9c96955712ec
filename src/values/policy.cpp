#include "headscore/policy.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <utility>

#include "error/short_number.hpp"
#include "headscore/error.hpp"

namespace headscore {
namespace {

/// The review site's stated rule: figures of the manufacturer alone move the score by this much towards "cannot tell".
constexpr double kManufacturerShift = 0.1;
constexpr double kUndecided = 0.5;

double on_axis(MetricRule::Axis axis, double figure) {
  return axis == MetricRule::Axis::kLogarithmic ? std::log(figure) : figure;
}

double between(const MetricRule& rule, std::pair<double, double> better, std::pair<double, double> worse,
               double value) {
  const double start = on_axis(rule.axis, better.first);
  const double share = (on_axis(rule.axis, value) - start) / (on_axis(rule.axis, worse.first) - start);
  return better.second + (worse.second - better.second) * share;
}

const MetricInfo* info_of(std::string_view metric) {
  for (const MetricInfo& info : known_metrics()) {
    if (info.name == metric) return &info;
  }
  return nullptr;
}

/// The one figure of a metric; nullptr when it was not measured.
const MetricValue* figure_of(const std::vector<MetricValue>& values, const std::string& metric) {
  const MetricValue* found = nullptr;
  for (const MetricValue& value : values) {
    if (value.metric != metric) continue;
    if (found != nullptr) throw Error("bad-metric-value", {}, "two figures of " + metric, "one");
    found = &value;
  }
  if (found != nullptr && !std::isfinite(found->value)) {
    throw Error("bad-metric-value", {}, "a figure of " + metric + " that is not finite", "a finite one");
  }
  return found;
}

Term metric_term(const MetricRule& rule, const MetricValue& figure, double weight_sum) {
  const double score = metric_score(rule, figure.value);
  const double share = rule.weight / weight_sum;
  char text[64];
  std::snprintf(text, sizeof text, "scores %.2f, counts %.0f %%", score, 100.0 * share);
  std::string note = text;
  if (figure.upper_bound) note += "; \"at most\" counts as its bound";
  if (!figure.note.empty()) note += "; " + figure.note;
  const MetricInfo* info = info_of(rule.metric);
  return {rule.metric, share * score, figure.value, std::string(info == nullptr ? "" : info->unit), std::nullopt, note};
}

std::vector<Term> metric_terms(const Policy& policy, const std::vector<MetricValue>& values,
                               std::string& not_measured) {
  double weight_sum = 0.0;
  for (const MetricRule& rule : policy.metrics()) {
    if (figure_of(values, rule.metric) != nullptr) {
      weight_sum += rule.weight;
    } else {
      not_measured += (not_measured.empty() ? "" : ", ") + rule.metric;
    }
  }
  std::vector<Term> terms;
  for (const MetricRule& rule : policy.metrics()) {
    const MetricValue* figure = figure_of(values, rule.metric);
    if (figure != nullptr) terms.push_back(metric_term(rule, *figure, weight_sum));
  }
  return terms;
}

double manufacturer_shift(double sum) { return std::clamp(kUndecided - sum, -kManufacturerShift, kManufacturerShift); }

Term manufacturer_term(const std::vector<Term>& terms) {
  double sum = 0.0;
  for (const Term& term : terms) sum += term.value;
  return {"manufacturer data", manufacturer_shift(sum),
          std::nullopt,        "",
          std::nullopt,        "figures of the manufacturer alone: 0.1 towards 0.5"};
}

[[noreturn]] void refuse(const std::string& found, const std::string& wanted) {
  throw Error("bad-policy", {}, found, wanted);
}

void check_range(const std::string& name, double value, double least, double most) {
  if (!(value >= least && value <= most))
    refuse(name + " " + short_number(value), short_number(least) + " to " + short_number(most));
}

void check_region_weights(const std::vector<std::pair<double, double>>& weights) {
  double last_hz = 0.0;
  double sum = 0.0;
  for (const auto& [hz, weight] : weights) {
    if (!(hz > last_hz && std::isfinite(hz) && weight >= 0.0 && std::isfinite(weight)))
      refuse("region_weights with " + short_number(hz) + " Hz, " + short_number(weight),
             "rising frequencies above zero, weights of zero or more");
    last_hz = hz;
    sum += weight;
  }
  if (weights.size() < 2 || !(sum > 0.0)) refuse("region_weights without a band that counts", "a weight above zero");
}

/// Knots run from best to problematic, strictly, and their scores do not rise on the way.
void check_knots(const MetricRule& rule) {
  const double direction = rule.best < rule.problematic ? 1.0 : -1.0;
  std::pair<double, double> last{rule.best, 1.0};
  for (const std::pair<double, double>& knot : rule.knots) {
    const bool on_its_way =
        (knot.first - last.first) * direction > 0.0 && (rule.problematic - knot.first) * direction > 0.0;
    if (!on_its_way || !(knot.second >= 0.0 && knot.second <= last.second))
      refuse("a knot of " + rule.metric + " out of order", "figures from best to problematic, scores that do not rise");
    last = knot;
  }
}

void check_rule(const MetricRule& rule) {
  const MetricInfo* const info = info_of(rule.metric);
  if (rule.metric.empty()) refuse("a rule without a metric", "its name");
  const bool upside_down = info != nullptr && (rule.best < rule.problematic) != info->smaller_is_better;
  if (!std::isfinite(rule.best) || !std::isfinite(rule.problematic) || rule.best == rule.problematic || upside_down) {
    refuse(rule.metric + " from best " + short_number(rule.best) + " to problematic " + short_number(rule.problematic),
           "two finite levels, the better one as best");
  }
  if (rule.axis == MetricRule::Axis::kLogarithmic && !(std::min(rule.best, rule.problematic) > 0.0))
    refuse(rule.metric + " with a level of zero or less on a logarithmic axis", "levels above zero");
  check_knots(rule);
  if (!(rule.weight > 0.0 && std::isfinite(rule.weight)))
    refuse(rule.metric + " with the weight " + short_number(rule.weight), "a weight above 0");
  if (!(rule.tolerance >= 0.0 && std::isfinite(rule.tolerance)))
    refuse(rule.metric + " with the tolerance " + short_number(rule.tolerance), "0 or more");
  const double start_hz = rule.start_hz.value_or(std::numeric_limits<double>::min());
  if (!(start_hz > 0.0 && start_hz < rule.stop_hz.value_or(std::numeric_limits<double>::max())))
    refuse(rule.metric + " with a band upside down or below zero", "0 < start_hz < stop_hz");
}

}  // namespace

Policy::Policy(Fields fields) : fields_(std::move(fields)) {
  if (fields_.id.empty() || fields_.version.empty()) refuse("no id or no version", "both");
  // Smoothing is defined for windows of 1/48 octave to one octave.
  check_range("smoothing_octaves", fields_.smoothing_octaves, 1.0 / 48.0, 1.0);
  check_range("unable_to_evaluate", fields_.unable_to_evaluate, 0.0, 1.0);
  check_range("least_coverage", fields_.least_coverage, 0.0, 1.0);
  check_region_weights(fields_.region_weights);
  if (fields_.metrics.empty()) refuse("no metric", "at least one");
  for (auto rule = fields_.metrics.begin(); rule != fields_.metrics.end(); ++rule) {
    check_rule(*rule);
    if (std::any_of(fields_.metrics.begin(), rule,
                    [&](const MetricRule& other) { return other.metric == rule->metric; }))
      refuse("the metric " + rule->metric + " a second time", "each metric once");
  }
}

const std::vector<MetricInfo>& known_metrics() {
  static const std::vector<MetricInfo> all = {
      {"response_deviation", "dB", true},  {"thd", "%", true},
      {"channel_balance", "x mask", true}, {"isolation", "dB", false},
      {"signal_to_noise", "dB", false},
  };
  return all;
}

double metric_score(const MetricRule& rule, double value) {
  const bool smaller_is_better = rule.best < rule.problematic;
  const auto at_least_as_good = [&](double a, double b) { return smaller_is_better ? a <= b : a >= b; };
  if (at_least_as_good(value, rule.best)) return 1.0;
  if (at_least_as_good(rule.problematic, value)) return 0.0;
  std::pair<double, double> better{rule.best, 1.0};
  for (const std::pair<double, double>& knot : rule.knots) {
    if (at_least_as_good(value, knot.first)) return between(rule, better, knot, value);
    better = knot;
  }
  return between(rule, better, {rule.problematic, 0.0}, value);
}

Score scientific_validity(const Policy& policy, const std::vector<MetricValue>& values, bool manufacturer_data) {
  Score::Fields fields;
  fields.model = "scientific-validity";
  fields.version = policy.name();
  std::string not_measured;
  fields.terms = metric_terms(policy, values, not_measured);
  if (fields.terms.empty()) {
    fields.terms.push_back({"unable to evaluate", policy.fields().unable_to_evaluate, std::nullopt, "", std::nullopt,
                            "no figure that the policy names"});
    fields.reasons.push_back({"unable-to-evaluate", "There is no figure that the policy names: " + not_measured + "."});
  } else {
    if (!not_measured.empty()) {
      fields.reasons.push_back(
          {"not-measured", "Weights are normalised without what was not measured: " + not_measured + "."});
    }
    if (manufacturer_data) fields.terms.push_back(manufacturer_term(fields.terms));
  }
  double sum = 0.0;
  for (const Term& term : fields.terms) sum += term.value;
  fields.published = rounded_to_tenth(sum);
  return Score(std::move(fields));
}

std::vector<double> scientific_validity_values(const Policy& policy, const std::vector<MetricValue>& values,
                                               const std::string& metric, std::span<const double> drawn,
                                               bool manufacturer_data) {
  double weight_sum = 0.0;
  for (const MetricRule& rule : policy.metrics()) {
    if (figure_of(values, rule.metric) != nullptr) weight_sum += rule.weight;
  }
  std::vector<double> result(drawn.size(), weight_sum > 0.0 ? 0.0 : policy.fields().unable_to_evaluate);
  if (!(weight_sum > 0.0)) return result;
  for (const MetricRule& rule : policy.metrics()) {
    const MetricValue* figure = figure_of(values, rule.metric);
    if (figure == nullptr) continue;
    const double share = rule.weight / weight_sum;
    const double fixed = share * metric_score(rule, figure->value);
    for (std::size_t i = 0; i < drawn.size(); ++i)
      result[i] += rule.metric == metric ? share * metric_score(rule, drawn[i]) : fixed;
  }
  for (double& sum : result) sum += manufacturer_data ? manufacturer_shift(sum) : 0.0;
  return result;
}

}  // namespace headscore
