// The ends of a figure's interval, turned so that smaller is better.
#pragma once

#include "headscore/policy.hpp"

namespace headscore {

struct MetricEnds {
  double best = 0.0;
  double worst = 0.0;
};

/// Of a figure under its rule: negated where the rule says that larger is better. Without an interval both are the
/// figure.
[[nodiscard]] MetricEnds ends_of(const MetricRule& rule, const MetricValue& figure);

}  // namespace headscore
