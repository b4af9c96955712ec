# The short ways. Everything here is also plain CMake: see CMakePresets.json.
#
#   make run     on a bare Debian 12: installs what is missing, builds, scores the sample
#   make test    the whole test suite
#   make help    the rest

.DEFAULT_GOAL := build
SHELL := /bin/sh

# ---- Debian packages, by what needs them -------------------------------------------------------------------------------
packages_build := g++ cmake ninja-build pkg-config ccache libeigen3-dev libboost-program-options-dev libfmt-dev \
                  nlohmann-json3-dev libyaml-cpp-dev libcmark-dev libsqlite3-dev libsqlitecpp-dev libssl-dev \
                  libkissfft-dev libsndfile1-dev libsoxr-dev libxxhash-dev libarchive-dev libmimalloc-dev
packages_test  := libgtest-dev libgmock-dev python3 python3-jsonschema
packages_cluster := slurm-wlm munge python3 procps
packages_bench := libbenchmark-dev
packages_fuzz  := clang libclang-rt-14-dev
packages_tidy  := clang-tidy-22
packages_format := clang-format-19

# ---- What can be set from outside: make run SAMPLE=..., make fuzz FUZZ_SECONDS=600 ---------------------------------------
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
PROGRAM := build/release/headscore
SAMPLE ?= data/sample/measurements
SAMPLE_RECORDINGS ?= $(if $(filter data/sample/measurements,$(SAMPLE)),data/sample/recordings)
SAMPLE_OPTIONS ?= --catalog data/sample/catalog.csv
REPORT_DIR ?= report
FUZZ_SECONDS ?= 60
CLUSTER_SECONDS ?= 300
BENCH_OPTIONS ?=

.PHONY: run build test test-cluster bench fuzz asan tsan tidy format deps clean help deps-slurm $(addprefix deps-,build test cluster bench fuzz tidy format)

run: build ## build, score the sample, write its reports into report/
	@mkdir -p "$(REPORT_DIR)"
	@$(PROGRAM) score "$(SAMPLE)" $(SAMPLE_RECORDINGS) $(SAMPLE_OPTIONS) --format text
	@$(PROGRAM) score "$(SAMPLE)" $(SAMPLE_RECORDINGS) $(SAMPLE_OPTIONS) --format text --output "$(REPORT_DIR)/scores.txt"
	@$(PROGRAM) score "$(SAMPLE)" $(SAMPLE_RECORDINGS) $(SAMPLE_OPTIONS) --format json --output "$(REPORT_DIR)/scores.json"
	@$(PROGRAM) score "$(SAMPLE)" $(SAMPLE_RECORDINGS) $(SAMPLE_OPTIONS) --format markdown --output "$(REPORT_DIR)"
	@$(PROGRAM) score "$(SAMPLE)" $(SAMPLE_RECORDINGS) $(SAMPLE_OPTIONS) --format svg --output "$(REPORT_DIR)"
	@echo
	@echo "Reports:"
	@for report in "$(REPORT_DIR)"/*; do echo "  $$report"; done

# The first configuration leaves the tests out, so that a user needs no test packages; `make test` puts them in.
build: deps-build ## build the program: build/release/headscore
	@test -f build/release/build.ninja || cmake --preset release -DHEADSCORE_TESTS=OFF
	@cmake --build --preset release --parallel $(JOBS) --target headscore_program

test: deps-build deps-test deps-slurm ## build everything and run all tests
	$(call checked,release)

test-cluster: build deps-cluster ## a batch on a real Slurm on this machine, as root; at most CLUSTER_SECONDS (300)
	@tests/cluster/run.sh $(PROGRAM) $(CLUSTER_SECONDS)

asan: deps-build deps-test ## all tests under AddressSanitizer and UndefinedBehaviorSanitizer
	$(call checked,asan)

tsan: deps-build deps-test ## all tests under ThreadSanitizer
	$(call checked,tsan)

bench: deps-build deps-bench ## build and run the benchmarks
	@cmake --preset bench
	@cmake --build --preset bench --parallel $(JOBS)
	@set -e; for program in build/bench/benchmarks/bench_*; do \
	  if [ -f "$$program" ] && [ -x "$$program" ]; then echo "== $${program##*/}"; "$$program" $(BENCH_OPTIONS); fi; done

# What is found goes to build/fuzz/: new inputs to corpus/, the inputs that fail to the folder itself.
fuzz: deps-build deps-fuzz ## fuzz each reader for FUZZ_SECONDS (60)
	@cmake --preset fuzz
	@cmake --build --preset fuzz --parallel $(JOBS)
	@set -e; for source in tests/fuzz/*.cpp; do name=$$(basename "$$source" .cpp); \
	  mkdir -p "build/fuzz/corpus/$$name" "tests/fuzz/corpus/$$name"; echo "== $$name"; \
	  "build/fuzz/tests/fuzz/fuzz_$$name" -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 -max_len=65536 \
	    -print_final_stats=1 -artifact_prefix="build/fuzz/$$name-" "build/fuzz/corpus/$$name" "tests/fuzz/corpus/$$name"; done

tidy: deps-build deps-test deps-tidy ## clang-tidy over src/
	@cmake --preset release
	@run-clang-tidy-22 -quiet -j $(JOBS) -p build/release "$(CURDIR)/src/.*\.cpp$$"

format: deps-format ## clang-format over all sources
	@find src include tests benchmarks \( -name '*.cpp' -o -name '*.hpp' \) -exec clang-format-19 -i {} +

deps: deps-build deps-test deps-slurm ## install the missing Debian packages (deps-bench, deps-fuzz, deps-tidy, deps-format: theirs)

# Only where it costs no question: without Slurm one test is skipped.
deps-slurm:
	@[ "$$(id -u)" != 0 ] || $(MAKE) --no-print-directory deps-cluster || echo "without these packages the test of the cluster is skipped"

clean: ## remove build/ and report/
	@rm -rf build "$(REPORT_DIR)"

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

# $(call checked,PRESET): configure, build, test.
define checked
	@cmake --preset $(1)
	@cmake --build --preset $(1) --parallel $(JOBS)
	@ctest --preset $(1) --parallel $(JOBS) --output-on-failure
endef

# Installs what is missing of packages_<group>; nothing is asked of the network when nothing is missing.
$(addprefix deps-,build test cluster bench fuzz tidy format): deps-%:
	@command -v dpkg-query >/dev/null || { echo "not a Debian system; wanted: $(packages_$*)" >&2; exit 0; }; \
	present=" $$(dpkg-query -W -f='$${db:Status-Status}:$${Package}\n' $(packages_$*) 2>/dev/null \
	  | sed -n 's/^installed://p' | tr '\n' ' ')"; missing=""; \
	for package in $(packages_$*); do case "$$present" in *" $$package "*) ;; *) missing="$$missing $$package" ;; esac; done; \
	[ -n "$$missing" ] || exit 0; \
	as=""; if [ "$$(id -u)" != 0 ]; then as="sudo"; command -v sudo >/dev/null || { \
	  echo "missing packages; as root: apt-get install --no-install-recommends$$missing" >&2; exit 1; }; fi; \
	echo "installing:$$missing"; log=$$(mktemp); trap 'rm -f "$$log"' EXIT; \
	$$as apt-get -qq -o Acquire::Retries=3 update >"$$log" 2>&1 \
	  && $$as env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 \
	    --no-install-recommends install $$missing </dev/null >"$$log" 2>&1 \
	  || { cat "$$log" >&2; echo "could not install:$$missing" >&2; exit 1; }
