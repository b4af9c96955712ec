#include "verification/page_reader.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "headscore/error.hpp"
#include "headscore/score.hpp"
#include "io/text_lines.hpp"
#include "verification/comparator_name.hpp"
#include "verification/page_figures.hpp"
#include "verification/page_statements.hpp"
#include "verification/price_equation.hpp"

namespace headscore {
namespace {

using Kind = ProseToken::Kind;

struct Section {
  std::string heading;
  std::vector<const MarkdownBlock*> blocks;
};

bool holds(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::vector<Section> sections_of(const std::vector<MarkdownBlock>& blocks) {
  std::vector<Section> sections(1);
  for (const MarkdownBlock& block : blocks) {
    // A heading below a scored section ("### Calculation") belongs to it.
    const bool opens =
        block.kind == MarkdownBlock::Kind::kHeading && (block.level <= 2 || section_of_heading(block.text).has_value());
    if (opens)
      sections.push_back({block.text, {}});
    else
      sections.back().blocks.push_back(&block);
  }
  return sections;
}

bool is_references(std::string_view heading) {
  const std::string lower = lowered(heading);
  return lower.starts_with("reference") || lower.starts_with("source") || holds(heading, "参考") ||
         holds(heading, "出典");
}

/// `$$ \Large \text{0.5} $$`, `**0.5**`: the score that stands alone above a section.
std::optional<std::pair<StatedNumber, std::size_t>> score_of(const Prose& prose, std::size_t block_end) {
  const std::vector<ProseToken>& tokens = prose.tokens();
  const std::string_view head = std::string_view(prose.text()).substr(0, block_end);
  const bool math = head.find("$$") != std::string_view::npos || head.find("\\Large") != std::string_view::npos ||
                    head.find("\\text") != std::string_view::npos;
  std::optional<std::size_t> number;
  std::size_t words = 0;
  for (std::size_t i = 0; i < tokens.size() && tokens[i].end <= block_end; ++i) {
    if (tokens[i].kind == Kind::kNumber && tokens[i].unit.empty() && !number) number = i;
    if (tokens[i].kind == Kind::kWord || tokens[i].kind == Kind::kCjk) ++words;
  }
  if (!number || (!math && words > 0)) return std::nullopt;
  const ProseToken& token = tokens[*number];
  std::size_t begin = token.begin;
  if (prose.text()[begin] == '$') ++begin;
  return std::pair(StatedNumber{token.value, token.decimals, false, prose.passage(begin, token.end)}, *number);
}

class Reader {
 public:
  Reader(ReadPage& page, const std::string& path) : page_(page), facts_(page.facts) { facts_.path = path; }

  void read() {
    read_matter();
    const std::string& text = page_.text->text();
    const std::size_t base = page_.matter ? page_.matter->body_offset : body_without_matter(text);
    const std::vector<MarkdownBlock> blocks = markdown_blocks(std::string_view(text).substr(base));
    for (const Section& section : sections_of(blocks)) {
      if (is_references(section.heading) || section.blocks.empty()) continue;
      const Prose prose(*page_.text, base, section.blocks);
      const std::optional<std::size_t> index = section_of_heading(section.heading);
      for (Figure& figure : page_figures(prose)) {
        if (index) figure.section = kSections[*index];
        facts_.figures.push_back(std::move(figure));
      }
      if (!index) continue;
      read_score(*index, prose, section.blocks.front()->text.size());
      if (*index == 0) facts_.no_data = no_data_statement(prose);
      if (*index == 2) read_cost_performance(prose);
    }
  }

 private:
  static std::size_t body_without_matter(const std::string& text) {
    std::size_t fence = text.find("\n---");
    return fence == std::string::npos ? 0 : std::min(text.size(), fence + 4);
  }

  [[nodiscard]] Passage passage(const FrontMatterScalar& value) const {
    const TextPlace place = page_.place(value.line, value.column);
    const std::size_t offset = page_.text->line_offset(value.line) + (value.column == 0 ? 0 : value.column - 1);
    return {place.line, place.column, value.text, page_.text->source_offset(offset)};
  }

  [[nodiscard]] std::optional<StatedNumber> number(const FrontMatterScalar& value) const {
    const std::vector<ProseToken> tokens = prose_tokens(value.text);
    if (tokens.size() != 1 || tokens[0].kind != Kind::kNumber || !tokens[0].unit.empty()) return std::nullopt;
    return StatedNumber{tokens[0].value, tokens[0].decimals, false, passage(value)};
  }

  static std::optional<FormFactor> form_of_tags(const FrontMatter& matter) {
    const FrontMatterEntry* tags = matter.find("tags");
    if (tags == nullptr) return std::nullopt;
    std::string all;
    for (const FrontMatterScalar& tag : tags->values) all += lowered(tag.text) + ",";
    for (const char* word : {"iem", "in-ear", "earbud", "earphone", "tws", "true wireless", "イヤホン"}) {
      if (holds(all, word)) return FormFactor::kInEar;
    }
    for (const char* word :
         {"headphone", "over-ear", "on-ear", "closed-back", "open-back", "ヘッドホン", "ヘッドフォン"}) {
      if (holds(all, word)) return FormFactor::kOverEar;
    }
    return std::nullopt;
  }

  void read_matter() {
    if (!page_.matter) return;
    const FrontMatter& matter = *page_.matter;
    facts_.ref = matter.text("ref");
    facts_.lang = matter.text("lang");
    facts_.target_name = matter.text("target_name");
    facts_.date = matter.text("date");
    facts_.form = form_of_tags(matter);
    if (const FrontMatterEntry* rating = matter.find("rating"); rating != nullptr) {
      for (const FrontMatterScalar& value : rating->values) {
        if (const std::optional<StatedNumber> read = number(value))
          facts_.ratings.push_back(*read);
        else
          facts_.ratings.push_back({std::nan(""), 0, false, passage(value)});
      }
    }
    const FrontMatterEntry* price = matter.find("price");
    if (price == nullptr || price->kind != FrontMatterEntry::Kind::kScalar) return;
    const std::vector<ProseToken> tokens = prose_tokens(price->values.front().text);
    if (tokens.size() != 1 || tokens[0].kind != Kind::kNumber || !tokens[0].unit.empty()) return;
    facts_.price =
        Amount{tokens[0].value, tokens[0].decimals, std::string(tokens[0].currency), {}, passage(price->values.front()),
               std::nullopt};
  }

  void read_score(std::size_t index, const Prose& prose, std::size_t first_block) {
    const auto known = std::find_if(facts_.sections.begin(), facts_.sections.end(),
                                    [&](const SectionScore& s) { return s.section == kSections[index]; });
    if (known != facts_.sections.end()) return;
    if (auto score = score_of(prose, first_block))
      facts_.sections.push_back({std::string(kSections[index]), score->first});
  }

  [[nodiscard]] std::optional<double> score() const {
    for (const SectionScore& section : facts_.sections) {
      if (section.section == kSections[2]) return section.score.value;
    }
    if (facts_.ratings.size() == 6) return facts_.ratings[3].value;
    return std::nullopt;
  }

  void read_cost_performance(const Prose& prose) {
    CostPerformanceFacts& cp = facts_.cost_performance;
    cp.equations = price_equations(prose);
    cp.equation = chosen(cp.equations);
    cp.prices = prices_outside(prose, cp.equations);
    const std::optional<double> printed = score();
    const std::optional<double> ratio = cp.equation ? cp.equation->quotient() : std::nullopt;
    const bool at_top = printed && *printed > 0.95;
    cp.no_baseline = !cp.equation && printed && std::abs(*printed - 0.5) < 1e-9 && no_baseline_statement(prose);
    if (!cp.no_baseline && (!ratio || *ratio >= 0.95 || at_top))
      cp.no_cheaper_where = no_cheaper_statement(prose, !at_top || ratio.has_value());
    if (!cp.no_cheaper_where && at_top && !ratio) cp.no_cheaper_where = cheapest_statement(prose);
    cp.no_cheaper = cp.no_cheaper_where.has_value();
    if (!cp.equation && (cp.no_cheaper || cp.no_baseline)) return;
    std::optional<double> wanted;
    if (!cp.equation && facts_.price && printed) wanted = price_behind_score(prose, *printed, facts_.price->value);
    if (cp.equation || wanted)
      cp.comparator = named_comparator(prose, the_right_way_up(cp.equation), facts_.target_name, wanted);
  }

  /// Where the reviewed product's price stands above, the comparator's is the one below.
  [[nodiscard]] std::optional<PriceEquation> the_right_way_up(std::optional<PriceEquation> equation) const {
    const auto is_price = [&](const Amount& amount) { return std::abs(amount.value - facts_.price->value) < 0.005; };
    if (equation && facts_.price && is_price(equation->numerator) && !is_price(equation->denominator))
      std::swap(equation->numerator, equation->denominator);
    return equation;
  }

  static std::vector<Amount> prices_outside(const Prose& prose, const std::vector<PriceEquation>& equations) {
    std::vector<Amount> prices;
    const std::vector<ProseToken>& tokens = prose.tokens();
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const ProseToken& token = tokens[i];
      if (token.kind != Kind::kNumber || token.currency.empty() || !token.unit.empty()) continue;
      Passage where = prose.passage(token.begin, token.end);
      const bool inside = std::any_of(equations.begin(), equations.end(), [&](const PriceEquation& equation) {
        const auto covers = [&](const Amount& amount) {
          return where.offset >= amount.where.offset && where.offset < amount.where.offset + amount.where.text.size();
        };
        return covers(equation.numerator) || covers(equation.denominator);
      });
      if (inside) continue;
      prices.push_back({token.value, token.decimals, std::string(token.currency), {}, std::move(where), std::nullopt});
      const bool range = i > 1 && tokens[i - 1].kind == Kind::kMinus && tokens[i - 2].is_plain_number() &&
                         tokens[i - 2].value < token.value;
      if (!range) continue;
      prices.back().high = token.value;
      prices.back().value = tokens[i - 2].value;
    }
    return prices;
  }

  /// Without an equation: the amount in the section whose share of the price rounds to the score.
  static std::optional<double> price_behind_score(const Prose& prose, double score, double price) {
    for (const ProseToken& token : prose.tokens()) {
      if (token.kind != Kind::kNumber || token.currency.empty() || !token.unit.empty() || token.value >= price)
        continue;
      if (std::abs(rounded_to_tenth(token.value / price) - score) < 1e-9) return token.value;
    }
    return std::nullopt;
  }

  /// The equation behind the score: over the price of the front matter, giving the score, labelled; the first of
  /// equals.
  [[nodiscard]] std::optional<PriceEquation> chosen(const std::vector<PriceEquation>& equations) const {
    const PriceEquation* best = nullptr;
    double best_weight = -1.0;
    const std::optional<double> printed = score();
    for (const PriceEquation& equation : equations) {
      if (!equation.quotient()) {  // stands only where there is no other
        if (best == nullptr) best = &equation;
        continue;
      }
      double weight = 0.0;
      const double ratio = std::min(1.0, *equation.quotient());
      if (facts_.price && std::abs(equation.denominator.value - facts_.price->value) <= 0.01 * facts_.price->value)
        weight += 4.0;
      if (printed && std::abs(rounded_to_tenth(ratio) - *printed) < 1e-9)
        weight += 3.0;
      else if (printed && std::abs(ratio - *printed) < 0.1)
        weight += 1.5;
      if (equation.labelled) weight += 1.0;
      if (equation.ratio) weight += 0.5;
      if (weight > best_weight + 1e-9) {
        best = &equation;
        best_weight = weight;
      }
    }
    return best == nullptr ? std::nullopt : std::optional(*best);
  }

  ReadPage& page_;
  PageFacts& facts_;
};

}  // namespace

TextPlace ReadPage::place(std::size_t line, std::size_t byte_column) const {
  return text->place(text->line_offset(line) + (byte_column == 0 ? 0 : byte_column - 1));
}

std::optional<std::size_t> section_of_heading(std::string_view heading) {
  const std::string lower = lowered(heading);
  const auto has = [&](std::string_view part) { return holds(lower, part); };
  if (has("scientific validity") || has("科学的有効") || has("科学的妥当") || has("科学的")) return 0;
  if (has("technology level") || has("technical level") || has("技術レベル") || has("技術水準")) return 1;
  if (has("cost-performance") || has("cost performance") || has("コストパフォーマンス") || has("費用対効果")) return 2;
  if (has("reliability") || has("信頼性")) return 3;
  if (has("design philosophy") || has("rationality") || has("設計思想") || has("合理性")) return 4;
  return std::nullopt;
}

ReadPage read_page(std::string bytes, const std::string& path) {
  ReadPage page;
  page.text = std::make_unique<PageText>(std::move(bytes), path);
  try {
    page.matter = front_matter(page.text->text(), path);
  } catch (const Error& error) {
    if (error.code() != "bad-front-matter") throw;
    const TextPlace place = page.place(std::max<std::size_t>(1, error.where().line), error.where().column);
    page.broken_matter =
        Claim{"front-matter", Verdict::kContradicted,           place.line, place.column, error.found(),
              error.wanted(), "the front matter cannot be read"};
  }
  Reader(page, path).read();
  return page;
}

}  // namespace headscore
