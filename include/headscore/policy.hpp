// Policy: how measured figures become a scientific validity between 0 and 1.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "headscore/score.hpp"

namespace headscore {

/// One metric's way to 0..1. Beyond `best` the score is 1, beyond `problematic` 0, between them linear on the axis
/// through the optional knots (figure, score).
struct MetricRule {
  enum class Axis { kLinear, kLogarithmic };
  std::string metric;  ///< one of known_metrics() to be measured by scored()
  double best = 0.0;
  double problematic = 0.0;
  Axis axis = Axis::kLinear;
  std::vector<std::pair<double, double>> knots;  ///< between best and problematic
  double weight = 1.0;                           ///< > 0; weights are normalised over the metrics that were measured
  double tolerance = 0.0;                        ///< "at least as good": may be worse by this much (cost-performance)
  std::optional<double> start_hz;                ///< band of thd
  std::optional<double> stop_hz;
  std::string source;  ///< where the levels come from
};

/// A policy as its file states it, checked: no score can leave 0..1 by it.
class Policy {
 public:
  struct Fields {
    std::string id;
    std::string version;
    std::string title;
    double smoothing_octaves = 1.0 / 3.0;  ///< of the error curve before the response deviation; 1/48 to 1
    /// (Hz, weight), at least two, ascending; linear over log frequency between. Every octave counts alike by default.
    std::vector<std::pair<double, double>> region_weights = {{20.0, 1.0}, {20000.0, 1.0}};
    double unable_to_evaluate = 0.5;  ///< without usable data; 0 to 1
    double least_coverage = 0.9;      ///< share of the region weights that must be covered; 0 to 1
    std::vector<MetricRule> metrics;  ///< at least one, each metric once
  };

  /// Throws Error("bad-policy"), which names the field.
  explicit Policy(Fields fields);

  [[nodiscard]] const Fields& fields() const noexcept { return fields_; }
  [[nodiscard]] const std::vector<MetricRule>& metrics() const noexcept { return fields_.metrics; }
  [[nodiscard]] std::string name() const { return fields_.id + " " + fields_.version; }  ///< "audioreview-2026 1"

 private:
  Fields fields_;
};

/// A measured figure of a metric.
struct MetricValue {
  std::string metric;
  double value = 0.0;
  bool upper_bound = false;                         ///< "at most": evidence that it is no worse, not that it is equal
  std::string note;                                 ///< level, band, source
  std::optional<Interval> interval = std::nullopt;  ///< that holds the true figure; low <= value <= high
};

struct MetricInfo {
  std::string_view name;
  std::string_view unit;
  bool smaller_is_better;
};

/// "response_deviation" dB, "thd" %, "channel_balance" (ratio to the mask of ITU-R BS.708), "isolation" dB,
/// "signal_to_noise" dB.
[[nodiscard]] const std::vector<MetricInfo>& known_metrics();

/// Score of one figure under a rule: 0..1.
[[nodiscard]] double metric_score(const MetricRule& rule, double value);

/// Scientific validity: one term a metric (weight / sum of weights * score), or the single term "unable to evaluate"
/// when `values` has no metric that the policy names. Published in steps of 0.1. `manufacturer_data` moves the score
/// 0.1 towards 0.5.
[[nodiscard]] Score scientific_validity(const Policy& policy, const std::vector<MetricValue>& values,
                                        bool manufacturer_data = false);

/// Its value alone, to the last bit, with the figure of `metric` among `values` replaced by each drawn one: for
/// intervals, which ask for it hundreds of times. As many as `drawn`.
[[nodiscard]] std::vector<double> scientific_validity_values(const Policy& policy,
                                                             const std::vector<MetricValue>& values,
                                                             const std::string& metric, std::span<const double> drawn,
                                                             bool manufacturer_data = false);

}  // namespace headscore
