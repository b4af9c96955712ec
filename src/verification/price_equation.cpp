#include "verification/price_equation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "io/text_lines.hpp"

namespace headscore {
namespace {

using Kind = ProseToken::Kind;

constexpr std::size_t kMostWordsToRatio = 9;  // "99 USD ÷ 255 USD, which gives a ratio of about 0.39"
constexpr std::size_t kMostEquations = 100;   // a section has a few
constexpr std::size_t kMostGroup = 24;        // tokens inside brackets

/// An operand: tokens [first, last] and its value.
struct Operand {
  std::size_t first = 0;
  std::size_t last = 0;
  Amount amount;
};

struct Ratio {
  StatedNumber number;
  std::size_t token = 0;
};

class Finder {
 public:
  explicit Finder(const Prose& prose) : prose_(prose), tokens_(prose.tokens()) {}

  [[nodiscard]] std::vector<PriceEquation> equations() const {
    std::vector<PriceEquation> found;
    for (std::size_t i = 0; i < tokens_.size() && found.size() < kMostEquations; ++i) {
      std::optional<PriceEquation> equation;
      if (tokens_[i].kind == Kind::kDivide) equation = divided(i);
      if (tokens_[i].kind == Kind::kColon) equation = proportion(i);
      if (tokens_[i].kind == Kind::kFraction) equation = fraction(i);
      if (tokens_[i].kind == Kind::kWord || tokens_[i].kind == Kind::kCjk) equation = in_words(i);
      if (equation) found.push_back(std::move(*equation));
    }
    return found;
  }

 private:
  [[nodiscard]] bool is(std::size_t i, Kind kind) const { return i < tokens_.size() && tokens_[i].kind == kind; }
  [[nodiscard]] std::string_view words(std::size_t i) const { return prose_.words(tokens_[i]); }

  [[nodiscard]] bool is_amount(std::size_t i) const {
    return i < tokens_.size() && tokens_[i].is_plain_number() && !tokens_[i].cut;
  }

  [[nodiscard]] Amount amount_of(std::size_t i) const {
    const ProseToken& token = tokens_[i];
    return {token.value, token.decimals, std::string(token.currency), {}, prose_.passage(token.begin, token.end),
            std::nullopt};
  }

  [[nodiscard]] StatedNumber stated(std::size_t i) const {
    const ProseToken& token = tokens_[i];
    StatedNumber number{token.value, token.decimals, token.cut, prose_.passage(token.begin, token.end)};
    if (token.unit == "%") {
      number.value /= 100.0;
      number.decimals += 2;
    }
    return number;
  }

  [[nodiscard]] std::optional<std::size_t> open_of(std::size_t close) const {
    int depth = 0;
    for (std::size_t i = close, seen = 0; seen < kMostGroup; --i, ++seen) {
      if (is(i, Kind::kClose)) ++depth;
      if (is(i, Kind::kOpen) && --depth == 0) return i;
      if (i == 0) break;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<std::size_t> close_of(std::size_t open) const {
    int depth = 0;
    for (std::size_t i = open; i < tokens_.size() && i < open + kMostGroup; ++i) {
      if (is(i, Kind::kOpen)) ++depth;
      if (is(i, Kind::kClose) && --depth == 0) return i;
    }
    return std::nullopt;
  }

  /// The sum inside brackets: amounts with + and − between them; words are notes.
  [[nodiscard]] std::optional<Operand> group(std::size_t open, std::size_t close) const {
    Operand operand{open, close, {}};
    bool any = false;
    double sign = 1.0;
    bool wants = true;
    for (std::size_t i = open + 1; i < close; ++i) {
      if (is_amount(i)) {
        if (!wants) return std::nullopt;
        const Amount part = amount_of(i);
        operand.amount.value += sign * part.value;
        operand.amount.decimals = std::max(operand.amount.decimals, part.decimals);
        if (operand.amount.currency.empty()) operand.amount.currency = part.currency;
        if (!part.currency.empty() && part.currency != operand.amount.currency) return std::nullopt;
        operand.amount.summands.push_back(sign * part.value);
        any = true;
        wants = false;
      } else if (is(i, Kind::kPlus) || is(i, Kind::kMinus)) {
        sign = is(i, Kind::kPlus) ? 1.0 : -1.0;
        wants = true;
      } else if (is(i, Kind::kRelation) || is(i, Kind::kDivide) || is(i, Kind::kTimes)) {
        return std::nullopt;
      }
    }
    if (!any || wants) return std::nullopt;
    if (operand.amount.summands.size() == 1) operand.amount.summands.clear();
    operand.amount.where = prose_.passage(tokens_[open].begin, tokens_[close].end);
    return operand;
  }

  /// A line's end inside a paragraph.
  [[nodiscard]] bool is_soft_break(std::size_t i) const {
    return is(i, Kind::kNewline) && !is(i + 1, Kind::kNewline) && (i == 0 || !is(i - 1, Kind::kNewline));
  }
  [[nodiscard]] std::size_t before_quotes(std::size_t i) const {
    while (i > 0 && (is(i - 1, Kind::kQuote) || is_soft_break(i - 1))) --i;
    return i;
  }
  [[nodiscard]] std::size_t behind_quotes(std::size_t i) const {
    while (is(i, Kind::kQuote) || is_soft_break(i)) ++i;
    return i;
  }

  /// The operand that ends before token `i`.
  [[nodiscard]] std::optional<Operand> operand_before(std::size_t i) const {
    i = before_quotes(i);
    if (i == 0) return std::nullopt;
    const std::size_t last = i - 1;
    if (is_amount(last)) return Operand{last, last, amount_of(last)};
    if (!is(last, Kind::kClose)) return std::nullopt;
    const std::optional<std::size_t> open = open_of(last);
    if (!open) return std::nullopt;
    if (const std::size_t noted = before_quotes(*open); noted > 0 && is_amount(noted - 1))
      return Operand{noted - 1, last, amount_of(noted - 1)};
    return group(*open, last);
  }

  [[nodiscard]] std::optional<Operand> operand_behind(std::size_t i) const {
    i = behind_quotes(i);
    if (is_amount(i)) return Operand{i, i, amount_of(i)};
    if (is(i, Kind::kOpen)) {
      const std::optional<std::size_t> close = close_of(i);
      return close ? group(i, *close) : std::nullopt;
    }
    return worded_operand(i);
  }

  /// "÷ about 246 USD", "÷ 税込24,600円", "÷ the Acme One's 246 USD": a few words before an amount with a currency.
  [[nodiscard]] std::optional<Operand> worded_operand(std::size_t first) const {
    constexpr std::size_t kMostWords = 6;
    for (std::size_t i = first; i < tokens_.size() && i <= first + kMostWords; ++i) {
      if (is_amount(i) && !tokens_[i].currency.empty()) return Operand{first, i, amount_of(i)};
      const bool abbreviated =
          is(i, Kind::kStop) && i > first && (lowered(words(i - 1)) == "approx" || words(i - 1) == "ca");
      if (!abbreviated && !is(i, Kind::kWord) && !is(i, Kind::kCjk) && !is(i, Kind::kQuote) && !is(i, Kind::kOther) &&
          !is(i, Kind::kNumber))
        return std::nullopt;
    }
    return std::nullopt;
  }

  /// "49 USD + 10 USD ÷ 319 USD" is meant as a sum when only the sum gives the stated ratio.
  void take_sum(Operand& left, const Amount& denominator, const std::optional<Ratio>& ratio) const {
    if (!ratio || left.first < 2 || !is(left.first - 1, Kind::kPlus) || !is_amount(left.first - 2)) return;
    if (tokens_[left.first - 2].currency != left.amount.currency || !(denominator.value > 0.0)) return;
    const double sum = left.amount.value + tokens_[left.first - 2].value;
    const double stated = ratio->number.value;
    if (std::abs(sum / denominator.value - stated) >= std::abs(left.amount.value / denominator.value - stated)) return;
    const Amount first = amount_of(left.first - 2);
    left.amount.summands = {first.value, left.amount.value};
    left.amount.value = sum;
    left.amount.decimals = std::max(left.amount.decimals, first.decimals);
    left.first -= 2;
    left.amount.where = prose_.passage(tokens_[left.first].begin, tokens_[left.last].end);
  }

  [[nodiscard]] std::optional<PriceEquation> divided(std::size_t i) const {
    std::optional<Operand> left = operand_before(i);
    std::optional<Operand> right = operand_behind(i + 1);
    if (!left || !right) return std::nullopt;
    const bool worded = right->first != right->last && !is(right->first, Kind::kOpen);
    return built(*left, *right, tokens_[i].slash || worded);
  }

  /// "133 USD : 246 USD = 0.54": a colon divides between two amounts of money with a result behind them.
  [[nodiscard]] std::optional<PriceEquation> proportion(std::size_t i) const {
    const std::optional<Operand> left = operand_before(i);
    const std::size_t behind = behind_quotes(i + 1);
    if (!left || left->amount.currency.empty() || !is_amount(behind) || tokens_[behind].currency.empty())
      return std::nullopt;
    if (!is(behind_quotes(behind + 1), Kind::kRelation)) return std::nullopt;
    return built(*left, {behind, behind, amount_of(behind)}, true);
  }

  /// "129 USD divided by 246 USD", "dividing 129 USD by 246 USD", "129 USD over 246 USD = 0.52", "the ratio of 129 USD
  /// to 246 USD is 0.52", "129ドルを246ドルで割ると".
  [[nodiscard]] std::optional<PriceEquation> in_words(std::size_t i) const {
    const std::string word = lowered(words(i));
    std::size_t behind = 0;
    if (word == "divided" && is(i + 1, Kind::kWord) && words(i + 1) == "by") behind = i + 2;
    if (word == "by" && word_before(i, "dividing")) behind = i + 1;
    const bool loose = word == "over" || (word == "to" && word_before(i, "ratio"));
    if (loose) behind = i + 1;
    if (word == "を") behind = i + 1;
    if (behind == 0) return std::nullopt;
    const std::optional<Operand> left = operand_before(i);
    const std::optional<Operand> right = operand_behind(behind);
    if (!left || !right) return std::nullopt;
    const std::string_view next = right->last + 1 < tokens_.size() ? words(right->last + 1) : std::string_view();
    if (word == "を" && !next.starts_with("で割") && !next.starts_with("で除")) return std::nullopt;
    if (loose && (left->amount.currency.empty() || right->amount.currency != left->amount.currency))
      return std::nullopt;
    if (word == "over" && !is(behind_quotes(right->last + 1), Kind::kRelation)) return std::nullopt;
    std::optional<PriceEquation> equation = built(*left, *right, false);
    return loose && equation && !equation->ratio ? std::nullopt : equation;
  }

  [[nodiscard]] bool word_before(std::size_t i, std::string_view word) const {
    for (std::size_t seen = 0; i > 0 && seen < 12; --i, ++seen) {
      if (is(i - 1, Kind::kStop)) return false;
      if (is(i - 1, Kind::kWord) && lowered(words(i - 1)) == word) return true;
    }
    return false;
  }

  [[nodiscard]] std::optional<PriceEquation> fraction(std::size_t i) const {
    if (!is(i + 1, Kind::kOpen)) return std::nullopt;
    const std::optional<std::size_t> close = close_of(i + 1);
    if (!close || !is(*close + 1, Kind::kOpen)) return std::nullopt;
    const std::optional<std::size_t> end = close_of(*close + 1);
    if (!end) return std::nullopt;
    std::optional<Operand> left = group(i + 1, *close);
    const std::optional<Operand> right = group(*close + 1, *end);
    if (!left || !right) return std::nullopt;
    left->first = i;
    return built(*left, *right, false);
  }

  [[nodiscard]] std::optional<PriceEquation> built(Operand left, const Operand& right, bool slash) const {
    if (right.amount.value < 0.0 || left.amount.value < 0.0) return std::nullopt;
    PriceEquation equation;
    const std::optional<std::size_t> label = label_before(left.first, equation.clamped);
    std::size_t last = equation.clamped ? behind_cap(right.last) : right.last;
    const bool told = !slash || label || equation.clamped || computed_before(left.first);
    const std::optional<Ratio> ratio = ratio_behind(last, equation.result, last, told);
    equation.labelled = label.has_value();
    if (!told && !ratio && !follows_its_ratio(left, right)) return std::nullopt;
    const bool average = left.amount.value < 1.0 * right.amount.value && right.amount.currency.empty() &&
                         right.amount.decimals == 0 && right.amount.value <= 10.0 && left.amount.currency.empty() &&
                         left.amount.decimals > 0 && left.amount.value < 5.0;
    if (average) return std::nullopt;
    take_sum(left, right.amount, ratio);
    equation.numerator = left.amount;
    equation.denominator = right.amount;
    if (ratio) equation.ratio = ratio->number;
    // The 1.0 of MIN(1.0, ...) is no result.
    if (!ratio && !equation.clamped) equation.ratio = ratio_before(left.first);
    const std::size_t first = label ? *label : left.first;
    equation.where = prose_.passage(tokens_[first].begin, tokens_[last].end);
    return equation;
  }

  /// "MIN(133 / 246, 1.0)": the last token of the cap.
  [[nodiscard]] std::size_t behind_cap(std::size_t last) const {
    const std::size_t comma = behind_quotes(last + 1);
    const std::size_t cap = behind_quotes(comma + 1);
    return is(comma, Kind::kComma) && is_amount(cap) && tokens_[cap].value == 1.0 && tokens_[cap].currency.empty()
               ? cap
               : last;
  }

  /// "cost-performance = 0.52 (129/246)": the ratio stands before its division.
  [[nodiscard]] bool follows_its_ratio(const Operand& left, const Operand& right) const {
    const std::optional<StatedNumber> before = ratio_before(left.first);
    if (!(right.amount.value > 0.0)) return false;
    const double ratio = left.amount.value / right.amount.value;
    return before && std::abs(ratio - before->value) <= 0.5 / std::pow(10.0, before->decimals) + 1e-9;
  }

  /// "CP = MIN(1.0, ": the token that begins the label.
  [[nodiscard]] std::optional<std::size_t> label_before(std::size_t first, bool& clamped) const {
    std::size_t i = before_quotes(first);
    for (std::size_t seen = 0; seen < 8 && i > 0; ++seen, --i) {
      const Kind kind = tokens_[i - 1].kind;
      if (kind == Kind::kMinimum) clamped = true;
      if (kind == Kind::kRelation || kind == Kind::kColon) {
        std::size_t name = before_quotes(i - 1);
        while (name > 0 && (is(name - 1, Kind::kClose) || is(name - 1, Kind::kOpen))) name = before_quotes(name - 1);
        if (name == 0 || kind != Kind::kRelation) return std::nullopt;
        const std::string word = lowered(words(name - 1));
        if (word == "cp" || word.find("performance") != std::string::npos || word == "score" || word == "ratio" ||
            word.find("コスト") != std::string::npos || word.find("コスパ") != std::string::npos)
          return name - 1;
        if (is(name - 1, Kind::kWord) && name > 2 &&
            words(name - 1).size() == 1) {  // "CP = B / A = 18.99 USD / 75.38 USD"
          i = name;
          continue;
        }
        return std::nullopt;
      }
      if (kind == Kind::kStop || (kind == Kind::kNewline && !is_soft_break(i - 1)) ||
          (is_amount(i - 1) && !clamped && tokens_[i - 1].value != 1.0))
        return std::nullopt;
    }
    return std::nullopt;
  }

  [[nodiscard]] bool computed_before(std::size_t first) const {
    static constexpr std::array<std::string_view, 9> kWords = {
        "computed", "calculated", "calculation", "ratio", "dividing", "computation", "formula", "divided", "equation"};
    for (std::size_t i = first, seen = 0; i > 0 && seen < 6; --i, ++seen) {
      const std::string word = lowered(words(i - 1));
      if (is(i - 1, Kind::kStop)) return false;
      if (is(i - 1, Kind::kWord) && std::find(kWords.begin(), kWords.end(), word) != kWords.end()) return true;
      if (is(i - 1, Kind::kCjk) && word.find("計算") != std::string::npos) return true;
    }
    return false;
  }

  [[nodiscard]] bool is_ratio(std::size_t i) const {
    if (i >= tokens_.size()) return false;
    const ProseToken& token = tokens_[i];
    return token.kind == Kind::kNumber && token.currency.empty() && (token.unit.empty() || token.unit == "%");
  }

  /// The chain of results behind token `last`: "= 0.0032 → 0.0", ") = **0.57 → score 0.6", "⇒ bracket 1.0".
  std::optional<Ratio> ratio_behind(std::size_t last, std::optional<StatedNumber>& result, std::size_t& end,
                                    bool told) const {
    std::optional<Ratio> first;
    std::size_t i = last + 1;
    for (;;) {
      while (is(i, Kind::kQuote) || is(i, Kind::kClose) || is_soft_break(i)) ++i;
      if (is(i, Kind::kOpen)) {  // a note: "189 USD (Moondrop Kato) ≒ 0.42"
        const std::optional<std::size_t> close = close_of(i);
        if (!close || !is(behind_quotes(*close + 1), Kind::kRelation)) break;
        i = behind_quotes(*close + 1);
      }
      if (!is(i, Kind::kRelation)) break;
      const std::optional<std::size_t> number = result_behind(i);
      if (!number) break;
      if (first)
        result = stated(*number);
      else
        first = Ratio{stated(*number), *number};
      end = *number;
      i = *number + 1;
    }
    if (first || !told) return first;
    return told_behind(last, end);
  }

  /// The number behind a relation, at most three words and another "=" later: "→ CP = 0.4", "≈ about 0.7".
  [[nodiscard]] std::optional<std::size_t> result_behind(std::size_t relation) const {
    std::size_t words = 0;
    for (std::size_t i = relation + 1; i < tokens_.size(); ++i) {
      if (is_ratio(i)) return is(i + 1, Kind::kDivide) ? std::nullopt : std::optional(i);
      const Kind kind = tokens_[i].kind;
      if (kind == Kind::kWord || kind == Kind::kCjk) {
        if (++words > 3) return std::nullopt;
      } else if (kind != Kind::kQuote && kind != Kind::kRelation && kind != Kind::kOther && kind != Kind::kColon &&
                 kind != Kind::kOpen && !is_soft_break(i) && !(kind == Kind::kStop && words == 1)) {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }

  /// "99 USD ÷ 255 USD, giving about 0.39".
  std::optional<Ratio> told_behind(std::size_t last, std::size_t& end) const {
    for (std::size_t i = last + 1, seen = 0; i < tokens_.size() && seen < kMostWordsToRatio; ++i, ++seen) {
      const Kind kind = tokens_[i].kind;
      if (kind == Kind::kStop || kind == Kind::kDivide || (kind == Kind::kNewline && !is_soft_break(i)))
        return std::nullopt;
      if (is_ratio(i) && ((tokens_[i].decimals > 0 && tokens_[i].value < 10.0) || tokens_[i].unit == "%")) {
        if (is(i + 1, Kind::kDivide)) return std::nullopt;
        end = i;
        return Ratio{stated(i), i};
      }
    }
    return std::nullopt;
  }

  /// "approximately 0.33 when computed as 99 / 300".
  [[nodiscard]] std::optional<StatedNumber> ratio_before(std::size_t first) const {
    for (std::size_t i = first, seen = 0; i > 0 && seen < kMostWordsToRatio; --i, ++seen) {
      const std::size_t at = i - 1;
      if (tokens_[at].kind == Kind::kStop || tokens_[at].kind == Kind::kNewline || tokens_[at].kind == Kind::kDivide)
        return std::nullopt;
      if (is_ratio(at) && tokens_[at].decimals > 0 && tokens_[at].value < 1.5) return stated(at);
    }
    return std::nullopt;
  }

  const Prose& prose_;
  const std::vector<ProseToken>& tokens_;
};

}  // namespace

std::vector<PriceEquation> price_equations(const Prose& prose) { return Finder(prose).equations(); }

}  // namespace headscore
