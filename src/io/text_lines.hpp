// Small pieces of text handling that readers share.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace headscore {

/// A line of an input, without its end.
struct TextLine {
  std::size_t number = 0;  ///< 1-based
  std::string_view text;
};

/// Without white space (space, tab, CR, form feed, vertical tab, no-break space is left) at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// Without one pair of double quotes around it; an opening quote alone is also taken.
[[nodiscard]] std::string_view unquoted(std::string_view text);

/// ASCII letters in lower case; everything else as it is.
[[nodiscard]] std::string lowered(std::string_view text);

/// Where `word` first stands in `text`, ASCII case aside; npos when nowhere.
[[nodiscard]] std::size_t find_word(std::string_view text, std::string_view word);

/// Tells in one pass over a text whether any of up to 32 words of three letters or more stands in it. Letters count as
/// they are.
class AnyWord {
 public:
  explicit AnyWord(std::span<const std::string_view> words);
  [[nodiscard]] bool is_in(std::string_view text) const;

 private:
  std::vector<std::string> words_;
  std::array<std::array<std::uint32_t, 256>, 3>
      starts_{};  ///< of the first letters: one bit for each word with it there
};

/// True when `text` contains `word`, ASCII case aside.
[[nodiscard]] bool contains_word(std::string_view text, std::string_view word);

/// The value of the first line that reads `* Key: value`, `# key: value` or `"Key: value"`, trimmed; nullopt when there
/// is none.
[[nodiscard]] std::optional<std::string> header_value(const std::vector<TextLine>& lines, std::string_view key);

/// For messages: printable, at most `most` bytes, in double quotes.
[[nodiscard]] std::string excerpt(std::string_view text, std::size_t most = 40);

}  // namespace headscore
