# The front door. `make` lists what there is; each target sets up what is missing and is quick when nothing is.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help build demo playground test bench bench-compare bench-service asm tune quality lint docs fuzz golden generate clean setup programs

# What the npm package holds; the tests build the rest.
WASM := wasm-simd:limpid_wasm wasm-simd-threads:limpid_wasm

help: ## List these targets
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1|\2/p' Makefile | column -t -s '|'

build: programs ## Everything: programs in build/bin, WebAssembly, the npm package in js/dist
	@tools/build.sh $(WASM)
	@tools/package.sh

demo: setup ## See it work: one photograph, natively and in WebAssembly, the same bytes
	@tools/build.sh host-release:limpid_cli $(WASM)
	@tools/package.sh
	@tools/demo.sh

playground: setup ## Try it in a browser: the page with sliders, on this machine; LIMPID_ISOLATED=1 for threads
	@tools/playground.sh

test: setup ## Build and test every target: native, sanitisers, WebAssembly, AArch64, npm package
	@tools/test.sh

bench: setup ## Measure kernels, the whole pipeline, its scale and the security layer: native, node, Chromium
	@tools/build.sh host-release:limpid_bench wasm-simd:limpid_bench wasm-simd-threads:limpid_bench \
	    wasm-simd:limpid_bench_browser wasm-simd-threads:limpid_bench_browser
	@tools/npm.sh
	@tools/interop.sh
	@bench/run.sh
	@bench/security.sh

bench-compare: setup ## Measure limpid beside other libraries (installed below build/), and write docs/performance.md
	@tools/peers.sh
	@tools/build.sh host-release:limpid_bench host-release:limpid_compare $(WASM) wasm-simd:limpid_bench
	@tools/package.sh
	@tools/interop.sh
	@bench/compare/programs.sh
	@bench/compare/all.sh

bench-service: setup ## Measure the HTTP service against its goals on two processors, and write docs/service-performance.md
	@tools/bench_service.sh
	@tools/build.sh host-release:limpid_cli host-release:limpidd host-release:limpid_worker host-release:limpid_keeper
	@/usr/bin/python3 bench/service/run.py

asm: setup ## What the compiler makes of a kernel on every target: KERNEL=colour_rgb8; without it, the list
	@tools/build.sh host-release:limpid_generators
	@bench/asm.sh $(KERNEL)

tune: setup ## Other schedules of a kernel: KERNEL=unsharp_rgb8, TARGET=avx2 for one target; without KERNEL, the list
	@tools/build.sh host-release:limpid_bench host-release:limpid_generators wasm-simd:limpid_bench
	@bench/tune.py $(KERNEL) $(TARGET)

quality: setup ## Measure how good the decisions are; PHOTOS=folder adds photos
	@tools/build.sh host-release:limpid_quality host-release:quality_denoise
	@tests/quality/run.sh $(PHOTOS)

lint: setup ## Formatting, static analysis, architecture and text rules
	@tools/lint.sh

docs: ## Write the documentation of the npm package's API to build/docs/npm
	@tools/npm.sh
	@tools/step.sh "npm run docs" npm --prefix js run docs

fuzz: setup ## Fuzz every parser of foreign data for a minute each
	@tools/fuzz.sh 60

golden: programs ## Recompute tests/parity/golden.txt and say what changed
	@tests/parity/regenerate.sh

generate: setup ## Rewrite the files that are made from the tables in the sources
	@tools/generate.sh

clean: ## Remove everything built; third-party libraries stay (rm -r build removes those too)
	@find build -mindepth 1 -maxdepth 1 ! -name deps -exec rm -rf {} + 2>/dev/null || true
	@rm -rf js/dist js/wasm js/LICENSE js/THIRD-PARTY-NOTICES.md

programs: setup
	@tools/build.sh host-release

setup:
	@tools/setup.sh
