// The options of scoring, as the commands that score share them.
#pragma once

#include <boost/program_options.hpp>
#include <set>
#include <string>
#include <vector>

#include "headscore/pipeline.hpp"

namespace headscore::cli {

/// --form, --target, --policy, ...: everything that a score depends on.
[[nodiscard]] boost::program_options::options_description scoring_options();

/// The command line as values; what contradicts itself is refused here, before a file is read.
class Request {
 public:
  explicit Request(const boost::program_options::variables_map& values);

  [[nodiscard]] const ScoreOptions& options() const { return options_; }
  [[nodiscard]] ScoreOptions& options() { return options_; }
  [[nodiscard]] std::string text(const char* name) const { return values_[name].as<std::string>(); }

 private:
  [[nodiscard]] std::vector<std::string> list(const char* name) const;
  [[nodiscard]] Policy policy() const;
  void read_product();
  [[nodiscard]] std::set<std::string> functions(const char* option) const;
  void read_target();
  void add_shelf(const char* option, Shelf::Side side);
  void read_view();
  void read_prices();
  void read_given();
  void check_contradictions() const;

  const boost::program_options::variables_map& values_;
  ScoreOptions options_;
};

/// The request; a wrong target, model, price, ... is a UsageError, for the command line is what is wrong.
[[nodiscard]] Request checked_request(const boost::program_options::variables_map& values);

/// The parts between commas, trimmed, without empty ones.
[[nodiscard]] std::vector<std::string> split_list(const std::string& text);

}  // namespace headscore::cli
