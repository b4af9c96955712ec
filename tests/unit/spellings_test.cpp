// Spellings of prices, equations and comparators that sites use: read, or not claimed; never misread.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <optional>

#include "review_pages.hpp"
#include "verification/page_reader.hpp"

namespace headscore {
namespace {

PageFacts facts_of(const std::string& cost_performance, const std::string& lang) {
  tests::ReviewPage page;
  page.lang = lang;
  page.cost_performance = cost_performance;
  return read_page(page.text(), page.file()).facts;
}

struct EquationSpelling {
  const char* text;
  double numerator = 133;
  double denominator = 246;
  std::optional<double> ratio = 0.54;
  const char* currency = "USD";  // of the numerator
};

/// Each spelling in a page of either language, as sites mix them.
TEST(EquationSpellings, AreReadWithTheirAmountsAndCurrencies) {
  const EquationSpelling spellings[] = {
      // Signs of division and of results.
      {"US$133 ÷ US$246 = 0.54"},
      {"$133.00 / $246.00 ≈ 0.54"},
      {"133 USD ∶ 246 USD = 0.54"},
      {"133 USD : 246 USD = 0.54"},
      {"Ratio 133 USD ／ 246 USD ＝ 0.54"},
      {"133 USD ÷ 246 USD ≅ 0.54"},
      {"133 USD ÷ 246 USD ~ 0.54"},
      {"133 USD ÷ 246 USD ∼ 0.54"},
      {"133 USD ÷ 246 USD == 0.54"},
      {"133 USD ÷ 246 USD ⇒ 0.54"},
      {"133 USD ÷ 246 USD — 0.54 (rounded to 0.5)"},
      {"133 USD ÷ 246 USD = 0.54 (rounded to 0.5)"},
      {"133 USD ÷ 246 USD = .54"},
      {"133 USD ÷ 246 USD = 54 %"},
      // LaTeX.
      {"$CP = \\frac{133}{246} \\approx 0.54$", 133, 246, 0.54, ""},
      {"$$CP = \\dfrac{133\\text{ USD}}{246\\text{ USD}} \\cong 0.54$$"},
      {"$$ \\mathrm{CP} = \\frac{\\$133}{\\$246} = 0.54 $$"},
      {"$133$ ÷ $246$ = 0.54"},
      {"\\( 133 / 246 = 0.54 \\)", 133, 246, 0.54, ""},
      {"$\\mathrm{CP} = 133 / 246 = 0.54$", 133, 246, 0.54, ""},
      {"$$\\frac{133 \\ \\mathrm{USD}}{246 \\ \\mathrm{USD}} = 0.54$$"},
      // Emphasis, code, breaks, tables, lists.
      {"**133 USD** ÷ **246 USD** = **0.54**"},
      {"*133 USD* / *246 USD* = *0.54*"},
      {"__CP__ = 133 USD / 246 USD = 0.54"},
      {"`CP = 133 USD / 246 USD = 0.54`"},
      {"CP\n= 133 USD\n÷ 246 USD\n= 0.54"},
      {"CP = 133 USD ÷  \n246 USD = 0.54"},
      {"```\nCP = 133 USD / 246 USD = 0.54\n```"},
      {"- CP: 133 USD / 246 USD = 0.54"},
      {"> 133 USD ÷ 246 USD = 0.54"},
      {"| comparator | price | CP |\n|---|---|---|\n| Borealis K37 | 133 USD | 133 USD ÷ 246 USD = 0.54 |"},
      {"Calculation:<br>133 USD ÷ 246 USD<br>= 0.54"},
      {"133&nbsp;USD &divide; 246&nbsp;USD = 0.54"},
      // Notes and words between.
      {"about 133 USD ÷ about 246 USD = 0.54"},
      {"~$133 / ~$246 = 0.54"},
      {"approx. 133 USD ÷ approx. 246 USD = approx. 0.54"},
      {"133 USD (Amazon, new) ÷ 246 USD (official store) = 0.54"},
      {"133 USD (Borealis K37) ÷ Acme One's 246 USD = 0.54"},
      {"the K37's 133 USD ÷ 246 USD (MSRP) ≈ 0.54"},
      {"133 USD over 246 USD = 0.54"},
      {"the ratio of 133 USD to 246 USD is 0.54"},
      {"CP = MIN(1, 133 USD / 246 USD) = 0.54"},
      {"CP = MIN(133 USD / 246 USD, 1.0) = 0.54"},
      {"CP = min{1.0, 133 USD/246 USD} = 0.54"},
      {"MIN(1.0, 133 USD / 246 USD) = 0.54"},
      {"MIN(1.0, 133 USD / 246 USD)", 133, 246, std::nullopt},
      {"0.54 (= 133 USD / 246 USD)"},
      {"0.54 = 133 USD ÷ 246 USD"},
      // Currencies and digits.
      {"133 dollars / 246 dollars = 0.54"},
      {"133$ / 246$ = 0.54", 133, 246, 0.54, ""},
      {"133 US$ ÷ 246 US$ = 0.54"},
      {"USD133/USD246=0.54"},
      {"US $133 ÷ US $246 = 0.54"},
      {"€133 ÷ €246 = 0.54", 133, 246, 0.54, "EUR"},
      {"133 € ÷ 246 € = 0.54", 133, 246, 0.54, "EUR"},
      {"£133 / £246 = 0.54", 133, 246, 0.54, "GBP"},
      {"133 GBP ÷ 246 GBP = 0.54", 133, 246, 0.54, "GBP"},
      {"133 pounds ÷ 246 pounds = 0.54", 133, 246, 0.54, "GBP"},
      {"1.330,50 EUR ÷ 2.460,00 EUR = 0,54", 1330.5, 2460, 0.54, "EUR"},
      {"1.330,50 € / 2.460 € = 0,54", 1330.5, 2460, 0.54, "EUR"},
      {"89,99 EUR ÷ 246,00 EUR = 0,37", 89.99, 246, 0.37, "EUR"},
      {"CP = 89,99 / 246,00 = 0,37", 89.99, 246, 0.37, ""},
      {"1'330.50 USD ÷ 2'460.00 USD = 0.54", 1330.5, 2460},
      {"$1,330.50 / $2,460.00 = 0.54", 1330.5, 2460},
      {"1 330 EUR ÷ 2 460 EUR = 0.54", 1330, 2460, 0.54, "EUR"},
      {"CNY 133 ÷ CNY 246 = 0.54", 133, 246, 0.54, "CNY"},
      {"CHF 133 ÷ CHF 246 = 0.54", 133, 246, 0.54, "CHF"},
      {"S$133 ÷ S$246 = 0.54", 133, 246, 0.54, "SGD"},
      // Japanese.
      {"約133ドル ÷ 約246ドル ≒ 約0.54"},
      {"１３３ドル÷２４６ドル＝０．５４"},
      {"＄１３３ ／ ＄２４６ ＝ ０．５４"},
      {"13,300円（税込）÷ 24,600円（税込）＝ 0.54", 13300, 24600, 0.54, "JPY"},
      {"税込13,300円 ÷ 税込24,600円 = 0.54", 13300, 24600, 0.54, "JPY"},
      {"１３，３００円÷２４，６００円＝０．５４", 13300, 24600, 0.54, "JPY"},
      {"¥13,300÷¥24,600≒0.54", 13300, 24600, 0.54, "JPY"},
      {"￥13,300／￥24,600＝0.54", 13300, 24600, 0.54, "JPY"},
      {"1.33万円÷2.46万円＝0.54", 13300, 24600, 0.54, "JPY"},
      {"価格比は13,300円÷24,600円で0.54となる。", 13300, 24600, 0.54, "JPY"},
      {"13,300円÷24,600円から0.54（四捨五入して0.5）とした。", 13300, 24600, 0.54, "JPY"},
      {"「133ドル」÷「246ドル」＝0.54"},
      {"133米ドル／246米ドル＝0.54"},
      {"133USドル÷246USドル＝0.54"},
      {"MIN(1.0, 13,300円÷24,600円) = 0.54", 13300, 24600, 0.54, "JPY"},
      {"ＭＩＮ（1.0、13,300円／24,600円）＝0.54", 13300, 24600, 0.54, "JPY"},
      {"計算式：MIN(1.0, 133ドル/246ドル)", 133, 246, std::nullopt},
      {"CP値 = 133ドル / 246ドル = 0.54"},
      {"13,300円を24,600円で除すると0.54となる。", 13300, 24600, 0.54, "JPY"},
      {"13,300円を24,600円で割った値は0.54。", 13300, 24600, 0.54, "JPY"},
      {"13,300円 ÷ Acme Oneの24,600円 = 0.54", 13300, 24600, 0.54, "JPY"},
      {"133ユーロ÷246ユーロ＝0.54", 133, 246, 0.54, "EUR"},
      {"133ポンド÷246ポンド＝0.54", 133, 246, 0.54, "GBP"},
      {"(9,800円＋3,500円)÷24,600円＝0.54", 13300, 24600, 0.54, "JPY"},
  };
  for (const EquationSpelling& spelling : spellings) {
    for (const char* lang : {"en", "ja"}) {
      SCOPED_TRACE(spelling.text);
      const PageFacts facts = facts_of(spelling.text, lang);
      const std::optional<PriceEquation>& equation = facts.cost_performance.equation;
      EXPECT_TRUE(equation);
      if (!equation) continue;
      EXPECT_NEAR(equation->numerator.value, spelling.numerator, 1e-9);
      EXPECT_NEAR(equation->denominator.value, spelling.denominator, 1e-9);
      EXPECT_EQ(equation->numerator.currency, spelling.currency);
      EXPECT_EQ(equation->ratio.has_value(), spelling.ratio.has_value());
      if (equation->ratio && spelling.ratio) {
        EXPECT_NEAR(equation->ratio->value, *spelling.ratio, 1e-9);
      }
    }
  }
}

TEST(EquationSpellings, OfOtherThingsAreNotClaimed) {
  for (const char* text : {"Its ratio of 16:9 and 4:3.", "Rated 4.5 out of 5, 133 USD to 246 USD by shop.",
                           "Sold 24/7, 3:1 in blind tests.", "Between 12:30 and 14:00.", "Prices: 133 USD / 19,800円.",
                           "133 USD vs 246 USD.", "1.2k USD ÷ 2.4k USD = 0.5", "From 133 to 246 USD.",
                           "価格帯は133ドル～246ドル。", "定価246ドル／実売133ドル", "CP = price of B ÷ price of A"}) {
    for (const char* lang : {"en", "ja"}) EXPECT_TRUE(facts_of(text, lang).cost_performance.equations.empty()) << text;
  }
}

}  // namespace
}  // namespace headscore
