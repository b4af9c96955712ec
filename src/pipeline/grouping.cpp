// Files -> products.
#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>
#include <system_error>
#include <tuple>
#include <utility>

#include "headscore/pipeline.hpp"
#include "io/sidecar.hpp"
#include "io/text_lines.hpp"

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

constexpr double kLeakDb = 5.0;  ///< reseats of sealed headphones spread by less than 1 dB here

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
  std::optional<FormFactor> form;
  std::string form_source = "none";
  std::optional<std::string> rig;
  std::optional<double> level_spl_db;
};

class Grouper {
 public:
  std::vector<Product> run(std::vector<FileOutcome> files) {
    for (FileOutcome& file : files) add(std::move(file));
    for (Product& product : products_) finish(product);
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
    // A recording's channels know their sides; a name does not tell two of them.
    const Channel side = fields.provenance.dialect == "sound" ? fields.identity.channel : Channel::kUnknown;
    fields.identity = placed.identity;
    fields.identity.product = product.name;
    if (side != Channel::kUnknown) fields.identity.channel = side;
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
    if (const PhoneBookEntry* entry = book_entry(folder, placed.identity.product)) {
      placed.identity.product = entry->product;
      placed.form = entry->form;
      if (entry->form) placed.form_source = "phone-book";
    }
    apply(folder.sidecar, placed);
    const fs::path own = path.string() + ".headscore.json";
    if (is_file(own)) apply(read_sidecar(own), placed);
    return placed;
  }

  static const PhoneBookEntry* book_entry(const Folder& folder, const std::string& name) {
    const auto exact = folder.book.find(name);
    if (exact != folder.book.end()) return &exact->second;
    const auto lower = folder.lower_names.find(lowered(name));
    return lower == folder.lower_names.end() ? nullptr : &folder.book.at(lower->second);
  }

  static void apply(const Sidecar& sidecar, Placed& placed) {
    if (sidecar.product) placed.identity.product = *sidecar.product;
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
    const auto [known, is_new] = index_.try_emplace({folder, placed.identity.product}, products_.size());
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

  static void finish(Product& product) {
    const auto key = [](const Measurement& m) {
      const int channel = m.identity().channel == Channel::kLeft ? 0 : (m.identity().channel == Channel::kRight ? 1 : 2);
      return std::make_tuple(channel, m.identity().seat.value_or(0));
    };
    std::stable_sort(product.measurements.begin(), product.measurements.end(),
                     [&](const Measurement& a, const Measurement& b) { return key(a) < key(b); });
    note_identical(product);
    note_leaks(product);
  }

  /// A seat whose bass falls behind that of the channel's other seats: the pad did not seal. Levels are compared against 300 Hz to 1 kHz.
  static void note_leaks(Product& product) {
    for (const Channel channel : {Channel::kLeft, Channel::kRight, Channel::kUnknown}) {
      std::vector<std::pair<double, const Measurement*>> bass_db;
      for (const Measurement& measurement : product.measurements) {
        if (measurement.identity().channel != channel || !measurement.response()) continue;
        const std::optional<Curve> bass = restricted(*measurement.response(), {30.0, 80.0});
        const std::optional<Curve> mids = restricted(*measurement.response(), {300.0, 1000.0});
        if (bass && mids) bass_db.emplace_back(bass->magnitude_db().mean() - mids->magnitude_db().mean(), &measurement);
      }
      if (bass_db.size() < 2) continue;
      std::vector<double> sorted;
      for (const auto& [level, measurement] : bass_db) sorted.push_back(level);
      std::sort(sorted.begin(), sorted.end());
      const double expected = sorted.size() == 2 ? sorted[1] : sorted[sorted.size() / 2];
      for (const auto& [level, measurement] : bass_db) {
        if (level > expected - kLeakDb) continue;
        char text[160];
        std::snprintf(text, sizeof text, ": 30-80 Hz is %.1f dB below the %s of the other seats: the seal may leak", expected - level,
                      sorted.size() == 2 ? "level" : "median");
        product.reasons.push_back({"leak-suspected", fs::path(measurement->path()).filename().string() + text});
      }
    }
  }

  static bool same_response(const Measurement& a, const Measurement& b) {
    if (!a.response() || !b.response() || a.response()->size() != b.response()->size()) return false;
    return (a.response()->magnitude_db() == b.response()->magnitude_db()).all() && (a.response()->frequency_hz() == b.response()->frequency_hz()).all();
  }

  /// A file that was copied over the other channel's, or over another seat's.
  static void note_identical(Product& product) {
    for (std::size_t i = 0; i < product.measurements.size(); ++i) {
      for (std::size_t k = i + 1; k < product.measurements.size(); ++k) {
        if (!same_response(product.measurements[i], product.measurements[k])) continue;
        const bool channels = product.measurements[i].identity().channel != product.measurements[k].identity().channel;
        product.reasons.push_back({channels ? "identical-channels" : "identical-seats",
                                   fs::path(product.measurements[i].path()).filename().string() + " and " +
                                       fs::path(product.measurements[k].path()).filename().string() + " hold the same numbers: one is a copy"});
      }
    }
  }

  std::map<std::string, Folder> folders_;
  std::map<std::pair<std::string, std::string>, std::size_t> index_;
  std::vector<Product> products_;
};

}  // namespace

std::vector<Product> grouped(std::vector<FileOutcome> files) { return Grouper().run(std::move(files)); }

}  // namespace headscore
