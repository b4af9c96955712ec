// XXH3: fast hashes of content, not meant to withstand forgery (that is what SHA-256 is for).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace headscore {

/// XXH3-128 of bytes that come in pieces.
class ContentHash {
 public:
  ContentHash();
  ~ContentHash();
  ContentHash(ContentHash&& other) noexcept;
  ContentHash& operator=(ContentHash&& other) noexcept;

  void add(std::string_view bytes);
  /// Bytes with their length in front, so that ("ab", "c") and ("a", "bc") differ.
  void add_field(std::string_view bytes);
  [[nodiscard]] std::string hex() const;  ///< 32 lower-case digits, canonical byte order

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// XXH3-128 as 32 lower-case hex digits.
[[nodiscard]] std::string hash128_hex(std::string_view bytes);

/// XXH3-64.
[[nodiscard]] std::uint64_t hash64(std::string_view bytes);

}  // namespace headscore
