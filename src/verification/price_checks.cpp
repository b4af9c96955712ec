// The arithmetic of cost-performance, as printed.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "headscore/score.hpp"
#include "verification/claim_checks.hpp"

namespace headscore {
namespace {

constexpr double kTiny = 1e-9;

double power_of_ten(int decimals) { return std::pow(10.0, std::clamp(decimals, 0, 9)); }

double cut_off(double value, int decimals) {
  const double scale = power_of_ten(decimals);
  return std::floor(value * scale + 1e-7) / scale;
}

std::string number(double value, int decimals) { return fmt::format("{:.{}f}", value, decimals); }
std::string exact(double value) { return fmt::format("{:.4f}", value); }

std::string money(const Amount& amount) {
  std::string text = number(amount.value, amount.decimals);
  if (amount.summands.size() > 1) {
    std::string sum;
    for (const double part : amount.summands) sum += (sum.empty() ? "" : " + ") + fmt::format("{:g}", part);
    text = "(" + sum + ")";
  }
  return amount.currency.empty() ? text : text + " " + amount.currency;
}

std::string division(const PriceEquation& equation) {
  return money(equation.numerator) + " / " + money(equation.denominator);
}

/// Prices agree when one is the other with its digits rounded or cut to the fewer printed ones: 699.99 is 700 or 699.
bool same_price(const Amount& a, const Amount& b) {
  const bool a_is_whole = a.decimals <= b.decimals;
  const Amount& whole = a_is_whole ? a : b;
  const Amount& exact = a_is_whole ? b : a;
  return std::abs(a.value - b.value) <= 0.5 / power_of_ten(whole.decimals) + kTiny ||
         (exact.decimals > whole.decimals && std::abs(cut_off(exact.value, whole.decimals) - whole.value) < kTiny);
}

class PriceChecks {
 public:
  PriceChecks(const PageFacts& facts, std::vector<Claim>& claims)
      : facts_(facts), cp_(facts.cost_performance), claims_(claims) {}

  void run() {
    for (const PriceEquation& equation : cp_.equations) arithmetic(equation);
    if (cp_.equations.empty()) add("cp-arithmetic", Verdict::kNotTestable, place(), "", "", "no equation");
    rounding();
    denominator();
    comparator();
  }

 private:
  void add(std::string_view id, Verdict verdict, const Passage& where, std::string found, std::string expected,
           std::string reason) {
    claims_.push_back(
        {std::string(id), verdict, where.line, where.column, std::move(found), std::move(expected), std::move(reason)});
  }

  [[nodiscard]] const StatedNumber* score() const {
    const auto section = std::find_if(facts_.sections.begin(), facts_.sections.end(),
                                      [](const SectionScore& s) { return s.section == kSections[2]; });
    if (section != facts_.sections.end()) return &section->score;
    return facts_.ratings.size() == 6 && std::isfinite(facts_.ratings[3].value) ? &facts_.ratings[3] : nullptr;
  }

  [[nodiscard]] Passage place() const {
    const StatedNumber* printed = score();
    return printed != nullptr ? printed->where : Passage{0, 0, ""};
  }

  void arithmetic(const PriceEquation& equation) {
    const std::string printed = equation.ratio ? number(equation.ratio->value, equation.ratio->decimals) : "";
    if (!equation.quotient()) {
      const bool zero = !(equation.denominator.value > 0.0);
      add("cp-arithmetic", zero ? Verdict::kContradicted : Verdict::kNotTestable, equation.where, printed,
          zero ? "a price above zero" : "", without_quotient(equation));
      return;
    }
    const double ratio = *equation.quotient();
    if (!equation.ratio) {
      add("cp-arithmetic", Verdict::kNotTestable, equation.where, equation.where.text, exact(ratio),
          "no result is printed");
      return;
    }
    const StatedNumber& stated = *equation.ratio;
    const std::string found = number(stated.value, stated.decimals);
    const std::string whole = division(equation) + " = " + exact(ratio);
    const double clamped = std::min(1.0, ratio);
    const bool by_clamp = ratio > 1.0 && std::abs(stated.value - 1.0) < kTiny;
    const Rounding how =
        by_clamp ? Rounding::kRight : rounding_of(equation.clamped ? clamped : ratio, stated.value, stated.decimals);
    const std::string expected = number(rounded_half_up(ratio, stated.decimals), stated.decimals);
    if (how == Rounding::kRight || (how == Rounding::kTruncated && stated.cut)) {
      add("cp-arithmetic", Verdict::kSupported, stated.where, found, expected, whole + (by_clamp ? ", at most 1" : ""));
    } else if (how == Rounding::kTruncated) {
      add("cp-arithmetic", Verdict::kContradicted, stated.where, found, expected, "truncated: " + whole);
    } else if (how == Rounding::kDoubleRounded) {
      add("cp-arithmetic", Verdict::kContradicted, stated.where, found, expected, "double rounding: " + whole);
    } else if (ratio > 0.0 && rounding_of(1.0 / ratio, stated.value, stated.decimals) == Rounding::kRight) {
      add("cp-arithmetic", Verdict::kContradicted, stated.where, found, expected, "the inverse: " + whole);
    } else {
      add("cp-arithmetic", Verdict::kContradicted, stated.where, found, expected, "wrong: " + whole);
    }
  }

  [[nodiscard]] bool mean_gives(double printed) const {
    if (cp_.equations.size() < 2) return false;
    double sum = 0.0;
    for (const PriceEquation& equation : cp_.equations) {
      if (!equation.quotient()) return false;
      sum += std::min(1.0, *equation.quotient());
    }
    return std::abs(rounded_to_tenth(sum / static_cast<double>(cp_.equations.size())) - printed) < kTiny;
  }

  void rounding() {
    const StatedNumber* printed = score();
    if (printed == nullptr) {
      add("cp-rounding", Verdict::kNotTestable, {0, 0, ""}, "", "", "no cost-performance score");
      return;
    }
    if (cp_.equation && cp_.equation->quotient()) {
      rounding_of_equation(*cp_.equation, *printed);
      return;
    }
    const std::string found = number(printed->value, 1);
    if (cp_.equation && !cp_.no_cheaper) {
      add("cp-rounding", Verdict::kNotTestable, printed->where, found, "", without_quotient(*cp_.equation));
    } else if (cp_.no_cheaper) {
      const bool right = std::abs(printed->value - 1.0) < kTiny;
      add("cp-rounding", right ? Verdict::kSupported : Verdict::kContradicted, printed->where, found, "1.0",
          "no cheaper product is said to exist: 1.0 follows");
    } else if (cp_.no_baseline) {
      const bool right = std::abs(printed->value - 0.5) < kTiny;
      add("cp-rounding", right ? Verdict::kSupported : Verdict::kContradicted, printed->where, found, "0.5",
          "no comparison is said to be possible: the policy's 0.5 follows");
    } else {
      add("cp-rounding", Verdict::kNotTestable, printed->where, found, "", "the section has no equation");
    }
  }

  [[nodiscard]] static std::string without_quotient(const PriceEquation& equation) {
    return (equation.denominator.value > 0.0 ? "two currencies, and no exchange rate is assumed: "
                                             : "division by zero: ") +
           division(equation);
  }

  /// The reviewed product's price stands above, another below.
  [[nodiscard]] bool upside_down(const PriceEquation& equation) const {
    return facts_.price && equation.numerator.value > 0.0 && !same_price(equation.denominator, *facts_.price) &&
           same_price(equation.numerator, *facts_.price);
  }

  void rounding_of_equation(PriceEquation equation, const StatedNumber& printed) {
    const bool turned = upside_down(equation);
    if (turned) std::swap(equation.numerator, equation.denominator);
    const double ratio = equation.numerator.value / equation.denominator.value;
    const double wanted = rounded_to_tenth(std::min(1.0, ratio));
    const std::string found = number(printed.value, std::max(1, printed.decimals));
    const std::string whole =
        fmt::format("{}{} = {}{} -> {}", turned ? "the printed fraction is upside down: " : "", division(equation),
                    exact(ratio), ratio > 1.0 ? ", at most 1" : "", number(wanted, 1));
    if (std::abs(wanted - printed.value) < kTiny) {
      add("cp-rounding", Verdict::kSupported, printed.where, found, number(wanted, 1), whole);
      return;
    }
    std::string why = "wrong: ";
    const double stated = equation.ratio ? std::min(1.0, equation.ratio->value) : ratio;
    const bool follows = equation.ratio && std::abs(rounded_to_tenth(stated) - printed.value) < kTiny;
    const Rounding of_ratio =
        equation.ratio ? rounding_of(ratio, equation.ratio->value, equation.ratio->decimals) : Rounding::kRight;
    if (mean_gives(printed.value)) {
      add("cp-rounding", Verdict::kSupported, printed.where, found, found,
          fmt::format("the mean of {} ratios", cp_.equations.size()));
      return;
    }
    if (follows && equation.ratio->decimals >= 2 && of_ratio == Rounding::kRight)
      why = fmt::format("double rounding by way of {}: ", number(equation.ratio->value, equation.ratio->decimals));
    else if (std::abs(cut_off(std::min(1.0, ratio), 1) - printed.value) < kTiny)
      why = "truncated: ";
    else if (rounding_of(std::min(1.0, ratio), printed.value, 1) == Rounding::kDoubleRounded)
      why = "double rounding: ";
    else if (follows)
      why = fmt::format("it follows from the printed {}, not from the printed prices: ",
                        number(equation.ratio->value, equation.ratio->decimals));
    add("cp-rounding", Verdict::kContradicted, printed.where, found, number(wanted, 1), why + whole);
  }

  void denominator() {
    if (!cp_.equation) {
      add("cp-denominator", Verdict::kNotTestable, place(), "", "", "no equation");
      return;
    }
    const Amount& below = cp_.equation->denominator;
    if (!facts_.price) {
      add("cp-denominator", Verdict::kNotTestable, below.where, money(below), "", "the front matter has no price");
      return;
    }
    const Amount& price = *facts_.price;
    const std::string expected = number(price.value, price.decimals);
    if (same_price(below, price)) {
      add("cp-denominator", Verdict::kSupported, below.where, money(below), expected,
          "the denominator is the price of the front matter");
      return;
    }
    const double factor = below.value / price.value;
    const std::string& above = cp_.equation->numerator.currency;
    if (!above.empty() && !below.currency.empty() && above != below.currency && price.currency.empty()) {
      add("cp-denominator", Verdict::kNotTestable, below.where, money(below), expected,
          "the equation is in two currencies; no exchange rate is assumed");
      return;
    }
    if (below.currency == "JPY" && price.currency != "JPY" && factor > 60.0 && factor < 250.0) {
      add("cp-denominator", Verdict::kNotTestable, below.where, money(below), expected,
          "the equation is in yen, the front matter's price is not; no exchange rate is assumed");
      return;
    }
    add("cp-denominator", Verdict::kContradicted, below.where, money(below), expected,
        upside_down(*cp_.equation) ? "the reviewed product's price is the numerator: the fraction is upside down"
                                   : "the denominator is not the price of the front matter");
  }

  /// A bundle: two or three of the printed prices make the amount.
  [[nodiscard]] bool is_sum_of_printed(const Amount& amount) const {
    constexpr std::size_t kMost = 12;
    const std::size_t count = std::min(kMost, cp_.prices.size());
    for (std::size_t a = 0; a < count; ++a) {
      for (std::size_t b = a + 1; b < count; ++b) {
        const double two = cp_.prices[a].value + cp_.prices[b].value;
        if (std::abs(two - amount.value) < 0.005) return true;
        for (std::size_t c = b + 1; c < count; ++c) {
          if (std::abs(two + cp_.prices[c].value - amount.value) < 0.005) return true;
        }
      }
    }
    return false;
  }

  void comparator() {
    if (!cp_.equation) {
      add("cp-comparator", Verdict::kNotTestable, place(), "", "",
          cp_.no_cheaper ? "no comparator is claimed" : "no equation");
      return;
    }
    const Amount& above = upside_down(*cp_.equation) ? cp_.equation->denominator : cp_.equation->numerator;
    const std::string name = cp_.comparator ? cp_.comparator->name : "the comparator";
    const auto printed = std::find_if(cp_.prices.begin(), cp_.prices.end(), [&](const Amount& price) {
      if (price.high && above.value >= price.value - kTiny && above.value <= *price.high + kTiny) return true;
      return same_price(above, price) ||
             (!above.summands.empty() && std::abs(above.summands.front() - price.value) < 0.005);
    });
    if (printed != cp_.prices.end()) {
      add("cp-comparator", Verdict::kSupported, above.where, money(above), money(*printed),
          fmt::format("{}: the price is printed in line {} too", name, printed->where.line));
    } else if (is_sum_of_printed(above)) {
      add("cp-comparator", Verdict::kSupported, above.where, money(above), money(above),
          name + ": the sum of prices printed in the section");
    } else if (cp_.comparator && cp_.comparator->price &&
               !same_price(cp_.equation->denominator, *cp_.comparator->price)) {
      const Amount& price = *cp_.comparator->price;
      add("cp-comparator", Verdict::kContradicted, above.where, money(above), money(price),
          fmt::format("{} is said to cost {}", name, money(price)));
    } else {
      add("cp-comparator", Verdict::kNotTestable, above.where, money(above), "",
          name + ": its price is printed in the equation alone");
    }
  }

  const PageFacts& facts_;
  const CostPerformanceFacts& cp_;
  std::vector<Claim>& claims_;
};

}  // namespace

double rounded_half_up(double value, int decimals) {
  const double scale = power_of_ten(decimals);
  return std::floor(std::round(value * scale * 1e6) / 1e6 + 0.5) / scale;
}

Rounding rounding_of(double exact_value, double printed, int decimals) {
  const double unit = 1.0 / power_of_ten(decimals);
  if (std::abs(exact_value - printed) <= 0.5 * unit + 1e-7 * unit) {
    // A tie goes up; "0.4" for exactly 0.45 was cut.
    const bool right = std::abs(rounded_half_up(exact_value, decimals) - printed) < 0.01 * unit;
    return right ? Rounding::kRight : Rounding::kTruncated;
  }
  for (int more = 1; more <= 3; ++more) {
    double value = exact_value;
    for (int digits = decimals + more; digits >= decimals; --digits) value = rounded_half_up(value, digits);
    if (std::abs(value - printed) < 0.01 * unit) return Rounding::kDoubleRounded;
  }
  if (std::abs(cut_off(exact_value, decimals) - printed) < 0.01 * unit) return Rounding::kTruncated;
  return Rounding::kWrong;
}

void check_prices(const PageFacts& facts, std::vector<Claim>& claims) { PriceChecks(facts, claims).run(); }

}  // namespace headscore
