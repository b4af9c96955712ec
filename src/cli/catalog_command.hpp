// What the actions of `headscore catalog` share.
#pragma once

#include <boost/program_options.hpp>
#include <string>
#include <vector>

#include "headscore/catalog_store.hpp"

namespace headscore::cli {

/// One action's command line: the options that all actions have, and its own.
class CatalogArguments {
 public:
  /// `usage` is the line behind "headscore catalog ". Throws UsageError. help() is true when --help was printed.
  CatalogArguments(const std::vector<std::string>& arguments, const boost::program_options::options_description& own,
                   const std::string& usage, const std::string& text);

  [[nodiscard]] bool help() const { return help_; }
  [[nodiscard]] std::string text(const char* name) const { return values_[name].as<std::string>(); }
  [[nodiscard]] bool flag(const char* name) const { return values_[name].as<bool>(); }
  [[nodiscard]] int number(const char* name) const { return values_[name].as<int>(); }
  [[nodiscard]] std::vector<std::string> list(const char* name) const;
  /// The words that are no options; exactly `count` of them where it is given.
  [[nodiscard]] std::vector<std::string> words() const { return list("paths"); }
  // NOLINTNEXTLINE(modernize-use-nodiscard): some callers only want the number of words checked
  std::vector<std::string> words(std::size_t count, const std::string& wanted) const;

  [[nodiscard]] CatalogStore open() const { return CatalogStore::open(text("catalog")); }
  [[nodiscard]] std::string today() const;
  [[nodiscard]] std::set<std::string> functions(const char* name) const;

 private:
  boost::program_options::variables_map values_;
  bool help_ = false;
};

[[nodiscard]] boost::program_options::options_description catalog_options();
[[nodiscard]] boost::program_options::typed_value<std::string>* text_option(const char* value = "");
[[nodiscard]] std::vector<std::string> comma_list(const std::string& text);
[[nodiscard]] Policy policy_from(const std::string& name_or_file);

/// Tells what an import did or why it did nothing; the exit status.
int told(const ImportReport& report, const std::vector<std::string>& notes, std::size_t left_out);

int run_catalog_import(const std::vector<std::string>& arguments);
int run_catalog_cheapest(const std::vector<std::string>& arguments);
int run_catalog_all_pairs(const std::vector<std::string>& arguments);

}  // namespace headscore::cli
