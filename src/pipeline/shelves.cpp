// Looking things up on the shelves that the build collects.
#include <string>
#include <vector>

#include "error/nearest_name.hpp"
#include "headscore/claim_report.hpp"
#include "headscore/error.hpp"
#include "headscore/report.hpp"
#include "headscore/scoring_model.hpp"

namespace headscore {
namespace {

template <typename Plugin>
const Plugin& found(const std::vector<Plugin>& shelf, std::string_view id, const char* code, const char* kind) {
  for (const Plugin& plugin : shelf) {
    if (plugin.id == id) return plugin;
  }
  std::vector<std::string> ids;
  ids.reserve(shelf.size());
  for (const Plugin& plugin : shelf) ids.emplace_back(plugin.id);
  throw Error(code, {}, std::string(kind) + " \"" + std::string(id) + "\"", suggestion(id, ids));
}

}  // namespace

const ScoringModel& scoring_model(std::string_view id) {
  return found(scoring_models(), id, "unknown-model", "the model");
}

double value_of(const ScoringModel& model, const Curve& error) {
  double sum = 0.0;
  for (const Term& term : model.terms(error)) sum += term.value;
  return sum;
}

ValuesOfSums values_of_sums(const ScoringModel& model, const Eigen::ArrayXd& frequency_hz,
                            const Eigen::MatrixXd& shared_db, const Eigen::MatrixXd& weights) {
  if (model.values_of_sums != nullptr) return model.values_of_sums(frequency_hz, shared_db, weights);
  return [&model, frequency_hz, shared_db, weights](const Eigen::MatrixXd& own_db) {
    Eigen::ArrayXd values(weights.rows());
    for (Eigen::Index i = 0; i < weights.rows(); ++i) {
      const Eigen::VectorXd error_db = own_db * weights.row(i).head(own_db.cols()).transpose() +
                                       shared_db * weights.row(i).tail(shared_db.cols()).transpose();
      values[i] = value_of(model, Curve(frequency_hz, error_db.array()));
    }
    return values;
  };
}

const ClaimReport& claim_report(std::string_view id) {
  return found(claim_report_formats(), id, "unknown-format", "the format");
}

const Report& report(std::string_view id) { return found(report_formats(), id, "unknown-format", "the format"); }

}  // namespace headscore
