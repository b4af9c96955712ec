// Measured figures and statements in prose.
#pragma once

#include <optional>
#include <vector>

#include "headscore/claim.hpp"
#include "pipeline/prose.hpp"

namespace headscore {

/// THD with frequency and level, ±N dB with "within" or "exceeding", sensitivity (dB/mW, dB/V), impedance, isolation in
/// dB; in the order of the text.
[[nodiscard]] std::vector<Figure> page_figures(const Prose& prose);

/// "no cheaper product ...", "no cheaper equivalent-or-better product exists", "より安価な製品は存在しない": the sentence. `plainly`: the
/// denial stands right before what is denied ("no cheaper", "no product at a lower price").
[[nodiscard]] std::optional<Passage> no_cheaper_statement(const Prose& prose, bool plainly);

/// "the cheapest option ...", 最安: the weaker way to say it. A sentence that names a comparator ("the cheapest
/// equivalent is the X at 99 USD") is none.
[[nodiscard]] std::optional<Passage> cheapest_statement(const Prose& prose);

/// "insufficient performance data for comparison": the policy's 0.5.
[[nodiscard]] bool no_baseline_statement(const Prose& prose);

/// "no third-party measurements", 測定データがない: the sentence.
[[nodiscard]] std::optional<Passage> no_data_statement(const Prose& prose);

}  // namespace headscore
