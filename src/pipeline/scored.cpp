// Product -> Outcome.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <filesystem>
#include <iterator>
#include <memory>
#include <utility>

#include "dsp/error_sums.hpp"
#include "dsp/response_deviation.hpp"
#include "headscore/curve_analyser.hpp"
#include "headscore/pipeline.hpp"
#include "headscore/rig.hpp"
#include "pipeline/distortion_figure.hpp"
#include "pipeline/intervals.hpp"
#include "pipeline/jobs.hpp"
#include "pipeline/overall.hpp"
#include "pipeline/scoring_context.hpp"
#include "pipeline/seat_curves.hpp"

namespace headscore {
namespace {

constexpr double kLargestGapOctaves = 1.0;  ///< a straight line over more is no measurement
constexpr double kSparseGapOctaves = 1.0 / 3.0;
constexpr double kWideSmoothingOctaves = 0.2;   ///< the models were made on data smoothed less
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

/// True when no step between rows that reaches into `band` is wider than `octaves`: a few jumps of that width reach the
/// end.
bool is_dense(const Curve& curve, const Band& band, double octaves) {
  const double ratio = std::exp2(octaves) * (1.0 - 1e-9);
  const double* const begin = curve.frequency_hz().data();
  const double* const end = begin + curve.size();
  const double* const last = std::min(std::lower_bound(begin, end, band.stop_hz), end - 1);
  for (const double* row = std::upper_bound(begin + 1, end, band.start_hz) - 1; row < last;) {
    const double* const next = std::upper_bound(row + 1, end, *row * ratio) - 1;
    if (next == row) return false;
    row = next;
  }
  return true;
}

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
  ProductScorer(const Product& product, ScoringContext& context)
      : product_(product), options_(context.options()), context_(context) {}

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
    } catch (const std::exception& error) {
      outcome_.error = Failure{"failed", error.what()};
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
    outcome_.settings.policy = options_.policy.name();
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
      if (is_copy(measurement)) continue;
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

  /// A copy of another channel's or seat's file is no second measurement: it would narrow the interval.
  [[nodiscard]] bool is_copy(const Measurement& measurement) const {
    const auto& warnings = measurement.warnings();
    const auto is_second = [](const Warning& warning) { return warning.code == "written-twice"; };
    if (std::any_of(warnings.begin(), warnings.end(), is_second)) return true;
    const bool has_twin = std::any_of(warnings.begin(), warnings.end(), [](const Warning& warning) {
      return warning.code == "identical-channels" || warning.code == "identical-seats";
    });
    return has_twin && std::any_of(responses_.begin(), responses_.end(), [&](const Curve* other) {
             return other->size() == measurement.response()->size() &&
                    (other->magnitude_db() == measurement.response()->magnitude_db()).all();
           });
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
    comparison_ = &context_.target(named);
    target_ = &comparison_->target();
    outcome_.settings.target = target_->name();
    outcome_.settings.target_rig = target_->fields().rig;
    outcome_.settings.grid = context_.display_grid().name();
    if (target_->fields().form && *target_->fields().form != *form_) {
      reason("target-form", fmt::format("the target {} is for {}, the product is {}", target_->name(),
                                        to_string(*target_->fields().form), to_string(*form_)));
    }
  }

  /// What seems relative to a target may be no response at all: its own warnings say so first.
  [[nodiscard]] Failure compensated_failure() const {
    const auto file = std::find_if(product_.measurements.begin(), product_.measurements.end(),
                                   [this](const Measurement& m) { return m.response() && is_compensated(m); });
    const auto warned = [&](std::string_view code) {
      const std::vector<Warning>& warnings = file->warnings();
      return std::any_of(warnings.begin(), warnings.end(), [&](const Warning& w) { return w.code == code; });
    };
    const char* code = "compensated-against-raw";
    if (file == product_.measurements.end())
      return {code, fmt::format("{}: found compensated data and the raw target {}, wanted raw data, or --target flat",
                                product_.name, target_->name())};
    if (warned("calibration-file"))
      return {code, fmt::format("{}: found a microphone's calibration, wanted a headphone's response", file->path())};
    if (warned("level-unit-unknown"))
      return {code, fmt::format("{}: found small values that nothing calls dB, without the ear's gain, wanted a "
                                "headphone's response in dB",
                                file->path())};
    return {code, fmt::format("{}: found compensated data and the raw target {}, wanted raw data, or --target flat",
                              file->path(), target_->name())};
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
    outcome_.error = compensated_failure();
    reason("compensated-against-raw",
           "the data are already relative to a target: they must not be compared with a raw target");
    return true;
  }

  /// The product's seats where a target and a grid can be compared with them.
  struct Compared {
    std::shared_ptr<ComparisonAxis> axis;
    std::shared_ptr<const SeatCurves> seats;
  };

  Compared compared(ComparisonTarget& target, const LogGrid& grid, Extrapolation extrapolation) {
    const bool cut = extrapolation == Extrapolation::kNone;
    const Eigen::ArrayXd frequency_hz = cut ? common_axis(responses_, target.covered(grid)) : grid.frequency_hz();
    std::shared_ptr<ComparisonAxis> axis = target.axis(frequency_hz, extrapolation);
    if (analysed_ && analysed_->axis == axis) return *analysed_;  // the model's grid is often the same
    return {std::move(axis),
            std::make_shared<const SeatCurves>(channels_, responses_, frequency_hz, extrapolation, context_.plans())};
  }

  /// Analysis and channel difference on the analysis grid, curves on the one that is shown.
  void compare() {
    note_gaps();
    analysed_ = compared(*comparison_, context_.analysis_grid(), Extrapolation::kNone);
    const SeatCurves& seats = *analysed_->seats;
    const Eigen::ArrayXd& octave = analysed_->axis->analysis.octave;
    const Curve& wanted = analysed_->axis->wanted;
    const Curve unaligned = wanted.with_levels(seats.mean() - wanted.magnitude_db());
    const double offset = alignment_offset_db(unaligned, octave, options_.alignment);
    error_ = shifted(unaligned, -offset);
    note_coverage(error_->band());
    outcome_.analysis = analysed(*error_, analysed_->axis->analysis);
    const Eigen::ArrayXd* left_db = seats.channel_mean_db(Channel::kLeft);
    const Eigen::ArrayXd* right_db = seats.channel_mean_db(Channel::kRight);
    if (left_db != nullptr && right_db != nullptr) compare_channels(*left_db - *right_db);
    for (const Channel channel : {Channel::kLeft, Channel::kRight, Channel::kUnknown}) {
      const std::vector<Curve> of_channel = seats.seats(channel);
      if (of_channel.size() < 2) continue;
      outcome_.reseats.push_back(reseat_spread(of_channel));
      outcome_.reseats.back().channel = channel;
    }
    show(offset);
  }

  void show(double offset_db) {
    const bool as_analysed =
        context_.display_grid().points_per_octave() == context_.analysis_grid().points_per_octave();
    const Compared compared_on =
        as_analysed ? *analysed_ : compared(*comparison_, context_.display_grid(), Extrapolation::kNone);
    const SeatCurves& seats = *compared_on.seats;
    const Curve& wanted = compared_on.axis->wanted;
    const auto shown = [&](const Eigen::ArrayXd& level_db) {
      Curve moved = wanted.with_levels(level_db - offset_db);
      if (options_.smoothing.kind == Smoothing::Kind::kNone) return moved;
      return smoothed(moved, options_.smoothing);
    };
    const auto shown_channel = [&](Channel channel) {
      const Eigen::ArrayXd* level_db = seats.channel_mean_db(channel);
      return level_db != nullptr ? std::optional(shown(*level_db)) : std::nullopt;
    };
    const Eigen::ArrayXd response_db = seats.mean();
    const Curve error = as_analysed ? *error_ : wanted.with_levels(response_db - wanted.magnitude_db() - offset_db);
    outcome_.curves = DisplayCurves{shown_channel(Channel::kLeft), shown_channel(Channel::kRight), shown(response_db),
                                    wanted, smoothed(error, options_.smoothing)};
  }

  void compare_channels(const Eigen::ArrayXd& rest_db) {
    try {
      outcome_.channels = channel_difference({analysed_->axis->analysis.octave, rest_db}, analysed_->axis->mask);
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

  void note_gaps() {
    for (const Curve* curve : responses_) {
      constexpr Band kWithoutGaps{50.0, 10000.0};
      if (is_dense(*curve, kWithoutGaps, kSparseGapOctaves)) continue;
      const Gap gap = widest_gap(*curve, kWithoutGaps);
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
    ComparisonTarget& comparison =
        options_.target || model.default_target.empty() ? *comparison_ : context_.target(model.default_target);
    const Target& target = comparison.target();
    check_coverage(model, target);
    const Compared compared_on = compared(comparison, context_.grid_of(model), model.extrapolation);
    const SeatCurves& seats = *compared_on.seats;
    const Eigen::ArrayXd& wanted_db = compared_on.axis->wanted.magnitude_db();
    Score::Fields fields;
    fields.model = model.id;
    fields.version = model.version;
    fields.terms = model.terms(compared_on.axis->wanted.with_levels(seats.mean() - wanted_db));
    fields.residual_sd = model.residual_sd;
    fields.reasons = reasons_for(model, target);
    Score score(fields);
    if (options_.bootstrap_replicates <= 0) return score;
    const Eigen::ArrayXd drawn =
        context_.redrawn_values(model, *compared_on.axis, seats.seats_per_channel())(seats.error_parts(wanted_db));
    fields.interval = interval_of({drawn.begin(), drawn.end()}, score.value(), seats.basis());
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
    for (const MetricRule& candidate : options_.policy.metrics()) {
      if (candidate.metric == metric) return &candidate;
    }
    return nullptr;
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
    if (outcome_.channels && !levels_differ_) {
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
    const double share = context_.covered_share(*analysed_->axis);
    if (share < options_.policy.fields().least_coverage) {
      reason("deviation-not-used",
             fmt::format("only {:.0f} % of the policy's weighted band is covered, {:.0f} % are wanted", 100.0 * share,
                         100.0 * options_.policy.fields().least_coverage));
      return;
    }
    const double deviation = context_.deviation(*analysed_->axis).of(error_->magnitude_db());
    MetricValue value{"response_deviation", deviation, false, "weighted rms against " + target_->name()};
    draw_deviations();
    if (!drawn_deviations_.empty()) {
      value.interval = interval_of(drawn_deviations_, deviation, analysed_->seats->basis());
      value.interval->low = std::max(0.0, value.interval->low);
    }
    values.push_back(std::move(value));
  }

  /// Deviations that could have been measured instead.
  void draw_deviations() {
    if (options_.bootstrap_replicates <= 0) return;
    const SeatCurves& seats = *analysed_->seats;
    const Eigen::MatrixXd parts_db = seats.error_parts(analysed_->axis->wanted.magnitude_db());
    const Eigen::ArrayXd drawn = context_.redrawn_deviations(*analysed_->axis, seats.seats_per_channel())
                                     .of(context_.deviation(*analysed_->axis).centred(parts_db))
                                     .sqrt();
    drawn_deviations_.assign(drawn.begin(), drawn.end());
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
    try {
      metrics_ = measured_metrics();
      const Score score = scientific_validity(options_.policy, metrics_, options_.manufacturer_data);
      outcome_.scientific_validity = with(score, validity_interval(score.value()), {});
    } catch (const Error& error) {
      reason(error.code(), std::string("no scientific validity: ") + error.what());
    }
  }

  std::optional<Interval> validity_interval(double value) {
    const bool counted = std::any_of(metrics_.begin(), metrics_.end(),
                                     [](const MetricValue& v) { return v.metric == "response_deviation"; });
    if (drawn_deviations_.empty() || !counted) return std::nullopt;
    Interval interval = interval_of(scientific_validity_values(options_.policy, metrics_, "response_deviation",
                                                               drawn_deviations_, options_.manufacturer_data),
                                    value, analysed_->seats->basis());
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
      outcome_.cost_performance =
          cost_performance(own, options_.catalog, options_.policy, {.ignored_functions = options_.ignored_functions});
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

  void score_overall() {
    Overall overall = overall_score(outcome_.scientific_validity, outcome_.cost_performance, options_.given);
    if (!overall.missing.empty() && overall.any_given)
      reason("overall-incomplete", "no overall score without " + overall.missing);
    outcome_.overall = std::move(overall.score);
  }

  const Product& product_;
  const ScoreOptions& options_;
  ScoringContext& context_;
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
  ComparisonTarget* comparison_ = nullptr;
  const Target* target_ = nullptr;
  std::optional<Compared> analysed_;  ///< on the analysis grid
  std::optional<Curve> error_;
  std::vector<MetricValue> metrics_;
  std::vector<double> drawn_deviations_;  ///< by the bootstrap
};

}  // namespace

Outcome scored(const Product& product, ScoringContext& context) { return ProductScorer(product, context).run(); }

Outcome scored(const Product& product, const ScoreOptions& options) {
  check(options);
  ScoringContext context(options);
  return scored(product, context);
}

std::vector<Outcome> scored(const std::vector<Product>& products, const ScoreOptions& options, int jobs) {
  check(options);
  std::vector<Outcome> outcomes(products.size());
  for_each_index(
      products.size(), jobs, [&] { return ScoringContext(options); },
      [&](ScoringContext& context, std::size_t i) { outcomes[i] = scored(products[i], context); });
  return outcomes;
}

std::vector<MetricValue> metrics_of(const Product& product, const ScoreOptions& options) {
  check(options);
  ScoringContext context(options);
  return ProductScorer(product, context).metrics();
}

}  // namespace headscore
