#include "headscore/target.hpp"

#include <utility>

namespace headscore {

Target::Target(Fields fields) : fields_(std::move(fields)) {
  if (fields_.name.empty()) throw Error("bad-target", {}, "a target without a name", "a name");
}

}  // namespace headscore
