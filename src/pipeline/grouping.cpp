// Files -> products.
#include <map>
#include <optional>
#include <utility>

#include "headscore/pipeline.hpp"
#include "pipeline/placing.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;

class Grouper {
 public:
  std::vector<Product> run(std::vector<FileOutcome> files) {
    for (FileOutcome& file : files) add(std::move(file));
    for (Product& product : products_) finish_product(product);
    return std::move(products_);
  }

 private:
  void add(FileOutcome file) {
    const fs::path path = file.path;
    Placed where;
    try {
      where = placed(folder_of(path.parent_path()), path, has_own_sidecar(path));
    } catch (const Error& error) {
      where.identity = identity_from_name(path);
      file.error = error;
    }
    add_file(product_of(path.parent_path().string(), where.identity.product), std::move(file), where);
  }

  const FolderFacts& folder_of(const fs::path& path) {
    const std::string key = path.string();
    const auto known = folders_.find(key);
    if (known != folders_.end()) return known->second;
    return folders_.emplace(key, read_folder_facts(path.empty() ? fs::path(".") : path)).first->second;
  }

  Product& product_of(const std::string& folder, const std::string& name) {
    const auto [known, is_new] = index_.try_emplace({folder, name}, products_.size());
    if (is_new) {
      Product product;
      product.name = name;
      products_.push_back(std::move(product));
    }
    return products_[known->second];
  }

  std::map<std::string, FolderFacts> folders_;
  std::map<std::pair<std::string, std::string>, std::size_t> index_;
  std::vector<Product> products_;
};

}  // namespace

std::vector<Product> grouped(std::vector<FileOutcome> files) { return Grouper().run(std::move(files)); }

}  // namespace headscore
