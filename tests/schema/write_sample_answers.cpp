// Writes what `headscore catalog cheapest` and `all-pairs` answer about a small catalog into the folder that is its
// argument, for validate.py.
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

// Every kind of answer: found, none cheaper, undecidable (a metric of one side alone), no figures, no price.
constexpr const char* kProducts =
    "name,form,price,currency,date,functions,response_deviation [dB],thd [%]\n"
    "Acme Dear,over-ear,246,USD,2025-07-31,anc,2.5,0.1\n"
    "Acme Cheap,over-ear,133,GBP,2025-07-30,anc;foldable,2.4,<=0.1\n"
    "Acme Odd,in-ear,50,USD,,,1.5,\n"
    "Acme Gap,in-ear,60,USD,,,1.5,0.2\n"
    "Acme Bare,in-ear,70,USD,,,,\n"
    "Acme Free,over-ear,,,,,3,1\n";

/// Exit status of the program.
int headscore(const std::string& arguments) {
  const int status = std::system(("'" HEADSCORE_PROGRAM "' catalog " + arguments).c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

bool written(const fs::path& folder, const fs::path& work) {
  const std::string catalog = " --catalog '" + (work / "c.sqlite").string() + "'";
  std::ofstream(work / "products.csv") << kProducts;
  if (headscore("init --currency USD" + catalog) != 0 ||
      headscore("price rate GBP USD 1.25 --date 2025-07-01" + catalog) != 0 ||
      headscore("import '" + (work / "products.csv").string() + "'" + catalog + " >/dev/null 2>&1") != 0)
    return false;
  const std::vector<std::string> names = {"Dear", "Cheap", "Odd", "Gap", "Bare"};
  for (const std::string& name : names) {
    if (headscore("cheapest 'Acme " + name + "' --format json --output '" + (folder / (name + ".json")).string() + "'" +
                  catalog) > 1)
      return false;
  }
  return headscore("all-pairs --format json --output '" + (folder / "all.json").string() + "'" + catalog) <= 1;
}

}  // namespace

int main(int argument_count, char** arguments) {
  if (argument_count != 2) return 2;
  const fs::path folder = arguments[1];
  const fs::path work = folder / "work";
  fs::create_directories(work);
  const bool done = written(folder, work);
  fs::remove_all(work);
  if (!done) std::cerr << "a command failed\n";
  return done ? 0 : 1;
}
