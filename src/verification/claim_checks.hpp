// The checks behind verified(), by what they need.
#pragma once

#include <string>
#include <vector>

#include "headscore/claim.hpp"
#include "headscore/verification.hpp"
#include "verification/page_reader.hpp"

namespace headscore {

/// How a printed number came from the exact one.
enum class Rounding { kRight, kTruncated, kDoubleRounded, kWrong };

/// `printed` (with `decimals`) against `exact`: right when it is within half a unit of its last digit, truncated when
/// digits were cut, double-rounded when it is the rounding of a rounding with up to three digits more.
[[nodiscard]] Rounding rounding_of(double exact, double printed, int decimals);

/// What becomes of a number on its way to `decimals`, half up on the decimal digits.
[[nodiscard]] double rounded_half_up(double value, int decimals);

/// overall-sum, step, range, section-score, front-matter, slug, damaged-text.
void check_page(const ReadPage& page, std::vector<Claim>& claims);

/// cp-arithmetic, cp-rounding, cp-denominator and the part of cp-comparator that the page itself can decide.
void check_prices(const PageFacts& facts, std::vector<Claim>& claims);

/// cp-comparator against the comparator's own review, language-pair.
void check_set(std::vector<PageReview>& reviews, const VerifyOptions& options);

/// sv-supported, thd-claim, response-claim.
void check_measured(const PageFacts& facts, const VerifyOptions& options, std::vector<Claim>& claims);

/// cp-cheaper-exists.
void check_catalog(const PageFacts& facts, const VerifyOptions& options, std::vector<Claim>& claims);

/// Sum, rounding and damaged characters, where nothing else of the page contradicts them.
[[nodiscard]] std::vector<Correction> certain_corrections(const ReadPage& page, const std::vector<Claim>& claims);

}  // namespace headscore
