// Products from the front matter of review pages.
#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "catalog/product_identity.hpp"
#include "headscore/catalog_store.hpp"
#include "io/file_bytes.hpp"
#include "io/front_matter.hpp"
#include "io/number.hpp"
#include "io/text_lines.hpp"

namespace headscore {
namespace {

constexpr std::size_t kMostBytes = std::size_t{16} << 20U;

struct TagMeaning {
  std::string_view words;  ///< in the tag's identity: "trulywireless"
  std::string_view function;
};

/// Words inside a tag, without blanks and case, that name a function. Wired products say so with their own word.
constexpr std::array<TagMeaning, 19> kFunctionTags = {{
    {"wireless", "wireless"},
    {"bluetooth", "wireless"},
    {"tws", "wireless"},
    {"noisecancel", "anc"},
    {"balancedconnection", "balanced-connection"},
    {"balancedcable", "balanced-connection"},
    {"microphone", "microphone"},
    {"headset", "microphone"},
    {"detachable", "detachable-cable"},
    {"mmcx", "detachable-cable"},
    {"2pin", "detachable-cable"},
    {"foldable", "foldable"},
    {"folding", "foldable"},
    {"waterproof", "waterproof"},
    {"waterresist", "waterproof"},
    {"parametriceq", "dsp-eq"},
    {"dsp", "dsp-eq"},
    {"builtineq", "dsp-eq"},
    {"appeq", "dsp-eq"},
}};

constexpr std::array<std::pair<std::string_view, FormFactor>, 12> kFormTags = {{
    {"inear", FormFactor::kInEar},
    {"iem", FormFactor::kInEar},
    {"earbud", FormFactor::kInEar},
    {"earphone", FormFactor::kInEar},
    {"tws", FormFactor::kInEar},
    {"truewireless", FormFactor::kInEar},
    {"overear", FormFactor::kOverEar},
    {"onear", FormFactor::kOverEar},
    {"aroundear", FormFactor::kOverEar},
    {"circumaural", FormFactor::kOverEar},
    {"supraaural", FormFactor::kOverEar},
    {"headphone", FormFactor::kOverEar},
}};

bool holds(const std::string& tag, std::string_view word) { return tag.find(word) != std::string::npos; }

/// The first meaning that any tag has: in-ear words come before "headphone", which some in-ear pages carry too.
std::optional<FormFactor> form_of(const std::vector<std::string>& tags) {
  for (const auto& [word, form] : kFormTags) {
    if (std::any_of(tags.begin(), tags.end(), [&, key = word](const std::string& tag) { return holds(tag, key); }))
      return form;
  }
  return std::nullopt;
}

std::set<std::string> functions_of(const std::vector<std::string>& tags) {
  std::set<std::string> functions;
  for (const std::string& tag : tags) {
    for (const TagMeaning& meaning : kFunctionTags) {
      if (holds(tag, meaning.words)) functions.insert(std::string(meaning.function));
    }
    if (tag == "anc") functions.insert("anc");
    if (tag.starts_with("ipx") || (tag.starts_with("ip") && tag.size() <= 5 && tag.size() >= 4))
      functions.insert("waterproof");
  }
  return functions;
}

class Page {
 public:
  Page(const std::filesystem::path& path, std::string today, std::string currency)
      : path_(path),
        today_(std::move(today)),
        currency_(std::move(currency)),
        matter_(front_matter(read_bytes(path, kMostBytes), path.string())) {}

  [[nodiscard]] bool is_product() const {
    return matter_.text("layout").empty() || matter_.text("layout") == "product";
  }

  [[nodiscard]] CatalogEntry entry() const {
    const std::string name = matter_.text("target_name");
    CatalogEntry entry;
    entry.where = place("target_name");
    if (normalised_identity(name).empty())
      throw Error("bad-review", entry.where, name.empty() ? "no target_name" : "a target_name without a letter",
                  "the product's name");
    CatalogProduct& product = entry.product;
    std::tie(product.brand, product.model) = brand_and_model(name, matter_.text("company_id"));
    const std::vector<std::string> tags = tag_words();
    product.form = form_of(tags);
    product.functions = functions_of(tags);
    const bool discontinued = std::any_of(tags.begin(), tags.end(), [](const std::string& tag) {
      return holds(tag, "discontinued") || tag == "vintage";
    });
    if (const std::optional<Price> price = this->price())
      product.prices.push_back(
          {*price, discontinued ? PriceCondition::kDiscontinued : PriceCondition::kNew, source(), place("price")});
    return entry;
  }

 private:
  [[nodiscard]] Location place(const char* key) const {
    const FrontMatterEntry* entry = matter_.find(key);
    if (entry == nullptr) return {path_.string(), 1};
    if (entry->values.empty()) return {path_.string(), entry->line, entry->column};
    return {path_.string(), entry->values.front().line, entry->values.front().column};
  }

  [[nodiscard]] std::vector<std::string> tag_words() const {
    std::vector<std::string> words;
    if (const FrontMatterEntry* tags = matter_.find("tags")) {
      for (const FrontMatterScalar& tag : tags->values) words.push_back(normalised_identity(tag.text));
    }
    return words;
  }

  [[nodiscard]] std::string source() const {
    const std::string link = matter_.text("permalink");
    return link.empty() ? path_.filename().string() : link;
  }

  [[nodiscard]] std::optional<Price> price() const {
    const std::string text = matter_.text("price");
    if (text.empty()) return std::nullopt;
    const std::optional<double> amount = cell_number(text, NumberStyle{});
    if (!amount) throw Error("bad-review", place("price"), "the price \"" + text + "\"", "a number");
    const std::string date = matter_.text("date").substr(0, 10);
    if (!date.empty()) check_date(date, today_, place("date"));
    try {
      return Price(*amount, currency_, date.empty() ? std::nullopt : std::optional(date));
    } catch (const Error& error) {
      throw Error(error.code(), place("price"), error.found(), error.wanted());
    }
  }

  std::filesystem::path path_;
  std::string today_;
  std::string currency_;
  FrontMatter matter_;
};

}  // namespace

CatalogImport read_review_pages(const std::vector<std::filesystem::path>& pages, const std::string& today,
                                const std::string& currency) {
  CatalogImport import;
  std::map<std::string, std::size_t> entry_of;
  for (const std::filesystem::path& path : pages) {
    try {
      const Page page(path, today, currency);
      if (!page.is_product()) {
        import.notes.push_back(path.string() + ": passed over, no product page");
        continue;
      }
      CatalogEntry entry = page.entry();
      const auto [known, fresh] =
          entry_of.try_emplace(normalised_identity(entry.product.name()), import.entries.size());
      if (fresh) {
        import.entries.push_back(std::move(entry));
        continue;
      }
      CatalogProduct& there = import.entries[known->second].product;
      import.notes.push_back(path.string() + ": another page of " + there.name() + " (" +
                             import.entries[known->second].where.file + "); only its price is taken");
      for (DatedPrice& price : entry.product.prices) {
        const auto same = [&](const DatedPrice& p) {
          return p.price.amount() == price.price.amount() && p.price.date() == price.price.date();
        };
        if (std::none_of(there.prices.begin(), there.prices.end(), same)) there.prices.push_back(std::move(price));
      }
    } catch (const Error& error) {
      import.errors.push_back(error);
    }
  }
  return import;
}

}  // namespace headscore
