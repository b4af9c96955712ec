// What a page can be asked without anything beside it.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <map>

#include "headscore/error.hpp"
#include "headscore/product.hpp"
#include "io/text_format.hpp"
#include "io/text_lines.hpp"
#include "verification/claim_checks.hpp"

namespace headscore {
namespace {

constexpr std::array<std::string_view, 12> kRequired = {"layout", "title",   "target_name", "company_id",
                                                        "lang",   "ref",     "date",        "rating",
                                                        "price",  "summary", "tags",        "permalink"};
constexpr std::size_t kRatings = 6;

std::string tenths(double value) { return fmt::format("{:.6g}", value); }

bool complete(const PageFacts& facts) {
  return facts.ratings.size() == kRatings && std::all_of(facts.ratings.begin(), facts.ratings.end(),
                                                         [](const StatedNumber& n) { return std::isfinite(n.value); });
}

class PageChecks {
 public:
  PageChecks(const ReadPage& page, std::vector<Claim>& claims) : page_(page), facts_(page.facts), claims_(claims) {}

  void run() {
    overall_sum();
    steps();
    ranges();
    sections();
    matter();
    slug();
    damage();
  }

 private:
  void add(std::string_view id, Verdict verdict, const Passage& where, std::string found, std::string expected,
           std::string reason) {
    claims_.push_back(
        {std::string(id), verdict, where.line, where.column, std::move(found), std::move(expected), std::move(reason)});
  }

  [[nodiscard]] Passage rating_place() const {
    if (!facts_.ratings.empty()) return facts_.ratings.front().where;
    if (page_.matter) {
      if (const FrontMatterEntry* entry = page_.matter->find("rating")) {
        const TextPlace place = page_.place(entry->line, entry->column);
        return {place.line, place.column, entry->key};
      }
    }
    return {1, 1, ""};
  }

  void overall_sum() {
    if (!complete(facts_)) {
      add("overall-sum", Verdict::kNotTestable, rating_place(), fmt::format("{} ratings", facts_.ratings.size()),
          "six numbers", "the ratings are not the overall score and five sections");
      return;
    }
    double sum = 0.0;
    std::string terms;
    for (std::size_t i = 1; i < kRatings; ++i) {
      sum += facts_.ratings[i].value;
      terms += (i > 1 ? " + " : "") + tenths(facts_.ratings[i].value);
    }
    const bool right = std::abs(sum - facts_.ratings[0].value) < 1e-6;
    const std::string equation = tenths(sum) + " = " + terms;
    add("overall-sum", right ? Verdict::kSupported : Verdict::kContradicted, facts_.ratings[0].where,
        tenths(facts_.ratings[0].value), tenths(sum), "sum of the five sections: " + equation);
  }

  void steps() {
    std::size_t wrong = 0;
    for (const StatedNumber& rating : facts_.ratings) {
      if (!std::isfinite(rating.value) || std::abs(rating.value - std::round(rating.value * 10.0) / 10.0) < 1e-9)
        continue;
      add("step", Verdict::kContradicted, rating.where, tenths(rating.value), "a multiple of 0.1",
          "scores go in steps of 0.1");
      ++wrong;
    }
    for (const SectionScore& section : facts_.sections) {
      if (std::abs(section.score.value - std::round(section.score.value * 10.0) / 10.0) < 1e-9) continue;
      add("step", Verdict::kContradicted, section.score.where, tenths(section.score.value), "a multiple of 0.1",
          "scores go in steps of 0.1");
      ++wrong;
    }
    if (wrong > 0) return;
    const bool any = complete(facts_);
    add("step", any ? Verdict::kSupported : Verdict::kNotTestable, rating_place(),
        fmt::format("{} ratings", facts_.ratings.size()), "multiples of 0.1",
        any ? "every score is a multiple of 0.1" : "the ratings are not six numbers");
  }

  void ranges() {
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < facts_.ratings.size(); ++i) {
      const double most = i == 0 ? 5.0 : 1.0;
      const double value = facts_.ratings[i].value;
      if (!std::isfinite(value) || (value >= 0.0 && value <= most + 1e-9)) continue;
      add("range", Verdict::kContradicted, facts_.ratings[i].where, tenths(value), i == 0 ? "0 to 5" : "0 to 1",
          i == 0 ? "the overall score is a sum of five" : "a section's score");
      ++wrong;
    }
    for (const SectionScore& section : facts_.sections) {
      if (section.score.value <= 1.0 + 1e-9) continue;
      add("range", Verdict::kContradicted, section.score.where, tenths(section.score.value), "0 to 1",
          "the score above " + section.section);
      ++wrong;
    }
    if (wrong > 0) return;
    const bool any = complete(facts_);
    add("range", any ? Verdict::kSupported : Verdict::kNotTestable, rating_place(),
        fmt::format("{} ratings", facts_.ratings.size()), "overall 0 to 5, sections 0 to 1",
        any ? "every score is in its range" : "the ratings are not six numbers");
  }

  void sections() {
    for (std::size_t i = 0; i < std::size(kSections); ++i) {
      const auto section = std::find_if(facts_.sections.begin(), facts_.sections.end(),
                                        [&](const SectionScore& s) { return s.section == kSections[i]; });
      if (section == facts_.sections.end()) {
        add("section-score", Verdict::kNotTestable, {0, 0, ""}, "no score above " + std::string(kSections[i]),
            "$$ \\Large \\text{0.5} $$", "the section, or the score that opens it, was not found");
      } else if (!complete(facts_)) {
        add("section-score", Verdict::kNotTestable, section->score.where, tenths(section->score.value), "",
            "the front matter has no six ratings");
      } else {
        const double rating = facts_.ratings[i + 1].value;
        const bool same = std::abs(section->score.value - rating) < 1e-9;
        add("section-score", same ? Verdict::kSupported : Verdict::kContradicted, section->score.where,
            tenths(section->score.value), tenths(rating),
            fmt::format("{} is {} in the text and {} in the front matter", kSections[i], tenths(section->score.value),
                        tenths(rating)));
      }
    }
  }

  [[nodiscard]] Passage place_of(const FrontMatterEntry& entry) const {
    const TextPlace place = page_.place(entry.line, entry.column);
    return {place.line, place.column, entry.key};
  }

  void matter() {
    if (page_.broken_matter) {
      claims_.push_back(*page_.broken_matter);
      return;
    }
    const std::size_t before = claims_.size();
    const FrontMatter& matter = *page_.matter;
    for (const std::string_view key : kRequired) {
      const FrontMatterEntry* entry = matter.find(key);
      const bool empty = entry != nullptr && (entry->kind == FrontMatterEntry::Kind::kEmpty || entry->values.empty() ||
                                              trimmed(entry->values.front().text).empty());
      if (entry == nullptr)
        add("front-matter", Verdict::kContradicted, {1, 1, ""}, "no " + std::string(key), std::string(key) + ": ...",
            "a required field is missing");
      else if (empty)
        add("front-matter", Verdict::kContradicted, place_of(*entry), std::string(key) + " without a value", "a value",
            "a required field is empty");
    }
    std::map<std::string, std::size_t> seen;
    for (const FrontMatterEntry& entry : matter.entries) {
      if (++seen[entry.key] == 2)
        add("front-matter", Verdict::kContradicted, place_of(entry), entry.key + " a second time", "each field once",
            "only one of the two counts");
    }
    values(matter);
    if (claims_.size() == before)
      add("front-matter", Verdict::kSupported, {1, 1, ""}, fmt::format("{} fields", matter.entries.size()),
          "the required ones", "every required field is there and of its kind");
  }

  void wrong_value(const FrontMatter& matter, std::string_view key, std::string expected, std::string reason) {
    const FrontMatterEntry* entry = matter.find(key);
    if (entry == nullptr || entry->values.empty() || entry->values.front().text.empty()) return;
    const TextPlace place = page_.place(entry->values.front().line, entry->values.front().column);
    add("front-matter", Verdict::kContradicted, {place.line, place.column, ""},
        std::string(key) + ": " + entry->values.front().text, std::move(expected), std::move(reason));
  }

  /// Each entry that is no number at its own place; else their count.
  void ratings(const FrontMatter& matter) {
    bool named = false;
    for (const StatedNumber& rating : facts_.ratings) {
      if (std::isfinite(rating.value)) continue;
      add("front-matter", Verdict::kContradicted, rating.where, "rating: " + rating.where.text, "a number",
          "an entry of the ratings is no number");
      named = true;
    }
    if (!named) wrong_value(matter, "rating", "six numbers", fmt::format("{} ratings", facts_.ratings.size()));
  }

  void values(const FrontMatter& matter) {
    if (matter.find("rating") != nullptr && !complete(facts_)) ratings(matter);
    if (const FrontMatterEntry* price = matter.find("price");
        price != nullptr && (!facts_.price || !(facts_.price->value > 0.0)))
      wrong_value(matter, "price", "a number above zero", "no price can be divided by it");
    if (const std::string lang = matter.text("lang"); lang != "en" && lang != "ja")
      wrong_value(matter, "lang", "en or ja", "an unknown language");
    if (const std::string date = matter.text("date"); !date.empty()) {
      try {
        static_cast<void>(Price(1.0, "USD", date.substr(0, 10)));
      } catch (const Error&) {
        wrong_value(matter, "date", "2025-07-31", "no day of the calendar");
      }
    }
  }

  /// The part of two letters in a permalink: "ja" of "/products/ja/acme-one".
  static std::string language_of(const std::string& permalink) {
    for (std::size_t from = 0; from < permalink.size();) {
      const std::size_t end = std::min(permalink.find('/', from), permalink.size());
      if (end - from == 2 && end < permalink.size() && permalink[from] >= 'a' && permalink[from] <= 'z')
        return permalink.substr(from, 2);
      from = end + 1;
    }
    return "";
  }

  void slug() {
    const std::string stem = std::filesystem::path(facts_.path).stem().string();
    if (!page_.matter || facts_.ref.empty()) {
      add("slug", Verdict::kNotTestable, {1, 1, ""}, stem, "", "the page has no ref");
      return;
    }
    const TextPlace place = page_.place(page_.matter->find("ref")->line, page_.matter->find("ref")->column);
    const Passage where{place.line, place.column, ""};
    bool right = true;
    if (stem != facts_.ref) {
      add("slug", Verdict::kContradicted, where, "file " + stem, facts_.ref, "the file's name is not the page's ref");
      right = false;
    }
    std::string permalink = page_.matter->text("permalink");
    if (!permalink.empty()) {
      const TextPlace at = page_.place(page_.matter->find("permalink")->line, page_.matter->find("permalink")->column);
      while (!permalink.empty() && permalink.back() == '/') permalink.pop_back();
      const std::string last =
          permalink.substr(permalink.rfind('/') == std::string::npos ? 0 : permalink.rfind('/') + 1);
      const auto wrong = [&](std::string reason) {
        add("slug", Verdict::kContradicted, {at.line, at.column, ""}, permalink + "/",
            fmt::format("/products/{}/{}/", facts_.lang, facts_.ref), std::move(reason));
        right = false;
      };
      if (last != facts_.ref) wrong("the permalink is not the page's ref");
      if (const std::string language = language_of(permalink); !language.empty() && language != facts_.lang)
        wrong(fmt::format("the permalink is of the language {}, the page of {}", language, facts_.lang));
    }
    if (right)
      add("slug", Verdict::kSupported, where, facts_.ref, facts_.ref,
          permalink.empty() ? "file name and ref agree" : "file name, ref and permalink agree");
  }

  void damage() {
    const PageText& text = *page_.text;
    const std::size_t before = claims_.size();
    std::map<std::string, std::size_t> counts;
    for (const Repair& repair : text.repairs())
      ++counts[text.source().substr(repair.source_offset, repair.source_length)];
    for (const Repair& repair : text.repairs()) {
      const std::string found = text.source().substr(repair.source_offset, repair.source_length);
      const auto count = counts.find(found);
      if (count == counts.end()) continue;
      const TextPlace place = text.source_place(repair.source_offset);
      add("damaged-text", Verdict::kContradicted, {place.line, place.column, ""}, found,
          text.text().substr(repair.offset, repair.length),
          fmt::format("UTF-8 that was read as {}, {}; read as what it was", repair.code_page,
                      counted(count->second, "place")));
      counts.erase(count);
    }
    if (const std::vector<std::size_t> lost = lost_characters(text.source()); !lost.empty() && text.repairs().empty()) {
      const TextPlace place = text.source_place(lost.front());
      add("damaged-text", Verdict::kContradicted, {place.line, place.column, ""},
          counted(lost.size(), "broken character"), "none",
          "characters that no text has (C1 controls, U+FFFD): the letters are lost");
    }
    if (text.encoding() != "UTF-8")
      add("damaged-text", Verdict::kContradicted, {1, 1, ""}, text.encoding(), "UTF-8", "the page is not UTF-8");
    if (claims_.size() == before)
      add("damaged-text", Verdict::kSupported, {1, 1, ""}, "UTF-8", "UTF-8", "no damaged characters");
  }

  const ReadPage& page_;
  const PageFacts& facts_;
  std::vector<Claim>& claims_;
};

}  // namespace

void check_page(const ReadPage& page, std::vector<Claim>& claims) { PageChecks(page, claims).run(); }

}  // namespace headscore
