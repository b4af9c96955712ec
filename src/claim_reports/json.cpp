// For programs: data/schema/verify.schema.json describes the document.
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <span>
#include <string>

#include "headscore/claim_report.hpp"

namespace headscore::claim_reports {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kIndent = 1;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

template <typename Value>
Json value_of(const std::optional<Value>& stated) {
  return stated ? number(stated->value) : Json(nullptr);
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

std::optional<StatedNumber> score_of(const PageFacts& facts) {
  for (const SectionScore& section : facts.sections) {
    if (section.section == kSections[2]) return section.score;
  }
  return std::nullopt;
}

Json from_cost_performance(const PageFacts& facts) {
  const CostPerformanceFacts& cp = facts.cost_performance;
  const std::optional<PriceEquation>& equation = cp.equation;
  Json json;
  json["text"] = equation              ? Json(equation->where.text)
                 : cp.no_cheaper_where ? Json(cp.no_cheaper_where->text)
                                       : Json(nullptr);
  json["numerator"] = equation ? number(equation->numerator.value) : Json(nullptr);
  json["denominator"] = equation ? number(equation->denominator.value) : Json(nullptr);
  json["stated_ratio"] = equation ? value_of(equation->ratio) : Json(nullptr);
  json["score"] = value_of(score_of(facts));
  json["comparator"] = cp.comparator ? Json(cp.comparator->name) : Json(nullptr);
  json["no_cheaper"] = cp.no_cheaper;
  return json;
}

Json from_source(const char* fact, const Passage& where) {
  return {{"fact", fact}, {"line", where.line}, {"column", where.column}, {"text", where.text}};
}

/// Where each fact was read, and the words that it was read from.
Json sources(const PageFacts& facts) {
  Json array = Json::array();
  if (facts.price) array.push_back(from_source("price", facts.price->where));
  for (const StatedNumber& rating : facts.ratings) array.push_back(from_source("rating", rating.where));
  for (const SectionScore& section : facts.sections) array.push_back(from_source("section-score", section.score.where));
  const CostPerformanceFacts& cp = facts.cost_performance;
  for (const PriceEquation& equation : cp.equations) array.push_back(from_source("equation", equation.where));
  if (cp.equation) {
    array.push_back(from_source("numerator", cp.equation->numerator.where));
    array.push_back(from_source("denominator", cp.equation->denominator.where));
    if (cp.equation->ratio) array.push_back(from_source("stated-ratio", cp.equation->ratio->where));
    if (cp.equation->result) array.push_back(from_source("result", cp.equation->result->where));
  }
  if (cp.comparator) array.push_back(from_source("comparator", cp.comparator->where));
  if (cp.comparator && cp.comparator->price)
    array.push_back(from_source("comparator-price", cp.comparator->price->where));
  if (cp.no_cheaper_where) array.push_back(from_source("no-cheaper", *cp.no_cheaper_where));
  if (facts.no_data) array.push_back(from_source("no-data", *facts.no_data));
  return array;
}

Json from_figure(const Figure& figure) {
  Json json = {{"kind", to_string(figure.kind)}, {"bound", to_string(figure.bound)}, {"value", number(figure.value)}};
  json["high"] = figure.high ? number(*figure.high) : Json(nullptr);
  json["unit"] = figure.unit;
  json["frequency_hz"] = figure.frequency_hz ? number(*figure.frequency_hz) : Json(nullptr);
  json["level_spl_db"] = figure.level_spl_db ? number(*figure.level_spl_db) : Json(nullptr);
  json["band_hz"] = figure.band ? Json({number(figure.band->start_hz), number(figure.band->stop_hz)}) : Json(nullptr);
  json["section"] = text_or_null(figure.section);
  json["line"] = figure.where.line;
  json["column"] = figure.where.column;
  json["text"] = figure.where.text;
  return json;
}

Json from_facts(const PageFacts& facts) {
  Json json;
  json["price"] = value_of(facts.price);
  json["ratings"] = Json::array();
  for (const StatedNumber& rating : facts.ratings) json["ratings"].push_back(number(rating.value));
  json["cost_performance"] = from_cost_performance(facts);
  json["figures"] = Json::array();
  for (const Figure& figure : facts.figures) json["figures"].push_back(from_figure(figure));
  json["sources"] = sources(facts);
  return json;
}

Json from_claim(const Claim& claim) {
  return {
      {"id", claim.id},       {"verdict", to_string(claim.verdict)}, {"line", claim.line},    {"column", claim.column},
      {"found", claim.found}, {"expected", claim.expected},          {"reason", claim.reason}};
}

Json from_review(const PageReview& review) {
  Json json;
  json["path"] = review.path;
  json["ref"] = text_or_null(review.facts.ref);
  json["facts"] = review.error ? Json(nullptr) : from_facts(review.facts);
  json["checks"] = Json::array();
  for (const Claim& claim : review.claims) json["checks"].push_back(from_claim(claim));
  json["error"] =
      review.error ? Json({{"code", review.error->code}, {"message", review.error->message}}) : Json(nullptr);
  return json;
}

Json from_summary(const VerificationSummary& summary) {
  Json json = {{"pages", summary.pages},
               {"refused", summary.refused},
               {"equations",
                {{"pages", summary.with_equation},
                 {"consistent", summary.consistent},
                 {"double_rounded", summary.double_rounded},
                 {"truncated", summary.truncated},
                 {"wrong", summary.wrong}}}};
  Json claims = Json::object();
  for (const std::string_view id : claim_ids()) {
    const auto counts = summary.claims.find(std::string(id));
    if (counts == summary.claims.end()) continue;
    Json of = Json::object();
    for (const auto& [verdict, count] : counts->second) of[std::string(to_string(verdict))] = count;
    claims[std::string(id)] = of;
  }
  json["checks"] = claims;
  return json;
}

void write(std::ostream& out, std::span<const PageReview> reviews, const VerificationSummary& summary,
           const ClaimReportOptions&) {
  Json json;
  json["headscore"] = HEADSCORE_VERSION;
  json["pages"] = Json::array();
  for (const PageReview& review : reviews) json["pages"].push_back(from_review(review));
  json["summary"] = from_summary(summary);
  out << json.dump(kIndent, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace

ClaimReport json() { return {"json", "everything, for programs", write}; }

}  // namespace headscore::claim_reports
