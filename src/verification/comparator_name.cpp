#include "verification/comparator_name.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "io/text_lines.hpp"
#include "verification/name_words.hpp"
#include "verification/product_name.hpp"

namespace headscore {
namespace {

using Kind = ProseToken::Kind;
using namespace name_words;

constexpr std::size_t kMostMentions = 500;  // a section names some dozens

struct Mention {
  std::size_t first = 0;  ///< tokens
  std::size_t last = 0;
  std::string name;
  std::string key;
  double weight = 0.0;
  std::optional<std::size_t> price_token;
};

bool has_capital(std::string_view word) {
  return std::any_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}
bool has_digit(std::string_view word) {
  return std::any_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_technical(std::string_view word) {
  const std::string lower = lowered(word);
  if (among(lower, kTechnical) || lower.starts_with("iec") || lower.starts_with("ipx") || lower.starts_with("db/"))
    return true;
  if (lower.find("khz") != std::string::npos || lower.ends_with("hz") || lower.ends_with("-bit"))
    return lower.find("7hz") == std::string::npos;
  // "1DD+4BA", "single-DD": driver counts.
  const bool drivers = lower.ends_with("dd") || lower.ends_with("ba") || lower.ends_with("est");
  return drivers &&
         (std::isdigit(static_cast<unsigned char>(lower.front())) != 0 || lower.find('-') != std::string::npos);
}

class Names {
 public:
  Names(const Prose& prose, const std::optional<PriceEquation>& equation, std::string_view own_name,
        const std::optional<double>& wanted)
      : prose_(prose), tokens_(prose.tokens()), own_(own_name) {
    if (equation) {
      wanted_ = equation->numerator.value;
      parts_ = equation->numerator.summands;
    } else {
      wanted_ = wanted;
    }
  }

  [[nodiscard]] std::optional<NamedProduct> best() {
    collect();
    const Mention* best = nullptr;
    for (Mention& mention : mentions_) {
      if (is_own(mention.name) || is_source(mention)) continue;
      mention.weight += around(mention) + 0.5 * static_cast<double>(std::min<std::size_t>(repeats(mention), 4) - 1);
      if (best == nullptr || mention.weight > best->weight + 1e-9) best = &mention;
    }
    const std::vector<const Mention*> parts = bundle();
    if (!parts.empty()) {
      NamedProduct product = bundle_of(parts);
      if (!product.name.empty()) return product;
    }
    if (std::optional<NamedProduct> product = with_accessory(); product && !product->name.empty()) return product;
    if (best == nullptr || best->weight < 0.9) return std::nullopt;
    NamedProduct product;
    product.name = fullest(*best);
    product.where = prose_.passage(tokens_[best->first].begin, tokens_[best->last].end);
    const Mention* priced = best;
    for (const Mention& other : mentions_) {
      if (!priced->price_token && other.price_token && same_product(other.name, best->name)) priced = &other;
    }
    if (priced->price_token) {
      const ProseToken& token = tokens_[*priced->price_token];
      product.price =
          Amount{token.value, token.decimals, std::string(token.currency), {}, prose_.passage(token.begin, token.end),
                 std::nullopt};
    }
    return product;
  }

 private:
  [[nodiscard]] std::string_view words(std::size_t i) const { return prose_.words(tokens_[i]); }
  [[nodiscard]] bool is(std::size_t i, Kind kind) const { return i < tokens_.size() && tokens_[i].kind == kind; }

  [[nodiscard]] bool is_name_word(std::size_t i) const {
    if (is(i, Kind::kWord)) {
      const std::string_view word = words(i);
      return has_capital(word.substr(0, 1)) || (has_capital(word) && word.size() > 1) ||
             (has_digit(word) && !word.empty()) || static_cast<unsigned char>(word[0]) >= 0xC0;
    }
    if (!is(i, Kind::kNumber) || !tokens_[i].currency.empty()) return false;
    const std::string unit = lowered(tokens_[i].unit);
    // The brands "7Hz" and "64 Audio".
    if (unit == "hz" && tokens_[i].value < 20.0 && i + 1 < tokens_.size() && is(i + 1, Kind::kWord) &&
        tokens_[i + 1].begin <= tokens_[i].end + 1) {
      const std::string_view next = words(i + 1);
      return next == "x" || (has_capital(next.substr(0, 1)) && !is_technical(next));
    }
    if (unit.empty() && is(i + 1, Kind::kWord) && words(i + 1) == "Audio") return true;
    if (is_technical(words(i))) return false;
    return !unit.empty() && unit != "%" && !among(unit, kUnits) && has_capital(tokens_[i].unit);
  }

  /// Numbers and little words that go on inside a name: "Air Pro 4", "Zero:2", "KZ x HBB PR2", "Gen 2".
  [[nodiscard]] bool continues(std::size_t i, std::size_t last) const {
    if (i >= tokens_.size()) return false;
    const bool close = tokens_[i].begin <= tokens_[last].end + 1;
    if (possessive(last) && is(i, Kind::kNumber)) return false;
    if (words(i) == "DSP") return close;  // "Quarks DSP"
    if (is_name_word(i)) return close && !is_technical(words(i));
    if (tokens_[i].is_plain_number() && tokens_[i].currency.empty() && tokens_[i].decimals == 0)
      return close && !is(i + 1, Kind::kDivide) && !is(i + 1, Kind::kTimes);
    if (is(i, Kind::kNumber) && has_capital(tokens_[i].unit) && !among(lowered(tokens_[i].unit), kUnits)) return close;
    const std::string_view word = words(i);
    const bool little = word == "x" || word == "×" || word == "&" || word == "de" || word == "mini" || word == "max";
    if (little) return close && i + 1 < tokens_.size() && (is_name_word(i + 1) || word.size() > 2);
    if (is(i, Kind::kColon) && close && i + 1 < tokens_.size() &&
        lowered(words(last)) == "zero") {  // "ZERO: RED", "Zero: 2"
      return lowered(words(i + 1)) == "red" || words(i + 1) == "2";
    }
    if (is(i, Kind::kColon) || is(i, Kind::kPlus) || is(i, Kind::kMinus)) {
      const bool tight = tokens_[i].begin == tokens_[last].end;
      if (is(i, Kind::kPlus)) return tight;
      return tight && i + 1 < tokens_.size() && tokens_[i + 1].begin == tokens_[i].end &&
             (is_name_word(i + 1) || tokens_[i + 1].is_plain_number());
    }
    return false;
  }

  [[nodiscard]] bool possessive(std::size_t i) const { return words(i).ends_with("'s") || words(i).ends_with("’s"); }

  void collect() {
    for (std::size_t i = 0; i < tokens_.size() && mentions_.size() < kMostMentions;) {
      if (!is_name_word(i) || among(lowered(words(i)), kNoNames) || is_technical(words(i))) {
        ++i;
        continue;
      }
      std::size_t last = i;
      while (continues(last + 1, last) && last - i < 12) ++last;
      add(i, last);
      i = last + 1;
    }
  }

  void add(std::size_t first, std::size_t last) {
    while (first < last && among(lowered(words(first)), kNoNames)) ++first;
    while (last > first && (among(lowered(words(last)), kTails) || words(last) == "x" || words(last) == "×" ||
                            is(last, Kind::kColon) || is(last, Kind::kMinus)))
      --last;
    if (first > 0 && is(first - 1, Kind::kWord) && among(words(first - 1), kSmallBrands) &&
        tokens_[first - 1].end + 1 == tokens_[first].begin)
      --first;
    std::string name(prose_.words(tokens_[first].begin, tokens_[last].end));
    for (const std::string_view mark : {"'s", "’s"}) {
      if (name.size() > mark.size() && name.ends_with(mark)) name.erase(name.size() - mark.size());
      // "Sony's WH-1000XM4"
      const std::string inner = std::string(mark) + " ";
      if (const std::size_t at = name.find(inner); at != std::string::npos) name.erase(at, mark.size());
    }
    const std::string lower = lowered(name);
    if (among(lower, kNoNames) || among(lower, kTails) || name.size() < 3) return;
    // A name is more than one word, or has a digit, or a capital within.
    const bool rich = first != last || has_digit(name) || has_capital(std::string_view(name).substr(1));
    if (!rich) return;
    Mention mention{first, last, name, name_key(name), 0.0, std::nullopt};
    if (first == last && !has_digit(name)) mention.weight -= name.size() <= 4 ? 3.0 : 1.5;
    if (prose_.is_strong(tokens_[first].begin)) mention.weight += 1.0;
    if (has_digit(name) && first != last) mention.weight += 0.5;
    mentions_.push_back(std::move(mention));
  }

  /// "A 22.99 USD + B 19.00 USD = 41.99 USD": two or three products whose prices make the numerator that is no single
  /// product's price, or the summands that the equation prints.
  [[nodiscard]] std::vector<const Mention*> bundle() const {
    if (!wanted_ || (found_wanted_ && parts_.size() < 2)) return {};
    std::vector<const Mention*> priced;
    for (const Mention& mention : mentions_) {
      const bool again = std::any_of(priced.begin(), priced.end(), [&](const Mention* other) {
        return other->price_token == mention.price_token || same_product(other->name, mention.name);
      });
      if (mention.price_token && !again && !is_own(mention.name) && priced.size() < 12) priced.push_back(&mention);
    }
    for (std::size_t a = 0; a < priced.size(); ++a) {
      for (std::size_t b = a + 1; b < priced.size(); ++b) {
        if (sums({priced[a], priced[b]})) return {priced[a], priced[b]};
      }
    }
    for (std::size_t a = 0; a + 2 < priced.size(); ++a) {
      if (sums({priced[a], priced[a + 1], priced[a + 2]})) return {priced[a], priced[a + 1], priced[a + 2]};
    }
    return {};
  }

  /// "MS3+Lyre Mini"
  static bool joins_two(const std::string& name) {
    const std::size_t plus = name.find('+');
    return plus != std::string::npos && plus + 1 < name.size() && has_capital(name.substr(plus + 1, 1));
  }

  /// "The A (49 USD) with a balanced cable (approximately 15 USD)": a part without a name completes the sum.
  [[nodiscard]] std::optional<NamedProduct> with_accessory() const {
    constexpr std::size_t kReach = 25;
    if (!wanted_ || found_wanted_) return std::nullopt;
    for (const Mention& mention : mentions_) {
      if (!mention.price_token || is_own(mention.name) || is_source(mention)) continue;
      const std::size_t price = *mention.price_token;
      for (std::size_t i = price + 1; i < std::min(tokens_.size(), price + kReach); ++i) {
        const bool amount = is(i, Kind::kNumber) && !tokens_[i].currency.empty() && tokens_[i].unit.empty();
        if (!amount || is(i + 1, Kind::kDivide) || std::abs(tokens_[i].value + tokens_[price].value - *wanted_) > 0.006)
          continue;
        NamedProduct product = bundle_of({&mention});
        product.parts.push_back({"accessory", tokens_[i].value});
        return product;
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] double price_of(const Mention& mention) const { return tokens_[*mention.price_token].value; }

  [[nodiscard]] bool sums(const std::vector<const Mention*>& parts) const {
    double sum = 0.0;
    for (const Mention* part : parts) {
      sum += price_of(*part);
      const bool printed = std::any_of(parts_.begin(), parts_.end(),
                                       [&](double summand) { return std::abs(summand - price_of(*part)) < 0.005; });
      if (parts_.size() > 1 && !printed) return false;
    }
    return std::abs(sum - *wanted_) < (*wanted_ == std::floor(*wanted_) ? 0.5 : 0.006);
  }

  [[nodiscard]] NamedProduct bundle_of(const std::vector<const Mention*>& parts) const {
    NamedProduct product;
    product.where = prose_.passage(tokens_[parts.front()->first].begin, tokens_[parts.front()->last].end);
    for (const Mention* part : parts) {
      product.parts.push_back({fullest(*part), price_of(*part)});
      // "an XLR cable" has no name of its own.
      const bool nameless = part->first == part->last && !has_digit(part->name) && part->name.size() <= 4;
      if (!nameless) product.name += (product.name.empty() ? "" : " + ") + product.parts.back().name;
    }
    return product;
  }

  [[nodiscard]] bool is_own(const std::string& name) const {
    if (own_.empty()) return false;
    const std::string key = name_key(name);
    const std::string own = name_key(own_);
    return key == own || own.find(key) != std::string::npos ||
           (key.find(own) != std::string::npos && key.size() <= own.size() + 2);
  }

  [[nodiscard]] std::size_t repeats(const Mention& mention) const {
    return static_cast<std::size_t>(std::count_if(mentions_.begin(), mentions_.end(), [&](const Mention& other) {
      return other.key == mention.key || other.key.ends_with(mention.key);
    }));
  }

  /// The longest way in which the section writes this name.
  [[nodiscard]] std::string fullest(const Mention& mention) const {
    std::string name = mention.name;
    for (const Mention& other : mentions_) {
      if (other.key.size() > name_key(name).size() && other.key.ends_with(mention.key) && other.name.size() < 48 &&
          !joins_two(other.name) && !is_own(other.name))
        name = other.name;
    }
    return name;
  }

  [[nodiscard]] bool is_wanted(std::size_t i) const {
    if (!wanted_ || !is(i, Kind::kNumber)) return false;
    if (!tokens_[i].unit.empty()) return false;
    // "70" in the equation stands for 69.99.
    const auto matches = [&](double value) {
      return std::abs(tokens_[i].value - value) < (value == std::floor(value) && tokens_[i].decimals > 0 ? 0.5 : 0.005);
    };
    if (matches(*wanted_)) return true;
    return std::any_of(parts_.begin(), parts_.end(),
                       [&](double part) { return part == parts_.front() && matches(part); });
  }

  [[nodiscard]] double around(Mention& mention) {
    return price_behind(mention) + price_before(mention) + cue_before(mention) + verb_behind(mention);
  }

  /// "X (67 USD)", "X at 99 USD", "X, 89.99 USD", "X is available for about 107 USD".
  [[nodiscard]] double price_behind(Mention& mention) {
    std::size_t distance = 0;
    for (std::size_t i = mention.last + 1; i < tokens_.size() && distance < 70; ++i, ++distance) {
      if (is(i, Kind::kDivide) && !is(i + 1, Kind::kWord)) break;  // "Magni/Modi" goes on
      if (distance > 0 && is_name_word(i) && another_name(i, mention)) break;
      if (is(i, Kind::kNewline) && is(i + 1, Kind::kNewline) && distance > 12) break;
      if (!is(i, Kind::kNumber) || !tokens_[i].unit.empty()) continue;
      const bool wanted = is_wanted(i) && !is(i + 1, Kind::kDivide) && !is_total(i);
      if (!wanted && (tokens_[i].currency.empty() || distance > 12)) continue;
      const bool priced = mention.price_token.has_value();
      if (!priced) mention.price_token = i;
      // A summand behind the name's own price is that of the equation.
      if (!wanted || (priced && parts_.size() > 1)) continue;
      found_wanted_ = true;
      mention.price_token = i;
      return std::max(1.2, 7.0 - 0.2 * static_cast<double>(distance));
    }
    // A price of another amount right behind it speaks against it.
    return mention.price_token && wanted_ ? -1.0 : 0.0;
  }

  /// "data from Reference Audio Analyzer at": a source, no product.
  [[nodiscard]] bool is_source(const Mention& mention) const {
    if (mention.first == 0 || has_digit(mention.name)) return false;
    const std::string word = lowered(words(mention.first - 1));
    return word == "from" || word == "via" || word == "per" ||
           (word == "to" && mention.first > 1 && lowered(words(mention.first - 2)) == "according");
  }

  [[nodiscard]] bool another_name(std::size_t i, const Mention& mention) const {
    const auto found = std::find_if(mentions_.begin(), mentions_.end(),
                                    [&](const Mention& other) { return other.first <= i && i <= other.last; });
    return found != mentions_.end() && !is_own(found->name) && !is_source(*found) &&
           !same_product(found->name, mention.name) && (has_digit(found->name) || found->last > found->first) &&
           found->price_token != mention.first;
  }

  /// "Total comparator price: 104.48 USD": the price of a bundle.
  [[nodiscard]] bool is_total(std::size_t i) const {
    for (std::size_t distance = 1; distance <= 6 && distance <= i; ++distance) {
      const std::string word = lowered(words(i - distance));
      if (word == "total" || word == "totaling" || word == "sum" || word == "bundle" || word == "combined" ||
          word.find("合計") != std::string::npos)
        return true;
      if (is(i - distance, Kind::kStop)) return false;
    }
    return false;
  }

  /// "79 USD (X) ÷", "107 USD for the X".
  [[nodiscard]] double price_before(Mention& mention) {
    for (std::size_t distance = 1; distance <= 5 && mention.first >= distance; ++distance) {
      const std::size_t i = mention.first - distance;
      if (is(i, Kind::kStop) || is(i, Kind::kDivide) || is(i, Kind::kClose) || is(i, Kind::kNewline)) return 0.0;
      if (!is_wanted(i)) continue;
      found_wanted_ = true;
      if (!mention.price_token) mention.price_token = i;
      return is(mention.first - 1, Kind::kOpen) ? 6.0 : 3.5 - 0.4 * static_cast<double>(distance);
    }
    return 0.0;
  }

  [[nodiscard]] double cue_before(const Mention& mention) const {
    double weight = 0.0;
    for (std::size_t distance = 1; distance <= 9 && mention.first >= distance; ++distance) {
      const std::size_t i = mention.first - distance;
      if (is(i, Kind::kStop)) break;
      const std::string word = lowered(words(i));
      if (is(i, Kind::kWord) && among(word, kCues))
        weight = std::max(weight, word == "comparator" || word == "comparison" ? 2.5 : 1.5);
      if (is(i, Kind::kCjk) && (word.find("比較") != std::string::npos || word.find("競合") != std::string::npos ||
                                word.find("安価") != std::string::npos))
        weight = std::max(weight, 2.0);
    }
    return weight;
  }

  [[nodiscard]] double verb_behind(const Mention& mention) const {
    std::size_t i = mention.last + 1;
    if (is(i, Kind::kOpen)) {
      while (i < tokens_.size() && !is(i, Kind::kClose)) ++i;
      ++i;
    }
    if (is(i, Kind::kWord) && is_technical(words(i))) ++i;  // "JBuds Lux ANC provides"
    if (i >= tokens_.size()) return 0.0;
    const std::string word = lowered(words(i));
    if (is(i, Kind::kWord) && among(word, kVerbs)) return 1.5;
    if (is(i, Kind::kCjk) && (word.starts_with("は") || word.starts_with("が"))) return 1.5;
    return 0.0;
  }

  const Prose& prose_;
  const std::vector<ProseToken>& tokens_;
  std::string own_;
  std::optional<double> wanted_;
  std::vector<double> parts_;
  std::vector<Mention> mentions_;
  bool found_wanted_ = false;
};

}  // namespace

std::optional<NamedProduct> named_comparator(const Prose& prose, const std::optional<PriceEquation>& equation,
                                             std::string_view own_name, const std::optional<double>& wanted_price) {
  return Names(prose, equation, own_name, wanted_price).best();
}

}  // namespace headscore
