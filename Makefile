# manyi - one Makefile for the whole tree.
#
#   make              build everything into build/release/
#   make run          the main job: invite, ask by SMS and web, collect, print
#                     the indices (ONCE=1 ends after the tables)
#   make check        every test (T=word: only those whose name contains it)
#   make help         the other targets
#
# A variant is a set of flags; its objects live in build/<variant>/, so flags
# never mix.  V=1 shows whole commands.

VARIANT ?= release
O := build/$(VARIANT)
PREFIX ?= /usr/local
DESTDIR ?=
VERSION := 0.1.0

CC ?= gcc
PKGS := libczmq libzmq msgpack sqlite3 gsl libsodium libfyaml libmicrohttpd \
	jansson libcurl zlib gnutls libutf8proc libqrencode

# What must be installed to build, test and run (Debian 12).
DEPS_BUILD := gcc make pkg-config libc6-dev libczmq-dev libzmq3-dev \
	libmsgpack-dev libsqlite3-dev libgsl-dev libsodium-dev libfyaml-dev \
	libmicrohttpd-dev libjansson-dev libcurl4-gnutls-dev zlib1g-dev \
	libgnutls28-dev libutf8proc-dev libqrencode-dev libglpk-dev
# for `make run`: Kannel, and what plays its SMS centre and the customers
DEPS_RUN := python3 python3-zmq python3-msgpack kannel faketime
DEPS_CHECK := libcmocka-dev python3 python3-zmq python3-msgpack sqlite3 curl \
	mandoc clang-format git ca-certificates kannel faketime chromium \
	fonts-wqy-microhei \
	$(if $(shell command -v npm),,nodejs npm)
DEPS_MORE := clang clang-tidy libclang-rt-14-dev valgrind libopenblas0-pthread \
	gcovr nginx-light wrk

CPPFLAGS := -D_GNU_SOURCE -DMANYI_VERSION='"$(VERSION)"' -Iinclude
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wformat=2 -Wvla -Wundef -Wpointer-arith \
	-Wcast-qual -Wwrite-strings -Wno-format-truncation -Werror
CFLAGS = -std=c17 -g $(OPT) $(WARNINGS) -ffp-contract=off -fno-strict-aliasing \
	-fstack-protector-strong $(VARIANT_FLAGS)
LDFLAGS = $(VARIANT_FLAGS) -Wl,--as-needed
OPT := -O2 -D_FORTIFY_SOURCE=2

ifeq ($(VARIANT),asan)
OPT := -O1 -fno-omit-frame-pointer
VARIANT_FLAGS := -fsanitize=address,undefined -fno-sanitize-recover=undefined
else ifeq ($(VARIANT),tsan)
OPT := -O1
VARIANT_FLAGS := -fsanitize=thread
else ifeq ($(VARIANT),cov)
OPT := -O0
VARIANT_FLAGS := --coverage
else ifeq ($(VARIANT),portable)
# Without any processor-specific kernel.
CPPFLAGS += -DMOMENTS_PORTABLE
else ifneq ($(VARIANT),release)
$(error unknown VARIANT '$(VARIANT)')
endif

ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @printf '  %-5s %s\n'
endif

# ---- sources: a folder is a stage, manyi-*.c are its programs ----

STAGES := surveys collector scorer reports
SOURCES := $(sort $(shell find $(STAGES) -name '*.c'))
MAINS := $(foreach f,$(SOURCES),$(if $(filter manyi-%,$(notdir $f)),$f))
PROGRAMS := $(patsubst %.c,$(O)/bin/%,$(notdir $(MAINS)))
objects = $(patsubst %.c,$(O)/%.o,$(filter-out $(MAINS),$(filter $1/%,$(SOURCES))))
LIBS := $(foreach s,$(STAGES),$(if $(call objects,$s),$(O)/lib$s.a))
# a stage may use those before it, so the linker wants them turned round
LINK_LIBS := $(foreach s,reports scorer collector surveys,$(filter $(O)/lib$s.a,$(LIBS)))

PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lglpk -lm -lpthread

UNIT := $(sort $(shell find tests/unit tests/conform tests/gold -name '*_test.c'))
FUZZ := $(sort $(wildcard tests/fuzz/*_fuzz.c))
TESTS := $(patsubst tests/%.c,$(O)/tests/%,$(UNIT) $(FUZZ))
BENCHES := $(patsubst tests/bench/%.c,$(O)/tests/bench/%,$(sort $(wildcard tests/bench/*_bench.c)))

# A sub-make on all processors, unless the caller said how many.
parallel = $(MAKE) --no-print-directory $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))

.PHONY: all
all: $(PROGRAMS)

$(O)/%.o: %.c
	$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

define stage_library
$(O)/lib$1.a: $(call objects,$1)
	$$(say) AR $$@
	@rm -f $$@
	$$(Q)ar rcs $$@ $$^
endef
$(foreach s,$(STAGES),$(if $(call objects,$s),$(eval $(call stage_library,$s))))

define program
$(O)/bin/$(basename $(notdir $1)): $(O)/$(1:.c=.o) $(LINK_LIBS)
	$$(say) LINK $$@
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(LDFLAGS) $$^ $(PKG_LIBS) -o $$@
endef
$(foreach m,$(MAINS),$(eval $(call program,$m)))

# A test sees the private headers of the folder that it mirrors, and every
# allocation of ours passes tests/unit/alloc.c, which can fail any of them.
WRAP := -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup,--wrap=strndup
mirror = $(patsubst tests/unit/%,%,$(dir $1))
define test_program
$(O)/tests/$(patsubst tests/%.c,%,$1): $1 $(O)/tests/unit/alloc.o $(LINK_LIBS)
	$$(say) TEST $$@
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(CPPFLAGS) -I$(call mirror,$1) -Itests/unit $(PKG_CFLAGS) $$(CFLAGS) \
		-MMD -MP -MF $$@.d $$(LDFLAGS) $(WRAP) $$(filter %.c %.o %.a,$$^) -lcmocka \
		$(PKG_LIBS) -o $$@
endef
$(foreach t,$(UNIT),$(eval $(call test_program,$t)))
$(O)/tests/unit/alloc.o: tests/unit/alloc.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

# A fuzz target, fed from its corpus.
$(O)/tests/fuzz/%_fuzz: tests/fuzz/%_fuzz.c tests/fuzz/replay.c $(LINK_LIBS)
	$(say) TEST $@
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -Icollector/intake -Isurveys -Isurveys/text -Icollector/channel/web \
		-Icollector/channel/sms -Icollector/invite -Iscorer/serve $(PKG_CFLAGS) \
		$(CFLAGS) -Wno-missing-prototypes -MMD -MP -MF $@.d $(LDFLAGS) \
		$(filter %.c %.a,$^) $(PKG_LIBS) -o $@

# The generated national sample.
SAMPLE := $(O)/tests/flow/sample
$(SAMPLE): tests/flow/sample.c tests/flow/population.c $(O)/libsurveys.a
	$(say) LINK $@
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) -MMD -MP -MF $@.d $(LDFLAGS) \
		$(filter %.c %.a,$^) $(PKG_LIBS) -o $@
$(O)/tests/bench/coverage_study: tests/flow/population.c

$(O)/tests/bench/%: tests/bench/%.c $(LINK_LIBS)
	$(say) BENCH $@
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -Itests/flow -Itests/bench $(PKG_CFLAGS) $(CFLAGS) \
		-MMD -MP -MF $@.d $(LDFLAGS) $(filter %.c %.a,$^) $(PKG_LIBS) -o $@

-include $(shell find $(O) -name '*.d' 2>/dev/null)

# ---- tests ----

# Unit, conformance and gold programs, then the flow scripts, then lint.
FLOWS := $(sort $(wildcard tests/flow/*_test.sh tests/flow/*_test.py))
# the longest: they begin first
BROWSER := $(sort $(wildcard tests/web/*_test.py tests/web/*_test.js))
T ?=
.PHONY: check tests
tests: all $(TESTS) $(SAMPLE)
check: check-deps
	@$(parallel) check-now
.PHONY: check-now
check-now: tests
	@tests/run $(O) '$(T)' $(BROWSER) $(TESTS) $(FLOWS) tests/lint/lint

.PHONY: asan tsan memcheck torture crash
asan tsan:
	@$(parallel) VARIANT=$@ without-lint
.PHONY: without-lint
without-lint: tests
	@TSAN_OPTIONS=suppressions=$(CURDIR)/tests/tsan.supp \
		tests/run $(O) '$(T)' $(TESTS) $(FLOWS)
memcheck: tests
	@WRAPPER='valgrind -q --error-exitcode=99 --leak-check=full' \
		tests/run $(O) '$(T)' $(TESTS)
torture:
	@$(parallel) VARIANT=asan tests
	@tests/torture build/asan '$(T)' $(filter build/asan/tests/unit/%,$(UNIT:tests/%.c=build/asan/tests/%))
crash: all
	@ROUNDS=$(or $(ROUNDS),200) KILLS=100 ANSWERS=10000 AWAY=60 RACES=2000 \
		PEOPLE=600 DUE=10000 TEST_SECONDS=7200 VERBOSE=1 tests/run $(O) '' \
		$(addprefix tests/flow/,crash_test.py full_test.py backup_test.py kill_test.py \
		outage_test.py channels_test.py sending_test.py)

.PHONY: bench coverage-study
bench: deps
	@$(parallel) all $(SAMPLE) $(BENCHES)
	@BIN=$(O)/bin tests/bench/bench $(O)/tests/bench '$(B)'
coverage-study: deps
	@$(parallel) $(O)/tests/bench/coverage_study
	@$(O)/tests/bench/coverage_study

# ---- dependencies ----

# $(call need,packages): install what is missing.
need = @missing=$$(for p in $1; do \
	dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || printf '%s ' $$p; done); \
	[ -z "$$missing" ] || tests/install $$missing
.PHONY: deps check-deps build-deps
deps: build-deps check-deps
	$(call need,$(DEPS_MORE))
build-deps:
	$(call need,$(DEPS_BUILD))
check-deps: build-deps
	$(call need,$(DEPS_CHECK))
	@$(MAKE) --no-print-directory tests/web/node_modules/.package-lock.json
# npm's own note of what is there
tests/web/node_modules/.package-lock.json: tests/web/package-lock.json
	$(say) NPM $<
	$(Q)npm ci --prefix tests/web --no-audit --no-fund --silent
	@touch $@

.PHONY: run
run: build-deps
	$(call need,$(DEPS_RUN))
	@$(parallel) all $(SAMPLE)
	@BIN=$(O)/bin ONCE='$(ONCE)' tests/flow/run

# ---- care ----

.PHONY: fuzz fuzz-replay cov lint format
fuzz:
	@$(parallel) deps
	@tests/fuzz/fuzz '$(T)' '$(SECONDS_EACH)'
cov:
	@$(parallel) VARIANT=cov without-lint
	@gcovr --root . --object-directory build/cov --sort-percentage --exclude tests/
lint:
	@tests/lint/lint
format:
	clang-format -i $$(git ls-files '*.c' '*.h' ':!tests/lint/bad')

# ---- install ----

MAN := $(sort $(shell find $(STAGES) -name '*.[158]'))
# the pages that README and man pages point to
PAGES := $(sort $(shell find $(STAGES) -name README.md))
UNITS := $(sort $(wildcard */*.service */*/*.service */*/*/*.service))
.PHONY: install
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/systemd/system \
		$(DESTDIR)$(PREFIX)/share/manyi/definitions $(DESTDIR)$(PREFIX)/share/manyi/codes \
		$(DESTDIR)$(PREFIX)/share/doc/manyi
	install $(PROGRAMS) $(DESTDIR)$(PREFIX)/bin
	for page in $(MAN); do \
		install -d $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}; \
		install -m 644 $$page $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}; done
	install -m 644 surveys/definitions/*.yaml $(DESTDIR)$(PREFIX)/share/manyi/definitions
	install -m 644 surveys/codes/*.csv $(DESTDIR)$(PREFIX)/share/manyi/codes
	install -d $(DESTDIR)$(PREFIX)/share/manyi/samples
	install -m 644 scorer/outside/*-sample.csv $(DESTDIR)$(PREFIX)/share/manyi/samples
	install -m 644 $(UNITS) $(DESTDIR)$(PREFIX)/lib/systemd/system
	sed -i 's|@PREFIX@|$(PREFIX)|g' $(addprefix $(DESTDIR)$(PREFIX)/lib/systemd/system/,$(notdir $(UNITS)))
	install -m 644 README.md LICENSE CHANGELOG.md collector/service/manyi.yaml \
		collector/channel/sms/kannel.conf $(DESTDIR)$(PREFIX)/share/doc/manyi
	for page in $(PAGES); do install -D -m 644 $$page $(DESTDIR)$(PREFIX)/share/doc/manyi/$$page; done

.PHONY: dist distcheck
dist:
	@mkdir -p build
	git archive --prefix=manyi-$(VERSION)/ -o build/manyi-$(VERSION).tar.gz HEAD
distcheck: dist
	rm -rf build/dist && mkdir -p build/dist
	tar -xzf build/manyi-$(VERSION).tar.gz -C build/dist
	$(MAKE) -C build/dist/manyi-$(VERSION) all
	$(MAKE) -C build/dist/manyi-$(VERSION) install DESTDIR=$(CURDIR)/build/dist/root
	for p in $(notdir $(PROGRAMS)); do \
		build/dist/root$(PREFIX)/bin/$$p --version && test -f build/dist/root$(PREFIX)/share/man/man1/$$p.1 || exit 1; done
	build/dist/root$(PREFIX)/bin/manyi-survey check build/dist/root$(PREFIX)/share/manyi/definitions/*.yaml
	rm -rf build/dist

.PHONY: clean help
clean:
	rm -rf build
help:
	@sed -n 's/^#  *make/  make/p' Makefile
	@echo '  make deps asan tsan memcheck torture crash fuzz bench cov lint format'
	@echo '       install distcheck clean     (CONTRIBUTING.md explains them)'
