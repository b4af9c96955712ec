// Saying what a file is instead of a curve.
#pragma once

#include <string>
#include <string_view>

#include "io/text_table.hpp"

namespace headscore {

/// Throws Error("empty-file") when there is nothing but white space.
void refuse_empty(std::string_view text, const std::string& path);

/// Throws Error: "html", "json", "equalizer-preset", "one-row", "not-a-curve" when the table has no rows to speak of,
/// or stands in a document of another kind.
void refuse_other_documents(const TextTable& table);

}  // namespace headscore
