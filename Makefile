# SPDX-License-Identifier: MIT
# The common jobs by name. CMake does the work: CMakePresets.json has the build folders.

JOBS ?= $(shell nproc)
SETUP = $(if $(NO_SETUP),true,tools/setup)

.PHONY: help demo test check-all bench format install

help:
	@echo "make demo       build the program and let it scrape a demo shop"
	@echo "make test       build everything, run the tests and the checks"
	@echo "make check-all  the tests under the sanitizers, clang-tidy, a little fuzzing"
	@echo "make bench      measure eddy, a limit and its peers side by side"
	@echo "make format     format the sources"
	@echo "make install    install the library and the program (PREFIX=/usr/local)"

demo:
	@$(SETUP) build
	@cmake --preset release --log-level=WARNING >/dev/null
	@cmake --build --preset release -j$(JOBS) --target eddy
	build/release/bin/eddy scrape

test:
	@$(SETUP) build test
	@cmake --preset dev --log-level=WARNING >/dev/null
	@cmake --build --preset dev -j$(JOBS)
	@ctest --preset dev -j$(JOBS)

check-all:
	@$(SETUP)
	tools/check-all -j$(JOBS)

bench:
	@$(SETUP) build bench
	@cmake --preset bench --log-level=WARNING >/dev/null
	@cmake --build --preset bench -j$(JOBS) --target bench
	@bench/core/section.py build/bench
	@bench/io/section.py build/bench
	@bench/files/section.py build/bench
	@bench/http/section.py build/bench
	@build/bench/bench/pipeline_memory
	@bench/compile_time.py

format:
	@$(SETUP) build test
	tools/format

PREFIX ?= /usr/local
install:
	@$(SETUP) build
	@cmake --preset release --log-level=WARNING >/dev/null
	@cmake --build --preset release -j$(JOBS)
	cmake --install build/release --prefix "$(PREFIX)"
