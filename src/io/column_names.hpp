// What the names in a column head mean.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "headscore/measurement.hpp"

namespace headscore {

enum class ColumnRole { kFrequency, kLevel, kPhase, kThd, kNoise, kHarmonic, kFundamental, kImpedance, kIgnored };
enum class ColumnUnit { kUnknown, kHertz, kKilohertz, kDecibel, kDecibelSpl, kPercent, kDegree, kRadian, kOhm, kOther };

struct ColumnMeaning {
  ColumnRole role = ColumnRole::kIgnored;
  ColumnUnit unit = ColumnUnit::kUnknown;
  int harmonic = 0;             ///< order, for kHarmonic
  std::string name;             ///< as the head has it, or the role's own name
  bool against_target = false;  ///< "Deviation", "Compensated": relative to a target already
};

/// What a name means on its own, in English and the other languages that measuring programs write.
[[nodiscard]] ColumnMeaning meaning_of(const std::string& name);

/// The same where nothing but a frequency stands beside it: a name that only resembles a quantity ("HD6XX", "DT 770 250
/// Ohm", "Noise Buds") is a product's.
[[nodiscard]] ColumnMeaning meaning_of_only(const std::string& name);

/// How surely a column is the response's level: 4 AutoEq's "raw", 3 "SPL", "Left", anything in dB, 2 anything else that
/// may be one, 1 what a known target is called, 0 no level.
[[nodiscard]] int level_rank(const ColumnMeaning& column);

/// "Left (dB)", "SPL L", "right": the side that a column's name tells.
[[nodiscard]] Channel side_of(std::string_view name);

/// The names in a line that looks like a column head, empty when it does not: one of its first two names must speak of
/// frequency.
[[nodiscard]] std::vector<std::string> column_names(std::string_view line);
/// The same for rows of `columns` cells: of the ways to divide the line (tabs, semicolons, commas, bars, slashes, two
/// blanks, one) the first that gives as many names.
[[nodiscard]] std::vector<std::string> column_names(std::string_view line, std::size_t columns);

/// A head over rows of something else: the names of a line that is divided like a head.
struct HeadCells {
  std::vector<std::string> names;
  bool by_blanks = false;  ///< divided by blanks only: may be prose
};

[[nodiscard]] HeadCells head_cells(std::string_view line);

/// Why the rows below this line are no response over frequency.
enum class OtherTable { kNone, kTime, kOtherAxis, kEqualizer };

/// Judges a line right above the rows in which no name speaks of frequency.
[[nodiscard]] OtherTable other_table(const HeadCells& head);

}  // namespace headscore
