# SPDX-License-Identifier: GPL-2.0-or-later
# workshop.bats: the tools that test and build anysock say what is wrong when something is.
# shellcheck disable=SC2154
load ../helpers

setup() {
	[ -z "${ANYSOCK_LAB:-}" ] || skip "they are tools of this machine, not of the guest"
	cd "$BATS_TEST_TMPDIR" || return
}

@test "valgrind: a complaint comes with what was run and where it happened" {
	needs command valgrind cc
	mkdir build
	cat >leak.c <<-'END'
		#include <stdlib.h>
		static void *lost;
		static void lose_it(void) { lost = malloc(77); lost = NULL; }
		int main(void) { lose_it(); return 0; }
	END
	cc -g -O0 -o build/anysock leak.c
	# bats would take a line that begins with @test for one of this file's
	sed 's/^TEST/@test/' >leak.bats <<-'END'
		TEST "leak: nobody notices" { run "$ANYSOCK" --with this; }
	END
	run -1 env -u ANYSOCK -u ANYSOCK_TAP "$tree/tests/valgrind" build leak.bats
	[[ $output == *"ERROR SUMMARY: 1"*"Command: "*"anysock --with this"*"77 bytes in 1 blocks"*"lose_it (leak.c:3)"* ]]
	[[ ${lines[-1]} == *" 1 failed, "* ]]
}

@test "bench: what goes wrong with one is told in its row, and the others are measured" {
	run -0 python - "$tree/tests/bench" <<-'END'
		import sys
		sys.dont_write_bytecode = True
		sys.path.insert(0, sys.argv[1])
		import cases, report
		class Bench:
		    rounds = 2
		    def is_over(self): return False
		def sample(bench, peer):
		    if peer == "direct":
		        return {"ms": 1 / 0}
		    return {"ms": 7}
		case = cases.Case("m", "title", "ms", ["direct", "anysock"], sample, {})
		print(report.table(case, cases.measure(Bench(), case)))
	END
	[[ $output == *"direct "*"ZeroDivisionError: division by zero (<stdin>:"*")"*"anysock "*7* ]]
}

@test "make help: every target that is for people is told, and every switch" {
	run -0 make -s -f "$tree/Makefile" help
	for word in all test check check-lab lint fuzz bench cross valgrind coverage demo install uninstall dist deb clean \
		WITH_PCRE2= PKG_CONFIG DESTDIR SAN=1; do
		[[ $output == *"$word"* ]] || { echo "$word is missing" && false; }
	done
	for target in $(make -pn -f "$tree/Makefile" 2>/dev/null | sed -n 's/^\.PHONY: //p'); do
		[[ " fuzzers FORCE help " == *" $target "* ]] || grep -q "make $target " <<<"$output" || { echo "$target is not told" && false; }
	done
}

@test "suite: what a build leaves out is skipped where it says so, and fails where it was built with all" {
	mkdir build
	sed 's/^TEST/@test/' >absent.bats <<-'END_OF_FILE'
		TEST "absent: a pattern" { echo "hint: build with WITH_PCRE2=yes"; false; }
		TEST "absent: a fault" { echo "nothing of the kind"; false; }
		TEST "absent: all is well" { true; }
	END_OF_FILE
	echo "cc -DWITH_PCRE2=0 -O2" >build/flags
	run -1 env -u ANYSOCK_TAP ANYSOCK_RETRIES=0 "$tree/tests/suite" build absent.bats
	[[ $output == *"skipped: absent: a pattern: build with WITH_PCRE2=yes"* ]]
	[ "${lines[-1]}" = "1 passed, 1 failed, 1 skipped" ]
	echo "cc -DWITH_PCRE2=1 -O2" >build/flags
	run -1 env -u ANYSOCK_TAP ANYSOCK_RETRIES=0 "$tree/tests/suite" build absent.bats
	[ "${lines[-1]}" = "1 passed, 2 failed, 0 skipped" ]
}
