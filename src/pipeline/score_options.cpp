// What options of scoring must hold before any product is looked at.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include "error/nearest_name.hpp"
#include "headscore/pipeline.hpp"
#include "headscore/rig.hpp"
#include "headscore/target_shaping.hpp"

namespace headscore {
namespace {

constexpr int kFewestDraws = 20;  ///< below, the ends of a 90 % interval are the draws' own ends
constexpr int kMostDraws = 100000;

struct GivenKey {
  std::string_view name;
  double least;
  double most;
  std::string_view wanted;
};

constexpr double kAny = std::numeric_limits<double>::max();
constexpr GivenKey kGivenKeys[] = {{"technology", 0.0, 1.0, "0 to 1"},
                                   {"reliability", 0.0, 1.0, "0 to 1"},
                                   {"rationality", 0.0, 1.0, "0 to 1"},
                                   {"thd_percent", std::numeric_limits<double>::min(), kAny, "a figure above zero"},
                                   {"isolation_db", -kAny, kAny, "a finite figure"},
                                   {"signal_to_noise_db", -kAny, kAny, "a finite figure"}};

void check_given(const std::map<std::string, double>& given) {
  for (const auto& [name, value] : given) {
    const auto* const key = std::find_if(std::begin(kGivenKeys), std::end(kGivenKeys),
                                         [&name = name](const GivenKey& known) { return known.name == name; });
    if (key == std::end(kGivenKeys)) {
      std::vector<std::string> names;
      for (const GivenKey& known : kGivenKeys) names.emplace_back(known.name);
      throw Error("bad-given", {}, "the given \"" + name + "\"", suggestion(name, names));
    }
    if (!(value >= key->least && value <= key->most))
      throw Error("bad-given", {}, fmt::format("{}={:g}", name, value), std::string(key->wanted));
  }
}

void check_metrics(const Policy& policy) {
  std::vector<std::string> names;
  for (const MetricInfo& known : known_metrics()) names.emplace_back(known.name);
  for (const MetricRule& rule : policy.metrics()) {
    if (std::find(names.begin(), names.end(), rule.metric) != names.end()) continue;
    throw Error("bad-policy", {}, fmt::format("the unknown metric \"{}\" in {}", rule.metric, policy.name()),
                suggestion(rule.metric, names));
  }
}

void check_rig(const std::string& rig) {
  std::vector<std::string> ids;
  for (const Rig& known : known_rigs()) ids.emplace_back(known.id);
  if (std::find(ids.begin(), ids.end(), rig) != ids.end()) return;
  const std::optional<std::string> meant = rig_from(rig);
  throw Error("unknown-rig", {}, "the rig \"" + rig + "\"", meant ? "its id " + *meant : suggestion(rig, ids));
}

void check_functions(const std::set<std::string>& functions) {
  const std::vector<std::string_view>& known = known_functions();
  for (const std::string& name : functions) {
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw Error("unknown-function", {}, "the function \"" + name + "\"",
                  suggestion(name, {known.begin(), known.end()}));
  }
}

void check_adjustment(const TargetAdjustment& adjustment) {
  if (!std::isfinite(adjustment.tilt_db_per_octave))
    throw Error("bad-tilt", {}, fmt::format("a tilt of {:g} dB/octave", adjustment.tilt_db_per_octave),
                "a finite number");
  for (const Shelf& shelf : adjustment.shelves)
    static_cast<void>(shelf_db(shelf, Eigen::ArrayXd::Constant(1, shelf.frequency_hz)));
}

void check_alignment(const Alignment& alignment) {
  const double start_hz = alignment.band.start_hz;
  const double stop_hz = alignment.band.stop_hz;
  if (alignment.method == Alignment::Method::kBandMean &&
      !(start_hz > 0.0 && start_hz < stop_hz && std::isfinite(stop_hz)))
    throw Error("bad-alignment", {}, fmt::format("{:g} to {:g} Hz", start_hz, stop_hz), "0 < start < stop");
  if (alignment.method == Alignment::Method::kSingleFrequency &&
      !(alignment.frequency_hz > 0.0 && std::isfinite(alignment.frequency_hz)))
    throw Error("bad-alignment", {}, fmt::format("{:g} Hz", alignment.frequency_hz), "a frequency above zero");
}

void check_smoothing(const Smoothing& smoothing) {
  const Curve any{(Eigen::ArrayXd(2) << 100.0, 1000.0).finished(), Eigen::ArrayXd::Zero(2)};
  static_cast<void>(smoothed(any, smoothing));
}

}  // namespace

void check(const ScoreOptions& options) {
  static_cast<void>(LogGrid::per_octave(options.points_per_octave));
  const int draws = options.bootstrap_replicates;
  if (draws != 0 && (draws < kFewestDraws || draws > kMostDraws)) {
    throw Error("bad-draws", {}, fmt::format("{} draws of the bootstrap", draws),
                fmt::format("0, or {} to {}", kFewestDraws, kMostDraws));
  }
  for (const std::string& id : options.models) static_cast<void>(scoring_model(id));
  if (options.rig) check_rig(*options.rig);
  check_metrics(options.policy);
  check_given(options.given);
  check_functions(options.product_functions);
  check_functions(options.ignored_functions);
  check_adjustment(options.adjustment);
  check_alignment(options.alignment);
  check_smoothing(options.smoothing);
}

}  // namespace headscore
