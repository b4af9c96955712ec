#include "headscore/claimed_score.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "headscore/error.hpp"
#include "headscore/interpolation.hpp"
#include "headscore/scoring_model.hpp"
#include "headscore/target_library.hpp"
#include "verification/deviating_conventions.hpp"

namespace headscore {
namespace {

struct ChannelCurve {
  std::string name;
  Curve curve;
};

/// The mean of the channels, and each channel alone where there are two: some tools score the left one only.
std::vector<ChannelCurve> channels_of(const Product& product) {
  std::vector<Curve> left;
  std::vector<Curve> right;
  std::vector<Curve> other;
  for (const Measurement& measurement : product.measurements) {
    if (!measurement.response()) continue;
    const Channel channel = measurement.identity().channel;
    (channel == Channel::kLeft ? left : channel == Channel::kRight ? right : other).push_back(*measurement.response());
  }
  std::vector<Curve> means;
  for (const std::vector<Curve>* seats : {&left, &right, &other}) {
    if (!seats->empty()) means.push_back(mean_curve(*seats));
  }
  std::vector<ChannelCurve> channels;
  if (means.empty()) return channels;
  channels.push_back({"mean", means.size() == 1 ? means.front() : mean_curve(means)});
  if (!left.empty() && !right.empty()) {
    channels.push_back({"left", mean_curve(left)});
    channels.push_back({"right", mean_curve(right)});
  }
  return channels;
}

bool fits(const std::optional<FormFactor>& form, const std::optional<FormFactor>& wanted) {
  return !form || !wanted || *form == *wanted;
}

class Search {
 public:
  Search(const Product& product, const ClaimedScoreOptions& options)
      : options_(options), form_(options.form ? options.form : product.form), channels_(channels_of(product)) {
    targets_ = options.targets;
    if (!targets_.empty()) return;
    const bool compensated = std::any_of(product.measurements.begin(), product.measurements.end(),
                                         [](const Measurement& m) { return m.fields().compensated; });
    for (const Target& target : bundled_targets()) {
      if (target.fields().raw != compensated && fits(target.fields().form, form_)) targets_.push_back(target);
    }
  }

  [[nodiscard]] std::vector<Recomputation> run() {
    for (const ScoringModel& model : scoring_models()) {
      if (model.unit != "points" || !fits(model.form, form_)) continue;
      each(
          model.form,
          [&](const Curve& response, const Curve& target) {
            const LogGrid grid = model.grid();
            const Curve on_grid = interpolated(response, grid, model.extrapolation);
            const Curve wanted = interpolated(target, on_grid.frequency_hz(), model.extrapolation);
            return value_of(model, difference(inside(on_grid, wanted), wanted));
          },
          std::string(model.id), std::string(model.title), "");
    }
    for (const DeviatingConvention& convention : deviating_conventions()) {
      if (!fits(convention.form, form_)) continue;
      each(convention.form, convention.value, std::string(convention.id), std::string(convention.title),
           std::string(convention.fault));
    }
    std::stable_sort(found_.begin(), found_.end(), [](const Recomputation& a, const Recomputation& b) {
      if (a.value.has_value() != b.value.has_value()) return a.value.has_value();
      if (a.reproduces != b.reproduces) return a.reproduces;
      if (a.coincidence != b.coincidence) return a.coincidence;
      if (a.reproduces && a.fault.empty() != b.fault.empty()) return a.fault.empty();
      return std::abs(a.difference) < std::abs(b.difference);
    });
    return std::move(found_);
  }

 private:
  /// The rows of `curve` that `other`, which is a run of them, has too.
  static Curve inside(const Curve& curve, const Curve& other) {
    return other.size() == curve.size() ? curve : restricted(curve, other.band()).value_or(curve);
  }

  /// What speaks against this way; empty when nothing does.
  [[nodiscard]] std::string against(const std::optional<FormFactor>& form, const Target& target,
                                    const std::string& channel) const {
    if (form && !form_) return "the product's form is not known";
    if (channel != "mean") return "one channel of two";
    if (!options_.targets.empty()) return "";
    // The published models were fitted to Harman's targets, and their users take them over.
    if (target.name().starts_with("harman-") && target.fields().form == form) return "";
    return target.fields().raw ? "no target of this convention" : "";
  }

  template <typename Value>
  void each(const std::optional<FormFactor>& form, Value value, const std::string& id, const std::string& title,
            const std::string& fault) {
    for (const Target& target : targets_) {
      if (!fits(target.fields().form, form)) continue;
      for (const ChannelCurve& channel : channels_) {
        Recomputation result;
        result.convention = id;
        result.title = title;
        result.fault = fault;
        result.target = target.name();
        result.channel = channel.name;
        result.implausible = against(form, target, channel.name);
        try {
          result.value = value(channel.curve, target.curve());
          result.difference = *result.value - options_.claimed;
          const bool hit = std::abs(result.difference) <= 0.5 / std::pow(10.0, options_.decimals) + 1e-9;
          result.reproduces = hit && result.implausible.empty();
          result.coincidence = hit && !result.implausible.empty();
        } catch (const Error& error) {
          result.refusal = error.what();
        }
        found_.push_back(std::move(result));
      }
    }
  }

  const ClaimedScoreOptions& options_;
  std::optional<FormFactor> form_;
  std::vector<ChannelCurve> channels_;
  std::vector<Target> targets_;
  std::vector<Recomputation> found_;
};

}  // namespace

std::vector<Recomputation> recomputations(const Product& product, const ClaimedScoreOptions& options) {
  return Search(product, options).run();
}

}  // namespace headscore
