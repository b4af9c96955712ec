#include <gtest/gtest.h>

#include <filesystem>

#include "headscore/error.hpp"
#include "io/encoding.hpp"
#include "io/file_bytes.hpp"
#include "same_tables.hpp"
#include "shared_data.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;

TEST(PlainRows, OfEveryMeasurementAreReadAtOnceAsTheyAreWithCare) {
  HEADSCORE_SHARED_FOLDER_OR_SKIP(shared);
  std::size_t files = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(shared / "measurements", fs::directory_options::follow_directory_symlink)) {
    if (!entry.is_regular_file() || testing::Test::HasFailure()) continue;
    std::string text;
    try {
      text = decoded(read_bytes(entry.path(), std::size_t{1} << 30U), entry.path().string()).text;
    } catch (const Error&) {
      continue;  // no text
    }
    tests::expect_same_tables(text, entry.path().string());
    ++files;
  }
  EXPECT_GT(files, 2000U);
}

}  // namespace
}  // namespace headscore
