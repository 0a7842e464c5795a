# SPDX-License-Identifier: GPL-2.0-or-later
# Makefile: builds, tests, checks and installs anysock; `make help` lists the targets and the variables.

S := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
O ?= build$(if $(SAN),-san)$(if $(COVERAGE),-coverage)
VERSION := $(file <$S/VERSION)

PREFIX ?= /usr/local
prefix ?= $(PREFIX)
bindir ?= $(prefix)/bin
datadir ?= $(prefix)/share
mandir ?= $(datadir)/man
bashdir ?= $(datadir)/bash-completion/completions
zshdir ?= $(datadir)/zsh/site-functions
fishdir ?= $(datadir)/fish/vendor_completions.d
INSTALL ?= install
INSTALL_PROGRAM ?= $(INSTALL)
PKG_CONFIG ?= pkg-config
CFLAGS ?= -O2 -g
WERROR ?= -Werror
FUZZ_SECONDS ?= 60

# Libraries are loaded when a command needs them; the build needs their headers, and does without what it does not find.
WITH_EDIT ?= $(call found,libedit)
WITH_JANSSON ?= $(call found,jansson)
WITH_OPENSSL ?= $(call found,libcrypto)
WITH_PCAP ?= $(call found,libpcap)
WITH_PCRE2 ?= $(call found,libpcre2-8)
# no: no spec and no command may start a program
WITH_EXEC ?= yes
switches := EDIT JANSSON OPENSSL PCAP PCRE2 EXEC
found = $(shell $(PKG_CONFIG) --exists $1 2>/dev/null && echo yes || echo no)
$(foreach w,$(switches),$(eval WITH_$w := $(WITH_$w)))
libraries := $(strip $(foreach l,EDIT:libedit JANSSON:jansson OPENSSL:libcrypto PCAP:libpcap PCRE2:libpcre2-8,$(if \
	$(filter yes,$(WITH_$(firstword $(subst :, ,$l)))),$(lastword $(subst :, ,$l)))))

SANITIZE ?= $(if $(SAN),address$(comma)undefined)
HARDEN ?= $(if $(SANITIZE)$(COVERAGE),no,yes)
comma := ,
machine := $(shell $(CC) -dumpmachine 2>/dev/null)
hardening := $(if $(filter yes,$(HARDEN)),-fPIE -fstack-protector-strong -fstack-clash-protection \
	$(if $(filter x86_64% i%86%,$(machine)),-fcf-protection) $(if $(filter aarch64%,$(machine)),-mbranch-protection=standard) \
	$(if $(findstring _FORTIFY_SOURCE,$(CPPFLAGS) $(CFLAGS)),,$(if $(filter-out -O0,$(filter -O%,$(CFLAGS))),-D_FORTIFY_SOURCE=3)))
# Tables have thousands of pointers to relocate at each start: a bit for each is enough, which glibc understands from 2.36 on.
glibc := $(shell $(CC) -dM -E -x c -include features.h /dev/null 2>/dev/null | awk '/ __GLIBC__ | __GLIBC_MINOR__ / { v[$$2] = $$3 } \
	END { print (100 * v["__GLIBC__"] + v["__GLIBC_MINOR__"] >= 236 ? "packs" : "") }')
relr := $(if $(filter x86_64% i%86%,$(machine)),$(if $(glibc),-Wl$(comma)-z$(comma)pack-relative-relocs))
instruments := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer) $(if $(COVERAGE),--coverage)

compile := $(CC) -std=gnu11 -D_GNU_SOURCE -I$S/src -pthread -DANYSOCK_VERSION='"$(VERSION)"' \
	$(foreach w,$(switches),-DWITH_$w=$(if $(filter yes,$(WITH_$w)),1,0)) \
	$(if $(libraries),$(shell $(PKG_CONFIG) --cflags-only-I $(libraries))) \
	-Wall -Wextra -Wconversion -Wsign-conversion -Wformat-security $(WERROR) \
	-ffile-prefix-map=$(abspath $S)/= -ffile-prefix-map=$(CURDIR)=. $(hardening) $(instruments) $(CPPFLAGS) $(CFLAGS)
link := $(CC) -pthread $(if $(filter yes,$(HARDEN)),-pie -Wl$(comma)-z$(comma)relro$(comma)-z$(comma)now $(relr)) -Wl,--as-needed \
	$(instruments) $(if $(COVERAGE),-Wl$(comma)--wrap=raise$(comma)--wrap=_exit) $(CFLAGS) $(LDFLAGS)

sources := $(sort $(wildcard $S/src/*.c $S/src/*/*.c))
object = $(patsubst $S/%.c,$O/%.o,$1)
objects := $(call object,$(sources) $(if $(COVERAGE),$S/tests/coverage_end.c))
library := $O/libanysock.a
helpers := $(call object,$(filter-out %_test.c,$(wildcard $S/tests/unit/*.c)))
units := $(patsubst %.o,%,$(call object,$(wildcard $S/tests/unit/*_test.c)))
fuzzers := $(patsubst %.o,%,$(call object,$(wildcard $S/tests/fuzz/*_fuzz.c)))
replays := $(fuzzers:_fuzz=_replay)
faults := $O/tests/fault/faults.so
pages := $(wildcard $S/man/*.[1-9])
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-7s %s\n' $1 $(patsubst $O/%,%,$@))

all: $(if $(wildcard $S/src/main.c),$O/anysock,$(library)) ## build the program

$O/anysock: $O/src/main.o $(library)
	$(call say,LINK)
	$Q$(link) -o $@.new $^ $(LDLIBS) && mv $@.new $@
$(library): $(filter-out $O/src/main.o,$(objects)) $O/objects
	$(call say,AR)
	$Qrm -f $@.new && $(AR) rcsD $@.new $(filter %.o,$^) && mv $@.new $@
$(units): %: %.o $(helpers) $(library)
	$(call say,LINK)
	$Q$(link) -o $@ $^ $(LDLIBS)
$(fuzzers): %: %.o $(helpers) $(library)
	$(call say,LINK)
	$Q$(link) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)
$(replays): %_replay: %_fuzz.o $O/tests/fuzz/replay.o $(helpers) $(library)
	$(call say,LINK)
	$Q$(link) -o $@ $^ $(LDLIBS)
$(faults): %.so: $S/tests/fault/faults.c $O/flags
	$(call say,LINK)
	$Qmkdir -p $(@D) && $(filter-out $(hardening) $(instruments),$(compile)) -fPIC -shared -o $@ $<
$O/%.o: $S/%.c $O/flags
	$(call say,CC)
	$Qmkdir -p $(@D) && $(compile) -MMD -MP -c -o $@ $<
# Another compiler or another switch builds everything anew, another set of files the library. In a copy of this folder,
# build folder included, nothing is: no object says where it was made. Several makes may ask at the same time.
$O/flags: text = $(subst $(CURDIR),.,$(compile) | $(link))
$O/objects: text = $(objects)
$O/flags $O/objects: FORCE
	$Qmkdir -p $O && printf '%s\n' '$(subst ','\'',$(text))' >$@.$$$$ && \
		if cmp -s $@.$$$$ $@; then rm $@.$$$$; else mv $@.$$$$ $@; fi
-include $(wildcard $O/*/*.d $O/*/*/*.d)

test: all $(units) $(replays) $(faults) ## run the tests that need no set-up: no network, no root, no apt
	$Q$S/tests/suite $O
unit: $(units) $(replays) ## run the unit tests alone
	$Q$S/tests/suite $O unit
check: ## install what is missing with apt-get, build, run all tests
	$Q$S/tests/setup && $(MAKE) --no-print-directory test
check-lab: all ## run the tests that `make check` did not pass here in a guest kernel that has every family; TESTS="FILE..." picks
	$Q$S/tests/lab/check $O $(TESTS)
cross: ## build for i386, s390x, musl, statically and without each library, and run the unit tests
	$Q$S/tests/cross $O $(NAMES)
valgrind: all ## run some of the tests under valgrind, which looks for values not set, memory and descriptors not given back
	$Q$S/tests/valgrind $O $(TESTS)
coverage: ## run the tests of a build that counts, and print what they reach by file; TESTS="FILE..." picks, LAB="FILE..." adds what the guest's kernel reaches
	$Q$(MAKE) --no-print-directory COVERAGE=1 all
	$Qrm -rf build-coverage/counts && find build-coverage -name '*.gcda' -delete
	$Q$(MAKE) --no-print-directory COVERAGE=1 unit
	-$QBATS_TEST_TIMEOUT=$${BATS_TEST_TIMEOUT:-180} $S/tests/suite build-coverage $(or $(TESTS),$(wildcard $(addprefix $S/tests/,family/*.bats cmd/*.bats codec/*.bats relay/*.bats)))
	$(if $(LAB),-$Q$S/tests/lab/check build-coverage $(LAB))
	$Q$S/tests/coverage build-coverage
lint: all ## check the sources: layers, sizes, warnings, shell, man pages, spelling ...
	$Q$S/tests/lint/run $(CHECKS)
fuzz: fuzz-build ## run every fuzz target for FUZZ_SECONDS (60)
	$Q$S/tests/fuzz/run build-fuzz $(FUZZ_SECONDS)
fuzz-build: ## build the fuzz targets alone
	$Q$(MAKE) --no-print-directory O=build-fuzz CC=clang SANITIZE=fuzzer-no-link,address,undefined \
		CFLAGS='$(CFLAGS) -fsanitize-coverage-ignorelist=$S/tests/fuzz/uncovered' fuzzers
fuzzers: $(fuzzers)
bench: all ## measure relays beside socat, nc, ncat, haproxy and tcpdump; ARGS="m1 m4" picks, ARGS=--short takes three minutes
	$Q$S/tests/bench/run $O $(ARGS)
bench-lab: all ## measure CAN relays beside cangw, digests and ciphers beside kcapi and openssl, in the lab's guest
	$Q$S/tests/bench/lab $O $(ARGS)
demo: ## install what is missing, build, and move a real file between real programs
	$Q$S/tests/demo
generate: all ## rewrite man pages, completions and dictionaries from the tables
	$Q$S/man/generate/all $O/anysock $S && $S/completions/generate/all $O/anysock $S
install: all ## install below $(DESTDIR)$(PREFIX)
	$(INSTALL_PROGRAM) -D -m 755 $O/anysock $(DESTDIR)$(bindir)/anysock
	for page in $(pages); do $(INSTALL) -D -m 644 -t $(DESTDIR)$(mandir)/man$${page##*.} $$page || exit; done
	$(INSTALL) -D -m 644 $S/schema/events-1.json $(DESTDIR)$(datadir)/anysock/events-1.json
	$(INSTALL) -D -m 755 -t $(DESTDIR)$(datadir)/anysock/examples $S/examples/*.as
	$(INSTALL) -D -m 644 $S/completions/anysock.bash $(DESTDIR)$(bashdir)/anysock
	$(INSTALL) -D -m 644 $S/completions/anysock.zsh $(DESTDIR)$(zshdir)/_anysock
	$(INSTALL) -D -m 644 $S/completions/anysock.fish $(DESTDIR)$(fishdir)/anysock.fish
install-strip: ## install without symbols
	$(MAKE) install INSTALL_PROGRAM='$(INSTALL) -s'
installcheck: ## check that what install put below $(DESTDIR)$(PREFIX) runs and moves bytes
	PATH=$(DESTDIR)$(bindir):$$PATH $S/debian/tests/moves-bytes
	test -e $(DESTDIR)$(mandir)/man1/anysock.1
uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(bindir)/anysock $(DESTDIR)$(bashdir)/anysock $(DESTDIR)$(zshdir)/_anysock $(DESTDIR)$(fishdir)/anysock.fish
	rm -f $(DESTDIR)$(datadir)/anysock/events-1.json $(DESTDIR)$(datadir)/anysock/examples/*.as
	rm -f $(foreach p,$(pages),$(DESTDIR)$(mandir)/man$(subst .,,$(suffix $p))/$(notdir $p))
clean: ## remove the build directories
	rm -rf $O $S/build $S/build-san $S/build-coverage $S/build-fuzz
distclean: clean ## the same: nothing else is made
dist: ## make the tarball of this commit, with its checksum
	$Q$S/tests/dist $O
deb: ## make a Debian package
	$Q$S/debian/build $O
help: ## show this
	$Qsed -n 's/^\([a-z-]*\):.*## /  make \1@/p' $S/Makefile | column -t -s @
	$Qprintf '%s\n' '' 'O=DIR  V=1  SAN=1  COVERAGE=1  WERROR=  HARDEN=no  FUZZ_SECONDS=N  CHECKS="NAME..."' \
		'PREFIX DESTDIR CC CFLAGS CPPFLAGS LDFLAGS LDLIBS PKG_CONFIG' $(foreach w,$(switches),WITH_$w=$(WITH_$w))

.PHONY: all test unit check check-lab cross coverage valgrind lint fuzz fuzz-build fuzzers bench bench-lab demo generate install install-strip \
	installcheck uninstall clean distclean dist deb help FORCE
.DELETE_ON_ERROR:
.SECONDARY:
