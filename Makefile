# SPDX-License-Identifier: Apache-2.0
# The way in.  Everything is built by Meson; this file only saves typing.  `make help` lists the targets.
BUILD ?= build
PREFIX ?= /usr/local
TIME ?= 600
# Debian's own, where another one stands before it in PATH.
MESON ?= $(firstword $(wildcard /usr/bin/meson) meson)

.PHONY: build help deps demo check check-long fuzz bench format install clean

build: $(BUILD)/build.ninja
	@[ -t 1 ] || quiet=--quiet; ninja -C $(BUILD) $$quiet programs
	@echo 'built: $(BUILD)/src/entente and $(BUILD)/src/entente-verify'

$(BUILD)/build.ninja:
	@command -v $(MESON) >/dev/null || { echo 'meson is missing: run "make deps" first' >&2; exit 1; }
	@$(MESON) setup $(BUILD) --prefix=$(PREFIX) >$(BUILD).log 2>&1 || { cat $(BUILD).log; exit 1; }
	@rm -f $(BUILD).log

help:
	@echo 'make              builds into $(BUILD)/'
	@echo 'make deps         installs what Debian packages are missing (with sudo, if you are not root)'
	@echo 'make demo         installs what is missing, builds, and shows two nodes at work; BUNDLE=DIR KEEP=1'
	@echo 'make check        every check and every test, under gcc and under clang with sanitizers'
	@echo 'make check-long   the same, and what takes long: threads, fuzzing, kill campaign, coverage'
	@echo 'make fuzz         each fuzz target for TIME=$(TIME) seconds'
	@echo 'make bench        the benchmarks; on a quiet machine'
	@echo 'make format       clang-format over our own files'
	@echo 'make install      into DESTDIR, PREFIX=$(PREFIX)'
	@echo 'make clean        removes every build folder'

deps:
	@tools/install-deps --run

demo:
	@tools/install-deps --run
	@$(MAKE) --no-print-directory build
	@BUILD='$(BUILD)' BUNDLE='$(BUNDLE)' KEEP='$(KEEP)' tools/demo.sh

check:
	@tools/install-deps --run --check
	@tools/check

check-long: check
	@tools/install-deps --run --check --long
	@FUZZ_TIME='$(TIME)' tools/check-long

fuzz:
	@tools/install-deps --run --check
	@fuzz/run.sh '$(TIME)'

bench:
	@tools/install-deps --run --bench
	@$(MAKE) --no-print-directory build
	@ninja -C $(BUILD) --quiet bench/bench_store bench/bench_http_server bench/bench_stix bench/bench_pattern bench/bench_intake bench/bench_ledger bench/bench_screen bench/bench_wrk_cert.so
	@mkdir -p $(BUILD)/bench/data
	$(BUILD)/bench/bench_store $(BUILD)/bench/data
	$(BUILD)/bench/bench_pattern
	$(BUILD)/bench/bench_ledger $(BUILD)/bench/data
	$(BUILD)/bench/bench_ledger $(BUILD)/bench/data
	$(BUILD)/bench/bench_intake
	/usr/bin/python3 bench/http --build $(BUILD)
	/usr/bin/python3 bench/taxii --build $(BUILD)

format:
	@tools/list-files '*.c' '*.h' '*.cpp' | xargs -r clang-format -i

install: $(BUILD)/build.ninja
	@$(if $(filter file,$(origin PREFIX)),,$(MESON) configure $(BUILD) --prefix='$(PREFIX)')
	@$(MAKE) --no-print-directory build
	@$(MESON) install -C $(BUILD) --no-rebuild --quiet $(if $(DESTDIR),--destdir='$(abspath $(DESTDIR))')

clean:
	@rm -rf $(BUILD) build-*
