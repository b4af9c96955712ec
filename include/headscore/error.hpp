// Errors and warnings: how headscore says what the world did wrong.
//
// Any function of this library may be called from several threads at once; no call changes its arguments or any global.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace headscore {

/// A place in an input. Zero means "not known": an Error about a whole file has line 0 and column 0.
struct Location {
  std::string file;        ///< Path or name of the input, as the caller gave it; empty for an argument.
  std::size_t line = 0;    ///< 1-based.
  std::size_t column = 0;  ///< 1-based, in bytes.
};

/// The one exception for what the world does wrong (bad file, bad option, data that cannot bear the question).
/// what() reads `file:line:column: found X, wanted Y`; parts that are not known are left out.
class Error : public std::runtime_error {
 public:
  /// `code` is a stable kebab-case word for programs, for example "not-a-curve".
  Error(std::string code, Location where, std::string found, std::string wanted);

  [[nodiscard]] const std::string& code() const noexcept { return code_; }
  [[nodiscard]] const Location& where() const noexcept { return where_; }
  [[nodiscard]] const std::string& found() const noexcept { return found_; }
  [[nodiscard]] const std::string& wanted() const noexcept { return wanted_; }

 private:
  std::string code_;
  Location where_;
  std::string found_;
  std::string wanted_;
};

/// A decision that changed, dropped or doubted something, kept in the result that it concerns.
struct Warning {
  std::string code;      ///< Stable kebab-case word, listed in docs/warnings.md.
  std::size_t line = 0;  ///< 1-based line of the input it starts at; 0: the whole input.
  std::string message;   ///< One sentence for people, with the numbers that decided it.

  friend bool operator==(const Warning&, const Warning&) = default;
};

/// "line 12: three rows were dropped [sentinel-row-dropped]".
[[nodiscard]] std::string to_string(const Warning& warning);

}  // namespace headscore
