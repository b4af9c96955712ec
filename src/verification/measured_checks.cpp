// Claims that measurements and catalogs decide.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "headscore/error.hpp"
#include "headscore/smoothing.hpp"
#include "verification/claim_checks.hpp"
#include "verification/product_name.hpp"

namespace headscore {
namespace {

constexpr double kTiny = 1e-9;
constexpr double kHalfStep = 0.05;
constexpr double kReviewerSpread = 0.1;  // a product that was reviewed twice differs by 0.10 on average
constexpr double kThdFactor = 1.5;       // two measurements of the same figure
constexpr double kThdBoundFactor = 1.1;
constexpr double kLevelTolerance = 3.0;     // dB between the stated and the measured drive level
constexpr double kResponseTolerance = 0.5;  // dB, that reseating moves a smoothed response by

Claim claim(std::string_view id, Verdict verdict, const Passage& where, std::string found, std::string expected,
            std::string reason) {
  return {std::string(id), verdict, where.line, where.column, std::move(found), std::move(expected), std::move(reason)};
}

class MeasuredChecks {
 public:
  MeasuredChecks(const PageFacts& facts, const VerifyOptions& options, std::vector<Claim>& claims)
      : facts_(facts), options_(options), claims_(claims) {}

  void run() {
    const Product* product = measured();
    std::optional<Outcome> outcome;
    if (product != nullptr) {
      ScoreOptions scoring = options_.scoring;
      if (!scoring.form) scoring.form = facts_.form;
      scoring.catalog.clear();
      outcome = scored(*product, scoring);
    }
    validity(outcome);
    figures(Figure::Kind::kThd, "thd-claim", product, outcome);
    figures(Figure::Kind::kResponse, "response-claim", product, outcome);
  }

 private:
  [[nodiscard]] const Product* measured() const {
    const std::string key = name_key(facts_.target_name);
    if (key.empty()) return nullptr;
    for (const Product& product : options_.measured) {
      if (name_key(product.name) == key) return &product;
    }
    for (const Product& product : options_.measured) {
      if (same_product(product.name, facts_.target_name)) return &product;
    }
    return nullptr;
  }

  [[nodiscard]] std::string no_measurement() const {
    return options_.has_measurements ? "no measurement of " + facts_.target_name + " among those given"
                                     : "no measurements were given (--measurements)";
  }

  void validity(const std::optional<Outcome>& outcome) {
    const auto section = std::find_if(facts_.sections.begin(), facts_.sections.end(),
                                      [](const SectionScore& s) { return s.section == kSections[0]; });
    const StatedNumber* printed = section != facts_.sections.end() ? &section->score
                                  : facts_.ratings.size() == 6     ? &facts_.ratings[1]
                                                                   : nullptr;
    if (printed == nullptr) {
      claims_.push_back(
          claim("sv-supported", Verdict::kNotTestable, {0, 0, ""}, "", "", "no scientific validity is printed"));
      return;
    }
    const std::string found = fmt::format("{:.1f}", printed->value);
    if (!outcome) {
      const bool by_rule =
          facts_.no_data && std::abs(printed->value - options_.scoring.policy.fields().unable_to_evaluate) < kTiny;
      if (by_rule)
        claims_.push_back(claim("sv-supported", Verdict::kSupported, printed->where, found, found,
                                fmt::format("no usable data is said to exist (line {}): the policy's {:.1f}",
                                            facts_.no_data->line, printed->value)));
      else
        claims_.push_back(claim("sv-supported", Verdict::kNotTestable, printed->where, found, "", no_measurement()));
      return;
    }
    if (outcome->error || !outcome->scientific_validity) {
      claims_.push_back(claim(
          "sv-supported", Verdict::kNotTestable, printed->where, found, "",
          "the measurement cannot be scored: " + (outcome->error ? outcome->error->message : std::string("no score"))));
      return;
    }
    computed_validity(*outcome->scientific_validity, *printed, found);
  }

  void computed_validity(const Score& score, const StatedNumber& printed, const std::string& found) {
    const double value = score.value();
    const double published = score.fields().published.value_or(value);
    const Interval interval = score.fields().interval.value_or(Interval{value, value, 0.0, ""});
    std::string terms;
    for (const Term& term : score.fields().terms) {
      if (term.quantity)
        terms += fmt::format("{}{} {:.2f} {}", terms.empty() ? "" : ", ", term.name, *term.quantity, term.unit);
    }
    const bool inside =
        printed.value >= interval.low - kHalfStep - kTiny && printed.value <= interval.high + kHalfStep + kTiny;
    const bool near = std::abs(printed.value - published) <= kReviewerSpread + kTiny;
    const std::string numbers =
        fmt::format("measured {:.2f}, {:.2f} to {:.2f} ({})", value, interval.low, interval.high, terms);
    const char* how = inside ? "inside the interval of what is "
                      : near ? "within the 0.1 that reviews of one product differ by: "
                             : "outside of what is ";
    claims_.push_back(claim("sv-supported", inside || near ? Verdict::kSupported : Verdict::kContradicted,
                            printed.where, found, fmt::format("{:.1f}", published), how + numbers));
  }

  /// Figures of the section on scientific validity, one claim each; one for all of them when nothing was measured.
  void figures(Figure::Kind kind, const char* id, const Product* product, const std::optional<Outcome>& outcome) {
    std::vector<const Figure*> found;
    for (const Figure& figure : facts_.figures) {
      if (figure.kind == kind && figure.section == kSections[0]) found.push_back(&figure);
    }
    if (found.empty()) {
      claims_.push_back(claim(id, Verdict::kNotTestable, {0, 0, ""}, "", "",
                              "the section on scientific validity states no such figure"));
      return;
    }
    if (product == nullptr) {
      claims_.push_back(
          claim(id, Verdict::kNotTestable, found.front()->where, found.front()->where.text, "", no_measurement()));
      return;
    }
    for (const Figure* figure : found)
      claims_.push_back(kind == Figure::Kind::kThd ? distortion(*figure, *product) : response(*figure, *outcome));
  }

  /// THD in % at `frequency_hz`, worst channel, or the rms over 100 Hz..5 kHz.
  static std::optional<double> measured_thd(const Product& product, const Figure& figure, std::string& what) {
    std::optional<double> worst;
    for (const Measurement& measurement : product.measurements) {
      if (!measurement.distortion()) continue;
      const auto& columns = measurement.distortion()->columns();
      const std::optional<double> level =
          columns.level_spl_db ? columns.level_spl_db : measurement.provenance().level_spl_db;
      if (figure.level_spl_db && (!level || std::abs(*level - *figure.level_spl_db) > kLevelTolerance)) {
        what = level ? fmt::format("measured at {:g} dB SPL, stated at {:g}", *level, *figure.level_spl_db)
                     : "the measurement's drive level is not known";
        continue;
      }
      const Eigen::ArrayXd thd = measurement.distortion()->thd_ratio();
      double sum = 0.0;
      std::size_t count = 0;
      for (Eigen::Index i = 0; i < thd.size(); ++i) {
        const double f = columns.frequency_hz[i];
        const bool in = figure.frequency_hz ? std::abs(std::log2(f / *figure.frequency_hz)) <= 1.0 / 12.0
                                            : f >= 100.0 && f <= 5000.0;
        if (!in || !std::isfinite(thd[i])) continue;
        sum += thd[i] * thd[i];
        ++count;
      }
      if (count == 0) continue;
      worst = std::max(worst.value_or(0.0), 100.0 * std::sqrt(sum / static_cast<double>(count)));
    }
    return worst;
  }

  static Claim distortion(const Figure& figure, const Product& product) {
    std::string why = "the measurements hold no distortion there";
    const std::optional<double> thd = measured_thd(product, figure, why);
    const std::string found = fmt::format("{} {:g} %", to_string(figure.bound), figure.value);
    if (!thd) return claim("thd-claim", Verdict::kNotTestable, figure.where, found, "", why);
    bool holds = true;
    if (figure.bound == Figure::Bound::kAtMost)
      holds = *thd <= figure.value * kThdBoundFactor;
    else if (figure.bound == Figure::Bound::kAtLeast)
      holds = *thd >= figure.value / kThdBoundFactor;
    else
      holds = *thd <= figure.value * kThdFactor && *thd >= figure.value / kThdFactor;
    const std::string where =
        figure.frequency_hz ? fmt::format("at {:g} Hz", *figure.frequency_hz) : "rms 100 Hz to 5 kHz";
    return claim("thd-claim", holds ? Verdict::kSupported : Verdict::kContradicted, figure.where, found,
                 fmt::format("{:.3g} %", *thd), fmt::format("measured {:.3g} % ({}, worst channel)", *thd, where));
  }

  static Claim response(const Figure& figure, const Outcome& outcome) {
    const std::string found = fmt::format("{} ±{:g} dB", to_string(figure.bound), figure.value);
    if (!outcome.curves)
      return claim("response-claim", Verdict::kNotTestable, figure.where, found, "",
                   "the measurement cannot be compared with a target");
    if (!figure.band)
      return claim("response-claim", Verdict::kNotTestable, figure.where, found, "", "the statement names no band");
    const Curve error = smoothed(outcome.curves->error, smoothing_from("1/3"));
    const std::optional<Curve> inside = restricted(error, *figure.band);
    if (!inside || octaves(inside->band()) < octaves(*figure.band) - 1.0 / 3.0)
      return claim("response-claim", Verdict::kNotTestable, figure.where, found, "",
                   "the measurement does not cover the band");
    const double half = 0.5 * (inside->magnitude_db().maxCoeff() - inside->magnitude_db().minCoeff());
    bool holds = true;
    if (figure.bound == Figure::Bound::kAtMost)
      holds = half <= figure.value + kResponseTolerance;
    else if (figure.bound == Figure::Bound::kAtLeast)
      holds = half >= figure.value - kResponseTolerance;
    else
      holds = std::abs(half - figure.value) <= std::max(2.0 * kResponseTolerance, 0.25 * figure.value);
    return claim(
        "response-claim", holds ? Verdict::kSupported : Verdict::kContradicted, figure.where, found,
        fmt::format("±{:.1f} dB", half),
        fmt::format("the error against {} lies within ±{:.1f} dB from {:g} to {:g} Hz, 1/3 octave, at the best level",
                    outcome.settings.target, half, figure.band->start_hz, figure.band->stop_hz));
  }

  const PageFacts& facts_;
  const VerifyOptions& options_;
  std::vector<Claim>& claims_;
};

std::string reasons_of(const Score& score) {
  std::string text;
  for (const Reason& reason : score.fields().reasons) {
    if (text.size() < 400) text += (text.empty() ? "" : "; ") + reason.message;
  }
  return text;
}

}  // namespace

void check_measured(const PageFacts& facts, const VerifyOptions& options, std::vector<Claim>& claims) {
  MeasuredChecks(facts, options, claims).run();
}

void check_catalog(const PageFacts& facts, const VerifyOptions& options, std::vector<Claim>& claims) {
  const CostPerformanceFacts& cp = facts.cost_performance;
  const Passage where = cp.no_cheaper_where ? Passage{cp.no_cheaper_where->line, cp.no_cheaper_where->column, ""}
                        : cp.equation       ? cp.equation->where
                                            : Passage{0, 0, ""};
  const std::string found = cp.no_cheaper ? "no cheaper product"
                            : cp.equation ? fmt::format("{:g}", cp.equation->numerator.value)
                                          : "";
  const auto not_testable = [&](std::string reason) {
    claims.push_back(claim("cp-cheaper-exists", Verdict::kNotTestable, where, found, "", std::move(reason)));
  };
  if (!cp.no_cheaper && (!cp.equation || !cp.equation->quotient()))
    return not_testable("no claim about cheaper products that could be computed");
  if (!options.has_catalog) return not_testable("no catalog was given (--catalog)");
  const std::vector<Candidate>& catalog = options.scoring.catalog;
  const std::string key = name_key(facts.target_name);
  auto own = std::find_if(catalog.begin(), catalog.end(),
                          [&](const Candidate& candidate) { return name_key(candidate.name) == key; });
  if (own == catalog.end())
    own = std::find_if(catalog.begin(), catalog.end(),
                       [&](const Candidate& candidate) { return same_product(candidate.name, facts.target_name); });
  if (own == catalog.end()) return not_testable(facts.target_name + " is not in the catalog");
  try {
    const Score score = cost_performance(*own, catalog, options.scoring.policy,
                                         {.ignored_functions = options.scoring.ignored_functions});
    const double value = score.value();
    const double claimed = cp.no_cheaper ? 1.0 : std::min(1.0, *cp.equation->quotient());
    const bool cheaper = value < claimed - kHalfStep;
    const bool none = cp.no_cheaper && value < 1.0 - kTiny;
    claims.push_back(claim("cp-cheaper-exists", cheaper || none ? Verdict::kContradicted : Verdict::kSupported, where,
                           found, fmt::format("{:.2f}", value), reasons_of(score)));
  } catch (const Error& error) {
    not_testable(error.what());
  }
}

}  // namespace headscore
