// headscore models: the preference models of this build.
#include <fmt/format.h>

#include <iostream>

#include "cli/command.hpp"
#include "headscore/scoring_model.hpp"
#include "io/text_format.hpp"

namespace headscore::cli {

int run_models(const std::vector<std::string>& arguments) {
  boost::program_options::variables_map values;
  const boost::program_options::options_description options("Options");
  if (!parsed_options(
          arguments, options,
          "usage: headscore models\n\nLists the preference models with form, default target, band and source.", "",
          values)) {
    return kAllDone;
  }
  for (const ScoringModel& model : scoring_models()) {
    std::cout << fmt::format("{} (version {})\n", model.id, model.version);
    for (const std::string& line : wrapped(model.title, 78)) std::cout << "  " << line << "\n";
    std::cout << fmt::format(
        "  {}, target {}, {:g} Hz-{:g} Hz, unit {}{}\n", model.form ? to_string(*model.form) : "any form",
        model.default_target.empty() ? "of the form" : model.default_target, model.band.start_hz, model.band.stop_hz,
        model.unit, model.residual_sd ? fmt::format(", residual sd {:g}", *model.residual_sd) : std::string());
    for (const std::string& line : wrapped(model.citation, 76)) std::cout << "  " << line << "\n";
  }
  return kAllDone;
}

}  // namespace headscore::cli
