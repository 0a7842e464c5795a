# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034
# lib.sh: what the lab's scripts share: where things are, and how they say that something is wrong.

lab=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tree=$(cd "$lab/../.." && pwd)
cache=${XDG_CACHE_HOME:-${HOME:?}/.cache}/anysock-lab

# Statuses of the lab itself, those of timeout(1); anything else is the guest command's own.
readonly TIMED_OUT=124 LAB_FAILED=125

say() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die() {
	say "$@"
	exit "$LAB_FAILED"
}

# missing COMMAND...: print those that are not installed.
missing() {
	local command
	for command; do
		command -v "$command" >/dev/null || printf '%s\n' "$command"
	done
}
