// Policies as YAML files, and those that come with headscore (data/policies/*.yaml).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "headscore/policy.hpp"

namespace headscore {

/// Parses a policy; strict: an unknown key, a missing key or a value of the wrong kind throws Error("bad-policy") with
/// line and column. The schema is in docs/policies.md.
[[nodiscard]] Policy parsed_policy(std::string_view yaml, const std::string& path);

[[nodiscard]] Policy read_policy(const std::filesystem::path& path);

/// Ids of the policies built into the library, sorted.
[[nodiscard]] std::vector<std::string> bundled_policy_ids();

/// Throws Error("unknown-policy") that suggests the nearest ids.
[[nodiscard]] Policy bundled_policy(std::string_view id);

/// What counts where nobody chose: bundled_policy("audioreview-2026").
[[nodiscard]] Policy default_policy();

}  // namespace headscore
