# SPDX-License-Identifier: GPL-2.0-or-later
# packaging.bats: what packagers rely on: variables of make, what install puts where, the tarball.
# shellcheck disable=SC2154
load ../helpers

setup() {
	[ -z "${ANYSOCK_LAB:-}" ] || skip "the Makefile is the same there, and slower"
	build=${ANYSOCK%/anysock}
	cd "$BATS_TEST_TMPDIR" || return
}

# clean COMMAND...: without what the make that called us was given.
clean() {
	env -i PATH="$PATH" HOME="$HOME" "$@"
}

# dry WORDS...: what make would run for one object and the program, built anew somewhere.
dry() {
	clean make -f "$tree/Makefile" -n V=1 O=elsewhere "$@" elsewhere/src/base/name.o elsewhere/anysock
}

# installed TARGET WORDS...: make's target for what is built, which is left as it is.
installed() {
	clean make -s -f "$tree/Makefile" -o all O="$build" DESTDIR="$PWD/root" "${@:2}" "$1"
}

@test "packaging: the compiler, its flags and the linker's are those that make is given" {
	run -0 dry CC=a-compiler CFLAGS="-O1 -mine" CPPFLAGS=-DMINE LDFLAGS=-Wl,-mine LDLIBS=-lmine
	compiled=$(grep -- ' -c -o elsewhere/src/base/name.o ' <<<"$output")
	linked=$(grep -- ' -o elsewhere/anysock.new ' <<<"$output")
	# last, so that they win
	[[ $compiled == *"a-compiler "*" -DMINE -O1 -mine -MMD "* ]]
	[[ $compiled == *" -D_FORTIFY_SOURCE=3 "* ]]
	[[ $linked == *"a-compiler "*" -O1 -mine -Wl,-mine -o "*" -lmine "* ]]
	# one of the packager's own stays alone
	[[ $(dry CPPFLAGS=-D_FORTIFY_SOURCE=2) != *-D_FORTIFY_SOURCE=3* ]]
	[[ $(dry CFLAGS=-O0) != *-D_FORTIFY_SOURCE* ]]
	[[ $(dry) == *" -Werror "* && $(dry WERROR=) != *-Werror* ]]
	[[ $(dry) == *-fstack-protector-strong* && $(dry HARDEN=no) != *-fstack-protector* ]]
}

@test "packaging: a library is found by PKG_CONFIG, and left out by its switch" {
	printf '%s\n' '#!/bin/sh' 'echo "$@" >>asked' 'case $* in *--cflags*) echo -I/from/here ;; *jansson*) exit 1 ;; esac' >config
	chmod +x config
	output=$(dry PKG_CONFIG=./config WITH_PCAP=no)
	[[ $output == *" -DWITH_JANSSON=0 "* && $output == *" -DWITH_PCRE2=1 "* && $output == *" -I/from/here "* ]]
	[[ $output == *" -DWITH_PCAP=0 "* ]]
	grep -q 'libpcre2-8' asked
	run ! grep -q libpcap asked
	run -0 --separate-stderr dry PKG_CONFIG=./there-is-none
	[ -z "$stderr" ]
	[[ $output == *" -DWITH_PCRE2=0 "* ]]
}

@test "packaging: everything is installed below DESTDIR, in the folders that are given, and uninstalled" {
	installed install PREFIX=/opt/any mandir=/opt/man zshdir=/opt/zsh
	for file in opt/any/bin/anysock opt/man/man1/anysock.1 opt/man/man5/anysock-script.5 opt/man/man7/anysock-can.7 \
		opt/any/share/anysock/events-1.json opt/any/share/bash-completion/completions/anysock opt/zsh/_anysock \
		opt/any/share/fish/vendor_completions.d/anysock.fish; do
		[ -f "root/$file" ] || { echo "no $file" && false; }
	done
	cmp "root/opt/any/bin/anysock" "$ANYSOCK"
	[ "$(find "$tree"/man -maxdepth 1 -name '*.[1-9]' | wc -l)" = "$(find root/opt/man -type f | wc -l)" ]
	[ -z "$(find root -path root/opt -prune -o -type f -print)" ]
	[ -z "$(find root -type f -perm /022)" ]
	run -0 --separate-stderr installed installcheck PREFIX=/opt/any mandir=/opt/man
	[ "$output" = "both copies are equal" ]
	[ -z "$stderr" ]
	installed uninstall PREFIX=/opt/any mandir=/opt/man zshdir=/opt/zsh
	[ -z "$(find root -not -type d)" ]
}

@test "packaging: a tarball is the same bytes wherever it is made, and has all that a build needs" {
	needs command git sha256sum
	[ -e "$tree/.git" ] || skip "these sources are from a tarball themselves"
	version=$(cat "$tree/VERSION")
	git clone -q "$tree" source
	chmod -R a-w source
	touch begun
	(umask 077 && clean TZ=Asia/Kathmandu LC_ALL=C make -s -C source O="$PWD/one" dist)
	clean make -s -C source O="$PWD/two" dist
	chmod -R u+w source
	cmp one/anysock-"$version".tar.gz two/anysock-"$version".tar.gz
	(cd one && sha256sum -c anysock-"$version".tar.gz.sha256)
	[ -z "$(find source -path source/.git -prune -o -newer begun -type f -print)" ]
	tar -xzf one/anysock-"$version".tar.gz
	# what is generated is in it: a build needs neither our program nor an interpreter
	for file in man/anysock.1 completions/anysock.bash src/cmd/topics.def COPYING VERSION debian/control; do
		[ -s "anysock-$version/$file" ]
	done
	run -2 clean make -s -C "anysock-$version" O="$PWD/three" dist
	[[ $output == *"dist: these sources are no clone of git's"* ]]
}

@test "packaging: the versions of the program, the package and the file are one" {
	[ "$(anysock --version | head -n 1)" = "anysock $(cat "$tree/VERSION")" ]
	[[ $(head -n 1 "$tree/debian/changelog") == "anysock ($(cat "$tree/VERSION"))"* ]]
	grep -q "^$(cat "$tree/VERSION")" "$tree/NEWS"
}
