# SPDX-License-Identifier: GPL-2.0-or-later
# zsh.awk: the tables as associative arrays whose values are lines "word:what it is", for completions/generate/zsh.in.
function put_all(list, i) {
	printf "typeset -gA _anysock_%s=(\n", list
	for (i = 1; i <= key_count[list]; i++)
		printf "\t%s %s\n", quoted(keys[list, i]), quoted(lists[list, keys[list, i]])
	print ")"
}

# One more line of a list.
function describe(list, key, word, text) {
	gsub(/:/, "\\:", word)
	if ((list, key) in lists)
		lists[list, key] = lists[list, key] "\n" word ":" text
	else
		add(list, key, word ":" text)
}

function put_values(option, l) {
	if (!takes_value())
		return
	l = letter()
	add("valued", "common", option (l == "" ? "" : " -" l))
	if (value_of() == "")
		return
	add("values", option, value_of())
	if (l != "")
		add("values", "-" l, value_of())
}

function put_named(list, key, value, text,  words, i, n) {
	n = split(name " " (list == "sockopts" ? "" : aliases), words, " ")
	for (i = 1; i <= n; i++)
		describe(list, key, words[i] value, text)
	add_choices()
}

function tables(  names, k, n, i, list) {
	for (r = 1; row("command", r); r++)
		describe("words", "commands", name, help)
	for (r = 1; row("family", r); r++) {
		describe("words", "families", name, help)
		n = split(aliases, list, " ")
		for (i = 1; i <= n; i++)
			add("family", list[i], name)
	}
	for (r = 1; row("topic", r); r++)
		describe("words", "topics", name, help)
	for (r = 1; row("codec", r); r++)
		describe("words", "codecs", name, help)
	for (r = 1; row("ioctl", r); r++)
		describe("words", "ioctls", name, help)
	for (r = 1; row("global", r); r++) {
		describe("options", "common", "--" name (takes_value() ? "=" : ""), help)
		put_values("--" name)
	}
	for (r = 1; row("option", r); r++) {
		describe("options", owner, "--" name (takes_value() ? "=" : ""), help)
		put_values("--" name)
	}
	for (r = 1; row("argument", r); r++)
		add("arguments", owner, argument (has_flag("repeats") ? "+" : ""))
	for (r = 1; row("variant", r); r++)
		describe("variants", owner, name, help)
	for (r = 1; row("field", r); r++) {
		add("fields", owner, name)
		if (named_of() != "")
			add("named", owner " " name, named_of())
	}
	for (r = 1; row("level", r); r++)
		add("levels", owner, name)
	for (r = 1; row("parameter", r); r++)
		put_named("parameters", owner == "" ? "common" : owner, argument == "" || argument ~ /^on\|off/ ? "" : "=", help)
	for (r = 1; row("sockopt", r); r++)
		put_named("sockopts", owner, "", help)
	add_types()
	n = split("words options values valued arguments family variants fields named levels parameters choices sockopts", names, " ")
	for (k = 1; k <= n; k++)
		put_all(names[k])
}

END {
	while ((getline line < template) > 0)
		if (line == "@TABLES@")
			tables()
		else
			print line
}
