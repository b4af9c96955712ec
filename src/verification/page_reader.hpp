// A page's bytes as facts.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "headscore/claim.hpp"
#include "io/front_matter.hpp"
#include "io/markdown.hpp"
#include "io/page_text.hpp"
#include "verification/prose.hpp"

namespace headscore {

/// A page as it was read, with what the checks need besides the facts.
struct ReadPage {
  std::unique_ptr<PageText> text;
  std::optional<FrontMatter> matter;
  std::optional<Claim> broken_matter;  ///< front matter that cannot be read
  PageFacts facts;

  /// Place in the file of byte `column` (1-based) of line `line` of the front matter.
  [[nodiscard]] TextPlace place(std::size_t line, std::size_t byte_column) const;
};

/// Reads the bytes of a page. Throws Error("binary"), Error("no-front-matter").
[[nodiscard]] ReadPage read_page(std::string bytes, const std::string& path);

/// Index into kSections of a heading in English or Japanese.
[[nodiscard]] std::optional<std::size_t> section_of_heading(std::string_view heading);

}  // namespace headscore
