// Reading and writing the small numbers of option texts ("1/12 octave", "mean:200-2000"), in any locale.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace headscore {

/// Lower case, without white space: "1 kHz" -> "1khz".
[[nodiscard]] std::string squeezed(std::string_view text);

/// True, and `text` shortened, when it began with `prefix`.
[[nodiscard]] bool take_prefix(std::string_view& text, std::string_view prefix);
/// True, and `text` shortened, when it ended with `suffix`.
[[nodiscard]] bool take_suffix(std::string_view& text, std::string_view suffix);

/// A finite number that is the whole text.
[[nodiscard]] std::optional<double> number_from(std::string_view text);

/// A positive number of Hz that is the whole squeezed text: "1000", "1000hz", "1khz", "1k".
[[nodiscard]] std::optional<double> hertz_from(std::string_view text);

/// Six significant digits at most: "0.333333", "1000".
[[nodiscard]] std::string number_text(double value);

}  // namespace headscore
