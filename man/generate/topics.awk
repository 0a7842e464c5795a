# SPDX-License-Identifier: GPL-2.0-or-later
# topics.awk: from man/topic/*.mdoc, rows TOPIC(name, summary, text) for `anysock help TOPIC`; mdoc(7), as far as those use it.
# A line of text begins with a blank where it is printed as it is, with a tab where it is wrapped below an item, else it is
# wrapped from the left.
BEGIN {
	print "/* SPDX-License-Identifier: GPL-2.0-or-later */"
	print "/* Generated from man/topic by `make generate`. */"
	print "/* clang-format off */"
	# what stands before the words of a macro
	marks["Fl"] = "-"
}

function flush_text() {
	if (text != "")
		lines = lines (in_item ? "\t" : "") text "\n"
	text = ""
}

function finish() {
	flush_text()
	if (summary != "")
		printf "TOPIC(\"%s\", \"%s\", \"%s\")\n", name, quote(summary), quote(lines)
	summary = lines = ""
	in_item = 0
}

function quote(words) {
	gsub(/\\/, "\\\\\\\\", words)
	gsub(/"/, "\\\"", words)
	gsub(/\n/, "\\n", words)
	gsub(/\t/, "\\t", words)
	return words
}

function plain(words) {
	gsub(/\\\(dq/, "\"", words)
	gsub(/\\e/, "\\", words)
	gsub(/\\&/, "", words)
	gsub(/\\-/, "-", words)
	return words
}

function append(words, glue) {
	text = text (text == "" || glue ? "" : " ") words
}

# What a request's words look like in plain text: punctuation sticks, Ns joins.
function inline(first,    i, glue, mark, opened, out, word) {
	out = ""
	glue = 1
	for (i = first; i <= NF; i++) {
		word = $i
		if (word == "Ns") {
			glue = 1
			mark = ""
			continue
		}
		if (word ~ /^(Ql|Cm|Fl|Ar|Ev|Pa|Ic|Sy|Em|Xr)$/) {
			mark = marks[word]
			if (word == "Ql") {
				out = out (glue ? "" : " ") "'"
				opened = glue = 1
			}
			continue
		}
		if (word ~ /^[.,:;)]$/) {
			out = out (opened ? "'" : "") word
			opened = glue = 0
			continue
		}
		out = out (glue ? "" : " ") mark plain(word)
		glue = 0
	}
	return out (opened ? "'" : "")
}

FNR == 1 {
	finish()
	name = FILENAME
	sub(/.*\//, "", name)
	sub(/\.mdoc$/, "", name)
}
/^\.\\"@topic / {
	summary = substr($0, 11)
	next
}
/^\.\\"/ { next }
/^\.(Bl|El)/ {
	flush_text()
	if ($1 == ".El")
		in_item = 0
	next
}
/^\.It/ {
	flush_text()
	lines = lines "  " inline(2) "\n"
	in_item = 1
	next
}
/^\.Pp/ {
	flush_text()
	if (lines != "")
		lines = lines "\n"
	next
}
/^\.Dl/ {
	flush_text()
	lines = lines "  " inline(2) "\n"
	next
}
/^\./ {
	$1 = substr($1, 2)
	append(inline(1))
	next
}
{ append(plain($0)) }
END { finish() }
