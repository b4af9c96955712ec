// Facts that headers of several dialects state in the same way.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headscore/error.hpp"
#include "headscore/measurement.hpp"
#include "io/text_table.hpp"

namespace headscore {

/// The number a text starts with ("75.0 dB", "-.8643dB", "0,5 octave"); nullopt when it starts otherwise.
[[nodiscard]] std::optional<double> leading_number(std::string_view text);

/// Without commas, quotes and blanks at its end.
[[nodiscard]] std::string without_end_marks(std::string_view text);

/// "None", "1/12 octave", "Psychoacoustic", "Var", "ERB" -> Provenance::smoothing and, where the text says it,
/// smoothing_octaves.
void set_smoothing(Provenance& provenance, std::string_view text);

/// What any text before the rows says of weighting: "dB(A)", "SPL (dBC)", "A-weighted", "Weighting: C". A compensation
/// that is off, or "unweighted", is none.
[[nodiscard]] Weighting stated_weighting(const TextTable& table);

/// Adds "hand-edited-grid" when the rows do not have the step that the header states ("96 ppo", "1/48 octave", "0.366
/// Hz").
void warn_of_step(const TextTable& table, const Provenance& provenance, std::vector<Warning>& warnings);

}  // namespace headscore
