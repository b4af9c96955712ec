// Writes the JSON report of every sample into the folder that is its argument, for validate.py.
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "headscore/report.hpp"
#include "sample_outcomes.hpp"

int main(int argument_count, char** arguments) {
  if (argument_count != 2) return 2;
  try {
    for (const headscore::Report& report : headscore::report_formats()) {
      if (report.id != "json") continue;
      for (const auto& [name, outcomes] : headscore::samples::all()) {
        std::ofstream out(std::filesystem::path(arguments[1]) / (name + ".json"), std::ios::binary);
        report.write(out, outcomes, {});
        if (!out.flush()) return 1;
      }
    }
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
