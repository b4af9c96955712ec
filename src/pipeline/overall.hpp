// The five scores of a review in one sum.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "headscore/outcome.hpp"

namespace headscore {

/// What there is to add up, or what is missing: "technology, reliability".
struct Overall {
  std::optional<Score> score;
  std::string missing;
  bool any_given = false;  ///< the user gave some of the three that are not computed
};

/// The sum of five, as reviews print them: the two computed ones in their published step. `given`: see
/// ScoreOptions::given.
[[nodiscard]] Overall overall_score(const std::optional<Score>& scientific_validity,
                                    const std::optional<Score>& cost_performance,
                                    const std::map<std::string, double>& given);

}  // namespace headscore
