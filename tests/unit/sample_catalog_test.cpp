#include <gtest/gtest.h>

#include <filesystem>

#include "headscore/catalog.hpp"

namespace headscore {
namespace {

TEST(SampleCatalog, NamesTheSampleMeasurements) {
  const std::vector<CatalogRow> rows =
      read_catalog(std::filesystem::path(HEADSCORE_SOURCE_DIR) / "data" / "sample" / "catalog.csv");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].product.name, "Sample V-One");
  EXPECT_EQ(rows[0].measurements.size(), 8U);
  EXPECT_EQ(rows[1].product.name, "Sample Neutral");
  EXPECT_EQ(rows[1].measurements.size(), 4U);
}

}  // namespace
}  // namespace headscore
