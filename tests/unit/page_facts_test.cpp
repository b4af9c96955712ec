// What is read of a page, and where it was read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "headscore/error.hpp"
#include "io/mojibake.hpp"
#include "review_pages.hpp"
#include "verification/page_reader.hpp"
#include "verification/product_name.hpp"

namespace headscore {
namespace {

using tests::ReviewPage;

PageFacts facts_of(const std::string& cost_performance, const std::string& price = "246", double score = 0.5,
                   const std::string& lang = "en") {
  ReviewPage page;
  page.lang = lang;
  page.cost_performance = cost_performance;
  page.price = price;
  page.ratings[3] = score;
  return read_page(page.text(), page.file()).facts;
}

struct Spelling {
  const char* text;
  double numerator;
  double denominator;
  double ratio;
};

TEST(PriceEquation, IsReadInEverySpelling) {
  const Spelling spellings[] = {
      {"Calculation: 133 USD ÷ 246 USD = 0.54", 133, 246, 0.54},
      {"Calculation: 133 USD รท 246 USD = 0.54", 133, 246, 0.54},
      {"CP = 133 ÷ 246 = 0.54", 133, 246, 0.54},
      {"CP = USD 133 ÷ USD 246 ≈ 0.54 → 0.5", 133, 246, 0.54},
      {"CP = $133 / $246 = 0.541", 133, 246, 0.541},
      {"**133 USD ÷ 246 USD = 0.54** → **0.5**", 133, 246, 0.54},
      {"`133 USD ÷ 246 USD ≒ 0.54`", 133, 246, 0.54},
      {"CP = MIN(1.0, 133 USD ÷ 246 USD) = 0.5", 133, 246, 0.5},
      {"$$ CP = \\frac{133}{246} \\approx 0.54 $$", 133, 246, 0.54},
      {"$$ CP = \\min(1.0, \\frac{133\\,\\text{USD}}{246\\,\\text{USD}}) = 0.5 $$", 133, 246, 0.5},
      {"$133 \\div 246 = 0.54$", 133, 246, 0.54},
      {"CP = B ÷ A = 1,133 USD ÷ 2,246 USD = 0.50", 1133, 2246, 0.50},
      {"CP = 1{,}133 / 2{,}246 = 0.5045", 1133, 2246, 0.5045},
      {"With a cable: (99 USD + 10 USD) ÷ 250 USD = 0.44", 109, 250, 0.44},
      {"CP = (99 + 10) / 250 = 0.44", 109, 250, 0.44},
      {"CP = 109 USD (99 USD + 10 USD cable) / 250 USD = 0.436", 109, 250, 0.436},
      {"`79 USD (Acme Two) ÷ 189 USD (Acme One) ≒ 0.42`", 79, 189, 0.42},
      {"The ratio is approximately 0.33 when computed as 99 / 300.", 99, 300, 0.33},
      {"54 USD ÷ 94 USD, which gives 0.57.", 54, 94, 0.57},
      {"55USD ÷ 79.99USD = 0.687", 55, 79.99, 0.687},
      {"133ドル ÷ 246ドル = 0.54", 133, 246, 0.54},
      {"コストパフォーマンスは13,300円÷24,600円＝0.54となる。", 13300, 24600, 0.54},
      {"CP = ¥13,300 / ¥24,600 = 0.54", 13300, 24600, 0.54},
      {"1万3,300円 ÷ 2万4,600円 ≒ 0.54", 13300, 24600, 0.54},
      {"CP = 87 USD / 126 USD = 0.690...", 87, 126, 0.690},
      {"CP＝１３３ドル÷２４６ドル＝０．５４", 133, 246, 0.54},
      {"The price ratio is 64.99 USD[5] ÷ 899 USD [6] = 0.072.", 64.99, 899, 0.072},
      {"CP = 133 USD ÷ 246 USD = 54%", 133, 246, 0.54},
      {"The cost-performance is 0.54 (133/246).", 133, 246, 0.54},
      {"Dividing 133 USD (Acme Two) by 246 USD yields 0.54.", 133, 246, 0.54},
      {"133 USD divided by 246 USD is 0.54.", 133, 246, 0.54},
      {"133ドルを246ドルで割ると0.54となる。", 133, 246, 0.54},
      {"$$\n\\begin{aligned}\nCP &= \\min\\left(1.0, \\frac{133}{246}\\right) \\\\\n&= 0.54\n\\end{aligned}\n$$", 133,
       246, 0.54},
  };
  for (const Spelling& spelling : spellings) {
    const PageFacts facts = facts_of(spelling.text);
    ASSERT_TRUE(facts.cost_performance.equation) << spelling.text;
    const PriceEquation& equation = *facts.cost_performance.equation;
    EXPECT_DOUBLE_EQ(equation.numerator.value, spelling.numerator) << spelling.text;
    EXPECT_DOUBLE_EQ(equation.denominator.value, spelling.denominator) << spelling.text;
    ASSERT_TRUE(equation.ratio) << spelling.text;
    EXPECT_DOUBLE_EQ(equation.ratio->value, spelling.ratio) << spelling.text;
  }
}

TEST(PriceEquation, IsNotSeenInOtherSlashes) {
  for (const char* text : {"It has a 1/4-inch adapter.", "Battery 60h/40h and 24-bit/96 kHz.",
                           "Sensitivity 106 dB/mW, 0.04% @94 dB / 0.19% @104 dB.", "Prices vary (80 USD / 82 USD).",
                           "It scores MDAQS 4.8/5.0 versus 4.5/5.0.", "CP = B / A",
                           "The average is (0.22 + 0.40) / 2 = 0.31.", "Rated IPX5/7, 469 USD / 58,300円."}) {
    EXPECT_TRUE(facts_of(text).cost_performance.equations.empty()) << text;
  }
}

TEST(PriceEquation, OfTheScoreIsChosenAmongSeveral) {
  const PageFacts facts =
      facts_of("CP = 100 ÷ 699 = 0.14 compared to the Aria 2, but CP = 200 ÷ 699 = 0.3 is reasonable.", "699", 0.3);
  EXPECT_EQ(facts.cost_performance.equations.size(), 2U);
  EXPECT_DOUBLE_EQ(facts.cost_performance.equation->numerator.value, 200);
}

TEST(PageFacts, KnowTheirLinesAndColumns) {
  ReviewPage page;
  page.validity = "The 16ฮฉ impedance is low.";
  page.cost_performance = "Good. Calculation: 133 USD รท 246 USD = 0.54, fair.";
  const std::string text = page.text();
  const PageFacts facts = read_page(text, page.file()).facts;
  const StatedNumber& ratio = *facts.cost_performance.equation->ratio;
  // The line and column of an editor, in characters of the file as it is.
  std::size_t line = 1;
  std::string last;
  for (const char c : text.substr(0, text.find("0.54"))) {
    if (c == '\n') ++line;
    last = c == '\n' ? "" : last + c;
  }
  EXPECT_EQ(ratio.where.line, line);
  EXPECT_EQ(ratio.where.column, std::string("Good. Calculation: 133 USD xx 246 USD = ").size() + 1);
  EXPECT_EQ(ratio.where.text, "0.54");
  EXPECT_EQ(text.substr(ratio.where.offset, 4), "0.54");
  ASSERT_EQ(facts.figures.size(), 1U);
  EXPECT_EQ(facts.figures[0].kind, Figure::Kind::kImpedance);
  EXPECT_DOUBLE_EQ(facts.figures[0].value, 16);
  EXPECT_EQ(facts.ratings[0].where.line, 9U);
  EXPECT_EQ(facts.ratings[0].where.column, 10U);
  EXPECT_EQ(facts.price->where.line, 10U);
}

TEST(PageFacts, SayNoCheaperInBothLanguages) {
  for (const char* text :
       {"No cheaper product with equivalent functions exists. CP = 1.0.",
        "CP = 1.0 (no cheaper equivalent-or-better product exists)",
        "There are no competing products at a lower price.",
        "We could not identify any cheaper product that matches all these functions.",
        "同等以上の機能を持つより安価な製品は存在しないため、1.0とする。", "これより安い同等品は見つからなかった。"}) {
    EXPECT_TRUE(facts_of(text, "246", 1.0).cost_performance.no_cheaper) << text;
  }
  for (const char* text : {"The Borealis K37 (133 USD) is cheaper. CP = 133 ÷ 246 = 0.54.",
                           "より安価なBorealis K37（133ドル）が存在する。133ドル ÷ 246ドル = 0.54"}) {
    EXPECT_FALSE(facts_of(text, "246", 0.5).cost_performance.no_cheaper) << text;
  }
}

TEST(PageFacts, NameTheComparator) {
  const std::pair<const char*, const char*> cases[] = {
      {"A competitor, the EarFun Air Pro 4 (133 USD), offers more. CP = 133 ÷ 246 = 0.54", "EarFun Air Pro 4"},
      {"The 7Hz x Crinacle Zero:2 at 133 USD has lower THD than the B&K 5128 shows. CP = 133 ÷ 246 = 0.54",
       "7Hz x Crinacle Zero:2"},
      {"**Comparator (cheapest equal-or-better)**: **Shure AONIC 5**. It offers isolation. The current US price is "
       "**133 USD**. 133 USD ÷ 246 USD = 0.54",
       "Shure AONIC 5"},
      {"Compared with many models by aptX HD, Sony's WH-1000XM4 is sold for 133 USD. CP = 133 ÷ 246 = 0.54",
       "Sony WH-1000XM4"},
      {"`133 USD (DUNU Titan S) ÷ 246 USD (Acme One) ≒ 0.54`", "DUNU Titan S"},
      {"比較対象はAKG K371（133ドル）である。133ドル ÷ 246ドル = 0.54", "AKG K371"},
      {"同等以上の機能を持つMoondrop Chu IIが133ドルで購入できる。133ドル ÷ 246ドル = 0.54", "Moondrop Chu II"},
      {"USB-C and LDAC aside, the SoundPEATS Capsule3 Pro+ (133 USD) beats the Acme One. CP = 133 ÷ 246 = 0.54",
       "SoundPEATS Capsule3 Pro+"},
  };
  for (const auto& [text, name] : cases) {
    const PageFacts facts = facts_of(text);
    ASSERT_TRUE(facts.cost_performance.comparator) << text;
    EXPECT_EQ(facts.cost_performance.comparator->name, name) << text;
  }
}

TEST(PageFacts, ReadFiguresWithTheirBounds) {
  ReviewPage page;
  page.validity =
      "THD is ≤0.05% at 1 kHz and 94 dB, THD exceeds 0.5% in the bass, and third parties found 0.04 % THD. The "
      "response is within ±3 dB (20 Hz-20 kHz), exceeding ±5 dB above. "
      "Sensitivity 118.3 dB/V or 98 dB SPL/1mW, impedance 35-40Ω, and passive isolation of 26 dB.";
  const PageFacts facts = read_page(page.text(), page.file()).facts;
  ASSERT_EQ(facts.figures.size(), 9U);
  using Kind = Figure::Kind;
  using Bound = Figure::Bound;
  const auto expect = [&](std::size_t i, Kind kind, Bound bound, double value, const char* unit) {
    EXPECT_EQ(facts.figures[i].kind, kind) << i;
    EXPECT_EQ(facts.figures[i].bound, bound) << i;
    EXPECT_DOUBLE_EQ(facts.figures[i].value, value) << i;
    EXPECT_EQ(facts.figures[i].unit, unit) << i;
  };
  expect(0, Kind::kThd, Bound::kAtMost, 0.05, "%");
  EXPECT_EQ(facts.figures[0].frequency_hz, 1000.0);
  EXPECT_EQ(facts.figures[0].level_spl_db, 94.0);
  expect(1, Kind::kThd, Bound::kAtLeast, 0.5, "%");
  expect(2, Kind::kThd, Bound::kEqual, 0.04, "%");
  expect(3, Kind::kResponse, Bound::kAtMost, 3, "dB");
  EXPECT_EQ(facts.figures[3].band, (Band{20.0, 20000.0}));
  expect(4, Kind::kResponse, Bound::kAtLeast, 5, "dB");
  expect(5, Kind::kSensitivity, Bound::kEqual, 118.3, "dB/V");
  expect(6, Kind::kSensitivity, Bound::kEqual, 98, "dB/mW");
  expect(7, Kind::kImpedance, Bound::kEqual, 35, "ohm");
  EXPECT_EQ(facts.figures[7].high, 40.0);
  expect(8, Kind::kIsolation, Bound::kEqual, 26, "dB");
}

TEST(PageFacts, ReadRangesAndFurtherFigures) {
  ReviewPage page;
  page.validity =
      "THD of 0.1-0.2% above 200 Hz. Distortion exceeds 1% below 100 Hz. Low distortion for 40 USD, 8% of its price. "
      "FR deviation within roughly ±2–3 dB. Sensitivity is 80.6 dB SPL per 1 mW, or 94 dB ±3 dB @ 1 mW. "
      "The microphone has –44.5 dB (1 V/Pa). Passive isolation of 30+ dB compared to its own 20 dB. "
      "4% harmonic distortion at 100 Hz, far exceeding the threshold. Overall attenuation 21 dB; bass 11 dB.";
  const PageFacts facts = read_page(page.text(), page.file()).facts;
  std::string told;
  for (const Figure& f : facts.figures)
    told += fmt::format("{} {} {}{} {}\n", to_string(f.kind), to_string(f.bound), f.value,
                        f.high ? fmt::format("-{}", *f.high) : "", f.unit);
  EXPECT_EQ(told,
            "thd equal 0.1-0.2 %\nthd at least 1 %\nresponse about 2-3 dB\nsensitivity equal 80.6 dB/mW\nsensitivity "
            "equal 94 dB/mW\nisolation at least 30 dB\nisolation equal 20 dB\nthd equal 4 %\nisolation equal 21 "
            "dB\nisolation equal 11 dB\n");
}

TEST(PageFacts, ReadJapaneseFigures) {
  const tests::ReviewPage page = tests::japanese_page();
  const PageFacts facts = read_page(page.text(), page.file()).facts;
  ASSERT_EQ(facts.figures.size(), 2U);
  EXPECT_EQ(facts.figures[0].bound, Figure::Bound::kAtMost);
  EXPECT_EQ(facts.figures[0].frequency_hz, 1000.0);
  EXPECT_EQ(facts.figures[1].bound, Figure::Bound::kAtMost);
  EXPECT_DOUBLE_EQ(facts.figures[1].value, 3);
}

TEST(DamagedText, IsPutBackExactly) {
  EXPECT_EQ(repaired("133 รท 246, 16ฮฉ").text, "133 ÷ 246, 16Ω");
  EXPECT_EQ(repaired("133 Ã· 246, Â±3 dB, 16Î©").text, "133 ÷ 246, ±3 dB, 16Ω");
  for (const char* sound :
       {"Größe, Æon, café, Ø 40 mm, “quoted” — ±3 dB", "ヘッドホン ÷ Ω", "หูฟังรุ่นนี้ให้เสียงที่ดีมากและมีรายละเอียดครบถ้วน"}) {
    EXPECT_EQ(repaired(sound).text, sound);
    EXPECT_TRUE(repaired(sound).repairs.empty()) << sound;
  }
}

TEST(ProductNames, AreComparedByBrandAndModel) {
  EXPECT_TRUE(same_product("AKG K371", "K371"));
  EXPECT_TRUE(same_product("Moondrop CHU II", "MOONDROP Chu 2"));
  EXPECT_TRUE(same_product("Truthear x Crinacle ZERO:RED", "TRUTHEAR Crinacle Zero Red"));
  EXPECT_FALSE(same_product("AKG K371", "AKG K371-BT"));
  EXPECT_FALSE(same_product("EarFun Air Pro 4", "EarFun Air Pro 4+"));
  EXPECT_FALSE(same_product("", "K371"));
}

TEST(PageReader, RefusesWhatIsNoPage) {
  EXPECT_THROW(static_cast<void>(read_page("# Title\n", "a.md")), Error);
  EXPECT_THROW(static_cast<void>(read_page(std::string("---\n\0\n---\n", 10), "a.md")), Error);
}

}  // namespace
}  // namespace headscore
