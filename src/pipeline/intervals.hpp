// From values that could have been measured instead to an interval.
#pragma once

#include <string>
#include <vector>

#include "headscore/score.hpp"

namespace headscore {

/// Percentile interval (90 %) of the redrawn values (at least one, none NaN), moved so that their median lies on the
/// value itself: drawing adds noise, noise adds spread, and spread lowers most scores (a bias that is not the
/// product's).
[[nodiscard]] Interval interval_of(const std::vector<double>& values, double value, std::string basis);

}  // namespace headscore
