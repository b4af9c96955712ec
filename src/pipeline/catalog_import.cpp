#include "headscore/catalog_import.hpp"

#include <algorithm>
#include <exception>
#include <map>

#include "catalog/product_identity.hpp"
#include "headscore/rig.hpp"
#include "pipeline/jobs.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;

ScoreOptions score_options(const MeasuringOptions& options) {
  ScoreOptions all;
  all.policy = options.policy;
  all.form = options.form;
  all.rig = options.rig;
  all.target = options.target;
  all.bootstrap_replicates = options.intervals;
  return all;
}

std::string relative_to(const fs::path& file, const fs::path& folder) {
  const fs::path near =
      fs::absolute(file).lexically_normal().lexically_proximate(fs::absolute(folder).lexically_normal());
  return !near.empty() && *near.begin() != ".." ? near.generic_string()
                                                : fs::absolute(file).lexically_normal().generic_string();
}

std::string unit_of(const std::string& metric) {
  for (const MetricInfo& info : known_metrics()) {
    if (info.name == metric) return std::string(info.unit);
  }
  return "";
}

/// The drive level of the distortion measurements; nullopt when none is stated or they differ.
std::optional<double> drive_level(const Product& product) {
  std::optional<double> level;
  for (const Measurement& measurement : product.measurements) {
    if (!measurement.distortion()) continue;
    const std::optional<double> own = measurement.provenance().level_spl_db;
    if (!own || (level && *level != *own)) return std::nullopt;
    level = own;
  }
  return level;
}

/// What was measured of a product; throws its first error.
void measure(const Product& product, const MeasuringOptions& options, CatalogProduct& out) {
  for (const FileRecord& refused : product.refused) {
    if (refused.error)
      throw Error(refused.error->code, {refused.path},
                  "a measurement that cannot be used (" + refused.error->message + ")",
                  "a file that headscore inspect reads");
  }
  ScoreOptions own = score_options(options);
  if (product.form) own.form = product.form;
  for (const MetricValue& figure : metrics_of(product, own)) {
    const std::optional<double> level = figure.metric == "thd" ? drive_level(product) : std::nullopt;
    out.metrics.push_back({figure, unit_of(figure.metric), level, metric_basis(options)});
  }
  out.form = own.form;
  for (const Measurement& measurement : product.measurements) {
    out.measurements.push_back({relative_to(measurement.path(), options.catalog_folder),
                                measurement.fields().sha256.value_or(""),
                                options.rig.value_or(product.rig.value_or(""))});
  }
}

ReadOptions reading() {
  ReadOptions read;
  read.sha256 = true;
  read.phase = false;
  return read;
}

/// An entry, or why there is none.
struct Measured {
  CatalogEntry entry;
  std::optional<Error> error;
};

Measured measured(const Product& product, const MeasuringOptions& options) {
  Measured result;
  std::tie(result.entry.product.brand, result.entry.product.model) = brand_and_model(product.name);
  result.entry.where = {product.measurements.empty()
                            ? (product.refused.empty() ? product.name : product.refused.front().path)
                            : product.measurements.front().path()};
  try {
    measure(product, options, result.entry.product);
  } catch (const Error& error) {
    result.error.emplace(error.code(), error.where().file.empty() ? result.entry.where : error.where(),
                         product.name + ": " + error.found(), error.wanted());
  } catch (const std::exception& error) {
    result.error.emplace("failed", result.entry.where, product.name + ": " + error.what(),
                         "a product that can be measured");
  }
  return result;
}

}  // namespace

std::string metric_basis(const MeasuringOptions& options) {
  return options.policy.name() + ", " + (options.target ? options.target->name() : std::string("own target"));
}

CatalogImport measured_products(const std::vector<fs::path>& files, const MeasuringOptions& options) {
  check(score_options(options));
  const std::vector<Product> products = grouped(read_files(files, reading(), options.jobs));
  std::vector<Measured> all(products.size());
  for_each_index(products.size(), options.jobs, [&](std::size_t i) { all[i] = measured(products[i], options); });
  CatalogImport import;
  for (Measured& one : all) {
    if (one.error) {
      import.errors.push_back(std::move(*one.error));
    } else {
      import.entries.push_back(std::move(one.entry));
    }
  }
  return import;
}

void measure_entries(CatalogImport& import, const fs::path& folder, const MeasuringOptions& options) {
  check(score_options(options));
  std::vector<std::optional<Error>> errors(import.entries.size());
  for_each_index(import.entries.size(), options.jobs, [&](std::size_t i) {
    CatalogProduct& product = import.entries[i].product;
    std::vector<fs::path> files;
    for (CatalogMeasurement& file : product.measurements) {
      files.push_back(folder / file.path);
      file.path = relative_to(files.back(), options.catalog_folder);
    }
    if (files.empty() || !product.metrics.empty()) return;
    try {
      std::vector<Product> found = grouped(read_files(files, reading(), 1));
      if (found.size() > 1)
        throw Error("broken-reference", import.entries[i].where,
                    "measurements of several products (" + found[0].name + ", " + found[1].name + ")",
                    "files of one product");
      CatalogProduct filled;
      if (product.form) found.front().form = product.form;
      measure(found.front(), options, filled);
      product.metrics = std::move(filled.metrics);
      if (!product.form) product.form = filled.form;
      product.measurements = std::move(filled.measurements);
    } catch (const Error& error) {
      errors[i].emplace(error.code(), import.entries[i].where, product.name() + ": " + error.found(), error.wanted());
    } catch (const std::exception& error) {
      errors[i].emplace("failed", import.entries[i].where, product.name() + ": " + error.what(),
                        "a product that can be measured");
    }
  });
  for (std::optional<Error>& error : errors) {
    if (error) import.errors.push_back(std::move(*error));
  }
}

}  // namespace headscore
