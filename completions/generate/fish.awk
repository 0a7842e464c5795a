# SPDX-License-Identifier: GPL-2.0-or-later
# fish.awk: the tables as functions that print "word<tab>what it is", for completions/generate/fish.in.

# A function that prints the rows given to it by fish's printf.
function begin(function_name) {
	printf "function __anysock_%s\n\tprintf '%%s\\t%%s\\n'", function_name
	rows = 0
}

function put(word, text) {
	gsub(/\\/, "\\\\", text)
	gsub(/'/, "\\'", text)
	printf " \\\n\t\t'%s' '%s'", word, text
	rows++
}

function end() {
	print rows ? "" : " | string match -v '*'"
	print "end\n"
}

# A function that is a switch over the words of its first argument.
function begin_switch(function_name) {
	printf "function __anysock_%s\n\tswitch \"$argv[1]\"\n", function_name
	last_case = ""
}

function put_case(key, word, text) {
	if (key != last_case) {
		if (last_case != "")
			print ""
		printf "\tcase '%s'\n\t\tprintf '%%s\\t%%s\\n'", key
		last_case = key
	}
	gsub(/\\/, "\\\\", text)
	gsub(/'/, "\\'", text)
	printf " \\\n\t\t\t'%s' '%s'", word, text
}

function put_words(key, words) {
	printf "\tcase %s\n\t\tstring split ' ' -- '%s'\n", key, words
}

function end_switch() {
	if (last_case != "")
		print ""
	print "\tend\nend\n"
}

function tables(  l, n, i, list) {
	begin("commands")
	for (r = 1; row("command", r); r++)
		put(name, help)
	end()
	begin("families")
	for (r = 1; row("family", r); r++)
		put(name, help)
	end()
	begin("topics")
	for (r = 1; row("topic", r); r++)
		put(name, help)
	end()
	begin("codecs")
	for (r = 1; row("codec", r); r++)
		put(name, help)
	end()
	begin("ioctls")
	for (r = 1; row("ioctl", r); r++)
		put(name, help)
	end()

	# owner by owner, since rows of one owner stand together
	begin_switch("options")
	for (r = 1; row("global", r); r++)
		put_case("common", "--" name (takes_value() ? "=" : ""), help)
	for (r = 1; row("option", r); r++)
		put_case(owner, "--" name (takes_value() ? "=" : ""), help)
	end_switch()
	begin_switch("parameters")
	for (r = 1; row("parameter", r); r++)
		put_case(owner == "" ? "common" : owner, name (argument == "" || argument ~ /^on\|off/ ? "" : "="), help)
	end_switch()
	begin_switch("sockopts")
	for (r = 1; row("sockopt", r); r++) {
		put_case(owner, name, help)
	}
	end_switch()

	for (r = 1; row("argument", r); r++)
		add("arguments", owner, argument (has_flag("repeats") ? "+" : ""))
	put_list("arguments")
	for (r = 1; row("field", r); r++) {
		add("fields", owner, name)
		if (named_of() != "")
			add("named", owner " " name, named_of())
	}
	put_list("fields")
	put_list("named")
	for (r = 1; row("variant", r); r++)
		add("variants", owner, name)
	put_list("variants")
	for (r = 1; row("level", r); r++)
		add("levels", owner, name)
	put_list("levels")
	for (r = 1; row("sockopt", r); r++)
		if (!(owner in known)) {
			known[owner] = 1
			all_levels = all_levels (all_levels == "" ? "" : " ") owner
		}
	printf "function __anysock_all_levels\n\tstring split ' ' -- '%s'\nend\n\n", all_levels
	for (r = 1; row("family", r); r++) {
		n = split(aliases, list, " ")
		for (i = 1; i <= n; i++)
			add("family", list[i], name)
	}
	put_list("family")

	for (r = 1; row("global", r); r++)
		put_values("--" name)
	for (r = 1; row("option", r); r++)
		put_values("--" name)
	put_list("values")
	for (r = 1; row("parameter", r); r++)
		add_choices()
	for (r = 1; row("sockopt", r); r++)
		add_choices()
	add_types()
	put_list("choices")
	printf "function __anysock_valued\n\tstring split ' ' -- '%s'\nend\n", valued
}

function put_values(option, l) {
	if (!takes_value())
		return
	l = letter()
	valued = valued (valued == "" ? "" : " ") option (l == "" ? "" : " -" l)
	if (value_of() == "")
		return
	add("values", option, value_of())
	if (l != "")
		add("values", "-" l, value_of())
}

function put_list(list, i) {
	begin_switch(list)
	for (i = 1; i <= key_count[list]; i++)
		put_words(quoted(keys[list, i]), lists[list, keys[list, i]])
	end_switch()
}

END {
	while ((getline line < template) > 0)
		if (line == "@TABLES@")
			tables()
		else
			print line
}
