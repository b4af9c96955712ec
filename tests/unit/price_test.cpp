#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "headscore/error.hpp"
#include "headscore/product.hpp"

namespace headscore {
namespace {

std::string code_of(double amount, const std::string& currency, const std::optional<std::string>& date = std::nullopt) {
  try {
    const Price price(amount, currency, date);
    return "";
  } catch (const Error& error) {
    return error.code();
  }
}

TEST(Price, KeepsAmountCurrencyAndDate) {
  const Price price(129.99, "EUR", "2025-07-31");
  EXPECT_EQ(price.amount(), 129.99);
  EXPECT_EQ(price.currency(), "EUR");
  EXPECT_EQ(price.date(), "2025-07-31");
}

TEST(Price, IsAboveZeroAndFinite) {
  EXPECT_EQ(code_of(0.0, "USD"), "bad-price");
  EXPECT_EQ(code_of(-1.0, "USD"), "bad-price");
  EXPECT_EQ(code_of(std::numeric_limits<double>::infinity(), "USD"), "bad-price");
  EXPECT_EQ(code_of(std::numeric_limits<double>::quiet_NaN(), "USD"), "bad-price");
  EXPECT_EQ(code_of(0.01, "USD"), "");
}

TEST(Price, SaysWhichAmountItRefused) {
  try {
    const Price price(-12.5, "USD");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "found the price -12.5, wanted a finite amount above zero");
  }
}

TEST(Price, HasACurrencyOfIso4217) {
  for (const std::string code : {"USD", "EUR", "JPY", "GBP", "CNY", "KRW", "AED", "ZWG", "XOF"})
    EXPECT_EQ(code_of(1.0, code), "") << code;
  for (const std::string code : {"", "US", "USDT", "usd", "Usd", "XYZ", "D E", " EU", "SDA", "$", "\xE2\x82\xAC"}) {
    EXPECT_EQ(code_of(1.0, code), "bad-currency") << code;
  }
}

TEST(Price, SuggestsTheCurrencyThatWasMeant) {
  try {
    const Price price(1.0, "usd");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.wanted(), "a currency code of ISO 4217 in capitals: USD");
  }
  try {
    const Price price(1.0, "EUX");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.wanted(), testing::HasSubstr("EUR"));
  }
}

TEST(Price, HasADayOfTheCalendar) {
  for (const std::string date : {"2025-07-31", "2024-02-29", "1999-12-01"})
    EXPECT_EQ(code_of(1.0, "USD", date), "") << date;
  for (const std::string date : {"", "2025-02-29", "2025-13-01", "2025-00-10", "2025-04-31", "2025-7-31", "31.07.2025",
                                 "2025-07-31T00", "2025/07/31", "20250731", "-025-07-31", "2025--1-31", "today"}) {
    EXPECT_EQ(code_of(1.0, "USD", date), "bad-date") << date;
  }
}

}  // namespace
}  // namespace headscore
