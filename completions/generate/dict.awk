# SPDX-License-Identifier: GPL-2.0-or-later
# dict.awk: the words of the tables as a dictionary for libFuzzer.
function put(word) {
	if (word == "" || word in done)
		return
	done[word] = 1
	gsub(/[\\"]/, "\\\\&", word)
	printf "\"%s\"\n", word
}

function put_words(text, list, i, n) {
	n = split(text, list, /[ |]/)
	for (i = 1; i <= n; i++)
		put(list[i])
}

END {
	print "# words of the tables, by `make generate`"
	for (r = 1; row("family", r); r++)
		put_words(name " " aliases)
	for (r = 1; row("variant", r); r++)
		put_words(name " " aliases)
	for (r = 1; row("field", r); r++)
		put_words(named_of())
	for (r = 1; row("parameter", r); r++) {
		put_words(name " " aliases)
		if (value_of() ~ /^[a-z]/)
			put_words(argument)
	}
	for (r = 1; row("sockopt", r); r++)
		put_words(name " " aliases)
	for (r = 1; row("codec", r); r++)
		put(name)
}
