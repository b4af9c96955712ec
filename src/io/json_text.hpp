// JSON written straight into a string: for many small documents, where a tree of values would cost more than what is in
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace headscore {

/// Commas come by themselves. Keys must be plain ASCII without quotes; nesting is the caller's to keep.
class JsonText {
 public:
  JsonText& begin_object() { return open('{'); }
  JsonText& end_object() { return close('}'); }
  JsonText& begin_array() { return open('['); }
  JsonText& end_array() { return close(']'); }
  JsonText& key(std::string_view name);
  JsonText& text(std::string_view value);  ///< bytes that are no UTF-8 become U+FFFD and their hex digits
  JsonText& number(double value);          ///< shortest form that reads back the same; null when not finite
  JsonText& number(std::optional<double> value);
  /// Rounded to 0 to 9 decimals, without noughts behind: in a third of the time. From 1e6 on as number().
  JsonText& rounded(double value, int decimals);
  JsonText& integer(std::int64_t value);
  JsonText& as_before(std::size_t first,
                      std::size_t stop);  ///< a value once more, from the places in str() where it stands
  JsonText& boolean(bool value);
  JsonText& null();

  JsonText& text_field(std::string_view name, std::string_view value) { return key(name).text(value); }
  JsonText& number_field(std::string_view name, std::optional<double> value) { return key(name).number(value); }
  JsonText& integer_field(std::string_view name, std::int64_t value) { return key(name).integer(value); }

  [[nodiscard]] const std::string& str() const noexcept { return out_; }
  [[nodiscard]] std::string take() { return std::move(out_); }
  void newline() { out_ += '\n'; }

 private:
  void comma();
  JsonText& open(char bracket);
  JsonText& close(char bracket);
  std::string out_;
};

/// Well-formed UTF-8: a byte that is none becomes U+FFFD and its two hex digits, so that different names stay
/// different.
[[nodiscard]] std::string utf8_text(std::string_view text);

}  // namespace headscore
