# SPDX-License-Identifier: GPL-2.0-or-later
# bash.awk: the tables as associative arrays of words, for completions/generate/bash.in.
function put_all(list,  i) {
	for (i = 1; i <= key_count[list]; i++)
		printf "_anysock_%s[%s]=%s\n", list, quoted(keys[list, i]), quoted(lists[list, keys[list, i]])
}

function put_option(list, key,  l) {
	add(list, key, "--" name (takes_value() ? "=" : ""))
	l = letter()
	if (takes_value()) {
		add("valued", "common", "--" name (l == "" ? "" : " -" l))
		if (value_of() != "") {
			add("values", "--" name, value_of())
			if (l != "")
				add("values", "-" l, value_of())
		}
	}
}

function put_parameter(key, list, i, n) {
	n = split(name " " aliases, list, " ")
	for (i = 1; i <= n; i++)
		add("parameters", key, list[i] (argument == "" || argument ~ /^on\|off/ ? "" : "="))
	add_choices()
}

END {
	for (r = 1; row("command", r); r++)
		add("words", "commands", name)
	for (r = 1; row("topic", r); r++)
		add("words", "topics", name)
	for (r = 1; row("codec", r); r++)
		add("words", "codecs", name)
	for (r = 1; row("ioctl", r); r++)
		add("words", "ioctls", name (aliases == "" ? "" : " " aliases))
	for (r = 1; row("global", r); r++)
		put_option("options", "common")
	for (r = 1; row("option", r); r++)
		put_option("options", owner)
	for (r = 1; row("argument", r); r++)
		add("arguments", owner, argument (has_flag("repeats") ? "+" : ""))
	for (r = 1; row("family", r); r++) {
		add("words", "families", name)
		n = split(aliases, list, " ")
		for (i = 1; i <= n; i++)
			add("family", list[i], name)
		if (index(roles[name], "listen"))
			add("words", "listeners", name "-listen")
		if (index(roles[name], "bind"))
			add("words", "listeners", name "-bind")
	}
	for (r = 1; row("variant", r); r++)
		add("variants", owner, name)
	for (r = 1; row("field", r); r++) {
		add("fields", owner, name)
		if (named_of() != "")
			add("named", owner " " name, named_of())
	}
	for (r = 1; row("level", r); r++)
		add("levels", owner, name)
	for (r = 1; row("parameter", r); r++)
		put_parameter(owner == "" ? "common" : owner)
	for (r = 1; row("sockopt", r); r++) {
		add("sockopts", owner, name)
		add_choices()
	}
	add_types()

	while ((getline line < template) > 0) {
		if (line != "@TABLES@") {
			print line
			continue
		}
		print "declare -gA _anysock_" "words _anysock_options _anysock_values _anysock_valued _anysock_arguments " \
			"_anysock_family _anysock_variants \\\n\t_anysock_fields _anysock_named _anysock_levels " \
			"_anysock_parameters _anysock_choices _anysock_sockopts"
		n = split("words options values valued arguments family variants fields named levels parameters choices sockopts", names, " ")
		for (k = 1; k <= n; k++)
			put_all(names[k])
	}
}
