# SPDX-License-Identifier: GPL-2.0-or-later
# tables.awk: read what `anysock help --table` prints, for the programs that write completions.
#
# A row has seven fields between tabs: kind, owner, name, aliases, argument, flags, help. Aliases and flags are separated by
# blanks; an argument that is a choice reads "one|another".
#
#   command                     its words in argument, as in the usage line
#   argument   of a command     argument: spec text file sockopt ioctl family topic host service interface
#   option     of a command     flags: letter=x repeats optional common negatable
#   global                      an option of every command
#   family                      argument: its address, flags: connect listen bind
#   level      of a family      an option level that its sockets answer to
#   variant    of a family      a first word that decides about the other fields
#   field      of a family (or "family:variant"), in order; argument: its kind, then named values
#   parameter  of a family      an option of an address; of "": of every family
#   sockopt    of a level       flags: read write
#   ioctl      of a group
#   codec, topic
BEGIN {
	FS = "\t"
}

{
	kind = $1; owner = $2; name = $3; aliases = $4; argument = $5; flags = $6; help = $7
	count[kind]++
	at[kind, count[kind]] = NR
	row_owner[NR] = owner; row_name[NR] = name; row_aliases[NR] = aliases; row_argument[NR] = argument
	row_flags[NR] = flags; row_help[NR] = help
}

# The n-th row of a kind: sets owner, name, aliases, argument, flags, help; false behind the last.
function row(kind, n,  i) {
	if (n > count[kind])
		return 0
	i = at[kind, n]
	owner = row_owner[i]; name = row_name[i]; aliases = row_aliases[i]
	argument = row_argument[i]; flags = row_flags[i]; help = row_help[i]
	return 1
}

# "x" of the flag letter=x, "" where there is none.
function letter(  list, i, n) {
	n = split(flags, list, " ")
	for (i = 1; i <= n; i++)
		if (list[i] ~ /^letter=/)
			return substr(list[i], 8)
	return ""
}

function has_flag(flag) {
	return index(" " flags " ", " " flag " ") > 0
}

# What completes a value: choice words, or a kind in capitals.
function value_of(argument) {
	if (argument ~ /^[a-z0-9][^ ]*\|/ && argument !~ /[][A-Z:]/) {
		gsub(/\|/, " ", argument)
		return argument
	}
	if (argument ~ /^(IN\[:OUT\]|FORMAT|CODEC)/)
		return "FORMAT"
	if (argument ~ /(FILE|PATH|DIR)/)
		return "FILE"
	if (argument ~ /(INTERFACE|DEVICE)/)
		return "INTERFACE"
	if (argument ~ /SPEC/)
		return "SPEC"
	return ""
}

# Whether an option's value stands in a word of its own.
function takes_value() {
	return argument != "" && !has_flag("optional")
}

# Text between single quotes, for all three shells.
function quoted(text) {
	gsub(/'/, "'\\''", text)
	return "'" text "'"
}

# Adds to a list that is printed by print_list().
function add(list, key, text) {
	if (!((list, key) in lists)) {
		keys[list, ++key_count[list]] = key
		lists[list, key] = text
	} else {
		lists[list, key] = lists[list, key] " " text
	}
}
