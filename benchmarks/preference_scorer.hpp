// A preference score as a batch would compute it: the interpolation prepared once per frequency axis.
#pragma once

#include <Eigen/Core>
#include <map>

#include "headscore/interpolation.hpp"
#include "headscore/scoring_model.hpp"
#include "headscore/target_library.hpp"

namespace headscore::benchmarks {

/// The preference under AutoEq's convention. One object a thread.
class PreferenceScorer {
 public:
  double operator()(const Curve& response) {
    const auto known = plans_.find(response.size());
    if (known == plans_.end() || !known->second.fits(response.frequency_hz())) {
      plans_.insert_or_assign(response.size(), InterpolationPlan(response.frequency_hz(), grid_.frequency_hz(), Extrapolation::kEndSegments));
    }
    return value_of(model_, Curve(grid_.frequency_hz(), plans_.at(response.size()).applied(response.magnitude_db()) - target_.magnitude_db()));
  }

  [[nodiscard]] const Curve& target() const { return target_; }  ///< on AutoEq's grid

 private:
  const ScoringModel& model_ = scoring_model("autoeq-oe");
  LogGrid grid_ = LogGrid::autoeq();
  Curve target_ = interpolated(bundled_target("harman-oe-2018").curve(), grid_, Extrapolation::kEndSegments);
  std::map<Eigen::Index, InterpolationPlan> plans_;
};

}  // namespace headscore::benchmarks
