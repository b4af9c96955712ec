#include "pipeline/overall.hpp"

#include <utility>

namespace headscore {

Overall overall_score(const std::optional<Score>& scientific_validity, const std::optional<Score>& cost_performance,
                      const std::map<std::string, double>& given) {
  Overall result;
  Score::Fields fields;
  fields.model = "overall";
  fields.version = "1";
  const auto add = [&](const char* name, std::optional<double> value, const char* note) {
    if (!value) {
      result.missing += (result.missing.empty() ? "" : ", ") + std::string(name);
      return;
    }
    fields.terms.push_back({name, *value, std::nullopt, "", std::nullopt, note});
  };
  const auto published = [](const std::optional<Score>& score) {
    return score ? score->fields().published : std::nullopt;
  };
  const auto given_as = [&](const char* key) {
    const auto found = given.find(key);
    return found == given.end() ? std::nullopt : std::optional<double>(found->second);
  };
  add("scientific-validity", published(scientific_validity), "computed");
  add("technology", given_as("technology"), "given");
  add("cost-performance", published(cost_performance), "computed");
  add("reliability", given_as("reliability"), "given");
  add("rationality", given_as("rationality"), "given");
  result.any_given = given_as("technology") || given_as("reliability") || given_as("rationality");
  if (!result.missing.empty()) return result;
  double sum = 0.0;
  for (const Term& term : fields.terms) sum += term.value;
  fields.published = rounded_to_tenth(sum);
  result.score = Score(std::move(fields));
  return result;
}

}  // namespace headscore
