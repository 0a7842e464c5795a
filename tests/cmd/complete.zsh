#!/bin/zsh -f
# SPDX-License-Identifier: GPL-2.0-or-later
# complete.zsh: drive the completion of a real zsh.
# usage: complete.zsh FILE LINE...: types each LINE and Tab into an interactive zsh that has FILE's completions, and prints
# what then stands on its command line.
zmodload zsh/zpty zsh/datetime
file=$1; shift
zpty zsh "TERM=dumb PS1= zsh -f -i"
# until PATTERN: what comes until then, in $seen
until_seen() {
	local piece deadline=$(( EPOCHREALTIME + ${patience:-10} * 4 ))
	seen=
	while (( EPOCHREALTIME < deadline )); do
		if zpty -r -t zsh piece; then
			seen+=$piece
			[[ $seen == *$~1* ]] && return
		else
			read -t 0.01 </dev/null || builtin print -n; zselect -t 1 2>/dev/null
		fi
	done
	print -u2 "complete.zsh: no answer: ${(V)seen}"
	exit 1
}
zmodload zsh/zselect
zpty -w zsh "unsetopt zle_bracketed_paste beep auto_menu 2>/dev/null; autoload -Uz compinit; compinit -u -D; source ${(q)file}"
zpty -w zsh "show() { print -r -- \"<<<\$BUFFER>>>\"; BUFFER=; zle -R }; zle -N show; bindkey '^X' show; bindkey '^I' complete-word; print re''ady-now"
until_seen '*ready-now*'
for line; do
	zpty -w -n zsh "$line"$'\t\x18'
	until_seen '*\<\<\<*\>\>\>*'
	seen=${seen##*<<<}
	print -r -- "${seen%%>>>*}"
done
zpty -d zsh
