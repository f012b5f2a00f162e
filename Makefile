# `make` alone says what there is. Each target installs the Debian packages it misses when run by
# root, and says what to install otherwise.

SHELL := /bin/bash
PREFIX ?= /usr/local
NGINX_DIR ?= /etc/nginx
CONFIG_DIR ?= /etc/lockkeeper
STATE_DIR ?= /var/lib/lockkeeper
PROGRAMS := lockkeeper provider-simulator load-generator
# Programs built elsewhere may be used instead of building them here.
export LOCKKEEPER_BIN_DIR ?= $(CURDIR)/.build/release

.DEFAULT_GOAL := help
.PHONY: help run build test bench fuzz check install uninstall

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

run: ## a running nginx + gateway with a key, and a curl line that streams
	@.ci/packages run
	@examples/local/run.sh

build: ## the programs, optimised, into .build/release
	@.ci/packages build
	@.ci/build $(PROGRAMS)

test: build ## every test: the Swift floors, then the whole machine through nginx
	@.ci/packages test
	@.ci/swift-tests
	@.ci/venv
	.venv/bin/python -m pytest Tests/EndToEnd

bench: build ## the table of README, in one run
	@.ci/packages test
	python3 Tests/Benchmark/bench.py

fuzz: ## libFuzzer against every parser of outside bytes, LOCKKEEPER_FUZZ_SECONDS each (default 60)
	@.ci/packages build
	@.ci/fuzz

check: ## format, scripts, nginx files, house rules
	@.ci/packages check
	@.ci/check

install: build ## into PREFIX (/usr/local), /etc/nginx/lockkeeper, /etc/lockkeeper, /var/lib/lockkeeper
	install -D -m 0755 $(LOCKKEEPER_BIN_DIR)/lockkeeper $(DESTDIR)$(PREFIX)/bin/lockkeeper
	install -D -m 0644 -t $(DESTDIR)$(NGINX_DIR)/lockkeeper nginx/lockkeeper.conf nginx/lockkeeper_params nginx/lockkeeper_errors.conf
	install -D -m 0644 -t $(DESTDIR)$(NGINX_DIR)/lockkeeper/snippets nginx/snippets/*.conf
	install -d -m 0755 $(DESTDIR)$(CONFIG_DIR)
	install -m 0644 examples/gateway.yaml $(DESTDIR)$(CONFIG_DIR)/gateway.yaml.example
	install -d -m 0700 $(DESTDIR)$(STATE_DIR)
	@echo "installed; next: $(PREFIX)/bin/lockkeeper init, then see examples/nginx/site.conf"

uninstall: ## removes what install put there; configuration, keys and state stay
	rm -f $(DESTDIR)$(PREFIX)/bin/lockkeeper $(DESTDIR)$(CONFIG_DIR)/gateway.yaml.example
	rm -rf $(DESTDIR)$(NGINX_DIR)/lockkeeper
	@echo "kept: $(DESTDIR)$(CONFIG_DIR) and $(DESTDIR)$(STATE_DIR)"
