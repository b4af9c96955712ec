// Several tables in one text: which of them are no response.
#pragma once

#include "io/text_table.hpp"

namespace headscore {

/// Takes out the blocks whose title or column head says that they hold something else (a target, a phase, distortion,
/// impedance, ...), as long as one is left that does not, and tells it by the warning "other-table-ignored". What
/// stands before the first block that stays becomes the header.
void leave_out_other_tables(TextTable& table);

}  // namespace headscore
