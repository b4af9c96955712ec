// Product -> Outcome.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <filesystem>
#include <iterator>
#include <utility>

#include "dsp/response_deviation.hpp"
#include "headscore/curve_analyser.hpp"
#include "headscore/pipeline.hpp"
#include "headscore/rig.hpp"
#include "headscore/target_library.hpp"
#include "headscore/target_shaping.hpp"
#include "pipeline/distortion_figure.hpp"
#include "pipeline/jobs.hpp"
#include "pipeline/seat_curves.hpp"

namespace headscore {
namespace {

constexpr double kLargestGapOctaves = 1.0;  ///< a straight line over more is no measurement
constexpr double kSparseGapOctaves = 1.0 / 3.0;
constexpr double kWideSmoothingOctaves = 0.2;  ///< the models were made on data smoothed less
constexpr double kIntervalCoverage = 0.90;
constexpr double kMostLevelDifferenceDb = 5.0;  ///< between left and right
constexpr double kMostShapeDifferenceDb = 5.0;

FileRecord record_of(const Measurement& measurement) {
  FileRecord record;
  record.path = measurement.path();
  record.sha256 = measurement.fields().sha256;
  record.channel = measurement.identity().channel;
  record.seat = measurement.identity().seat;
  record.points = measurement.points();
  record.has_response = measurement.response().has_value();
  record.dialect = measurement.provenance().dialect;
  record.warnings = measurement.warnings();
  return record;
}

struct Gap {
  double octaves = 0.0;
  double start_hz = 0.0;
  double stop_hz = 0.0;
};

/// Widest step between rows inside `band`.
Gap widest_gap(const Curve& curve, const Band& band) {
  double ratio = 1.0;
  Gap gap;
  for (Eigen::Index i = 1; i < curve.size(); ++i) {
    const double low = std::max(curve.frequency_hz()[i - 1], band.start_hz);
    const double high = std::min(curve.frequency_hz()[i], band.stop_hz);
    if (high > low * ratio) {
      ratio = high / low;
      gap = {0.0, low, high};
    }
  }
  gap.octaves = std::log2(ratio);
  return gap;
}

/// Percentile interval of the redrawn values, moved so that their median lies on the value itself: drawing adds noise,
/// noise adds spread, and spread lowers most scores (a bias that is not the product's).
Interval interval_of(std::vector<double> values, double value, std::string basis) {
  std::sort(values.begin(), values.end());
  const auto quantile = [&](double share) {
    const double at = share * static_cast<double>(values.size() - 1);
    const auto low = static_cast<std::size_t>(at);
    const std::size_t high = std::min(low + 1, values.size() - 1);
    return values[low] + (values[high] - values[low]) * (at - static_cast<double>(low));
  };
  const double median = quantile(0.5);
  const double tail = 0.5 * (1.0 - kIntervalCoverage);
  return {value + quantile(tail) - median, value + quantile(1.0 - tail) - median, kIntervalCoverage, std::move(basis)};
}

Score with(const Score& score, std::optional<Interval> interval, const std::vector<Reason>& reasons,
           std::optional<double> residual_sd = std::nullopt) {
  Score::Fields fields = score.fields();
  fields.interval = std::move(interval);
  if (residual_sd) fields.residual_sd = residual_sd;
  fields.reasons.insert(fields.reasons.begin(), reasons.begin(), reasons.end());
  return Score(std::move(fields));
}

/// Scores one product; each step fills in its part of the outcome.
class ProductScorer {
 public:
  ProductScorer(const Product& product, const ScoreOptions& options) : product_(product), options_(options) {}

  Outcome run() {
    describe_inputs();
    if (product_.measurements.empty()) {
      outcome_.error = nothing_read();
      return std::move(outcome_);
    }
    try {
      settle_form();
      settle_rig();
      collect_responses();
      settle_target();
      if (!refuse_compensated()) {
        compare();
        score_preference();
      }
      score_validity();
    } catch (const Error& error) {
      outcome_.error = Failure{error.code(), error.what()};
    }
    score_cost_performance();
    score_overall();
    return std::move(outcome_);
  }

  std::vector<MetricValue> metrics() {
    describe_inputs();
    if (product_.measurements.empty())
      throw Error(nothing_read().code, {product_.name}, "no measurement that can be read", "at least one");
    settle_form();
    settle_rig();
    collect_responses();
    settle_target();
    if (!refuse_compensated()) compare();
    return measured_metrics();
  }

 private:
  void reason(std::string code, std::string message) {
    outcome_.reasons.push_back({std::move(code), std::move(message)});
  }

  void describe_inputs() {
    outcome_.product = product_.name;
    for (const Measurement& measurement : product_.measurements) outcome_.files.push_back(record_of(measurement));
    outcome_.files.insert(outcome_.files.end(), product_.refused.begin(), product_.refused.end());
    outcome_.reasons = product_.reasons;
    for (const FileRecord& refused : product_.refused)
      reason("file-refused", refused.error ? refused.error->message : refused.path);
    outcome_.settings.policy = options_.policy.id + " " + options_.policy.version;
    outcome_.settings.alignment = options_.alignment.description();
    outcome_.settings.smoothing = options_.smoothing.description();
    outcome_.settings.form = "unknown";
    outcome_.settings.form_source = "none";
    outcome_.settings.rig = "unknown";
    outcome_.settings.rig_source = "none";
  }

  [[nodiscard]] Failure nothing_read() const {
    for (const FileRecord& refused : product_.refused) {
      if (refused.error) return *refused.error;
    }
    return {"no-measurement", product_.name + ": found no measurement, wanted at least one"};
  }

  void settle_form() {
    Settings& settings = outcome_.settings;
    const auto take = [&](FormFactor form, const std::string& source) {
      form_ = form;
      settings.form = to_string(form);
      settings.form_source = source;
    };
    if (options_.form) {
      take(*options_.form, "option");
      if (product_.form && *product_.form != *options_.form) {
        reason("form-overridden", fmt::format("the {} says {}, the option {}: the option counts", product_.form_source,
                                              to_string(*product_.form), settings.form));
      }
    } else if (product_.form) {
      take(*product_.form, product_.form_source);
    } else if (options_.target && options_.target->fields().form) {
      take(*options_.target->fields().form, "target");
      reason("form-from-target",
             fmt::format("the form was taken from the target {}: {}", options_.target->name(), settings.form));
    } else if (const std::optional<FormFactor> form = form_of_models()) {
      take(*form, "model");
      reason("form-from-model", fmt::format("the form was taken from the model: {}", settings.form));
    } else {
      throw Error("form-unknown", {product_.name}, "no form factor in options, sidecar or phone book",
                  "--form over-ear or --form in-ear");
    }
  }

  [[nodiscard]] std::optional<FormFactor> form_of_models() const {
    std::optional<FormFactor> form;
    for (const std::string& id : options_.models) {
      const ScoringModel& model = scoring_model(id);
      if (form && model.form && *form != *model.form) return std::nullopt;
      if (model.form) form = model.form;
    }
    return form;
  }

  void settle_rig() {
    Settings& settings = outcome_.settings;
    if (options_.rig) {
      settings.rig = *options_.rig;
      settings.rig_source = "option";
    } else if (product_.rig) {
      settings.rig = *product_.rig;
      settings.rig_source = "sidecar";
    }
  }

  [[nodiscard]] bool is_compensated(const Measurement& measurement) const {
    return options_.compensated.value_or(measurement.fields().compensated);
  }

  void collect_responses() {
    for (const Measurement& measurement : product_.measurements) {
      if (measurement.distortion()) distortions_.push_back(&measurement);
      if (!measurement.response()) continue;
      // A table of distortion repeats the response at its own resolution: it counts only where nothing else does.
      if (measurement.distortion() && measurement.distortion()->size() == measurement.response()->size()) continue;
      channels_.push_back(measurement.identity().channel);
      responses_.push_back(&*measurement.response());
      compensated_ += is_compensated(measurement) ? 1U : 0U;
      smoothing_octaves_ = std::max(smoothing_octaves_, measurement.provenance().smoothing_octaves.value_or(0.0));
    }
    if (responses_.empty()) take_fundamentals();
    if (responses_.empty())
      throw Error("no-response", {product_.name}, "no frequency response",
                  "at least one file with levels over frequency");
    if (compensated_ != 0 && compensated_ != responses_.size()) {
      throw Error("mixed-compensation", {product_.name},
                  fmt::format("{} compensated and {} raw files", compensated_, responses_.size() - compensated_),
                  "files of one kind (--data raw or --data compensated overrides what the reader found)");
    }
    note_channels();
  }

  void take_fundamentals() {
    fundamentals_.reserve(distortions_.size());
    for (const Measurement* measurement : distortions_) {
      const DistortionSpectrum::Columns& columns = measurement->distortion()->columns();
      if (!columns.fundamental_db || columns.fundamental_db->size() < 2 || !columns.fundamental_db->isFinite().all())
        continue;
      fundamentals_.emplace_back(columns.frequency_hz, *columns.fundamental_db);
      channels_.push_back(measurement->identity().channel);
    }
    for (const Curve& curve : fundamentals_) responses_.push_back(&curve);
    if (!responses_.empty())
      reason("response-from-fundamental", "the response is the fundamental of the distortion measurement");
  }

  void note_channels() {
    const auto count = [&](Channel channel) { return std::count(channels_.begin(), channels_.end(), channel); };
    if (count(Channel::kLeft) == 0 || count(Channel::kRight) == 0) {
      const char* which =
          count(Channel::kLeft) != 0 ? "the left" : (count(Channel::kRight) != 0 ? "the right" : "an unnamed");
      reason("one-channel", fmt::format("only {} channel was measured", which));
    }
  }

  void settle_target() {
    for (const std::string& id : options_.models) models_.push_back(&scoring_model(id));
    if (models_.empty())
      models_.push_back(&scoring_model(*form_ == FormFactor::kOverEar ? "harman-oe-2018" : "harman-ie-listen"));
    const std::string_view own = *form_ == FormFactor::kOverEar ? "harman-oe-2018" : "harman-ie-2019";
    const std::string_view named = models_.front()->default_target.empty() ? own : models_.front()->default_target;
    target_ = adjusted(options_.target ? *options_.target : bundled_target(named), options_.adjustment);
    outcome_.settings.target = target_->name();
    outcome_.settings.target_rig = target_->fields().rig;
    outcome_.settings.grid = LogGrid::per_octave(options_.points_per_octave).name();
    if (target_->fields().form && *target_->fields().form != *form_) {
      reason("target-form", fmt::format("the target {} is for {}, the product is {}", target_->name(),
                                        to_string(*target_->fields().form), to_string(*form_)));
    }
  }

  /// Compensated data are relative to a target already: another raw target on top would count the ear twice.
  bool refuse_compensated() {
    if (compensated_ == 0) {
      if (!target_->fields().raw) reason("raw-against-flat", "raw data are compared with a target without ear gain");
      return false;
    }
    if (!target_->fields().raw) {
      reason(
          "compensated-against-flat",
          "the data are already relative to some target, which is not known here; they are compared with a flat line");
      outcome_.rig_verdict = RigVerdict::kOffTraining;
      return false;
    }
    outcome_.rig_verdict = RigVerdict::kRefused;
    outcome_.error =
        Failure{"compensated-against-raw",
                fmt::format("{}: found compensated data and the raw target {}, wanted raw data, or --target flat",
                            product_.name, target_->name())};
    reason("compensated-against-raw",
           "the data are already relative to a target: they must not be compared with a raw target");
    return true;
  }

  /// Curves, analysis and channel difference on the display grid.
  void compare() {
    note_gaps();
    const LogGrid grid = LogGrid::per_octave(options_.points_per_octave);
    seats_.emplace(channels_, responses_, covered_by(*target_, grid.frequency_hz()), Extrapolation::kNone);
    const Curve response(seats_->frequency_hz(), seats_->mean());
    const Curve wanted = interpolated(target_->curve(), seats_->frequency_hz());
    const double shift = alignment_shift_db(response, wanted, options_.alignment);
    error_ = error_curve(response, wanted, options_.alignment);
    note_coverage(error_->band());
    outcome_.analysis = analysed(*error_);
    const auto shown = [&](const Curve& curve) { return smoothed(shifted(curve, shift), options_.smoothing); };
    const std::optional<Curve> left = seats_->channel_mean(Channel::kLeft);
    const std::optional<Curve> right = seats_->channel_mean(Channel::kRight);
    outcome_.curves = DisplayCurves{left ? std::optional(shown(*left)) : std::nullopt,
                                    right ? std::optional(shown(*right)) : std::nullopt, shown(response), wanted,
                                    smoothed(*error_, options_.smoothing)};
    if (left && right) compare_channels(*left, *right);
    for (const Channel channel : {Channel::kLeft, Channel::kRight, Channel::kUnknown}) {
      const std::vector<Curve> seats = seats_->seats(channel);
      if (seats.size() < 2) continue;
      outcome_.reseats.push_back(reseat_spread(seats));
      outcome_.reseats.back().channel = channel;
    }
  }

  void compare_channels(const Curve& left, const Curve& right) {
    try {
      outcome_.channels = channel_difference(left, right);
      note_unlike_channels(*outcome_.channels);
    } catch (const Error& error) {
      reason(error.code(), std::string("left and right cannot be compared: ") + error.what());
    }
  }

  /// Differences that no headphone has: of 679 pairs 5 are further apart in level, 1 in shape.
  void note_unlike_channels(const ChannelDifference& channels) {
    const double shape_db =
        std::sqrt(std::max(0.0, channels.rms_db * channels.rms_db - channels.level_db * channels.level_db));
    if (std::abs(channels.level_db) > kMostLevelDifferenceDb) {
      levels_differ_ = true;
      reason("channel-levels", fmt::format("left and right differ by {:.1f} dB in level: they were measured at "
                                           "different volumes, or one is faulty; channel balance is not judged",
                                           channels.level_db));
    }
    if (shape_db > kMostShapeDifferenceDb) {
      reason("channels-unlike",
             fmt::format("apart from their level, left and right differ by {:.1f} dB rms over 100 Hz-8 kHz: one of "
                         "them is faulty or was badly seated, and their mean is neither",
                         shape_db));
    }
  }

  [[nodiscard]] static Eigen::ArrayXd covered_by(const Target& target, const Eigen::ArrayXd& frequency_hz) {
    std::vector<double> kept;
    for (const double f : frequency_hz) {
      if (f >= target.curve().start_hz() && f <= target.curve().stop_hz()) kept.push_back(f);
    }
    if (kept.size() < 2)
      throw Error("band-not-covered", {target.name()}, "a target that does not cover the audio band",
                  "20 Hz to 20 kHz or most of it");
    return Eigen::Map<const Eigen::ArrayXd>(kept.data(), static_cast<Eigen::Index>(kept.size()));
  }

  void note_gaps() {
    for (const Curve* curve : responses_) {
      const Gap gap = widest_gap(*curve, {50.0, 10000.0});
      if (gap.octaves > kLargestGapOctaves) {
        throw Error("gap-in-data", {product_.name},
                    fmt::format("no row between {:.0f} and {:.0f} Hz", gap.start_hz, gap.stop_hz),
                    "a row at least every octave");
      }
      if (gap.octaves > kSparseGapOctaves) {
        reason("sparse-data",
               fmt::format("rows are up to {:.2f} octaves apart ({:.0f} to {:.0f} Hz): peaks between them are not seen",
                           gap.octaves, gap.start_hz, gap.stop_hz));
        return;
      }
    }
  }

  void note_coverage(const Band& band) {
    if (band.start_hz > 20.6 || band.stop_hz < 19400.0) {
      reason("band-not-covered", fmt::format("compared from {:.1f} Hz to {:.0f} Hz; nothing is known outside",
                                             band.start_hz, band.stop_hz));
    }
  }

  void score_preference() {
    for (const ScoringModel* model : models_) {
      try {
        outcome_.preference.push_back(preference(*model));
      } catch (const Error& error) {
        outcome_.preference_failures.push_back({error.code(), std::string(model->id) + ": " + error.what()});
      }
    }
    if (outcome_.preference.empty() && !outcome_.preference_failures.empty())
      outcome_.error = outcome_.preference_failures.front();
  }

  Score preference(const ScoringModel& model) {
    if (model.form && *model.form != *form_) {
      throw Error("model-form", {},
                  fmt::format("an {} model for an {} product", to_string(*model.form), to_string(*form_)),
                  "a model of the product's form");
    }
    const Target target = options_.target || model.default_target.empty()
                              ? *target_
                              : adjusted(bundled_target(model.default_target), options_.adjustment);
    const LogGrid grid = model.grid();
    const bool extrapolate = model.extrapolation == Extrapolation::kEndSegments;
    check_coverage(model, target);
    const SeatCurves seats(channels_, responses_,
                           extrapolate ? grid.frequency_hz() : covered_by(target, grid.frequency_hz()),
                           model.extrapolation);
    const Eigen::ArrayXd wanted =
        interpolated(target.curve(), seats.frequency_hz(), model.extrapolation).magnitude_db();
    Score::Fields fields;
    fields.model = model.id;
    fields.version = model.version;
    fields.terms = model.terms(Curve(seats.frequency_hz(), seats.mean() - wanted));
    fields.residual_sd = model.residual_sd;
    fields.reasons = reasons_for(model, target);
    Score score(fields);
    if (options_.bootstrap_replicates <= 0) return score;
    RandomNumbers random(options_.seed);
    const Eigen::MatrixXd parts = seats.parts();
    std::vector<double> values;
    for (int i = 0; i < options_.bootstrap_replicates; ++i) {
      const Eigen::VectorXd redrawn = parts * seats.redrawn_weights(random);
      values.push_back(value_of(model, Curve(seats.frequency_hz(), redrawn.array() - wanted)));
    }
    fields.interval = interval_of(std::move(values), score.value(), seats.basis());
    return Score(std::move(fields));
  }

  /// AutoEq's convention continues the end segments; that is followed over a little, never over a band.
  void check_coverage(const ScoringModel& model, const Target& target) const {
    double missing = uncovered_octaves(target.curve(), model.band);
    std::string which = "the target " + target.name();
    for (const Curve* curve : responses_) {
      if (const double own = uncovered_octaves(*curve, model.band); own > missing) {
        missing = own;
        which = fmt::format("data from {:.1f} to {:.0f} Hz", curve->start_hz(), curve->stop_hz());
      }
    }
    if (missing > kMostMissingOctaves) {
      throw Error("band-not-covered", {}, fmt::format("{}: {:.2f} octaves are missing", which, missing),
                  fmt::format("{:g} Hz to {:g} Hz", model.band.start_hz, model.band.stop_hz));
    }
  }

  std::vector<Reason> reasons_for(const ScoringModel& model, const Target& target) {
    std::vector<Reason> reasons;
    const std::string& rig = outcome_.settings.rig;
    if (!model.trained_rigs.empty()) {
      std::string trained;
      for (const std::string_view id : model.trained_rigs) trained += (trained.empty() ? "" : ", ") + std::string(id);
      if (rig == "unknown") {
        reasons.push_back({"rig-unknown", "the rig is not known; the model was trained on " + trained});
      } else if (std::find(model.trained_rigs.begin(), model.trained_rigs.end(), rig) == model.trained_rigs.end()) {
        reasons.push_back(
            {"rig-off-training", fmt::format("measured on {}; the model was trained on {}", rig, trained)});
      }
    }
    const std::optional<std::string> target_rig = rig_from(target.fields().rig);
    if (rig != "unknown" && target_rig && *target_rig != rig) {
      reasons.push_back({"target-rig", fmt::format("the target {} was made for {}, the data for {}", target.name(),
                                                   *target_rig, rig)});
    }
    if (!model.default_target.empty() && target.name() != model.default_target) {
      reasons.push_back({"target-off-training", fmt::format("the target is {}; the model was trained with {}",
                                                            target.name(), model.default_target)});
    }
    if (smoothing_octaves_ > kWideSmoothingOctaves) {
      reasons.push_back(
          {"smoothing-off-training", "the data were smoothed so widely that deviations come out too small"});
    }
    note_missing(model, reasons);
    if (!reasons.empty() && outcome_.rig_verdict == RigVerdict::kScored)
      outcome_.rig_verdict = RigVerdict::kOffTraining;
    return reasons;
  }

  void note_missing(const ScoringModel& model, std::vector<Reason>& reasons) const {
    double missing = 0.0;
    for (const Curve* curve : responses_) missing = std::max(missing, uncovered_octaves(*curve, model.band));
    if (missing <= 1e-9) return;
    reasons.push_back({"band-cut", fmt::format("{:.2f} octaves of {:g} Hz to {:g} Hz are not covered{}", missing,
                                               model.band.start_hz, model.band.stop_hz,
                                               model.extrapolation == Extrapolation::kEndSegments
                                                   ? " and were extrapolated, as the convention has it"
                                                   : "")});
  }

  [[nodiscard]] const MetricRule* rule(std::string_view metric) const {
    for (const MetricRule& candidate : options_.policy.metrics) {
      if (candidate.metric == metric) return &candidate;
    }
    return nullptr;
  }

  [[nodiscard]] Smoothing deviation_smoothing() const {
    return {Smoothing::Kind::kFractionalOctave, options_.policy.smoothing_octaves, Smoothing::Domain::kDecibel};
  }

  std::vector<MetricValue> measured_metrics() {
    std::vector<MetricValue> values;
    if (error_) add_deviation(values);
    if (const MetricRule* thd = rule("thd")) {
      if (const std::optional<MetricValue> figure = distortion_figure(distortions_, *thd)) {
        values.push_back(*figure);
      } else if (!distortions_.empty()) {
        reason("distortion-not-used", "distortion was measured over too little of the policy's band");
      }
    }
    const bool identical = std::any_of(outcome_.reasons.begin(), outcome_.reasons.end(),
                                       [](const Reason& r) { return r.code == "identical-channels"; });
    if (outcome_.channels && !identical && !levels_differ_) {
      values.push_back({"channel_balance", outcome_.channels->bs708_ratio, false,
                        fmt::format("worst |L - R| {:.2f} dB at {:.0f} Hz", outcome_.channels->largest_db,
                                    outcome_.channels->largest_hz)});
    }
    add_given(values, "thd_percent", "thd");
    add_given(values, "isolation_db", "isolation");
    add_given(values, "signal_to_noise_db", "signal_to_noise");
    return values;
  }

  void add_deviation(std::vector<MetricValue>& values) {
    const double share = covered_weight_share(error_->band(), options_.policy.region_weights);
    if (share < options_.policy.least_coverage) {
      reason("deviation-not-used",
             fmt::format("only {:.0f} % of the policy's weighted band is covered, {:.0f} % are wanted", 100.0 * share,
                         100.0 * options_.policy.least_coverage));
      return;
    }
    const double deviation =
        response_deviation_db(smoothed(*error_, deviation_smoothing()), options_.policy.region_weights);
    MetricValue value{"response_deviation", deviation, false, "weighted rms against " + target_->name()};
    draw_deviations();
    if (!drawn_deviations_.empty()) {
      value.interval = interval_of(drawn_deviations_, deviation, seats_->basis());
      value.interval->low = std::max(0.0, value.interval->low);
    }
    values.push_back(std::move(value));
  }

  /// Deviations that could have been measured instead.
  void draw_deviations() {
    if (options_.bootstrap_replicates <= 0) return;
    RandomNumbers random(options_.seed);
    // Error = seats and spread by their weights, less the target.
    Eigen::MatrixXd parts = seats_->parts();
    parts.conservativeResize(Eigen::NoChange, parts.cols() + 1);
    parts.rightCols<1>() = interpolated(target_->curve(), seats_->frequency_hz()).magnitude_db().matrix();
    const CombinedDeviation deviation_of(seats_->frequency_hz(), parts, deviation_smoothing(),
                                         options_.policy.region_weights);
    Eigen::VectorXd weights(parts.cols());
    for (int i = 0; i < options_.bootstrap_replicates; ++i) {
      weights << seats_->redrawn_weights(random), -1.0;
      drawn_deviations_.push_back(deviation_of.of(weights));
    }
  }

  void add_given(std::vector<MetricValue>& values, const std::string& key, const std::string& metric) const {
    const auto given = options_.given.find(key);
    if (given == options_.given.end()) return;
    const auto known =
        std::find_if(values.begin(), values.end(), [&](const MetricValue& value) { return value.metric == metric; });
    MetricValue value{metric, given->second, false, "given"};
    if (known != values.end()) {
      *known = value;
    } else {
      values.push_back(value);
    }
  }

  void score_validity() {
    metrics_ = measured_metrics();
    const Score score = scientific_validity(options_.policy, metrics_, options_.manufacturer_data);
    outcome_.scientific_validity = with(score, validity_interval(score.value()), {});
  }

  std::optional<Interval> validity_interval(double value) {
    const auto deviation = std::find_if(metrics_.begin(), metrics_.end(),
                                        [](const MetricValue& v) { return v.metric == "response_deviation"; });
    if (drawn_deviations_.empty() || deviation == metrics_.end()) return std::nullopt;
    std::vector<MetricValue> drawn = metrics_;
    MetricValue& moved = drawn[static_cast<std::size_t>(deviation - metrics_.begin())];
    std::vector<double> values;
    for (const double one : drawn_deviations_) {
      moved.value = one;
      values.push_back(scientific_validity_value(options_.policy, drawn, options_.manufacturer_data));
    }
    Interval interval = interval_of(std::move(values), value, seats_->basis());
    interval.low = std::max(0.0, interval.low);
    interval.high = std::min(1.0, interval.high);
    return interval;
  }

  void score_cost_performance() {
    const Candidate own = as_candidate();
    if (!own.price || (options_.comparators.empty() && options_.catalog.empty())) return;
    try {
      if (!options_.comparators.empty()) {
        const auto cheapest = std::min_element(
            options_.comparators.begin(), options_.comparators.end(),
            [](const Comparator& a, const Comparator& b) { return a.price.amount() < b.price.amount(); });
        outcome_.cost_performance = cost_performance(*own.price, *cheapest);
        return;
      }
      if (outcome_.error && outcome_.error->code == "form-unknown") return;
      outcome_.cost_performance = cost_performance(own, options_.catalog, options_.policy, options_.ignored_functions);
    } catch (const Error& error) {
      reason(error.code(), std::string("no cost-performance: ") + error.what());
    }
  }

  /// Price and functions come from the options, or from the catalog's row of the same name.
  [[nodiscard]] Candidate as_candidate() const {
    Candidate own{product_.name, form_, options_.price, options_.product_functions, metrics_};
    for (const Candidate& row : options_.catalog) {
      if (row.name != product_.name) continue;
      if (!own.price) own.price = row.price;
      if (own.functions.empty()) own.functions = row.functions;
    }
    return own;
  }

  /// The sum of five, as reviews print them: the two computed ones in their published step.
  void score_overall() {
    Score::Fields fields;
    fields.model = "overall";
    fields.version = "1";
    std::string missing;
    const auto add = [&](const char* name, std::optional<double> value, const char* note) {
      if (!value) {
        missing += (missing.empty() ? "" : ", ") + std::string(name);
        return;
      }
      fields.terms.push_back({name, *value, std::nullopt, "", std::nullopt, note});
    };
    const auto published = [](const std::optional<Score>& score) {
      return score ? score->fields().published : std::nullopt;
    };
    const auto given = [&](const char* key) {
      const auto found = options_.given.find(key);
      return found == options_.given.end() ? std::nullopt : std::optional<double>(found->second);
    };
    add("scientific-validity", published(outcome_.scientific_validity), "computed");
    add("technology", given("technology"), "given");
    add("cost-performance", published(outcome_.cost_performance), "computed");
    add("reliability", given("reliability"), "given");
    add("rationality", given("rationality"), "given");
    if (!missing.empty()) {
      const bool any_given = given("technology") || given("reliability") || given("rationality");
      if (any_given) reason("overall-incomplete", "no overall score without " + missing);
      return;
    }
    double sum = 0.0;
    for (const Term& term : fields.terms) sum += term.value;
    fields.published = rounded_to_tenth(sum);
    outcome_.overall = Score(std::move(fields));
  }

  const Product& product_;
  const ScoreOptions& options_;
  Outcome outcome_;
  std::optional<FormFactor> form_;
  std::vector<Channel> channels_;
  std::vector<const Curve*> responses_;
  std::vector<Curve> fundamentals_;
  std::vector<const Measurement*> distortions_;
  std::size_t compensated_ = 0;
  bool levels_differ_ = false;
  double smoothing_octaves_ = 0.0;
  std::vector<const ScoringModel*> models_;
  std::optional<Target> target_;
  std::optional<SeatCurves> seats_;
  std::optional<Curve> error_;
  std::vector<MetricValue> metrics_;
  std::vector<double> drawn_deviations_;  ///< by the bootstrap
};

}  // namespace

Outcome scored(const Product& product, const ScoreOptions& options) {
  try {
    return ProductScorer(product, options).run();
  } catch (const std::exception& error) {
    Outcome outcome;
    outcome.product = product.name;
    outcome.error = Failure{"failed", error.what()};
    return outcome;
  }
}

std::vector<Outcome> scored(const std::vector<Product>& products, const ScoreOptions& options, int jobs) {
  std::vector<Outcome> outcomes(products.size());
  for_each_index(products.size(), jobs, [&](std::size_t i) { outcomes[i] = scored(products[i], options); });
  return outcomes;
}

std::vector<MetricValue> metrics_of(const Product& product, const ScoreOptions& options) {
  return ProductScorer(product, options).metrics();
}

}  // namespace headscore
