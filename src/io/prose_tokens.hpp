// Prose with sums in it, as tokens: words, amounts of money, operators. English and Japanese, plain or LaTeX.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace headscore {

struct ProseToken {
  enum class Kind {
    kWord,      ///< letters and digits that begin with a letter, or digits with letters behind them ("7Hz", "96kHz")
    kCjk,       ///< a run of Japanese letters
    kNumber,    ///< with its currency, if any
    kRelation,  ///< = ≈ ≒ → ⇒ -> =>
    kDivide,    ///< ÷ / \div
    kTimes,
    kPlus,
    kMinus,
    kOpen,  ///< ( （ {
    kClose,
    kComma,
    kColon,
    kStop,  ///< . ! ? 。 ; at the end of a clause
    kNewline,
    kQuote,
    kFraction,  ///< \frac
    kMinimum,   ///< MIN, \min
    kOther,
  };
  Kind kind = Kind::kOther;
  std::size_t begin = 0;  ///< bytes of the text
  std::size_t end = 0;
  double value = 0.0;  ///< of a number
  int decimals = 0;
  bool cut = false;           ///< "0.686..."
  bool slash = false;         ///< a division written "/"
  std::string_view currency;  ///< of a number: ISO 4217, empty without one
  std::string_view unit;      ///< of a number: "%", or letters that stick to it ("kHz"), "" for a plain number

  [[nodiscard]] bool is_plain_number() const { return kind == Kind::kNumber && unit.empty(); }
};

/// Citations ("[4]", "［4,9］") are left out. Views point into `text` or at constants. Linear in the length of the
/// text.
[[nodiscard]] std::vector<ProseToken> prose_tokens(std::string_view text);

/// True for letters of Japanese and Chinese (kana, ideographs, long vowel mark).
[[nodiscard]] bool is_cjk(char32_t code);

}  // namespace headscore
