#include "batch/options_identity.hpp"

#include <Eigen/Core>
#include <concepts>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include "headscore/signal_sidecar.hpp"
#include "io/file_bytes.hpp"

namespace headscore {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 30U;

/// Takes values apart down to numbers and texts. Structures are taken apart by structured bindings: a new member does
/// not compile until it stands here.
class Identity128 {
 public:
  explicit Identity128(ContentHash& hash) : hash_(hash) {}

  template <class... Values>
  void add(const Values&... values) {
    (put(values), ...);
  }

 private:
  void bytes(const void* data, std::size_t size) { hash_.add({static_cast<const char*>(data), size}); }

  void put(std::string_view text) { hash_.add_field(text); }
  void put(const std::string& text) { hash_.add_field(text); }

  template <class Number>
    requires std::is_arithmetic_v<Number> || std::is_enum_v<Number>
  void put(Number value) {
    bytes(&value, sizeof value);
  }

  void put(const Eigen::ArrayXd& values) {
    put(values.size());
    bytes(values.data(), static_cast<std::size_t>(values.size()) * sizeof(double));
  }

  template <class Value>
  void put(const std::optional<Value>& value) {
    put(value.has_value());
    if (value) put(*value);
  }

  template <class First, class Second>
  void put(const std::pair<First, Second>& pair) {
    add(pair.first, pair.second);
  }

  template <class Container>
    requires requires(const Container& values) {
      values.begin();
      values.size();
      typename Container::allocator_type;
    } && (!std::same_as<Container, std::string>)
  void put(const Container& values) {
    put(values.size());
    for (const auto& value : values) put(value);
  }

  void put(const Band& band) {
    const auto& [start_hz, stop_hz] = band;
    add(start_hz, stop_hz);
  }
  void put(const Curve& curve) { add(curve.frequency_hz(), curve.magnitude_db()); }
  void put(const Target& target) {
    const auto& [name, form, rig, year, source, raw, curve] = target.fields();
    add(name, form, rig, year, source, raw, curve);
  }
  void put(const Shelf& shelf) {
    const auto& [side, frequency_hz, gain_db, q] = shelf;
    add(side, frequency_hz, gain_db, q);
  }
  void put(const TargetAdjustment& adjustment) {
    const auto& [tilt_db_per_octave, shelves] = adjustment;
    add(tilt_db_per_octave, shelves);
  }
  void put(const MetricRule& rule) {
    const auto& [metric, best, problematic, axis, knots, weight, tolerance, start_hz, stop_hz, source] = rule;
    add(metric, best, problematic, axis, knots, weight, tolerance, start_hz, stop_hz, source);
  }
  void put(const Policy& policy) {
    const auto& [id, version, title, smoothing_octaves, region_weights, unable_to_evaluate, least_coverage, metrics] =
        policy.fields();
    add(id, version, title, smoothing_octaves, region_weights, unable_to_evaluate, least_coverage, metrics);
  }
  void put(const Alignment& alignment) {
    const auto& [method, band, frequency_hz] = alignment;
    add(method, band, frequency_hz);
  }
  void put(const Smoothing& smoothing) {
    const auto& [kind, width_octaves, domain] = smoothing;
    add(kind, width_octaves, domain);
  }
  void put(const Price& price) { add(price.amount(), price.currency(), price.date()); }
  void put(const Comparator& comparator) {
    const auto& [name, price] = comparator;
    add(name, price);
  }
  void put(const Interval& interval) {
    const auto& [low, high, coverage, basis] = interval;
    add(low, high, coverage, basis);
  }
  void put(const MetricValue& value) {
    const auto& [metric, figure, upper_bound, note, interval] = value;
    add(metric, figure, upper_bound, note, interval);
  }
  void put(const Candidate& candidate) {
    const auto& [name, form, price, functions, metrics, price_note] = candidate;
    add(name, form, price, functions, metrics, price_note);
  }
  void put(const ImpulseWindow& window) {
    const auto& [kind, before_s, behind_s, cycles] = window;
    add(kind, before_s, behind_s, cycles);
  }
  void put(const SweepAnalysisOptions& options) {
    const auto& [window, points, distortion_points, highest_harmonic, microphone_stop_hz, full_scale_spl_db,
                 drift_ppm] = options;
    add(window, points, distortion_points, highest_harmonic, microphone_stop_hz, full_scale_spl_db, drift_ppm);
  }

  ContentHash& hash_;
};

}  // namespace

void add_options(ContentHash& hash, const ScoreOptions& options) {
  const auto& [form, rig, target, adjustment, models, policy, alignment, points_per_octave, smoothing, compensated,
               price, comparators, catalog, product_functions, ignored_functions, given, manufacturer_data,
               bootstrap_replicates, seed] = options;
  Identity128(hash).add(form, rig, target, adjustment, models, policy, alignment, points_per_octave, smoothing,
                        compensated, price, comparators, catalog, product_functions, ignored_functions, given,
                        manufacturer_data, bootstrap_replicates, seed);
}

void add_options(ContentHash& hash, const SoundOptions& options) {
  const auto& [sweep, impulse, analysis, microphone, rig, channels] = options;
  Identity128(hash).add(sweep.has_value(), impulse, analysis, microphone, rig, channels);
  std::error_code error;
  if (!sweep || !std::filesystem::is_regular_file(*sweep, error)) {
    hash.add_field(sweep.value_or(""));
    return;
  }
  hash.add_field(read_bytes(*sweep, kMostBytes));
  const std::optional<std::filesystem::path> sidecar = found_signal_sidecar(*sweep);
  hash.add_field(sidecar ? read_bytes(*sidecar, kMostBytes) : std::string());
}

}  // namespace headscore
