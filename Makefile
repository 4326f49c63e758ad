# The commands of this project; `make help` lists them.

.DEFAULT_GOAL := help
.PHONY: help demo test check docs bench header bindings build setup clean faults histories sanitize fuzz soak abi audit sbom \
  reproducible install uninstall deb wheel clean-root release tool

TARGET := target
VENV := $(TARGET)/venv
PYTHON := $(VENV)/bin/python
LIBRARY := $(TARGET)/release/librobofy.so
FUZZ_SECONDS := 60
SOAK_SECONDS := 600
HISTORIES := 100000
SANITIZERS := asan tsan miri
# A workspace of its own, because it links the library once that is built.
CLI := --manifest-path cli/Cargo.toml --target-dir $(TARGET)
PYTEST := $(PYTHON) -m pytest -c tests/pytest.ini -q
CMAKE := packaging/cmake
PREFIX := /usr/local
LIBDIR :=
CONFIGURE = $(CMAKE) -S . -B $(TARGET)/cmake -DCMAKE_INSTALL_PREFIX="$(PREFIX)" \
  $(if $(LIBDIR),-DCMAKE_INSTALL_LIBDIR="$(LIBDIR)",-UCMAKE_INSTALL_LIBDIR)
INSTALLED = $(if $(filter /%,$(LIBDIR)),$(LIBDIR),$(PREFIX)/$(or $(LIBDIR),lib))
# Root, who installs what a user has built, often has no cargo, and must leave nothing that the user cannot remove.
TOOL_WHERE_CARGO_IS := $(if $(shell command -v cargo 2>/dev/null),tool)

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-12s %s\n", $$1, $$2 }'

demo: build ## Hold a short conversation, from C and from Python
	@examples/demo

test: setup build ## Run every test
	cargo test --workspace --features robofy-client/diagnosis
	cargo test --release $(CLI)
	cargo build --profile valgrind
	$(PYTEST) -n 4 tests/layers tests/c tests/cpp tests/abi tests/cli tests/docs tests/soak
	$(PYTEST) -n 8 tests/faults
	$(PYTEST) -n 4 tests/hosts tests/secrets
	$(PYTEST) -n 4 bindings/python/tests tests/crate tests/conversation
	$(PYTEST) -n 4 tests/languages tests/api tests/install

check: $(VENV)/ready ## Circles between files, formatting, lints, bindings and documentation, without warnings
	$(PYTHON) bindings/describe --check
	tests/layers/circles.py
	$(VENV)/bin/ruff check --quiet --select F,E9 bindings tests benches docs examples packaging
	cd bindings/python && $(abspath $(VENV))/bin/ruff check --quiet .
	cargo fmt --all --check
	cargo fmt --manifest-path cli/Cargo.toml --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo clippy -p robofy-client --all-targets --features diagnosis -- -D warnings
	cargo clippy $(CLI) --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --features robofy-client/diagnosis

docs: setup release ## Build the reference documentation and say where it begins
	docs/reference/build
	PYTHONPATH=bindings/python/src ROBOFY_LIBRARY=$(LIBRARY) $(PYTHON) -W error -m pdoc -d google --no-show-source \
	  -t bindings/python/reference -o $(TARGET)/docs/python robofy robofy.testing robofy.text robofy.webhook
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --features robofy-client/diagnosis
	@echo "the reference: file://$(CURDIR)/$(TARGET)/docs/index.html; the guides: docs/README.md"

bench: build ## Measure against other clients (benches/README.md)
	benches/setup
	@benches/run.py; status=$$?; [ $$status -gt 1 ] || benches/publish.py || status=$$?; exit $$status

faults: setup build ## Every fault of the matrix: blocking, submitted, and beside a healthy client (tests/faults)
	$(PYTEST) -n 8 tests/faults

histories: ## HISTORIES (100000) random histories of an inbox, in memory and on disk, against a simple model
	cargo run --release -p robofy-conversation --features conformance --example inbox_conformance -- $(HISTORIES)
	@folder=$$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d) && trap 'rm -rf "$$folder"' EXIT INT TERM && \
	  cargo run --release -p robofy-conversation --features conformance --example inbox_conformance -- $(HISTORIES) 1 "$$folder"

sanitize: setup build ## The C tests under sanitizers, the Rust units under Miri (SANITIZERS="asan tsan miri")
	$(PYTHON) tests/sanitizers/run.py $(SANITIZERS)

fuzz: setup ## Fuzz each target for FUZZ_SECONDS (60)
	$(PYTHON) tests/fuzz/run.py --seconds $(FUZZ_SECONDS)

soak: setup build ## Mixed load and faults for SOAK_SECONDS (600): nothing lost, nothing grows
	$(PYTHON) tests/soak/run.py --seconds $(SOAK_SECONDS)

abi: setup build ## Write the binary interface's baseline anew (tests/abi)
	$(PYTHON) tests/abi/baseline.py

audit: ## Licences, duplicates, sources and known vulnerabilities of the dependencies
	tests/supply/audit

sbom: ## Write the software bill of materials
	tests/supply/sbom

reproducible: ## Build the library twice and compare the bytes
	tests/supply/reproducible

install: $(TOOL_WHERE_CARGO_IS) ## Install under PREFIX (/usr/local), its LIBDIR (lib), below DESTDIR
	@$(CONFIGURE)
	@$(CMAKE) --build $(TARGET)/cmake
	@DESTDIR="$(DESTDIR)" $(CMAKE) --install $(TARGET)/cmake
	@[ "$$(id -u)" != 0 ] || chown -R --reference=$(TARGET) $(TARGET)/cmake || :
	@[ -n "$(DESTDIR)" ] || [ "$$(id -u)" != 0 ] || ldconfig
	@[ -n "$(DESTDIR)$(filter /usr /usr/local,$(PREFIX))" ] || printf '%s\n' "" "Programs do not find this prefix by themselves. Set:" \
	  '  export ROBOFY_LIBRARY="$(INSTALLED)/librobofy.so.0" PKG_CONFIG_PATH="$(INSTALLED)/pkgconfig"' \
	  '  export PATH="$(PREFIX)/bin:$$PATH"'

uninstall: ## Remove what `make install` has put under PREFIX, below DESTDIR
	@DESTDIR="$(DESTDIR)" packaging/uninstall "$(PREFIX)"
	@[ -n "$(DESTDIR)" ] || [ "$$(id -u)" != 0 ] || ldconfig

deb: tool ## Build the Debian packages, into target/debian
	@command -v dpkg-shlibdeps >/dev/null || { echo "dpkg-shlibdeps is missing: apt-get install dpkg-dev" >&2; exit 1; }
	@$(CMAKE) -S . -B $(TARGET)/debian -DCMAKE_INSTALL_PREFIX=/usr -DROBOFY_DEBIAN=ON
	@$(CMAKE) --build $(TARGET)/debian --target package

wheel: $(VENV)/ready ## Make the Python wheel and sdist in target/wheels
	$(PYTHON) bindings/python/distribute.py

clean-root: ## Make the clean Debian root, below target/, in which the tests install the packages
	tests/install/clean-root

header: ## Write include/robofy.h anew from the source
	ROBOFY_UPDATE_HEADER=1 cargo build --release

bindings: $(VENV)/ready ## Write what the bindings derive from include/robofy.h
	$(PYTHON) bindings/describe

release:
	@command -v cargo >/dev/null || { echo "cargo is missing: install Rust (https://rustup.rs)" >&2; exit 1; }
	@command -v cc >/dev/null || { echo "cc is missing: install a C compiler (apt-get install gcc)" >&2; exit 1; }
	cargo build --release

tool: release
	cargo build --release $(CLI)
	@$(TARGET)/release/robofy packaging $(TARGET)/release/share

build: tool ## Build the library, the command-line tool and the stand-in service
	cargo build --release -p robofy-standin

setup: $(VENV)/ready ## Install what the tests need, as root with apt
	@tests/setup

$(VENV)/ready: bindings/python/tests/requirements.txt tests/requirements.txt tests/faults/requirements.txt tests/conversation/requirements.txt tests/constraints.txt
	@command -v python3 >/dev/null || { echo "python3 is missing: install Python 3.9 or later" >&2; exit 1; }
	@mkdir -p $(TARGET)
	python3 -m venv $(VENV) || { echo "python3 cannot make a virtual environment: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m pip install --quiet --disable-pip-version-check $(addprefix -r ,$(filter %requirements.txt,$^)) -c tests/constraints.txt
	@touch $@

clean: ## Remove everything that was built
	cargo clean
