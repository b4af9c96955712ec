#include "catalog/catalog_prices.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

namespace headscore {

std::string shortest_number(double value) {
  std::array<char, 400> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

std::string_view to_string(PriceCondition condition) {
  static constexpr std::array<std::string_view, 3> kTexts = {"new", "used", "discontinued"};
  return kTexts[static_cast<std::size_t>(condition)];
}

std::optional<PriceCondition> price_condition_from(std::string_view text) {
  for (const PriceCondition condition : {PriceCondition::kNew, PriceCondition::kUsed, PriceCondition::kDiscontinued}) {
    if (text == to_string(condition)) return condition;
  }
  return std::nullopt;
}

void check_date(const std::string& date, const std::string& today, const Location& where) {
  try {
    static_cast<void>(Price(1.0, "USD", date));
  } catch (const Error& error) {
    throw Error("bad-date", where, error.found(), error.wanted());
  }
  if (!today.empty() && date > today)
    throw Error("date-in-future", where, "the date " + date, "a day up to today, " + today);
}

RateTable::RateTable(const std::vector<ExchangeRate>& rates, const std::string& today) {
  const auto take = [&](const ExchangeRate& rate) {
    const auto [known, fresh] = newest_.try_emplace({rate.base, rate.quote}, rate);
    if (!fresh && rate.date >= known->second.date) known->second = rate;
  };
  for (const ExchangeRate& rate : rates) {
    if (!today.empty() && rate.date > today) continue;
    take(rate);
    take({rate.quote, rate.base, 1.0 / rate.rate, rate.date, rate.source});
  }
}

const ExchangeRate* RateTable::find(const std::string& from, const std::string& to) const {
  static const ExchangeRate kSame{};
  if (from == to) return &kSame;
  const auto found = newest_.find({from, to});
  return found == newest_.end() ? nullptr : &found->second;
}

std::optional<ChosenPrice> chosen_price(const std::vector<DatedPrice>& prices, const PriceChoice& choice,
                                        const RateTable& rates) {
  const DatedPrice* best = nullptr;
  const auto key = [&](const DatedPrice& one) {
    return std::make_tuple(one.price.date().value_or(""), one.price.currency() == choice.currency, -one.price.amount());
  };
  for (const DatedPrice& one : prices) {
    if (one.condition == PriceCondition::kUsed && !choice.used) continue;
    if (one.price.date() && !choice.today.empty() && *one.price.date() > choice.today) continue;
    if (best == nullptr || key(one) > key(*best)) best = &one;
  }
  if (best == nullptr) return std::nullopt;
  const ExchangeRate* rate = rates.find(best->price.currency(), choice.currency);
  if (rate == nullptr || best->price.currency() == choice.currency) return ChosenPrice{best->price, ""};
  return ChosenPrice{Price(best->price.amount() * rate->rate, choice.currency, best->price.date()),
                     shortest_number(best->price.amount()) + " " + best->price.currency() + " at " +
                         shortest_number(rate->rate) + " of " + rate->date};
}

}  // namespace headscore
