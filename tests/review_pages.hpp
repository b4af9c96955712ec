// Review pages that the tests write themselves, in English and Japanese; every number is a parameter.
#pragma once

#include <fmt/format.h>

#include <array>
#include <string>

namespace headscore::tests {

struct ReviewPage {
  std::string ref = "acme-one";
  std::string name = "Acme One";
  std::string lang = "en";
  std::string date = "2025-08-01";
  std::array<double, 6> ratings = {2.9, 0.5, 0.7, 0.5, 0.6, 0.6};
  std::string price = "246";
  std::string cost_performance =
      "The Borealis K37 (133 USD) offers equivalent functions at a lower price. Calculation: 133 USD ÷ 246 USD = 0.54, "
      "which rounds to 0.5.";
  std::string validity =
      "Total harmonic distortion is below 0.1% at 1 kHz and 94 dB SPL, and the response stays within ±3 dB from 20 Hz "
      "to 10 kHz.";

  [[nodiscard]] std::string file() const { return ref + ".md"; }

  [[nodiscard]] std::string text() const {
    const bool japanese = lang == "ja";
    std::string page = fmt::format(
        "---\nlayout: product\ntitle: \"{0} Product Review\"\ntarget_name: \"{0}\"\ncompany_id: acme\nlang: {1}\nref: "
        "{2}\ndate: {3}\n"
        "rating: [{4:.1f}, {5:.1f}, {6:.1f}, {7:.1f}, {8:.1f}, {9:.1f}]\nprice: {10}\nsummary: \"A test.\"\ntags: "
        "[Headphones, Closed-back]\n"
        "permalink: /products/{1}/{2}/\n---\n",
        name, lang, ref, date, ratings[0], ratings[1], ratings[2], ratings[3], ratings[4], ratings[5], price);
    const std::array<const char*, 6> english = {
        "Overview",         "Scientific Validity",   "Technology Level",
        "Cost-Performance", "Reliability & Support", "Rationality of Design Philosophy"};
    const std::array<const char*, 6> other = {
        "概要", "科学的有効性", "技術レベル", "コストパフォーマンス", "信頼性・サポート", "設計思想の合理性"};
    for (std::size_t i = 0; i < 6; ++i) {
      page += fmt::format("\n## {}\n\n", japanese ? other[i] : english[i]);
      if (i > 0) page += fmt::format("$$ \\Large \\text{{{:.1f}}} $$\n\n", ratings[i]);
      page += i == 1     ? validity
              : i == 3   ? cost_performance
              : japanese ? "特筆すべき点はない。"
                         : "Nothing to say here.";
      page += "\n";
    }
    return page;
  }
};

/// The English page's counterpart.
inline ReviewPage japanese_page() {
  ReviewPage page;
  page.lang = "ja";
  page.cost_performance =
      "同等以上の機能を持つBorealis K37（133ドル）が存在する。計算：133ドル ÷ 246ドル = 0.54 となり、0.5と評価する。";
  page.validity = "全高調波歪率は1 kHz、94 dB SPLで0.1%以下、周波数特性は20 Hz-10 kHzで±3 dB以内である。";
  return page;
}

}  // namespace headscore::tests
