// Any bytes are a page whose facts lie inside it, or are refused with an error; corrections leave a page that is read
// again.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "headscore/verification.hpp"

namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

std::size_t lines_of(const std::string& text) {
  std::size_t lines = 1;
  for (const char c : text) lines += c == '\n' ? 1U : 0U;
  return lines;
}

void check(const std::string& bytes, const headscore::PageReview& review) {
  require(review.path == "fuzz.md", "a review names its page");
  if (review.error) {
    require(!review.error->code.empty() && review.claims.empty(), "a refused page has a code and no claims");
    return;
  }
  // Other encodings may hold more line ends than their bytes show.
  const bool plain = bytes.find('\0') == std::string::npos;
  const std::size_t lines = lines_of(bytes);
  require(!review.claims.empty(), "a page that was read has claims");
  for (const headscore::Claim& claim : review.claims) {
    require(!claim.id.empty() && !claim.reason.empty(), "a claim has an id and a reason");
    if (plain) require(claim.line <= lines, "a claim lies inside the page");
  }
  for (const headscore::PriceEquation& equation : review.facts.cost_performance.equations) {
    require(equation.denominator.value >= 0.0 && equation.numerator.value >= 0.0, "prices are not negative");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const headscore::VerifyOptions options;
  const auto first = headscore::verified({{"fuzz.md", bytes}}, options);
  require(first.size() == 1, "as many reviews as pages");
  check(bytes, first[0]);
  const std::string fixed = headscore::corrected(bytes, first[0]);
  if (fixed != bytes) check(fixed, headscore::verified({{"fuzz.md", fixed}}, options)[0]);
  return 0;
}
