# `make` alone says what there is. Each target installs the Debian packages it misses when run by
# root, and says what to install otherwise.

SHELL := /bin/bash
PREFIX ?= /usr/local
NGINX_DIR ?= /etc/nginx
CONFIG_DIR ?= /etc/lockkeeper
STATE_DIR ?= /var/lib/lockkeeper
UNIT_DIR ?= $(PREFIX)/lib/systemd/system
SYSUSERS_DIR ?= $(PREFIX)/lib/sysusers.d
LOGROTATE_DIR ?= /etc/logrotate.d
MAN_DIR ?= $(PREFIX)/share/man/man1
BASH_COMPLETIONS ?= $(PREFIX)/share/bash-completion/completions
ZSH_COMPLETIONS ?= $(PREFIX)/share/zsh/site-functions
FISH_COMPLETIONS ?= $(PREFIX)/share/fish/vendor_completions.d
# The group that nginx runs as: www-data, or that of other distributions.
WEB_GROUP ?= $(firstword $(shell getent group www-data nginx http www | cut -d: -f1) www-data)
PROGRAMS := lockkeeper provider-simulator load-generator
# Programs built elsewhere may be used instead of building them here.
export LOCKKEEPER_BIN_DIR ?= $(CURDIR)/.build/release

.DEFAULT_GOAL := help
.PHONY: help run build test test-address test-thread test-undefined bench fuzz soak check install uninstall

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

run: ## a running nginx + gateway with a key, a dashboard, and a curl line that streams
	@.ci/packages run
	@examples/local/run.sh

build: ## the programs, optimised, into .build/release
	@.ci/packages build
	@.ci/build $(PROGRAMS)

test: build ## every test: the Swift floors, then the whole machine through nginx
	@.ci/packages test
	@.ci/swift-tests
	@.ci/venv
	@.ci/vocabularies
	.venv/bin/python -m pytest Tests/EndToEnd

test-address: ## the Swift floors, then the machine, with the address and leak sanitizers
	@.ci/packages test
	@.ci/swift-tests address
	@.ci/sanitized-machine address

test-thread: ## the Swift floors, then the machine, with the thread sanitizer
	@.ci/packages test
	@.ci/swift-tests thread
	@.ci/sanitized-machine thread

test-undefined: ## the Swift floors with the sanitizer of undefined behaviour in C
	@.ci/packages test
	@.ci/swift-tests undefined

bench: build ## the table of README, in one run
	@.ci/packages test
	@.ci/venv
	@.ci/vocabularies
	python3 Tests/Benchmark/bench.py

fuzz: ## libFuzzer against every parser of outside bytes, LOCKKEEPER_FUZZ_SECONDS each (default 60)
	@.ci/packages build
	@.ci/fuzz

soak: build ## mixed traffic for LOCKKEEPER_SOAK_MINUTES (default 30): does anything grow?
	@.ci/packages test
	@.ci/venv
	.venv/bin/python Tests/Soak/soak.py $${LOCKKEEPER_SOAK_MINUTES:-30}

check: ## format, scripts, nginx files, house rules
	@.ci/packages check
	@.ci/check

install: build ## into PREFIX (/usr/local), /etc/nginx/lockkeeper, /etc/lockkeeper, /var/lib/lockkeeper
	install -D -m 0755 $(LOCKKEEPER_BIN_DIR)/lockkeeper $(DESTDIR)$(PREFIX)/bin/lockkeeper
	install -D -m 0644 -t $(DESTDIR)$(NGINX_DIR)/lockkeeper nginx/lockkeeper.conf nginx/lockkeeper_params nginx/lockkeeper_errors.conf nginx/lockkeeper-api.conf nginx/openapi.yaml
	sed -i -e 's|/etc/nginx/|$(NGINX_DIR)/|' $(DESTDIR)$(NGINX_DIR)/lockkeeper/lockkeeper-api.conf
	install -D -m 0644 -t $(DESTDIR)$(NGINX_DIR)/lockkeeper/snippets nginx/snippets/*.conf
	cd nginx && find dashboard -type f -exec install -D -m 0644 {} $(abspath $(DESTDIR)$(NGINX_DIR)/lockkeeper)/{} \;
	install -d -m 0755 $(DESTDIR)$(CONFIG_DIR)
	install -m 0644 examples/gateway.yaml $(DESTDIR)$(CONFIG_DIR)/gateway.yaml.example
	install -D -m 0644 -t $(DESTDIR)$(UNIT_DIR) examples/systemd/lockkeeper.service examples/systemd/lockkeeper.socket
	sed -i -e 's|/usr/local/bin/lockkeeper|$(PREFIX)/bin/lockkeeper|' $(DESTDIR)$(UNIT_DIR)/lockkeeper.service
	sed -i -e 's|^SocketGroup=.*|SocketGroup=$(WEB_GROUP)|' $(DESTDIR)$(UNIT_DIR)/lockkeeper.socket
	install -D -m 0644 examples/systemd/lockkeeper.sysusers $(DESTDIR)$(SYSUSERS_DIR)/lockkeeper.conf
	install -D -m 0644 -t $(DESTDIR)$(LOGROTATE_DIR) examples/logrotate/lockkeeper
	install -D -m 0644 -t $(DESTDIR)$(MAN_DIR) docs/man/lockkeeper.1
	install -d -m 0755 $(DESTDIR)$(BASH_COMPLETIONS) $(DESTDIR)$(ZSH_COMPLETIONS) $(DESTDIR)$(FISH_COMPLETIONS)
	$(LOCKKEEPER_BIN_DIR)/lockkeeper --generate-completion-script bash >$(DESTDIR)$(BASH_COMPLETIONS)/lockkeeper
	$(LOCKKEEPER_BIN_DIR)/lockkeeper --generate-completion-script zsh >$(DESTDIR)$(ZSH_COMPLETIONS)/_lockkeeper
	$(LOCKKEEPER_BIN_DIR)/lockkeeper --generate-completion-script fish >$(DESTDIR)$(FISH_COMPLETIONS)/lockkeeper.fish
	@# Only on the machine itself: the user, and systemd's knowledge of the units.
	@if [ -z "$(DESTDIR)" ] && [ "$$(id -u)" = 0 ] && command -v systemd-sysusers >/dev/null; then \
	    systemd-sysusers $(SYSUSERS_DIR)/lockkeeper.conf; fi
	install -d -m 0700 $(DESTDIR)$(STATE_DIR)
	@# Without them tokens are estimated: an installation goes on where PyPI can't be reached.
	@.ci/vocabularies && install -m 0644 .build/vocabularies/*.tiktoken $(DESTDIR)$(STATE_DIR) || \
	    echo "    later: lockkeeper tokenizer install --from FILE"
	@if [ -z "$(DESTDIR)" ] && [ "$$(id -u)" = 0 ] && getent passwd lockkeeper >/dev/null; then \
	    chown --from=root lockkeeper:lockkeeper $(STATE_DIR); fi
	@if [ -z "$(DESTDIR)" ] && [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
	@echo
	@echo "installed; next:"
	@echo "    $(PREFIX)/bin/lockkeeper init       # a configuration and a master key for this machine"
	@echo "    systemctl enable --now lockkeeper"
	@echo "or, where it runs already, with no request cut or refused:"
	@echo "    systemctl kill --kill-who=main --signal=USR2 lockkeeper"
	@echo "then see $(CONFIG_DIR)/nginx-site.conf, and man lockkeeper"

uninstall: ## removes what install put there; configuration, keys and state stay
	@if [ -z "$(DESTDIR)" ] && [ -d /run/systemd/system ]; then \
	    systemctl disable --now lockkeeper.socket lockkeeper.service || true; fi
	rm -f $(DESTDIR)$(PREFIX)/bin/lockkeeper $(DESTDIR)$(CONFIG_DIR)/gateway.yaml.example
	rm -rf $(DESTDIR)$(NGINX_DIR)/lockkeeper
	rm -f $(DESTDIR)$(UNIT_DIR)/lockkeeper.service $(DESTDIR)$(UNIT_DIR)/lockkeeper.socket
	rm -f $(DESTDIR)$(SYSUSERS_DIR)/lockkeeper.conf $(DESTDIR)$(LOGROTATE_DIR)/lockkeeper
	rm -f $(DESTDIR)$(MAN_DIR)/lockkeeper.1 $(DESTDIR)$(BASH_COMPLETIONS)/lockkeeper
	rm -f $(DESTDIR)$(ZSH_COMPLETIONS)/_lockkeeper $(DESTDIR)$(FISH_COMPLETIONS)/lockkeeper.fish
	@if [ -z "$(DESTDIR)" ] && [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
	@echo "kept: $(DESTDIR)$(CONFIG_DIR), $(DESTDIR)$(STATE_DIR) and the user lockkeeper"
