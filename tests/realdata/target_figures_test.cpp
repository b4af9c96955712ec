// The bundled targets against the checked figures.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "headscore/rig.hpp"
#include "headscore/target_library.hpp"
#include "shared_data.hpp"

namespace headscore {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(TargetFigures, AreThoseOfTheBundledTargets) {
  HEADSCORE_SHARED_FOLDER_OR_SKIP(shared);
  int compared = 0;
  for (const auto& entry : std::filesystem::directory_iterator(shared / "targets" / "figures")) {
    if (entry.path().extension() != ".csv") continue;
    SCOPED_TRACE(entry.path().string());
    const Target figures = parsed_target(text_of(entry.path()), entry.path().string());
    const Target& bundled = bundled_target(entry.path().stem().string());
    ASSERT_EQ(bundled.curve().size(), figures.curve().size());
    EXPECT_TRUE((bundled.curve().frequency_hz() == figures.curve().frequency_hz()).all());
    EXPECT_LT((bundled.curve().magnitude_db() - figures.curve().magnitude_db()).abs().maxCoeff(), 0.005);
    EXPECT_EQ(bundled.fields().form, figures.fields().form);
    EXPECT_EQ(rig_from(figures.fields().rig), bundled.fields().rig);
    ++compared;
  }
  EXPECT_EQ(compared, 13);
}

}  // namespace
}  // namespace headscore
