// Names of products, compared.
#pragma once

#include <string>
#include <string_view>

namespace headscore {

/// Brand and model in one form: lower case letters and digits alone, "mk2" for "mk ii" and the like.
[[nodiscard]] std::string name_key(std::string_view name);

/// True when one name's words are all in the other: "K371" and "AKG K371".
[[nodiscard]] bool same_product(std::string_view a, std::string_view b);

}  // namespace headscore
