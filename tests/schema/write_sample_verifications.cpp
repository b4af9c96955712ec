// Writes the JSON report of sample pages into the folder that is its argument, for validate.py.
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "headscore/claim_report.hpp"
#include "headscore/policy_library.hpp"
#include "headscore/verification.hpp"
#include "review_pages.hpp"

namespace {

using headscore::tests::ReviewPage;
using Pages = std::vector<std::pair<std::string, std::string>>;

std::vector<std::pair<std::string, Pages>> samples() {
  const ReviewPage page;
  ReviewPage wrong = page;
  wrong.ratings = {9.9, 0.55, 1.7, 0.8, 0.6, 0.6};
  wrong.validity =
      "No third-party measurements exist. THD is 0.04% @94 dB / 0.19% @104 dB, 16ฮฉ, 98 dB SPL/mW, isolation 35-42 dB, "
      "±3 dB (20-20,000 Hz).";
  wrong.cost_performance = "CP = $246 / $133 = 1.85 → 0.8, or (99 + 10) ÷ 246 = 0.44.";
  ReviewPage top = page;
  top.ratings = {3.4, 0.5, 0.7, 1.0, 0.6, 0.6};
  top.cost_performance = "No cheaper product exists. CP = 1.0.";
  return {{"clean", {{"en/acme-one.md", page.text()}, {"ja/acme-one.md", headscore::tests::japanese_page().text()}}},
          {"wrong", {{"acme-one.md", wrong.text()}}},
          {"top", {{"acme-one.md", top.text()}}},
          {"refused", {{"none.md", "# no page\n"}, {"bytes.md", std::string("\0\1\2\xFF", 4)}, {"empty.md", ""}}},
          {"bare", {{"bare.md", "---\nrating: [a, {b: 1}]\n---\n"}, {"broken.md", "---\ntitle: \"a\" b\n---\n"}}},
          {"nothing", {}}};
}

}  // namespace

int main(int argument_count, char** arguments) {
  if (argument_count != 2) return 2;
  try {
    headscore::VerifyOptions options;
    options.scoring.policy = headscore::bundled_policy("audioreview-2026");
    for (const auto& [name, pages] : samples()) {
      const std::vector<headscore::PageReview> reviews = headscore::verified(pages, options);
      std::ofstream out(std::filesystem::path(arguments[1]) / (name + ".json"), std::ios::binary);
      headscore::claim_report("json").write(out, reviews, headscore::summary_of(reviews), {});
      if (!out.flush()) return 1;
    }
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
