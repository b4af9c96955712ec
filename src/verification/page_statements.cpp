#include "verification/page_statements.hpp"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "io/text_lines.hpp"
#include "io/utf8.hpp"

namespace headscore {
namespace {

using Kind = ProseToken::Kind;

bool holds(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// Sentences of the prose as byte ranges; a list item ends one.
std::vector<std::pair<std::size_t, std::size_t>> sentences(const Prose& prose) {
  std::vector<std::pair<std::size_t, std::size_t>> result;
  const std::vector<ProseToken>& tokens = prose.tokens();
  std::size_t first = 0;
  for (std::size_t i = 0; i <= tokens.size(); ++i) {
    if (i == first && i < tokens.size() && tokens[i].kind == Kind::kNewline) {
      ++first;
      continue;
    }
    const bool end =
        i == tokens.size() || tokens[i].kind == Kind::kStop ||
        (tokens[i].kind == Kind::kNewline && i + 1 < tokens.size() && tokens[i + 1].kind == Kind::kNewline);
    if (!end) continue;
    if (i > first) result.emplace_back(tokens[first].begin, tokens[i - 1].end);
    first = i + 1;
  }
  return result;
}

bool any_of(std::string_view sentence, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) { return holds(sentence, part); });
}

/// The first sentence that `says` it.
template <typename Says>
std::optional<Passage> statement(const Prose& prose, Says says) {
  for (const auto& [begin, end] : sentences(prose)) {
    std::string sentence = " " + lowered(prose.words(begin, end)) + " ";
    std::replace(sentence.begin(), sentence.end(), '\n', ' ');
    if (says(sentence)) return prose.passage(begin, end);
  }
  return std::nullopt;
}

bool denies(std::string_view s) {
  return any_of(s, {" no ", " not ", " none ", " cannot ", " nothing ", "(no ", " neither ", "couldn't ", "n't ",
                    " without ", "unable to ", " zero ", "\nno ", "**no "});
}

bool says_no_cheaper(const std::string& s) {
  static constexpr auto kThings = {"product",    "option", "alternative", "candidate", "competitor",
                                   "comparator", "model",  "equivalent",  "headphone", "earphone",
                                   "iem",        "earbud", "device"};
  const auto things = [&] {
    return std::any_of(kThings.begin(), kThings.end(), [&](const char* thing) { return holds(s, thing); });
  };
  const bool cheap = any_of(s, {"cheaper", "lower price", "lower cost", "lower pric", "less expensive", "lower-priced",
                                "lower-cost", "more affordable", "at lower", "at a lower", "lower current",
                                "lower market", "below", "inexpensive", "under its price"});
  if (denies(s) && cheap && things()) return true;
  const bool wanted = any_of(s, {"equivalent", "comparable", "competing", "superior", "qualif", " such ",
                                 "equal-or-better", "matching", "better"});
  const bool there =
      any_of(s, {"exist", "found", "identif", "available", "offer", "emerged", "were confirmed", "was confirmed"});
  if (denies(s) && wanted && there && things() &&
      any_of(s, {" no ", "(no ", " none ", "not exist", "not found", "not identif", "nothing", "could not"}))
    return true;
  const bool cheap_ja = any_of(s, {"安価", "安い", "低価格", "廉価", "同等以上", "より低い価格"});
  return cheap_ja && any_of(s, {"存在しな", "存在しませ", "見つから", "見当たら", "ありませ", "確認できな",
                                "確認できませ", "確認されな", "確認されませ", "ないため", "製品はない", "製品がない",
                                "はなく", "がなく", "存在せず"});
}

}  // namespace

std::optional<Passage> no_cheaper_statement(const Prose& prose, bool plainly) {
  return statement(prose, [plainly](const std::string& s) {
    if (!says_no_cheaper(s)) return false;
    if (!plainly || is_cjk(character_at(s, 1).code)) return true;
    const std::size_t no = std::min(s.find(" no "), s.find("(no "));
    if (no == std::string::npos) return false;
    const std::string_view near = std::string_view(s).substr(no, 90);
    return any_of(near, {"cheaper", "lower price", "lower cost", "less expensive", "lower-priced", "lower-cost"});
  });
}

std::optional<Passage> cheapest_statement(const Prose& prose) {
  return statement(prose, [](const std::string& s) {
    const bool cheapest =
        any_of(s, {"cheapest", "lowest-priced", "most affordable", "lowest price", "most cost-effective", "最安",
                   "最も安価", "only choice", "only option", "sole option", "own unique category", "own category",
                   "rated 1.0", "maximum cost-performance"});
    return cheapest && !any_of(s, {"comparator", "cheapest equivalent is", "cheapest equivalent alternative is",
                                   "compared to the", "cheapest equal-or-better:"});
  });
}

bool no_baseline_statement(const Prose& prose) {
  return statement(prose,
                   [](const std::string& s) {
                     return (any_of(s, {"insufficient", "lack of", "lacks", "no performance baseline", "not possible",
                                        "impossible", "cannot be", "unable to", "unavailable"}) &&
                             any_of(s, {"comparison", "compare", "baseline", "calculat", "evaluat"})) ||
                            (any_of(s, {"比較"}) && any_of(s, {"できない", "できません", "不足", "困難", "不可能"}));
                   })
      .has_value();
}

std::optional<Passage> no_data_statement(const Prose& prose) {
  return statement(prose, [](const std::string& s) {
    const bool data = any_of(
        s, {"third-party measure", "independent measure", "third-party data", "measurement data", "measured data",
            "independent third-party", "third-party test", "independent test", "lab measurement"});
    const bool lacks =
        any_of(s, {" no ", "not available", "unavailable", "lack", "absence", "insufficient", "cannot be found",
                   "could not be", "not been published", "not yet", "unable to", "without"});
    const bool ja = any_of(s, {"測定データ", "測定値", "第三者測定", "実測"}) &&
                    any_of(s, {"存在しな", "見つから", "不足", "公開されてい", "ない", "確認できな", "欠如"});
    return (data && lacks) || ja || holds(s, "unable to evaluate");
  });
}

}  // namespace headscore
