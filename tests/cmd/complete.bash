# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# complete.bash: what bash offers on Tab.
# usage: bash complete.bash FILE LINE...: for each LINE the words, each on a line, and an empty line.
# shellcheck source=/dev/null
source "$1"
function_name=$(complete -p anysock | sed 's/.*-F \([^ ]*\).*/\1/')
for line in "${@:2}"; do
	COMP_LINE=$line COMP_POINT=${#line}
	COMPREPLY=()
	"$function_name" anysock
	printf '%s\n' "${COMPREPLY[@]}"
	echo
done
