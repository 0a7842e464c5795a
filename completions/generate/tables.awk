# SPDX-License-Identifier: GPL-2.0-or-later
# tables.awk: read what `anysock help --table` prints, for the programs that write completions.
#
# A row has seven fields between tabs: kind, owner, name, aliases, argument, flags, help. Aliases and flags are separated by
# blanks. The kinds, with what owner, argument and flags say of them:
#
#   command                     argument: what may stand behind "--"
#   argument   of a command     argument: spec text file sockopt ioctl family topic host service interface
#   option     of a command     flags: letter=x repeats optional
#   global                      an option of every command
#   example    of a command
#   family                      argument: the kernel module, flags: the capability
#   role       of a family      connect listen bind
#   type       of a family      a socket type
#   level      of a family      an option level that its sockets answer to
#   field      of a family      in order; argument: the variant, a first word that decides about the other fields
#   parameter  of a family      an option of an address
#   common                      an option of every address
#   value      of a field, parameter or option of that name; flags: the family or command
#   sockopt    of a level       aliases: its symbol, flags: r w rw
#   ioctl      of a group
#   codec, topic
#   verb       of a group of the shell's; argument: what stands behind it
#   line       of a verb        an example
#   notation                    of bytes in a script
BEGIN {
	FS = "\t"
}

function store() {
	count[kind]++
	at[kind, count[kind]] = ++rows
	row_owner[rows] = owner; row_name[rows] = name; row_aliases[rows] = aliases; row_argument[rows] = argument
	row_flags[rows] = flags; row_help[rows] = help
}

function join(words, word) {
	return words == "" ? word : words " " word
}

{
	kind = $1; owner = $2; name = $3; aliases = $4; argument = $5; flags = $6; help = $7
}

kind == "common" {
	kind = "parameter"
}

kind == "value" {
	if (index(" " values[flags, owner] " ", " " name " ") == 0)
		values[flags, owner] = join(values[flags, owner], name)
	next
}

kind == "role" {
	roles[owner] = join(roles[owner], name)
	next
}

# The fields of a variant are those of "family:variant", behind its first word.
kind == "field" && argument != "" {
	family = owner
	variant = argument
	owner = family ":" variant
	argument = ""
	if (!(owner in variants)) {
		variants[owner] = 1
		first_field = name
		store()
		kind = "variant"
		name = variant
		owner = family
		help = first_field == name ? help : ""
		store()
		next
	}
}

{
	store()
}

# The n-th row of a kind: sets owner, name, aliases, argument, flags, help; false behind the last.
function row(kind, n,  i) {
	if (n > count[kind])
		return 0
	i = at[kind, n]
	kind_of_row = kind
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

# What completes the value of the current row: words, or what stands for words in capitals.
function value_of(  words) {
	words = kind_of_row == "parameter" || kind_of_row == "option" || kind_of_row == "global" ? values[owner, name] : ""
	if (words != "")
		return words
	words = argument
	if (words ~ /^[a-z0-9][^ ]*\|/ && words !~ /[][A-Z:]/) {
		gsub(/\|/, " ", words)
		return words
	}
	if (name == "format" || words ~ /^(FORMAT|CODEC)/)
		return "FORMAT"
	if (words ~ /(FILE|PATH|DIR)/)
		return "FILE"
	if (name == "interface" || words ~ /(INTERFACE|DEVICE)/)
		return "INTERFACE"
	if (words ~ /SPEC/)
		return "SPEC"
	return ""
}

# The named values of the current field.
function named_of(  family) {
	family = owner
	sub(/:.*/, "", family)
	return values[family, name]
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

# The values of the current parameter or socket option, under its name and aliases; those of a family's own under "family name".
function add_choices(  list, i, n, key) {
	if (value_of() == "")
		return
	n = split(name " " (kind_of_row == "sockopt" ? "" : aliases), list, " ")
	for (i = 1; i <= n; i++) {
		key = kind_of_row == "parameter" && owner != "" ? owner " " list[i] : list[i]
		if (!(("choices", key) in lists))
			add("choices", key, value_of())
	}
}

# What "type=" of a family may say.
function add_types(  t) {
	for (t = 1; row("type", t); t++)
		add("choices", owner " type", name)
}
