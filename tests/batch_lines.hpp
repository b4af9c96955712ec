// Results of batches in tests, held against the JSON report of `score`.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "program.hpp"

namespace headscore::tests {

/// The lines of a JSON Lines file.
inline std::vector<nlohmann::json> lines_of(const std::string& file) {
  std::vector<nlohmann::json> lines;
  std::istringstream text(content(file));
  for (std::string line; std::getline(text, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

/// Lines of a batch are the products of the JSON report, beside what only a batch has.
inline void expect_products(const std::vector<nlohmann::json>& lines, const nlohmann::json& report) {
  std::map<std::string, nlohmann::json> by_name;
  for (const nlohmann::json& line : lines) by_name[line["product"]] = line;
  ASSERT_EQ(report["products"].size(), by_name.size());
  for (const nlohmann::json& product : report["products"]) {
    nlohmann::json line = by_name.at(product["product"]);
    for (const char* key : {"folder", "unit", "identity", "outcome", "headscore", "shape_db"})
      EXPECT_EQ(line.erase(key), 1U) << key;
    for (nlohmann::json& file : line["files"]) {
      file.erase("xxh3_128");
      file.erase("bytes");
    }
    EXPECT_EQ(line, product) << nlohmann::json::diff(product, line);
  }
}

}  // namespace headscore::tests
