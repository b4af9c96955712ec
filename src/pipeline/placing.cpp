#include "pipeline/placing.hpp"

#include <algorithm>
#include <system_error>
#include <tuple>
#include <utility>

#include "headscore/reader.hpp"
#include "io/text_lines.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

const PhoneBookEntry* book_entry(const FolderFacts& folder, const std::string& name) {
  const auto exact = folder.book.find(name);
  if (exact != folder.book.end()) return &exact->second;
  const auto lower = folder.lower_names.find(lowered(name));
  return lower == folder.lower_names.end() ? nullptr : &folder.book.at(lower->second);
}

void apply(const Sidecar& sidecar, Placed& placed) {
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

bool same_response(const Measurement& a, const Measurement& b) {
  if (!a.response() || !b.response() || a.response()->size() != b.response()->size()) return false;
  return (a.response()->magnitude_db() == b.response()->magnitude_db()).all() &&
         (a.response()->frequency_hz() == b.response()->frequency_hz()).all();
}

/// A file that was copied over the other channel's, or over another seat's.
void note_identical(Product& product) {
  for (std::size_t i = 0; i < product.measurements.size(); ++i) {
    for (std::size_t k = i + 1; k < product.measurements.size(); ++k) {
      if (!same_response(product.measurements[i], product.measurements[k])) continue;
      const bool channels = product.measurements[i].identity().channel != product.measurements[k].identity().channel;
      product.reasons.push_back({channels ? "identical-channels" : "identical-seats",
                                 fs::path(product.measurements[i].path()).filename().string() + " and " +
                                     fs::path(product.measurements[k].path()).filename().string() +
                                     " hold the same numbers: one is a copy"});
    }
  }
}

}  // namespace

FolderFacts read_folder_facts(const fs::path& path) {
  FolderFacts folder;
  try {
    if (const fs::path book = path / "phone_book.json"; is_file(book)) folder.book = read_phone_book(book);
    if (const fs::path sidecar = path / "headscore.json"; is_file(sidecar)) folder.sidecar = read_sidecar(sidecar);
  } catch (const Error& error) {
    folder.error = error;
  }
  for (const auto& [name, entry] : folder.book) folder.lower_names.emplace(lowered(name), name);
  return folder;
}

bool has_own_sidecar(const fs::path& path) { return is_file(path.string() + ".headscore.json"); }

Placed placed(const FolderFacts& folder, const fs::path& path, bool own_sidecar) {
  if (folder.error) throw Error(*folder.error);
  Placed result;
  result.identity = identity_from_name(path);
  if (const PhoneBookEntry* entry = book_entry(folder, result.identity.product)) {
    result.identity.product = entry->product;
    result.form = entry->form;
    if (entry->form) result.form_source = "phone-book";
  }
  apply(folder.sidecar, result);
  if (own_sidecar) apply(read_sidecar(path.string() + ".headscore.json"), result);
  return result;
}

void add_file(Product& product, FileOutcome file, const Placed& placed) {
  if (!product.form && placed.form) {
    product.form = placed.form;
    product.form_source = placed.form_source;
  }
  if (!product.rig) product.rig = placed.rig;
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

void finish_product(Product& product) {
  const auto key = [](const Measurement& m) {
    const int channel = m.identity().channel == Channel::kLeft ? 0 : (m.identity().channel == Channel::kRight ? 1 : 2);
    return std::make_tuple(channel, m.identity().seat.value_or(0));
  };
  std::stable_sort(product.measurements.begin(), product.measurements.end(),
                   [&](const Measurement& a, const Measurement& b) { return key(a) < key(b); });
  note_identical(product);
}

}  // namespace headscore
