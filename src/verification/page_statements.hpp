// Statements in prose that claims rest on.
#pragma once

#include <optional>

#include "headscore/claim.hpp"
#include "verification/prose.hpp"

namespace headscore {

/// "no cheaper product ...", "no cheaper equivalent-or-better product exists", "より安価な製品は存在しない": the
/// sentence. `plainly`: the denial stands right before what is denied ("no cheaper", "no product at a lower price").
[[nodiscard]] std::optional<Passage> no_cheaper_statement(const Prose& prose, bool plainly);

/// "the cheapest option ...", 最安: the weaker way to say it. A sentence that names a comparator ("the cheapest
/// equivalent is the X at 99 USD") is none.
[[nodiscard]] std::optional<Passage> cheapest_statement(const Prose& prose);

/// "insufficient performance data for comparison": the policy's 0.5.
[[nodiscard]] bool no_baseline_statement(const Prose& prose);

/// "no third-party measurements", 測定データがない: the sentence.
[[nodiscard]] std::optional<Passage> no_data_statement(const Prose& prose);

}  // namespace headscore
