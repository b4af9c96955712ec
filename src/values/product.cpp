#include "headscore/product.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <chrono>
#include <cmath>
#include <string_view>
#include <utility>

#include "error/nearest_name.hpp"
#include "headscore/error.hpp"

namespace headscore {
namespace {

// ISO 4217, list one: currencies and funds that are legal tender somewhere; metals, test codes and units of account are
// left out.
constexpr std::string_view kCurrencies =
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP "
    "CNY COP CRC "
    "CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR "
    "IQD IRR ISK "
    "JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR "
    "MWK MXN MYR "
    "MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE "
    "SOS SRD SSP "
    "STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF "
    "YER ZAR ZMW "
    "ZWG";

bool is_currency(std::string_view code) {
  if (code.size() != 3 || code.find(' ') != std::string_view::npos) return false;
  return kCurrencies.find(code) != std::string_view::npos;
}

void check_currency(const std::string& currency) {
  if (is_currency(currency)) return;
  std::string upper;
  for (const char c : currency) upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const std::string wanted = "a currency code of ISO 4217 in capitals";
  if (is_currency(upper)) throw Error("bad-currency", {}, "the currency \"" + currency + "\"", wanted + ": " + upper);
  std::vector<std::string> codes;
  for (std::size_t at = 0; at < kCurrencies.size(); at += 4) codes.emplace_back(kCurrencies.substr(at, 3));
  std::string nearest;
  for (const std::string& code : nearest_names(currency, codes)) nearest += (nearest.empty() ? "" : ", ") + code;
  throw Error("bad-currency", {}, currency.empty() ? "no currency" : "the currency \"" + currency + "\"",
              wanted + (nearest.empty() ? ", such as USD or EUR" : ": " + nearest));
}

/// The whole of `digits` as a number; -1 when it is none.
int number_from(std::string_view digits) {
  int value = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc() && end == digits.data() + digits.size() ? value : -1;
}

bool is_calendar_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const std::array<int, 3> parts = {number_from(text.substr(0, 4)), number_from(text.substr(5, 2)),
                                    number_from(text.substr(8, 2))};
  if (std::any_of(parts.begin(), parts.end(), [](int part) { return part < 0; })) return false;
  return std::chrono::year_month_day(std::chrono::year(parts[0]), std::chrono::month(static_cast<unsigned>(parts[1])),
                                     std::chrono::day(static_cast<unsigned>(parts[2])))
      .ok();
}

void check_amount(double amount) {
  if (std::isfinite(amount) && amount > 0.0) return;
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), amount).ptr;
  throw Error("bad-price", {}, "the price " + std::string(text.data(), end), "a finite amount above zero");
}

}  // namespace

Price::Price(double amount, std::string currency, std::optional<std::string> date)
    : amount_(amount), currency_(std::move(currency)), date_(std::move(date)) {
  check_amount(amount_);
  check_currency(currency_);
  if (date_ && !is_calendar_date(*date_)) {
    throw Error("bad-date", {}, "the date \"" + *date_ + "\"", "a day of the calendar such as 2025-07-31");
  }
}

}  // namespace headscore
