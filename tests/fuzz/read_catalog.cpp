// Any bytes are a catalog's CSV or JSON that is read, or are refused with errors that have a code; what was read
// without an error is written and read again to the same text, in both formats.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <sstream>
#include <string>

#include "headscore/catalog_store.hpp"
#include "headscore/error.hpp"

namespace {

using headscore::CatalogImport;
using headscore::CatalogProduct;

constexpr const char* kToday = "2030-01-01";

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

/// Bytes as a file that lives in memory.
class MemoryFile {
 public:
  explicit MemoryFile(const std::string& bytes) : descriptor_(::memfd_create("catalog", 0)) {
    require(descriptor_ >= 0, "a file in memory");
    require(::write(descriptor_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()), "bytes written");
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { ::close(descriptor_); }
  [[nodiscard]] std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

std::optional<CatalogImport> read(const std::string& bytes, bool json) {
  const MemoryFile file(bytes);
  std::optional<CatalogImport> import;
  try {
    import =
        json ? headscore::read_catalog_json(file.path(), kToday) : headscore::read_catalog_csv(file.path(), kToday);
  } catch (const headscore::Error& error) {
    require(!error.code().empty(), "a refusal has a code");
    return std::nullopt;
  }
  for (const headscore::Error& error : import->errors) require(!error.code().empty(), "an error has a code");
  if (!import->errors.empty()) return std::nullopt;
  return import;
}

std::string written(const CatalogImport& import, bool json) {
  std::vector<CatalogProduct> products;
  for (const headscore::CatalogEntry& entry : import.entries) products.push_back(entry.product);
  std::ostringstream out;
  if (json)
    headscore::write_catalog_json(out, "USD", products, import.rates);
  else
    headscore::write_catalog_csv(out, products, import.rates);
  return out.str();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const bool is_json = !bytes.empty() && bytes.front() == '{';
  const std::optional<CatalogImport> first = read(bytes, is_json);
  if (!first || (first->entries.empty() && first->rates.empty())) return 0;
  for (const bool json : {false, true}) {
    const std::string text = written(*first, json);
    const std::optional<CatalogImport> again = read(text, json);
    require(again.has_value(), "what was written is read");
    require(written(*again, json) == text, "what was read again is the same");
  }
  return 0;
}
