#include "headscore/policy_library.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include "error/nearest_name.hpp"
#include "headscore/error.hpp"
#include "io/embedded.hpp"

namespace headscore {
namespace {

[[noreturn]] void refuse(const std::string& path, const YAML::Mark& mark, const std::string& found,
                         const std::string& wanted) {
  const auto number = [&](int zero_based) {
    return mark.is_null() ? std::size_t{0} : static_cast<std::size_t>(zero_based) + 1;
  };
  throw Error("bad-policy", {path, number(mark.line), number(mark.column)}, found, wanted);
}

/// A node with its place in the document, and what it is called in messages.
struct Item {
  const std::string& path;
  YAML::Node node;
  std::string name;

  [[noreturn]] void refused(const std::string& found, const std::string& wanted) const {
    refuse(path, node.Mark(), found + " for \"" + name + "\"", wanted);
  }

  [[nodiscard]] std::string text() const {
    if (!node.IsScalar()) refused(node.IsNull() ? "nothing" : "a list or a mapping", "a text");
    if (node.Scalar().empty()) refused("an empty text", "a text");
    return node.Scalar();
  }

  [[nodiscard]] double number() const {
    // Tag "!" marks quotes: "1" in quotes is a text.
    if (!node.IsScalar() || node.Tag() == "!") refused("something that is not a number", "a number");
    const std::string& digits = node.Scalar();
    double value = 0.0;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (problem != std::errc() || end != digits.data() + digits.size() || !std::isfinite(value)) {
      refused("\"" + digits + "\"", "a finite number");
    }
    return value;
  }

  [[nodiscard]] double number_within(double least, double most) const {
    const double value = number();
    if (!(value >= least && value <= most))
      refused("\"" + node.Scalar() + "\"", "a number in the range of docs/policies.md");
    return value;
  }

  [[nodiscard]] std::vector<Item> items() const {
    if (!node.IsSequence()) refused("something that is not a list", "a list");
    std::vector<Item> result;
    for (std::size_t i = 0; i < node.size(); ++i)
      result.push_back({path, node[i], name + "[" + std::to_string(i) + "]"});
    return result;
  }

  [[nodiscard]] std::pair<double, double> number_pair() const {
    const std::vector<Item> pair = items();
    if (pair.size() != 2) refused(std::to_string(pair.size()) + " numbers", "two");
    return {pair[0].number(), pair[1].number()};
  }
};

/// A mapping whose keys are all known and each there once.
class Mapping {
 public:
  Mapping(const Item& item, const std::vector<std::string>& keys) : item_(item) {
    if (!item.node.IsMap()) item.refused("something that is not a mapping", "keys and values");
    for (const auto& entry : item.node) {
      if (!entry.first.IsScalar())
        refuse(item.path, entry.first.Mark(), "a key that is not a word", suggestion("", keys));
      const std::string& key = entry.first.Scalar();
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
        refuse(item.path, entry.first.Mark(), "the unknown key \"" + key + "\"", suggestion(key, keys));
      }
      if (!values_.emplace(key, entry.second).second) {
        refuse(item.path, entry.first.Mark(), "the key \"" + key + "\" a second time", "each key once");
      }
    }
  }

  [[nodiscard]] std::optional<Item> optional(const std::string& key) const {
    const auto found = values_.find(key);
    if (found == values_.end()) return std::nullopt;
    return Item{item_.path, found->second, key};
  }

  [[nodiscard]] Item required(const std::string& key) const {
    std::optional<Item> found = optional(key);
    if (!found) refuse(item_.path, item_.node.Mark(), item_.name + " without \"" + key + "\"", "that key");
    return *found;
  }

  void take(const std::string& key, double least, double most, double& into) const {
    if (const std::optional<Item> found = optional(key)) into = found->number_within(least, most);
  }

 private:
  const Item& item_;
  std::map<std::string, YAML::Node> values_;
};

constexpr double kAnyLarge = 1e9;

MetricRule::Axis axis_from(const Item& item) {
  const std::string text = item.text();
  if (text == "linear") return MetricRule::Axis::kLinear;
  if (text != "logarithmic") item.refused("\"" + text + "\"", suggestion(text, {"linear", "logarithmic"}));
  return MetricRule::Axis::kLogarithmic;
}

const MetricInfo& metric_from(const Item& item) {
  const std::string text = item.text();
  std::vector<std::string> names;
  for (const MetricInfo& info : known_metrics()) {
    if (info.name == text) return info;
    names.emplace_back(info.name);
  }
  item.refused("the unknown metric \"" + text + "\"", suggestion(text, names));
}

/// Knots run from best to problematic, strictly, and their scores do not rise on the way.
std::vector<std::pair<double, double>> knots_from(const Item& item, const MetricRule& rule) {
  std::vector<std::pair<double, double>> knots;
  const double direction = rule.best < rule.problematic ? 1.0 : -1.0;
  double last = rule.best;
  double last_score = 1.0;
  for (const Item& entry : item.items()) {
    const auto [figure, score] = entry.number_pair();
    if (!((figure - last) * direction > 0.0 && (rule.problematic - figure) * direction > 0.0)) {
      entry.refused("a knot out of order", "figures between best and problematic, in that direction");
    }
    if (!(score >= 0.0 && score <= last_score)) entry.refused("a score out of order", "scores that fall from 1 to 0");
    knots.emplace_back(figure, score);
    last = figure;
    last_score = score;
  }
  return knots;
}

void check_levels(const Mapping& mapping, const MetricInfo& info, const MetricRule& rule) {
  const Item problematic = mapping.required("problematic");
  if (rule.best == rule.problematic) problematic.refused("the same level as \"best\"", "another one");
  if ((rule.best < rule.problematic) != info.smaller_is_better) {
    problematic.refused("a level on the better side of \"best\"",
                        info.smaller_is_better ? "a larger one" : "a smaller one");
  }
  if (rule.axis == MetricRule::Axis::kLogarithmic && !(std::min(rule.best, rule.problematic) > 0.0)) {
    problematic.refused("a level of zero or less on a logarithmic axis", "levels above zero");
  }
}

void take_band(const Mapping& mapping, MetricRule& rule) {
  const std::optional<Item> start = mapping.optional("start_hz");
  const std::optional<Item> stop = mapping.optional("stop_hz");
  for (const std::optional<Item>& end : {start, stop}) {
    if (end && rule.metric != "thd") end->refused("a band of " + rule.metric, "a band of thd alone");
    if (end && !(end->number() > 0.0)) end->refused("\"" + end->node.Scalar() + "\"", "a frequency above zero");
  }
  if (start) rule.start_hz = start->number();
  if (stop) rule.stop_hz = stop->number();
  if (start && stop && !(*rule.start_hz < *rule.stop_hz)) stop->refused("a band upside down", "start_hz < stop_hz");
}

MetricRule rule_from(const Item& item) {
  const Mapping mapping(
      item, {"metric", "best", "problematic", "axis", "knots", "weight", "tolerance", "start_hz", "stop_hz", "source"});
  MetricRule rule;
  const MetricInfo& info = metric_from(mapping.required("metric"));
  rule.metric = std::string(info.name);
  rule.best = mapping.required("best").number();
  rule.problematic = mapping.required("problematic").number();
  if (const auto axis = mapping.optional("axis")) rule.axis = axis_from(*axis);
  check_levels(mapping, info, rule);
  if (const auto knots = mapping.optional("knots")) rule.knots = knots_from(*knots, rule);
  const Item weight = mapping.required("weight");
  rule.weight = weight.number_within(0.0, kAnyLarge);
  if (rule.weight == 0.0) weight.refused("0", "a weight above 0; leave the metric out otherwise");
  mapping.take("tolerance", 0.0, kAnyLarge, rule.tolerance);
  take_band(mapping, rule);
  if (const auto source = mapping.optional("source")) rule.source = source->text();
  return rule;
}

std::vector<std::pair<double, double>> region_weights_from(const Item& item) {
  std::vector<std::pair<double, double>> result;
  double last_hz = 0.0;
  double sum = 0.0;
  for (const Item& entry : item.items()) {
    const auto [hz, weight] = entry.number_pair();
    if (!(hz > last_hz))
      entry.refused("a frequency that is not above the one before", "ascending frequencies above zero");
    if (!(weight >= 0.0)) entry.refused("a negative weight", "0 or more");
    result.emplace_back(hz, weight);
    last_hz = hz;
    sum += weight;
  }
  if (result.size() < 2 || !(sum > 0.0))
    item.refused("no band that counts", "at least two [Hz, weight], one weight above 0");
  return result;
}

std::vector<MetricRule> metrics_from(const Item& item) {
  std::vector<MetricRule> rules;
  for (const Item& entry : item.items()) {
    MetricRule rule = rule_from(entry);
    for (const MetricRule& other : rules) {
      if (other.metric == rule.metric)
        entry.refused("the metric " + rule.metric + " a second time", "each metric once");
    }
    rules.push_back(std::move(rule));
  }
  if (rules.empty()) item.refused("no metric", "at least one");
  return rules;
}

Policy policy_from(const Item& item) {
  const Mapping mapping(item, {"id", "version", "title", "smoothing_octaves", "region_weights", "unable_to_evaluate",
                               "least_coverage", "metrics"});
  Policy::Fields policy;
  policy.id = mapping.required("id").text();
  policy.version = mapping.required("version").text();
  policy.title = mapping.required("title").text();
  // Smoothing is defined for windows of 1/48 octave to one octave.
  mapping.take("smoothing_octaves", 1.0 / 48.0, 1.0, policy.smoothing_octaves);
  mapping.take("unable_to_evaluate", 0.0, 1.0, policy.unable_to_evaluate);
  mapping.take("least_coverage", 0.0, 1.0, policy.least_coverage);
  policy.region_weights = region_weights_from(mapping.required("region_weights"));
  policy.metrics = metrics_from(mapping.required("metrics"));
  return Policy(std::move(policy));
}

constexpr std::string_view kDefaultId = "audioreview-2026";

std::string stem_of(const EmbeddedFile& file) { return std::filesystem::path(file.name).stem().string(); }

Policy embedded_policy(std::string_view id) {
  for (const EmbeddedFile& file : embedded_policies()) {
    if (stem_of(file) == id) return parsed_policy(file.text, "data/policies/" + std::string(file.name));
  }
  throw Error("unknown-policy", {}, "the policy \"" + std::string(id) + "\"", suggestion(id, bundled_policy_ids()));
}

}  // namespace

Policy parsed_policy(std::string_view yaml, const std::string& path) {
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(std::string(yaml));
    if (documents.size() != 1 || documents.front().IsNull()) {
      throw Error("bad-policy", {path}, std::to_string(documents.size()) + " YAML documents, or an empty one",
                  "one policy");
    }
    return policy_from({path, documents.front(), "a policy"});
  } catch (const YAML::Exception& problem) {
    refuse(path, problem.mark, "text that is not YAML: " + problem.msg, "a policy as in docs/policies.md");
  }
}

Policy read_policy(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) throw Error("missing-file", {path.string()}, "no such file", "a policy");
  if (!std::filesystem::is_regular_file(path, ignored)) {
    throw Error("not-a-file", {path.string()}, "a folder or a device", "a policy");
  }
  std::ifstream stream(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream) throw Error("unreadable", {path.string()}, "a file that cannot be read", "a policy");
  return parsed_policy(text, path.string());
}

std::vector<std::string> bundled_policy_ids() {
  std::vector<std::string> ids;
  for (const EmbeddedFile& file : embedded_policies()) ids.push_back(stem_of(file));
  std::sort(ids.begin(), ids.end());
  return ids;
}

Policy default_policy() {
  static const Policy kDefault = embedded_policy(kDefaultId);
  return kDefault;
}

Policy bundled_policy(std::string_view id) { return id == kDefaultId ? default_policy() : embedded_policy(id); }

}  // namespace headscore
