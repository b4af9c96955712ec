// Numbers and text for people: locale independent, safe on a terminal, aligned by what is seen instead of by bytes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headscore/curve.hpp"
#include "headscore/score.hpp"

namespace headscore {

/// "3.10": fixed decimals, never "-0.00"; "1e+17" from a million on; "n/a" when not finite.
[[nodiscard]] std::string fixed(double value, int decimals);

/// "+3.10", "-3.10", "0.00".
[[nodiscard]] std::string with_sign(double value, int decimals);

/// At most `digits` significant digits without trailing zeros, no exponent between 1e-4 and 1e9: "-12.62", "0.0572",
/// "54600".
[[nodiscard]] std::string significant(double value, int digits);

/// Digits in groups of three: "54,600".
[[nodiscard]] std::string grouped_digits(std::size_t number);

/// "63 Hz", "3.15 kHz": three significant digits.
[[nodiscard]] std::string frequency_text(double frequency_hz);

/// "20-200 Hz", "1-3 kHz", "200 Hz-2 kHz".
[[nodiscard]] std::string band_text(const Band& band);

/// Well-formed UTF-8 in which every byte that is none, every control character (line ends and escape sequences too) and
/// every mark that reverses the writing direction has become U+FFFD. Tabs and line ends become one blank. For anything
/// that came from outside.
[[nodiscard]] std::string printable(std::string_view text);

/// Text that stands for itself in Markdown: nothing in it is markup, HTML, mathematics or a template.
[[nodiscard]] std::string markdown_escaped(std::string_view text);

/// For XML and SVG, as text and inside of attributes.
[[nodiscard]] std::string xml_escaped(std::string_view text);

/// Columns that a terminal gives to well-formed UTF-8: 0 for combining marks, 2 for East Asian wide characters and
/// emoji, else 1.
[[nodiscard]] int display_width(std::string_view text);

/// `text` cut in its middle to at most `width` columns, with "..." where the cut is; its end, which tells files apart,
/// is kept.
[[nodiscard]] std::string shortened(std::string_view text, int width);

/// `text` broken at blanks into lines of at most `width` columns; a longer word is broken inside,
/// a number and its unit are kept together. At least one line.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, int width);

/// `text` with blanks behind it (before it) up to `width` columns.
[[nodiscard]] std::string padded(std::string_view text, int width);
[[nodiscard]] std::string right_aligned(std::string_view text, int width);

/// The last part of a path, whichever slash it uses: "MDR-1AM2 L.txt".
[[nodiscard]] std::string file_name(std::string_view path);

/// "2 files", "1 file".
[[nodiscard]] std::string counted(std::size_t number, const std::string& noun);

/// "first, second, third" with the given separator; empty parts are left out.
[[nodiscard]] std::string joined(const std::vector<std::string>& parts, std::string_view separator);

/// A name from a model or a policy as words: "response_deviation" becomes "response deviation".
[[nodiscard]] std::string spoken(std::string_view name);

/// "1.83 dB/ln Hz x -15.52 (note)": what stands behind a term's value; empty when nothing does. `times` is the sign
/// between.
[[nodiscard]] std::string term_basis(const Term& term, std::string_view times);

/// "2.9 = 0.5 + 0.7 + 0.5 + 0.6 + 0.6": a score as the sum of its terms; one decimal where all are tenths, else three
/// and, where the score has one, " -> 2.9" for the published value.
[[nodiscard]] std::string sum_equation(const Score& score);

/// The equation that a cost-performance score states in its terms: "133 USD / 246 USD = 0.54"; absent when none has
/// one.
[[nodiscard]] std::optional<std::string> price_equation(const Score& score);

}  // namespace headscore
