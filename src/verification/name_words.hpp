// Words by which names of products are told from the prose around them; lower case.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace headscore::name_words {

template <std::size_t count>
[[nodiscard]] bool among(std::string_view word, const std::array<std::string_view, count>& list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// clang-format off
/// Words that begin a sentence or a label with a capital and are no part of a name.
inline constexpr auto kNoNames = std::to_array<std::string_view>({
    "the", "this", "that", "these", "those", "a", "an", "against", "compared", "while", "when", "with", "for", "at",
    "in", "however", "both", "using", "since", "as", "and", "or", "but", "if", "although", "though", "current",
    "market", "its", "it", "cp", "cheapest", "comparator", "comparison", "calculation", "price", "usd", "us", "thd",
    "anc", "bluetooth", "ldac", "fr", "iem", "iems", "harman", "tws", "sinad", "snr", "hi-res", "usb-c", "usb",
    "cost-performance", "cost", "performance", "per", "based", "considering", "regarding", "among", "from", "by",
    "to", "of", "on", "under", "other", "another", "equivalent", "equivalence", "equivalent-or-better", "products",
    "product", "model", "models", "review", "target", "site", "our", "we", "no", "not", "there", "their", "they",
    "therefore", "thus", "which", "competitor", "competing", "alternative", "alternatives", "similar", "same",
    "also", "even", "despite", "after", "given", "because", "taking", "simple", "division", "representative",
    "priced", "retail", "amazon", "primary", "official", "street", "measured", "measurement", "rtings",
    "audio-science", "crinacle's", "third-party", "frequency", "response", "sensitivity", "impedance", "driver",
    "drivers", "core", "key", "main", "basis", "note", "why", "computation", "rounded", "score", "japanese",
    "wired", "wireless", "nevertheless", "additionally", "meanwhile", "multiple", "budget", "notably",
    "specifically", "all", "such", "one", "two", "single", "cheaper"});

/// Words that stand behind a name and are no part of it.
inline constexpr auto kTails = std::to_array<std::string_view>({
    "usd", "thd", "anc", "iem", "iems", "headphones", "headphone", "earphones", "earphone", "earbuds", "ldac",
    "bluetooth", "cp", "fr", "is", "cost-performance", "tws", "the", "and", "price", "msrp", "eq", "usb-c", "mmcx",
    "ipx4", "ipx5", "db", "hz", "khz", "spl", "rtings", "asr", "amazon", "audio-science", "review", "techpowerup",
    "harman", "japan", "us", "eu", "official", "new", "current", "&", "calculation", "formula", "score", "dac",
    "app", "hi-res", "le", "aptx", "in-ear", "over-ear", "open-back", "dsp-eq"});

/// What a product does behind its name.
inline constexpr auto kVerbs = std::to_array<std::string_view>({
    "provides", "offers", "demonstrates", "delivers", "features", "achieves", "exists", "represents", "serves",
    "matches", "meets", "exceeds", "supports", "is", "has", "with", "combines", "includes", "provide", "offer",
    "stands", "shows", "emerges", "maintains", "boasts", "specifies", "at", "available", "retails", "sells"});

/// Words that announce a comparator.
inline constexpr auto kCues = std::to_array<std::string_view>({
    "comparator", "comparison", "compared", "against", "alternative", "alternatives", "competitor", "competitors",
    "versus", "vs", "cheapest", "identified", "identifies", "cheaper", "benchmark", "reference", "equivalent",
    "affordable", "equal-or-better", "equivalent-or-better", "equivalent-function", "using", "target", "such",
    "competing", "by"});

/// Words that begin what is no product: rigs, codecs, units, months.
inline constexpr auto kTechnical = std::to_array<std::string_view>({
    "iec", "gras", "45ca", "b&k", "5128", "spl", "dbspl", "aptx", "ldac", "aac", "lhdc", "sbc", "bluetooth", "usb",
    "usb-c", "thd", "whd", "rms", "wi-fi", "nfc", "mmcx", "hz", "khz", "u.s", "u.s.", "jan", "feb", "mar", "apr",
    "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "january", "february", "march", "april", "june", "july",
    "august", "september", "october", "november", "december", "b&h", "typical", "hi-fi", "ip54", "ip55", "fr", "eq",
    "peq", "dsp", "dac", "anc", "le", "qi", "ios", "android", "soundguys", "whathifi", "head-fi", "rtings.com",
    "headphone", "audio-science", "mdaqs"});

/// Brands that write themselves small.
inline constexpr auto kSmallBrands = std::to_array<std::string_view>({
    "beyerdynamic", "final", "realme", "qdc", "oneplus", "iem"});

/// Units that digits carry: "40h" is no name.
inline constexpr auto kUnits = std::to_array<std::string_view>({
    "hz", "khz", "db", "mm", "h", "ms", "mw", "ω", "ohm", "ohms", "bit", "bits", "g", "v", "vrms", "kg", "hours",
    "hour", "m", "w", "x", "pin", "dbspl", "mah", "-pin", "k", "-bit"});
// clang-format on

}  // namespace headscore::name_words
