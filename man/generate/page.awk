# SPDX-License-Identifier: GPL-2.0-or-later
# page.awk: a manual page from a template and the tables (read by completions/generate/tables.awk). Lines of a template
#
#   .\"@include FILE     man/FILE, if it is there, with such lines of its own
#   .\"@commands         each command: its usage, man/cmd/NAME.mdoc, its options
#   .\"@globals          the options of every command
#   .\"@families         the families, an address and a line each
#   .\"@parameters       the options of every address
#   .\"@sockopts         the socket options by level
#   .\"@codecs           the formats
#   .\"@verbs            the verbs of the shell
#   .\"@notations        the notations of bytes in a script
#   .\"@examples         the examples of the commands
#   .\"@synopsis @fields @options @title @body @sections      of a family's page, from man/family/NAME.mdoc
#
# are replaced. -v page=NAME says which family's page it is, -v template=FILE, -v folder=man.

function escape(text) {
	gsub(/\\/, "\\e", text)
	gsub(/…/, "...", text)
	if (text ~ /^[.']/)
		text = "\\&" text
	return text
}

# Text as one argument of a macro.
function argument_of(text) {
	text = escape(text)
	gsub(/"/, "\\(dq", text)
	return text ~ /[ \t]/ || text == "" ? "\"" text "\"" : (length(text) < 3 ? "\\&" text : text)
}

function sentence(text) {
	if (text == "")
		return ""
	text = toupper(substr(text, 1, 1)) substr(text, 2)
	return escape(text (text ~ /[.!?]$/ ? "" : "."))
}

# A line that begins with words of tables is broken where sentences end, as mdoc wants it.
function put_sentence(text, before, rest) {
	text = sentence(text)
	while (match(text, /[.!?] +[A-Z]/)) {
		print substr(text, 1, RSTART)
		text = substr(text, RSTART + RLENGTH - 1)
	}
	if (text != "")
		print text
}

function put_values(words, n, list, i) {
	n = split(words, list, " ")
	if (n == 0)
		return
	print n == 1 ? "The value is" : "One of"
	for (i = 1; i <= n; i++)
		print ".Cm " argument_of(list[i]) (i == n ? " ." : i == n - 1 ? " No or" : " ,")
}

function put_option(  l) {
	l = letter()
	printf ".It%s Fl -%s", l == "" ? "" : " Fl " l " ,", name
	if (argument != "")
		printf has_flag("optional") ? " Ns Op = Ns Ar %s" : " Ns = Ns Ar %s", argument_of(argument)
	print ""
	put_sentence(help)
	put_values(values[owner, name])
	if (has_flag("repeats"))
		print "May be given more than once."
	if (aliases != "")
		print "Also called\n.Fl -" aliases " ."
}

function put_parameter(  n, list, i) {
	printf ".It Cm %s", name
	if (argument != "")
		printf has_flag("optional") ? " Ns Op = Ns Ar %s" : " Ns = Ns Ar %s", argument_of(argument)
	print ""
	put_sentence(help)
	put_values(values[owner, name])
	if (aliases != "") {
		print "Also called"
		n = split(aliases, list, " ")
		for (i = 1; i <= n; i++)
			print ".Cm " list[i] (i == n ? " ." : " ,")
	}
}

function put_list(kind, of, call,  r, any) {
	for (r = 1; row(kind, r); r++) {
		# of is an owner, or several between blanks
		if (of == "" ? owner != "" : index(" " of " ", " " owner " ") == 0 || owner == "")
			continue
		if ((of, name) in listed)
			continue
		listed[of, name] = 1
		if (!any++)
			print ".Bl -tag -width Ds"
		if (call == "option")
			put_option()
		else
			put_parameter()
	}
	if (any)
		print ".El"
	return any
}

# "host:port[:flowinfo]" of a family or a variant, as macros behind its name.
function address_of(of,  r, line, first) {
	line = "Cm " of
	sub(/:.*/, "", line)
	first = of ~ /:/
	for (r = 1; row("field", r); r++) {
		if (owner != of)
			continue
		if (first) {
			# the word that tells the variant stands for itself
			sub(/.*:/, "", of)
			line = line " Ns \\&: Ns Cm " of
			of = owner
			first = 0
			continue
		}
		line = line (has_flag("optional") ? " Ns Op \\&: Ns Ar " : " Ns \\&: Ns Ar ") argument_of(name)
	}
	return line
}

function put_addresses(of, macro,  r, any) {
	for (r = 1; row("variant", r); r++)
		if (owner == of) {
			any = 1
			print macro " " address_of(of ":" name)
		}
	if (!any)
		print macro " " address_of(of)
}

function put_commands(  r, a, i, c_name, c_help, c_program) {
	for (r = 1; row("command", r); r++) {
		c_name = name; c_help = help; c_program = argument
		print ".Ss " c_name
		printf ".Nm anysock Cm %s\n.Op Ar option ...\n", c_name
		for (a = 1; row("argument", a); a++)
			if (owner == c_name)
				print (has_flag("optional") ? ".Op Ar " : ".Ar ") name (has_flag("repeats") ? " ..." : "")
		if (c_program != "")
			print ".Op Fl - Ar " argument_of(c_program)
		print ".Pp"
		put_sentence(c_help)
		include("cmd/" c_name ".mdoc")
		put_list("option", c_name, "option")
	}
}

function put_families(  r, f_name, f_help, f_aliases) {
	print ".Bl -tag -width Ds"
	for (r = 1; row("family", r); r++) {
		f_name = name; f_help = help; f_aliases = aliases
		put_addresses(f_name, ".It")
		put_sentence(f_help)
		if (f_name in page_of)
			print "See\n.Xr anysock-" page_of[f_name] " 7 ."
		if (f_aliases != "") {
			gsub(/ /, " , ", f_aliases)
			print "Also called\n.Cm " f_aliases " ."
		}
	}
	print ".El"
}

function put_sockopts(  r, last, r_level) {
	for (r = 1; row("sockopt", r); r++) {
		if (owner != last) {
			if (last != "")
				print ".El"
			print ".Pp\nLevel\n.Dv " owner ":\n.Bl -tag -width Ds -compact"
			last = owner
		}
		printf ".It Cm %s%s\n", name, argument == "" ? "" : " Ns = Ns Ar " argument_of(argument)
		put_sentence(help == "" ? aliases : help)
		if (flags == "r")
			print "Read only."
	}
	if (last != "")
		print ".El"
}

function put_codecs(  r) {
	print ".Bl -tag -width Ds"
	for (r = 1; row("codec", r); r++) {
		print ".It Cm " name
		put_sentence(help)
	}
	print ".El"
}

function put_examples(  r, last) {
	for (r = 1; row("example", r); r++) {
		if (owner != last)
			print (last == "" ? "" : ".Pp\n") ".Cm " owner " :"
		last = owner
		print ".Dl " escape(name)
	}
}

# A family's page: the families it is about, its options, and those that its sockets answer to.
function put_family_options() {
	if (!put_list("parameter", about, "parameter"))
		print "It has none of its own."
}

function put_family_fields(  r, n, list, i, seen, words, any) {
	n = split(about, list, " ")
	for (r = 1; row("field", r); r++)
		for (i = 1; i <= n; i++)
			if ((owner == list[i] || index(owner, list[i] ":") == 1) && !(name in seen)) {
				if (!any++)
					print ".Bl -tag -width Ds"
				seen[name] = 1
				words = values[list[i], name]
				print ".It Ar " name
				put_sentence(help == "" ? name : help)
				put_values(words)
			}
	print any ? ".El" : "It has none."
}

function put_family_addresses(  n, list, i) {
	n = split(about, list, " ")
	for (i = 1; i <= n; i++) {
		if (i > 1)
			print ".br"
		put_addresses(list[i], ".Nm anysock Ar command")
	}
}

# The first lines of a family's text say what the page is about: .\"@about tcp tcp4 tcp6: the summary
function read_about(file, line) {
	while ((getline line < file) > 0)
		if (line ~ /^\.\\"@about /) {
			sub(/^\.\\"@about /, "", line)
			about = title = line
			sub(/:.*/, "", about)
			sub(/^[^:]*: */, "", title)
		}
	close(file)
}

# What stands before the first section goes into DESCRIPTION; the sections where they belong.
function put_part(which, file, line, section) {
	section = "body"
	while ((getline line < file) > 0) {
		if (line ~ /^\.\\"/)
			continue
		if (line ~ /^\.Sh /)
			section = line ~ /(ENVIRONMENT|FILES|EXAMPLES|DIAGNOSTICS)/ ? "sections" : "end"
		if (section == which)
			print line
	}
	close(file)
}

function include(file, line) {
	file = folder "/" file
	while ((getline line < file) > 0)
		put(line, file)
	close(file)
}

function put_verb(r) {
	print ".It Cm " name (argument != "" ? " No " argument_of(argument) : "")
	put_sentence(help)
	if (aliases != "")
		print "Also:\n.Cm " (aliases ~ /^[!?]$/ ? "\\&" : "") aliases " ."
	if (row("line", example_at[name]))
		print ".Dl " escape(name)
}

function put_verbs(  r, group) {
	for (r = 1; row("line", r); r++)
		example_at[owner] = r
	for (r = 1; row("verb", r); r++) {
		if (owner != group)
			print (group != "" ? ".El\n" : "") ".Ss Verbs: " owner "\n.Bl -tag -width Ds"
		group = owner
		put_verb(r)
	}
	print ".El"
}

function put_notations(  r) {
	print ".Bl -tag -width Ds"
	for (r = 1; row("notation", r); r++) {
		print ".It Cm " name
		put_sentence(help)
	}
	print ".El"
}

function put(line, from, word) {
	if (line !~ /^\.\\"@/) {
		if (line !~ /^\.\\" *(SPDX|[A-Za-z])/ || from == template)
			print line
		return
	}
	split(line, word, " ")
	sub(/^\.\\"@/, "", word[1])
	if (word[1] == "include") include(word[2])
	else if (word[1] == "commands") put_commands()
	else if (word[1] == "globals") put_list("global", "", "option")
	else if (word[1] == "families") put_families()
	else if (word[1] == "parameters") put_list("parameter", "", "parameter")
	else if (word[1] == "sockopts") put_sockopts()
	else if (word[1] == "codecs") put_codecs()
	else if (word[1] == "verbs") put_verbs()
	else if (word[1] == "notations") put_notations()
	else if (word[1] == "examples") put_examples()
	else if (word[1] == "title") print ".Dt ANYSOCK-" toupper(page) " 7\n.Os\n.Sh NAME\n.Nm anysock-" page "\n.Nd " title
	else if (word[1] == "synopsis") put_family_addresses()
	else if (word[1] == "fields") put_family_fields()
	else if (word[1] == "options") put_family_options()
	else if (word[1] == "body" || word[1] == "sections" || word[1] == "end") put_part(word[1], family_file)
}

END {
	families = "ls " folder "/family/*.mdoc 2>/dev/null"
	while ((families | getline file) > 0) {
		read_about(file)
		name = file
		gsub(/.*\/|\.mdoc$/, "", name)
		n = split(about, list, " ")
		for (i = 1; i <= n; i++)
			page_of[list[i]] = name
	}
	if (page != "") {
		family_file = folder "/family/" page ".mdoc"
		read_about(family_file)
	}
	while ((getline line < template) > 0)
		put(line, template)
}
