// Files -> products.
#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>

#include "headscore/pipeline.hpp"
#include "io/sidecar.hpp"
#include "io/text_lines.hpp"
#include "pipeline/identity.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;

/// What a folder says of its files.
struct Folder {
  std::map<std::string, PhoneBookEntry> book;
  std::map<std::string, std::string> lower_names;  ///< lower-case file name -> name in the book
  Sidecar sidecar;
  std::optional<Error> error;
};

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

Folder read_folder(const fs::path& path) {
  Folder folder;
  try {
    if (const fs::path book = path / "phone_book.json"; is_file(book)) folder.book = read_phone_book(book);
    if (const fs::path sidecar = path / "headscore.json"; is_file(sidecar)) folder.sidecar = read_sidecar(sidecar);
  } catch (const Error& error) {
    folder.error = error;
  }
  for (const auto& [name, entry] : folder.book) folder.lower_names.emplace(lowered(name), name);
  return folder;
}

/// A file with everything that was said about where it belongs.
struct Placed {
  Identity identity;
  std::string
      variant;  ///< tells products of one name apart: another rig of SBAF's, a file that the phone book does not know
  std::optional<FormFactor> form;
  std::string form_source = "none";
  std::optional<std::string> rig;
  std::optional<double> level_spl_db;
};

class Grouper {
 public:
  std::vector<Product> run(std::vector<FileOutcome> files) {
    for (const FileOutcome& file : files)
      stems_.insert({fs::path(file.path).parent_path().string(), stem_without_extensions(file.path)});
    for (FileOutcome& file : files) add(std::move(file));
    name_variants();
    for (Product& product : products_) finish(product);
    note_identical_products();
    return std::move(products_);
  }

 private:
  void add(FileOutcome file) {
    const fs::path path = file.path;
    Placed placed;
    try {
      placed = place(path);
    } catch (const Error& error) {
      placed.identity = identity_from_name(path);
      file.error = error;
    }
    Product& product = product_of(path.parent_path().string(), placed);
    if (file.error) {
      FileRecord record;
      record.path = file.path;
      record.channel = placed.identity.channel;
      record.seat = placed.identity.seat;
      record.error = Failure{file.error->code(), file.error->what()};
      product.refused.push_back(std::move(record));
      return;
    }
    Measurement::Fields fields = file.measurement->fields();
    fields.identity = placed.identity;
    fields.identity.product = product.name;
    if (placed.level_spl_db && !fields.provenance.level_spl_db) fields.provenance.level_spl_db = placed.level_spl_db;
    product.measurements.emplace_back(std::move(fields));
  }

  const Folder& folder_of(const fs::path& path) {
    const std::string key = path.string();
    const auto known = folders_.find(key);
    if (known != folders_.end()) return known->second;
    return folders_.emplace(key, read_folder(path.empty() ? fs::path(".") : path)).first->second;
  }

  Placed place(const fs::path& path) {
    const Folder& folder = folder_of(path.parent_path());
    if (folder.error) throw Error(*folder.error);
    Placed placed;
    placed.identity = identity_from_name(path);
    if (placed.identity.channel == Channel::kUnknown) take_channel_of_twin(path, placed.identity);
    placed.variant = sbaf_rig(path);
    // "ER4 R.txt" that the book calls a phone of its own has no channel.
    const PhoneBookEntry* entry = book_entry(folder, placed.identity.product);
    if (entry == nullptr) {
      entry = book_entry(folder, stem_without_extensions(path));
      if (entry != nullptr) placed.identity = {entry->product, Channel::kUnknown, std::nullopt};
    }
    if (entry != nullptr) {
      placed.identity.product = entry->product;
      placed.form = entry->form;
      if (entry->form) placed.form_source = "phone-book";
    } else if (!folder.book.empty()) {
      placed.variant = "not in the phone book";
    }
    apply(folder.sidecar, placed);
    const fs::path own = path.string() + ".headscore.json";
    if (is_file(own)) apply(read_sidecar(own), placed);
    return placed;
  }

  /// "L X.txt" beside "R X.txt": only the pair tells that the letter is a channel.
  void take_channel_of_twin(const fs::path& path, Identity& identity) const {
    for (const ChannelSplit& split : channel_splits(path)) {
      if (stems_.count({path.parent_path().string(), split.twin}) == 0) continue;
      identity = {split.product, split.channel, std::nullopt};
      return;
    }
  }

  static const PhoneBookEntry* book_entry(const Folder& folder, const std::string& name) {
    const auto exact = folder.book.find(name);
    if (exact != folder.book.end()) return &exact->second;
    const auto lower = folder.lower_names.find(lowered(name));
    return lower == folder.lower_names.end() ? nullptr : &folder.book.at(lower->second);
  }

  static void apply(const Sidecar& sidecar, Placed& placed) {
    if (sidecar.product) {
      placed.identity.product = *sidecar.product;
      placed.variant.clear();
    }
    if (sidecar.channel) placed.identity.channel = *sidecar.channel;
    if (sidecar.seat) placed.identity.seat = sidecar.seat;
    if (sidecar.rig) placed.rig = sidecar.rig;
    if (sidecar.level_spl_db) placed.level_spl_db = sidecar.level_spl_db;
    if (sidecar.form) {
      placed.form = sidecar.form;
      placed.form_source = "sidecar";
    }
  }

  Product& product_of(const std::string& folder, const Placed& placed) {
    const auto [known, is_new] =
        index_.try_emplace({folder, placed.identity.product, placed.variant}, products_.size());
    if (is_new) {
      Product product;
      product.name = placed.identity.product;
      products_.push_back(std::move(product));
    }
    Product& product = products_[known->second];
    if (!product.form && placed.form) {
      product.form = placed.form;
      product.form_source = placed.form_source;
    }
    if (!product.rig) product.rig = placed.rig;
    return product;
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

  /// More than one file for a channel, and no number that makes them seats.
  static void note_unnumbered(Product& product) {
    for (const Channel channel : {Channel::kLeft, Channel::kRight}) {
      const auto own = [&](const Measurement& m) {
        return m.identity().channel == channel && m.response() && !m.distortion();
      };
      const auto unnumbered = [&](const Measurement& m) { return own(m) && !m.identity().seat; };
      const auto count = std::count_if(product.measurements.begin(), product.measurements.end(), own);
      if (count < 2 || std::none_of(product.measurements.begin(), product.measurements.end(), unnumbered)) continue;
      product.reasons.push_back({"seats-unnumbered", std::to_string(count) + " files for channel " +
                                                         std::string(to_string(channel)) +
                                                         " without seat numbers: they were taken as seats"});
    }
    const auto has = [&](Channel channel) {
      return std::any_of(product.measurements.begin(), product.measurements.end(), [&](const Measurement& m) {
        return m.identity().channel == channel && m.response() && !m.distortion();
      });
    };
    if (has(Channel::kUnknown) && (has(Channel::kLeft) || has(Channel::kRight))) {
      product.reasons.push_back(
          {"channel-unnamed",
           "a file without a channel stands beside files with one: it counts as a channel of its own"});
    }
  }

  static void finish(Product& product) {
    const auto key = [](const Measurement& m) {
      const int channel = m.identity().channel == Channel::kLeft ? 0 : (m.identity().channel == Channel::kRight ? 1 : 2);
      return std::make_tuple(channel, m.identity().seat.value_or(0));
    };
    std::stable_sort(product.measurements.begin(), product.measurements.end(),
                     [&](const Measurement& a, const Measurement& b) { return key(a) < key(b); });
    note_unnumbered(product);
    note_identical(product);
  }

  static bool same_response(const Measurement& a, const Measurement& b) {
    if (!a.response() || !b.response() || a.response()->size() != b.response()->size()) return false;
    return (a.response()->magnitude_db() == b.response()->magnitude_db()).all() && (a.response()->frequency_hz() == b.response()->frequency_hz()).all();
  }

  static void add_warning(Measurement& measurement, const char* code, std::string message) {
    Measurement::Fields fields = measurement.fields();
    fields.warnings.push_back({code, 0, std::move(message)});
    measurement = Measurement(std::move(fields));
  }

  /// A file that was copied over the other channel's, or over another seat's.
  static void note_identical(Product& product) {
    for (std::size_t i = 0; i < product.measurements.size(); ++i) {
      for (std::size_t k = i + 1; k < product.measurements.size(); ++k) {
        Measurement& a = product.measurements[i];
        Measurement& b = product.measurements[k];
        if (!same_response(a, b)) continue;
        const char* code = a.identity().channel != b.identity().channel ? "identical-channels" : "identical-seats";
        const std::string first = fs::path(a.path()).filename().string();
        const std::string second = fs::path(b.path()).filename().string();
        product.reasons.push_back({code, first + " and " + second + " hold the same numbers: one is a copy"});
        add_warning(a, code, "holds the same numbers as " + second);
        add_warning(b, code, "holds the same numbers as " + first);
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
  }

  void note_twins(std::size_t first_product, std::size_t first_file, std::size_t second_product,
                  std::size_t second_file) {
    const auto note = [this](std::size_t product, std::size_t file, std::size_t other_product, std::size_t other_file) {
      Measurement& own = products_[product].measurements[file];
      const std::string message = "the same numbers as " + products_[other_product].measurements[other_file].path() +
                                  " of the product " + products_[other_product].name;
      products_[product].reasons.push_back(
          {"identical-products", fs::path(own.path()).filename().string() + " holds " + message});
      add_warning(own, "identical-products", "holds " + message);
    };
    note(first_product, first_file, second_product, second_file);
    note(second_product, second_file, first_product, first_file);
  }

  static std::optional<std::size_t> hash_of(const Measurement& measurement) {
    if (!measurement.response()) return std::nullopt;
    const Eigen::ArrayXd& levels = measurement.response()->magnitude_db();
    const auto bytes = std::as_bytes(std::span<const double>(levels.data(), static_cast<std::size_t>(levels.size())));
    return std::hash<std::string_view>{}({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }

  std::map<std::string, Folder> folders_;
  std::set<std::pair<std::string, std::string>> stems_;                             ///< folder, file name
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> index_;  ///< folder, product, variant
  std::vector<Product> products_;
};

}  // namespace

std::vector<Product> grouped(std::vector<FileOutcome> files) { return Grouper().run(std::move(files)); }

}  // namespace headscore
