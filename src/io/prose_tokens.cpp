#include "io/prose_tokens.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "io/utf8.hpp"

namespace headscore {
namespace {

using Kind = ProseToken::Kind;

bool is_digit(char32_t c) { return (c >= U'0' && c <= U'9') || (c >= 0xFF10 && c <= 0xFF19); }
bool is_ascii_letter(char32_t c) { return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z'); }
bool is_letter(char32_t c) {
  return is_ascii_letter(c) || (c >= 0xC0 && c < 0x2000 && c != 0xD7 && c != 0xF7) || c == 0x2126 || c == 0xB5;
}
bool is_blank(char32_t c) {
  return c == U' ' || c == U'\t' || c == U'\r' || c == 0xA0 || c == 0x202F || c == 0x2009 || c == 0x3000;
}

struct CurrencyName {
  std::string_view text;
  std::string_view code;
};

// Longer names before their own beginnings.
constexpr auto kBefore = std::to_array<CurrencyName>(
    {{"US$", "USD"}, {"US $", "USD"}, {"USD", "USD"}, {"HK$", "HKD"}, {"NT$", "TWD"}, {"A$", "AUD"},
     {"C$", "CAD"},  {"S$", "SGD"},   {"$", "USD"},   {"＄", "USD"},  {"JPY", "JPY"}, {"¥", "JPY"},
     {"￥", "JPY"},  {"EUR", "EUR"},  {"€", "EUR"},   {"GBP", "GBP"}, {"£", "GBP"},   {"￡", "GBP"},
     {"CNY", "CNY"}, {"RMB", "CNY"},  {"CHF", "CHF"}, {"KRW", "KRW"}, {"₩", "KRW"},   {"CAD", "CAD"},
     {"AUD", "AUD"}, {"HKD", "HKD"},  {"SGD", "SGD"}, {"TWD", "TWD"}, {"INR", "INR"}, {"₹", "INR"}});
constexpr auto kBehind = std::to_array<CurrencyName>(
    {{"USD", "USD"},    {"US$", "USD"},    {"US dollars", "USD"}, {"U.S. dollars", "USD"}, {"dollars", "USD"},
     {"dollar", "USD"}, {"米ドル", "USD"}, {"USドル", "USD"},     {"ドル", "USD"},         {"JPY", "JPY"},
     {"円", "JPY"},     {"日本円", "JPY"}, {"yen", "JPY"},        {"Yen", "JPY"},          {"EUR", "EUR"},
     {"euros", "EUR"},  {"ユーロ", "EUR"}, {"€", "EUR"},          {"GBP", "GBP"},          {"£", "GBP"},
     {"pounds", "GBP"}, {"ポンド", "GBP"}, {"CNY", "CNY"},        {"RMB", "CNY"},          {"人民元", "CNY"},
     {"元", "CNY"},     {"CHF", "CHF"},    {"KRW", "KRW"},        {"ウォン", "KRW"},       {"CAD", "CAD"},
     {"AUD", "AUD"},    {"HKD", "HKD"},    {"SGD", "SGD"},        {"TWD", "TWD"},          {"INR", "INR"}});

struct Sign {
  std::string_view text;
  Kind kind;
};

constexpr auto kCommands = std::to_array<Sign>(
    {{"\\div", Kind::kDivide},          {"\\frac", Kind::kFraction},     {"\\dfrac", Kind::kFraction},
     {"\\tfrac", Kind::kFraction},      {"\\approx", Kind::kRelation},   {"\\fallingdotseq", Kind::kRelation},
     {"\\simeq", Kind::kRelation},      {"\\sim", Kind::kRelation},      {"\\rightarrow", Kind::kRelation},
     {"\\Rightarrow", Kind::kRelation}, {"\\to", Kind::kRelation},       {"\\times", Kind::kTimes},
     {"\\min", Kind::kMinimum},         {"\\left", Kind::kQuote},        {"\\right", Kind::kQuote},
     {"\\text", Kind::kQuote},          {"\\mathrm", Kind::kQuote},      {"\\textbf", Kind::kQuote},
     {"\\mathbf", Kind::kQuote},        {"\\Large", Kind::kQuote},       {"\\quad", Kind::kQuote},
     {"\\yen", Kind::kQuote},           {"\\cong", Kind::kRelation},     {"\\over", Kind::kOther},
     {"\\mathsf", Kind::kQuote},        {"\\operatorname", Kind::kQuote}});

constexpr auto kSigns = std::to_array<Sign>(
    {{"=>", Kind::kRelation}, {"->", Kind::kRelation},    {"~=", Kind::kRelation}, {"=", Kind::kRelation},
     {"＝", Kind::kRelation}, {"≈", Kind::kRelation},     {"≒", Kind::kRelation},  {"≃", Kind::kRelation},
     {"→", Kind::kRelation},  {"⇒", Kind::kRelation},     {"➡", Kind::kRelation},  {"⟶", Kind::kRelation},
     {"÷", Kind::kDivide},    {"／", Kind::kDivide},      {"∕", Kind::kDivide},    {"⁄", Kind::kDivide},
     {"/", Kind::kDivide},    {"×", Kind::kTimes},        {"+", Kind::kPlus},      {"＋", Kind::kPlus},
     {"-", Kind::kMinus},     {"−", Kind::kMinus},        {"–", Kind::kMinus},     {"‑", Kind::kMinus},
     {"—", Kind::kOther},     {"(", Kind::kOpen},         {"（", Kind::kOpen},     {"{", Kind::kOpen},
     {")", Kind::kClose},     {"）", Kind::kClose},       {"}", Kind::kClose},     {",", Kind::kComma},
     {"、", Kind::kComma},    {"，", Kind::kComma},       {":", Kind::kColon},     {"：", Kind::kColon},
     {"。", Kind::kStop},     {"；", Kind::kComma},       {";", Kind::kComma},     {"“", Kind::kQuote},
     {"”", Kind::kQuote},     {"「", Kind::kQuote},       {"」", Kind::kQuote},    {"\"", Kind::kQuote},
     {"`", Kind::kQuote},     {"*", Kind::kQuote},        {"$", Kind::kQuote},     {"≅", Kind::kRelation},
     {"∶", Kind::kDivide},    {"ＭＩＮ", Kind::kMinimum}, {"－", Kind::kMinus},    {"_", Kind::kQuote}});

/// "20Hz-20kHz", "35 dB-40 dB": a range, not one word.
bool is_unit_before_range(std::string_view word, char32_t mark, char32_t behind) {
  return mark == U'-' && is_digit(behind) &&
         (word == "Hz" || word == "kHz" || word == "dB" || word == "mm" || word == "USD");
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) { tokens_.reserve(text.size() / 5); }

  [[nodiscard]] std::vector<ProseToken> tokens() {
    while (at_ < text_.size()) step();
    return std::move(tokens_);
  }

 private:
  [[nodiscard]] char32_t code(std::size_t at) const { return at < text_.size() ? character_at(text_, at).code : 0; }
  [[nodiscard]] bool starts(std::size_t at, std::string_view word) const {
    return text_.substr(std::min(at, text_.size()), word.size()) == word;
  }
  [[nodiscard]] std::size_t behind_blanks(std::size_t at) const {
    while (at < text_.size() && is_blank(code(at))) at += character_at(text_, at).length;
    return at;
  }

  ProseToken& push(Kind kind, std::size_t end) {
    ProseToken token;
    token.kind = kind;
    token.begin = at_;
    token.end = end;
    tokens_.push_back(token);
    at_ = end;
    return tokens_.back();
  }

  void step() {
    const Character here = character_at(text_, at_);
    if (is_blank(here.code)) {
      at_ += here.length;
    } else if (here.code == U'\n') {
      push(Kind::kNewline, at_ + 1);
    } else if (skip_citation() || currency_first() || number() || command()) {
      return;
    } else if (is_letter(here.code)) {
      word();
    } else if (is_cjk(here.code)) {
      cjk();
    } else {
      sign(here);
    }
  }

  /// "[4]", "[4, 5]", "［4,9］".
  bool skip_citation() {
    const bool wide = starts(at_, "［");
    if (!wide && text_[at_] != '[') return false;
    std::size_t at = at_ + (wide ? 3U : 1U);
    const std::size_t first = at;
    while (at < text_.size() &&
           (is_digit(code(at)) || code(at) == U',' || code(at) == U' ' || code(at) == U'-' || code(at) == 0x2013))
      at += character_at(text_, at).length;
    const std::string_view close = wide ? "］" : "]";
    if (at == first || !starts(at, close)) return false;
    at_ = at + close.size();
    return true;
  }

  bool currency_first() {
    for (const CurrencyName& name : kBefore) {
      if (!starts(at_, name.text)) continue;
      std::size_t at = behind_blanks(at_ + name.text.size());
      if (starts(at, "~") || starts(at, "≈")) at = behind_blanks(at + (text_[at] == '~' ? 1U : 3U));
      if (!is_digit(code(at))) continue;
      const std::size_t from = at_;
      at_ = at;
      money_ = true;
      static_cast<void>(number());
      money_ = false;
      tokens_.back().begin = from;
      if (tokens_.back().kind == Kind::kNumber) tokens_.back().currency = name.code;
      return true;
    }
    return false;
  }

  [[nodiscard]] std::size_t digits_end(std::size_t from, std::size_t most) const {
    std::size_t end = from;
    for (std::size_t i = 0; i < most && end < text_.size() && is_digit(code(end)); ++i)
      end += character_at(text_, end).length;
    return end;
  }
  [[nodiscard]] std::size_t digits(std::size_t from) const {
    return character_count(text_.substr(from, digits_end(from, 16) - from));
  }
  void take(std::size_t from, std::size_t to, double& value) const {
    for (; from < to; from += character_at(text_, from).length)
      value = value * 10.0 + static_cast<double>(code(from) & 0x0FU);
  }

  [[nodiscard]] bool currency_at(std::size_t at) const { return currency_name(behind_blanks(at)) != nullptr; }

  [[nodiscard]] const CurrencyName* currency_name(std::size_t at) const {
    for (const CurrencyName& name : kBehind) {
      if (starts(at, name.text) && !(is_ascii_letter(code(at + name.text.size())) &&
                                     is_ascii_letter(static_cast<unsigned char>(name.text.back()))))
        return &name;
    }
    return nullptr;
  }

  /// Length of a thousands separator: ',', an apostrophe, a narrow or unbreakable blank, "{,}" of LaTeX.
  [[nodiscard]] std::size_t separator(std::size_t at) const {
    if (starts(at, "{,}")) return 3;
    const char32_t c = code(at);
    const bool separates =
        c == U',' || c == U'\'' || c == 0xFF0C || c == 0x2019 || c == 0x202F || c == 0x2009 || c == 0xA0;
    return separates ? character_at(text_, at).length : 0;
  }

  /// End of the groups of three digits behind `end`, each after `mark`.
  [[nodiscard]] std::size_t groups_end(std::size_t end, char mark) const {
    while (end < text_.size() && text_[end] == mark && digits(end + 1) == 3) end = digits_end(end + 1, 3);
    return end;
  }

  /// "1.200,50 EUR", "1.200 EUR", "1.200.000", "1 200 EUR": points and plain blanks separate thousands where the form
  /// leaves no doubt. Prices have no third decimal.
  [[nodiscard]] std::size_t foreign_groups_end(std::size_t at, std::size_t end) const {
    const std::size_t points = groups_end(end, '.');
    if (points > end && text_[at] != '0') {
      const bool comma = starts(points, ",") && digits(points + 1) >= 1 && digits(points + 1) <= 2;
      if (comma || points > end + 4 || money_ || currency_at(points)) return points;
    }
    const std::size_t blanks = groups_end(end, ' ');
    const bool name_before =
        !tokens_.empty() && (tokens_.back().kind == Kind::kWord || tokens_.back().kind == Kind::kNumber);
    if (blanks == end || name_before) return end;
    const bool cents = (starts(blanks, ",") || starts(blanks, ".")) && digits(blanks + 1) == 2;
    return currency_at(cents ? blanks + 3 : blanks) ? blanks : end;
  }

  /// Digits with thousands separators.
  std::size_t integer_end(std::size_t at, double& value) const {
    std::size_t end = digits_end(at, 1 << 20);
    take(at, end, value);
    if (character_count(text_.substr(at, end - at)) > 3) return end;
    if (const std::size_t foreign = foreign_groups_end(at, end); foreign != end) {
      for (std::size_t from = end; from < foreign; from += 4) take(from + 1, from + 4, value);
      return foreign;
    }
    for (;;) {
      const std::size_t next = end + separator(end);
      if (next == end || digits(next) != 3) return end;
      const std::size_t stop = digits_end(next, 3);
      take(next, stop, value);
      end = stop;
    }
  }

  /// Length of the decimal point behind an integer [at, end): '.', or a comma where no list can be meant.
  [[nodiscard]] std::size_t point(std::size_t at, std::size_t end) const {
    const char32_t c = code(end);
    if (c != U'.' && c != 0xFF0E && c != U',') return 0;
    const std::size_t length = character_at(text_, end).length;
    const std::size_t count = digits(end + length);
    if (count == 0) return 0;
    if (c != U',') return length;
    const std::size_t behind = digits_end(end + 1, 16);
    if ((starts(behind, ",") || starts(behind, ".")) && is_digit(code(behind + 1))) return 0;  // "1,2,3"
    if (text_.substr(at, end - at) == "0") return length;
    if (count > 2) return 0;
    return money_ || currency_at(behind) || (count == 2 && operator_at(behind_blanks(behind))) ? length : 0;
  }

  [[nodiscard]] bool operator_at(std::size_t at) const {
    return std::any_of(kSigns.begin(), kSigns.end(), [&](const Sign& sign) {
      return (sign.kind == Kind::kDivide || sign.kind == Kind::kRelation) && starts(at, sign.text);
    });
  }

  /// ".54" behind a blank or a sign.
  [[nodiscard]] bool bare_point() const {
    if (text_[at_] != '.' || !is_digit(code(at_ + 1))) return false;
    if (at_ == 0) return true;
    const auto before = static_cast<unsigned char>(text_[at_ - 1]);
    return before == ' ' || before == '\n' || before == '=' || before == '(' || before == '*' || before == '$' ||
           before == '~';
  }

  /// A number that is no part of a word; units that stick to it make it a word or a figure.
  bool number() {
    const bool bare = bare_point();
    if (!bare && !is_digit(code(at_))) return false;
    double value = 0.0;
    std::size_t end = bare ? at_ : integer_end(at_, value);
    int decimals = 0;
    double scale = 1.0;
    if (const std::size_t length = bare ? 1 : point(at_, end); length > 0) {
      end += length;
      double fraction = 0.0;
      for (; end < text_.size() && is_digit(code(end)); end += character_at(text_, end).length) {
        if (decimals >= 15) continue;
        fraction = fraction * 10.0 + static_cast<double>(code(end) & 0x0FU);
        scale *= 10.0;
        ++decimals;
      }
      value = (value * scale + fraction) / scale;
    }
    if (starts(end, "万")) {
      value *= 10000.0;
      end += 3;
      double rest = 0.0;
      if (is_digit(code(end))) end = integer_end(end, rest);
      value += rest;
      decimals = 0;
    }
    ProseToken& token = push(Kind::kNumber, end);
    token.value = value;
    token.decimals = decimals;
    finish_number(token);
    return true;
  }

  void finish_number(ProseToken& token) {
    const std::size_t at = behind_blanks(at_);
    if (const CurrencyName* name = currency_name(at)) {
      token.currency = name->code;
      token.end = at_ = at + name->text.size();
      return;
    }
    if (currency_in_braces(at, token)) return;
    if (starts(at_, "...") || starts(at_, "…")) {
      token.cut = true;
      token.end = at_ = at_ + 3;
      while (starts(at_, ".")) token.end = ++at_;
      return;
    }
    if (starts(at, "%") || starts(at, "％")) {
      token.unit = "%";
      token.end = at_ = at + character_at(text_, at).length;
      return;
    }
    const char32_t next = code(at_);
    const bool hyphened = next == U'-' && is_letter(code(at_ + 1));
    if (!is_letter(next) && !hyphened) return;
    std::size_t end = at_;
    while (end < text_.size() && (is_letter(code(end)) || is_digit(code(end)) ||
                                  (code(end) == U'-' && (is_letter(code(end + 1)) || is_digit(code(end + 1)))))) {
      if (is_unit_before_range(text_.substr(at_, end - at_), code(end), code(end + 1))) break;
      end += character_at(text_, end).length;
    }
    token.unit = text_.substr(at_, end - at_);
    token.end = at_ = end;
  }

  /// "133\\,\\text{ USD}"; Markdown leaves "133,\\text{ USD}" of it.
  bool currency_in_braces(std::size_t at, ProseToken& token) {
    if (starts(at, ",")) at = behind_blanks(at + 1);
    if (starts(at, "\\ ") || starts(at, "\\,") || starts(at, "\\;")) at = behind_blanks(at + 2);
    const auto commands = {"\\text{", "\\mathrm{", "\\textrm{", "\\mathsf{"};
    const auto found =
        std::find_if(commands.begin(), commands.end(), [&](const char* name) { return starts(at, name); });
    if (found == commands.end()) return false;
    at = behind_blanks(at + std::string_view(*found).size());
    if (starts(at, "\\")) at = behind_blanks(at + 1);
    const CurrencyName* name = currency_name(at);
    if (name == nullptr) return false;
    const std::size_t close = behind_blanks(at + name->text.size());
    if (!starts(close, "}")) return false;
    token.currency = name->code;
    token.end = at_ = close + 1;
    return true;
  }

  bool command() {
    if (text_[at_] != '\\') return false;
    std::size_t end = at_ + 1;
    while (end < text_.size() && is_ascii_letter(code(end))) ++end;
    const std::string_view name = text_.substr(at_, end - at_);
    for (const Sign& command : kCommands) {
      if (command.text != name) continue;
      push(command.kind, end);
      return true;
    }
    // "\," and other spacing; "\$" is a dollar sign.
    if (end == at_ + 1 && end < text_.size()) {
      if (text_[end] == '$' || text_[end] == '%')
        ++at_;
      else
        at_ = end + character_at(text_, end).length;
      return true;
    }
    push(Kind::kOther, end);
    return true;
  }

  void word() {
    std::size_t end = at_;
    while (end < text_.size()) {
      const char32_t c = code(end);
      const std::size_t next = end + character_at(text_, end).length;
      const bool joins =
          (c == U'-' || c == 0x2011 || c == U'\'' || c == 0x2019 || c == U'+' || c == U'&' || c == U'.') &&
          (is_letter(code(next)) || is_digit(code(next)));
      if (!is_letter(c) && !is_digit(c) && !joins) break;
      if (is_unit_before_range(text_.substr(at_, end - at_), c, code(next))) break;
      // "U.S." and "No.1" go on; a point before a blank ends a sentence; "CP=" ends at "=".
      end = next;
    }
    const std::string_view word = text_.substr(at_, end - at_);
    push(word == "MIN" || word == "min" || word == "Min" ? Kind::kMinimum : Kind::kWord, end);
  }

  void cjk() {
    std::size_t end = at_;
    while (end < text_.size() && is_cjk(code(end))) end += character_at(text_, end).length;
    push(Kind::kCjk, end);
  }

  void sign(const Character& here) {
    if (here.code == U'.' || here.code == U'!' || here.code == U'?') {
      push(Kind::kStop, at_ + 1);
      return;
    }
    for (const Sign& known : kSigns) {
      if (!starts(at_, known.text)) continue;
      const bool slash = known.kind == Kind::kDivide && (known.text == "/" || known.text == "／" || known.text == "∶");
      push(known.kind, at_ + known.text.size()).slash = slash;
      return;
    }
    push(Kind::kOther, at_ + here.length);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool money_ = false;  // a currency stands before the number
  std::vector<ProseToken> tokens_;
};

}  // namespace

bool is_cjk(char32_t code) {
  return (code >= 0x3041 && code <= 0x30FF) || (code >= 0x3400 && code <= 0x9FFF) || code == 0x3005 ||
         (code >= 0xF900 && code <= 0xFAFF) || (code >= 0xAC00 && code <= 0xD7A3);
}

std::vector<ProseToken> prose_tokens(std::string_view text) { return Scanner(text).tokens(); }

}  // namespace headscore
