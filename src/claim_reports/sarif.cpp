// For code-review tools: SARIF 2.1.0 (OASIS), findings at their lines. Contradicted claims are results; pages that were
// refused are notifications.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>
#include <span>
#include <string>

#include "headscore/claim_report.hpp"

namespace headscore::claim_reports {
namespace {

using Json = nlohmann::ordered_json;

const std::map<std::string_view, const char*>& descriptions() {
  static const std::map<std::string_view, const char*> all = {
      {"overall-sum", "The overall score is the sum of the five sections."},
      {"step", "Scores go in steps of 0.1."},
      {"range", "Sections score 0 to 1, the overall score 0 to 5."},
      {"section-score", "The score above a section is that of the front matter."},
      {"cp-arithmetic", "The cost-performance equation gives its printed result."},
      {"cp-rounding",
       "The cost-performance score is the ratio of the printed prices, at most 1, rounded half up to 0.1."},
      {"cp-denominator", "The equation's denominator is the price of the front matter."},
      {"cp-comparator", "The equation's numerator is the comparator's price, and the comparator is as good."},
      {"cp-cheaper-exists", "No catalogued product is cheaper and equivalent."},
      {"sv-supported", "Measurements support the scientific validity."},
      {"thd-claim", "Measurements support the stated distortion."},
      {"response-claim", "Measurements support the stated deviation of the response."},
      {"front-matter", "The front matter holds the required fields."},
      {"slug", "File name, ref and permalink agree."},
      {"language-pair", "The pages of one review in two languages agree."},
      {"damaged-text", "The text has no damaged characters."}};
  return all;
}

/// A relative reference of RFC 3986: all but unreserved characters and '/' in percent.
std::string uri(const std::string& path) {
  constexpr const char* kHex = "0123456789ABCDEF";
  std::string result;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    if (plain)
      result += c;
    else
      result += {'%', kHex[byte >> 4U], kHex[byte & 0x0FU]};
  }
  return result.starts_with('/') ? "file://" + result : result;
}

/// What can be argued about is a warning; what follows from the page's own numbers is an error.
const char* level_of(const std::string& id) {
  static const std::set<std::string, std::less<>> errors = {"overall-sum",    "step",          "range",
                                                            "section-score",  "cp-arithmetic", "cp-rounding",
                                                            "cp-denominator", "language-pair"};
  return errors.contains(id) ? "error" : "warning";
}

Json rules() {
  Json array = Json::array();
  for (const std::string_view id : claim_ids()) {
    const auto found = descriptions().find(id);
    Json rule = {{"id", id}, {"defaultConfiguration", {{"level", level_of(std::string(id))}}}};
    if (found != descriptions().end()) rule["shortDescription"] = {{"text", found->second}};
    array.push_back(std::move(rule));
  }
  return array;
}

Json location(const std::string& path, std::size_t line, std::size_t column) {
  Json place = {{"artifactLocation", {{"uri", uri(path)}}}};
  place["region"] = {{"startLine", std::max<std::size_t>(1, line)}, {"startColumn", std::max<std::size_t>(1, column)}};
  return {{"physicalLocation", std::move(place)}};
}

Json result(const std::string& path, const Claim& claim) {
  const std::vector<std::string_view>& ids = claim_ids();
  const auto index = static_cast<std::size_t>(std::find(ids.begin(), ids.end(), claim.id) - ids.begin());
  std::string text = claim.reason;
  if (!claim.found.empty())
    text += " (found " + claim.found + (claim.expected.empty() ? "" : ", wanted " + claim.expected) + ")";
  Json json = {
      {"ruleId", claim.id}, {"ruleIndex", index}, {"level", level_of(claim.id)}, {"message", {{"text", text}}}};
  json["locations"] = Json::array({location(path, claim.line, claim.column)});
  return json;
}

void write(std::ostream& out, std::span<const PageReview> reviews, const VerificationSummary&,
           const ClaimReportOptions&) {
  Json results = Json::array();
  Json notifications = Json::array();
  for (const PageReview& review : reviews) {
    if (review.error) {
      notifications.push_back({{"level", "error"},
                               {"message", {{"text", review.error->message}}},
                               {"locations", Json::array({location(review.path, 1, 1)})}});
    }
    for (const Claim& claim : review.claims) {
      if (claim.verdict == Verdict::kContradicted) results.push_back(result(review.path, claim));
    }
  }
  Json run;
  run["tool"]["driver"] = {{"name", "headscore"}, {"version", HEADSCORE_VERSION}, {"rules", rules()}};
  run["invocations"] =
      Json::array({{{"executionSuccessful", notifications.empty()}, {"toolExecutionNotifications", notifications}}});
  run["columnKind"] = "unicodeCodePoints";
  run["results"] = std::move(results);
  Json json = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}};
  json["runs"] = Json::array({std::move(run)});
  out << json.dump(1, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace

ClaimReport sarif() { return {"sarif", "SARIF 2.1.0, for code-review tools", write}; }

}  // namespace headscore::claim_reports
