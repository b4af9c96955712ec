// Cost-performance of whole catalogs: six metrics, 12 or 64 function bits, metrics that are not correlated, correlated
// or opposed.
#include "headscore/all_pairs.hpp"

#include <benchmark/benchmark.h>

#include <cmath>
#include <random>

namespace {

enum Correlation : std::int64_t { kNone, kAlike, kOpposed };

headscore::Policy policy() {
  headscore::Policy::Fields policy;
  policy.id = "bench";
  policy.version = "1";
  for (const char* name : {"a", "b", "c", "d", "e", "f"}) {
    headscore::MetricRule rule;
    rule.metric = name;
    rule.best = 0.0;
    rule.problematic = 1.0;
    rule.tolerance = 0.01;
    policy.metrics.push_back(rule);
  }
  return headscore::Policy(policy);
}

/// `bits` functions that each product has with probability 1/2, independently: the hardest case, for almost no product
/// has all that another has. Prices are log-uniform over 1:55, in cents. Opposed metrics lie near a simplex: what one
/// gains the others lose.
headscore::ProductTable random_table(std::size_t n, Correlation correlation, unsigned bits) {
  std::mt19937_64 random(20260101);
  std::uniform_real_distribution<double> share;
  headscore::ProductTable table;
  const headscore::Policy rules = policy();
  for (const headscore::MetricRule& rule : rules.metrics())
    table.metrics.push_back({rule.metric, std::vector<double>(n), {}, {}, std::vector<char>(n)});
  for (unsigned b = 0; b < bits; ++b) table.function_names.push_back("function" + std::to_string(b));
  table.functions.assign((bits + 63) / 64, std::vector<std::uint64_t>(n));
  table.form.assign(n, 0);
  for (std::size_t i = 0; i < n; ++i) {
    table.name.push_back(std::to_string(i));
    table.amount.push_back(std::round(100.0 * std::exp(3.0 + 4.0 * share(random))) / 100.0);
    const double base = share(random);
    double sum = 0.0;
    for (auto& column : table.metrics)
      sum += column.value[i] = correlation == kOpposed ? -std::log(1.0 - share(random)) : share(random);
    for (auto& column : table.metrics) {
      if (correlation == kAlike) column.value[i] = 0.8 * base + 0.2 * column.value[i];
      if (correlation == kOpposed) column.value[i] *= (0.95 + 0.1 * base) / sum;
    }
    for (auto& column : table.functions)
      column[i] = random() & (bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1);
  }
  for (auto& column : table.metrics) column.low = column.high = column.value;
  return table;
}

void AllPairs(benchmark::State& state) {
  const headscore::ProductTable table =
      random_table(static_cast<std::size_t>(state.range(0)), static_cast<Correlation>(state.range(2)),
                   static_cast<unsigned>(state.range(1)));
  const headscore::Policy rules = policy();
  std::size_t found = 0;
  for (auto _ : state) {
    found = 0;
    for (const headscore::PairResult& result : headscore::all_pairs(table, rules))
      found += result.kind == headscore::PairResult::Kind::kFound ? 1U : 0U;
    benchmark::DoNotOptimize(found);
  }
  state.counters["found"] = static_cast<double>(found);
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(AllPairs)
    ->ArgNames({"products", "functions", "correlation"})
    ->ArgsProduct({{10000, 100000, 1000000}, {12, 64}, {kNone, kAlike, kOpposed}})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime();

}  // namespace
