// Files -> products.
#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

#include "headscore/pipeline.hpp"
#include "pipeline/identity.hpp"
#include "pipeline/placing.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;

class Grouper {
 public:
  std::vector<Product> run(std::vector<FileOutcome> files) {
    for (const FileOutcome& file : files)
      stems_[fs::path(file.path).parent_path().string()].push_back(stem_without_extensions(file.path));
    for (FileOutcome& file : files) add(std::move(file));
    name_variants();
    for (Product& product : products_) finish_product(product);
    note_identical_products();
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
    add_file(product_of(path.parent_path().string(), where), std::move(file), where);
  }

  const FolderFacts& folder_of(const fs::path& path) {
    const std::string key = path.string();
    const auto known = folders_.find(key);
    if (known != folders_.end()) return known->second;
    return folders_.emplace(key, read_folder_facts(path.empty() ? fs::path(".") : path, stems_[key])).first->second;
  }

  Product& product_of(const std::string& folder, const Placed& placed) {
    const auto [known, is_new] =
        index_.try_emplace({folder, placed.identity.product, placed.variant}, products_.size());
    if (is_new) {
      Product product;
      product.name = placed.identity.product;
      products_.push_back(std::move(product));
    }
    return products_[known->second];
  }

  /// Products of one folder that share a name are told apart by their variants.
  void name_variants() {
    std::map<std::pair<std::string, std::string>, int> count;
    for (const auto& [key, product] : index_) ++count[{std::get<0>(key), std::get<1>(key)}];
    for (const auto& [key, product] : index_) {
      const auto& [folder, name, variant] = key;
      if (variant.empty() || count[{folder, name}] < 2) continue;
      products_[product].name = name + " (" + variant + ")";
      for (Measurement& measurement : products_[product].measurements) {
        Measurement::Fields fields = measurement.fields();
        fields.identity.product = products_[product].name;
        measurement = Measurement(std::move(fields));
      }
    }
  }

  /// The same curve under two products' names: one of them was never measured.
  void note_identical_products() {
    std::multimap<std::size_t, std::pair<std::size_t, std::size_t>> seen;  // hash -> product, measurement
    for (std::size_t p = 0; p < products_.size(); ++p) {
      for (std::size_t m = 0; m < products_[p].measurements.size(); ++m) {
        const std::optional<std::size_t> hash = hash_of(products_[p].measurements[m]);
        if (!hash) continue;
        const auto [first, last] = seen.equal_range(*hash);
        const auto twin = std::find_if(first, last, [&](const auto& other) {
          return other.second.first != p &&
                 same_response(products_[other.second.first].measurements[other.second.second],
                               products_[p].measurements[m]);
        });
        if (twin != last) note_twins(twin->second.first, twin->second.second, p, m);
        seen.emplace(*hash, std::make_pair(p, m));
      }
    }
    tell_twins();
  }

  void note_twins(std::size_t first_product, std::size_t first_file, std::size_t second_product,
                  std::size_t second_file) {
    twins_[{first_product, first_file}].emplace_back(second_product, second_file);
    twins_[{second_product, second_file}].emplace_back(first_product, first_file);
  }

  /// One note a file, however many hold its numbers.
  void tell_twins() {
    for (const auto& [file, others] : twins_) {
      const auto& [other_product, other_file] = others.front();
      Measurement& own = products_[file.first].measurements[file.second];
      std::string message = "the same numbers as " + products_[other_product].measurements[other_file].path() +
                            " of the product " + products_[other_product].name;
      if (others.size() > 1) {
        message += " and " + std::to_string(others.size() - 1) + " more file" + (others.size() == 2 ? "" : "s") +
                   " of other products";
      }
      products_[file.first].reasons.push_back(
          {"identical-products", fs::path(own.path()).filename().string() + " holds " + message});
      add_warning(own, "identical-products", "holds " + message);
    }
  }

  static std::optional<std::size_t> hash_of(const Measurement& measurement) {
    if (!measurement.response()) return std::nullopt;
    const Eigen::ArrayXd& levels = measurement.response()->magnitude_db();
    const auto bytes = std::as_bytes(std::span<const double>(levels.data(), static_cast<std::size_t>(levels.size())));
    return std::hash<std::string_view>{}({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }

  std::map<std::string, FolderFacts> folders_;
  std::map<std::string, std::vector<std::string>> stems_;                           ///< by folder: its files' names
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> index_;  ///< folder, product, variant
  std::vector<Product> products_;
  using FileIndex = std::pair<std::size_t, std::size_t>;  ///< product, measurement
  std::map<FileIndex, std::vector<FileIndex>> twins_;
};

}  // namespace

std::vector<Product> grouped(std::vector<FileOutcome> files) { return Grouper().run(std::move(files)); }

}  // namespace headscore
