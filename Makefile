# The commands of this project; `make help` lists them.

.DEFAULT_GOAL := help
.PHONY: help demo test check docs bench header build setup clean faults sanitize fuzz soak abi audit sbom reproducible \
  install uninstall deb clean-root release

TARGET := target
VENV := $(TARGET)/venv
PYTHON := $(VENV)/bin/python
LIBRARY := $(TARGET)/release/librobofy.so
STANDIN := $(TARGET)/release/robofy-standin
APT := valgrind tinyproxy clang g++ openssl binutils nginx haproxy mitmproxy nodejs nftables iproute2 libfaketime abigail-tools
FUZZ_SECONDS := 60
SOAK_SECONDS := 600
SANITIZERS := asan tsan miri
CMAKE := packaging/cmake
PREFIX := /usr/local
LIBDIR :=
CONFIGURE = $(CMAKE) -S . -B $(TARGET)/cmake -DCMAKE_INSTALL_PREFIX="$(PREFIX)" \
  $(if $(LIBDIR),-DCMAKE_INSTALL_LIBDIR="$(LIBDIR)",-UCMAKE_INSTALL_LIBDIR)
# Root, who installs what a user has built, often has no cargo.
RELEASE_WHERE_CARGO_IS := $(if $(shell command -v cargo 2>/dev/null),release)

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-12s %s\n", $$1, $$2 }'

demo: build ## Hold a short conversation, from C and from Python
	@examples/demo

test: setup build ## Run every test
	cargo test --workspace
	cargo build --profile valgrind
	$(PYTHON) -m pytest -c tests/pytest.ini -q -n 4 tests/c tests/abi tests/soak
	$(PYTHON) -m pytest -c tests/pytest.ini -q -n 8 tests/faults
	$(PYTHON) -m pytest -c tests/pytest.ini -q bindings/python/tests
	$(PYTHON) -m pytest -c tests/pytest.ini -q -n 4 tests/hosts tests/secrets

check: ## Formatting, lints and documentation, without warnings
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

bench: build ## Measure against other clients (benches/README.md)
	benches/setup
	@benches/run.py; status=$$?; [ $$status -gt 1 ] || benches/publish.py || status=$$?; exit $$status

faults: setup build ## Every fault of the matrix, blocking and submitted (tests/faults)
	$(PYTHON) -m pytest -c tests/pytest.ini -q -n 8 tests/faults

sanitize: setup build ## The C tests under sanitizers, the Rust units under Miri (SANITIZERS="asan tsan miri")
	$(PYTHON) tests/sanitizers/run.py $(SANITIZERS)

fuzz: setup ## Fuzz each target for FUZZ_SECONDS (60)
	$(PYTHON) tests/fuzz/run.py --seconds $(FUZZ_SECONDS)

soak: setup build ## Mixed load and faults for SOAK_SECONDS (600): nothing lost, nothing grows
	$(PYTHON) tests/soak/run.py --seconds $(SOAK_SECONDS)

abi: setup build ## Write the binary interface's baseline anew (tests/abi)
	$(PYTHON) tests/abi/interface.py

audit: ## Licences, duplicates, sources and known vulnerabilities of the dependencies
	tests/supply/audit

sbom: ## Write the software bill of materials
	tests/supply/sbom

reproducible: ## Build the library twice and compare the bytes
	tests/supply/reproducible

install: $(RELEASE_WHERE_CARGO_IS) ## Install under PREFIX (/usr/local), its LIBDIR (lib), below DESTDIR
	@$(CONFIGURE)
	@$(CMAKE) --build $(TARGET)/cmake
	@DESTDIR="$(DESTDIR)" $(CMAKE) --install $(TARGET)/cmake
	@[ -n "$(DESTDIR)" ] || [ "$$(id -u)" != 0 ] || ldconfig

uninstall: $(RELEASE_WHERE_CARGO_IS) ## Remove what `make install` with the same variables installs
	@$(CONFIGURE)
	@$(CMAKE) --build $(TARGET)/cmake
	@DESTDIR="$(DESTDIR)" $(CMAKE) -DBUILD_DIR="$(CURDIR)/$(TARGET)/cmake" -P cmake/uninstall.cmake
	@[ -n "$(DESTDIR)" ] || [ "$$(id -u)" != 0 ] || ldconfig

deb: release ## Build the Debian packages, into target/debian
	@command -v dpkg-shlibdeps >/dev/null || { echo "dpkg-shlibdeps is missing: apt-get install dpkg-dev" >&2; exit 1; }
	@$(CMAKE) -S . -B $(TARGET)/debian -DCMAKE_INSTALL_PREFIX=/usr -DROBOFY_DEBIAN=ON
	@$(CMAKE) --build $(TARGET)/debian --target package

clean-root: ## Make the clean Debian root, below target/, in which the tests install the packages
	tests/install/clean-root

header: ## Write include/robofy.h anew from the source
	ROBOFY_UPDATE_HEADER=1 cargo build --release

release:
	@command -v cargo >/dev/null || { echo "cargo is missing: install Rust (https://rustup.rs)" >&2; exit 1; }
	@command -v cc >/dev/null || { echo "cc is missing: install a C compiler (apt-get install gcc)" >&2; exit 1; }
	cargo build --release

build: release ## Build the library and the stand-in service
	cargo build --release -p robofy-standin

# What the tests need beside Rust and a C compiler. Without root the tools that are missing stay so, and the tests that
# need one say that they are skipped.
setup: $(VENV)/ready
	@missing=; for tool in valgrind tinyproxy clang g++ openssl readelf nginx haproxy mitmdump node nft ip abidiff; do \
	  command -v $$tool >/dev/null || PATH=$$PATH:/usr/sbin command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1 || missing="$$missing libfaketime"; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "installing what is missing:$$missing"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(APT) >/dev/null; \
	  else \
	    echo "missing:$$missing; their tests are skipped (apt-get install $(APT))" >&2; \
	  fi; \
	fi

$(VENV)/ready: bindings/python/tests/requirements.txt tests/requirements.txt tests/faults/requirements.txt
	@command -v python3 >/dev/null || { echo "python3 is missing: install Python 3.9 or later" >&2; exit 1; }
	@mkdir -p $(TARGET)
	python3 -m venv $(VENV) || { echo "python3 cannot make a virtual environment: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m pip install --quiet --disable-pip-version-check $(addprefix -r ,$^)
	@touch $@

clean: ## Remove everything that was built
	cargo clean
