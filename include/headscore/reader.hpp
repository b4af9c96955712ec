// Reading measurement files, and the plugin struct of one text dialect.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "headscore/measurement.hpp"

namespace headscore {

struct ReadOptions {
  bool sha256 = false;  ///< compute Measurement::Fields::sha256
  bool phase = true;    ///< false: a third column behind frequency and level is not parsed (scores do not need it)
  std::size_t most_bytes = std::size_t{1} << 30;  ///< a larger file is refused: Error("too-large")
};

/// Reads one measurement from text in any dialect, recognised by content: never by the file's extension, nor by a fixed
/// header length. Everything that was changed, dropped or doubted is in the measurement's warnings; codes are listed in
/// docs/warnings.md. Throws Error with file, line and column for what is not a curve: "missing-file", "not-a-file",
/// "unreadable", "empty-file", "binary", "sound-file", "html", "json", "equalizer-preset", "not-a-curve", "one-row",
/// "too-large", "ambiguous-numbers", ...
[[nodiscard]] Measurement read_measurement(const std::filesystem::path& path, const ReadOptions& options = {});

/// The same from bytes in memory; `path` is used for identity and messages only.
[[nodiscard]] Measurement parsed_measurement(std::string_view bytes, const std::string& path,
                                             const ReadOptions& options = {});

struct TextTable;  // src/io/text_table.hpp: lines, columns and numbers, before anybody said what they mean

/// read_measurement() for many files: the memory that one file needed is used for the next. One object a thread.
class MeasurementReader {
 public:
  MeasurementReader();
  MeasurementReader(MeasurementReader&&) noexcept;
  MeasurementReader& operator=(MeasurementReader&&) noexcept;
  ~MeasurementReader();

  /// As read_measurement(), which says what is thrown; the object can be used further after an error.
  [[nodiscard]] Measurement read(const std::filesystem::path& path, const ReadOptions& options = {});
  /// As parsed_measurement(), for bytes that the caller has read, best into the memory of lent_memory().
  [[nodiscard]] Measurement parsed(std::string bytes, const std::string& path, const ReadOptions& options = {});
  /// Every channel of a file: left and right, in this order, where its columns are named so and its own name tells
  /// none; else the one measurement of read().
  [[nodiscard]] std::vector<Measurement> read_channels(const std::filesystem::path& path,
                                                       const ReadOptions& options = {});
  /// The same for bytes that the caller has read.
  [[nodiscard]] std::vector<Measurement> parsed_channels(std::string bytes, const std::string& path,
                                                         const ReadOptions& options = {});
  /// The memory of the last file, for the next; what stands in it is of no use.
  [[nodiscard]] std::string lent_memory();

 private:
  std::unique_ptr<TextTable> table_;
};

/// Product, channel and seat from a file name: "X L.txt", "X R3.txt", "X_left.csv", SBAF's "cFPC21-AKG-K553-L.txt".
[[nodiscard]] Identity identity_from_name(const std::filesystem::path& path);

/// A plugin: one dialect of text measurement. One file in src/readers/ defines one function of the file's name that
/// returns one.
struct TextDialect {
  std::string_view id;     ///< "rew"
  std::string_view title;  ///< "REW text export"
  /// How surely the table is of this dialect: 0 not at all, 1 it could be (plain table), 100 its own header is there.
  int (*confidence)(const TextTable& table) = nullptr;
  /// Fills in what the dialect's header says. Numbers are not touched.
  void (*describe)(const TextTable& table, Provenance& provenance, std::vector<Warning>& warnings) = nullptr;
};

/// All dialects of this build, sorted by id.
[[nodiscard]] const std::vector<TextDialect>& text_dialects();

}  // namespace headscore
