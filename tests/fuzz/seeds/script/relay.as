#!/usr/bin/anysock shell
# SPDX-License-Identifier: GPL-2.0-or-later
# A client, a server and the program between them in one file, without a thread and without a sleep.
test "relay keeps a half-close"
listen s tcp:127.0.0.1:0
run r anysock relay --ready-fd 3 tcp-listen:127.0.0.1:0 $s
open c $r.ready
accept s as p
send c "question"
shut c
recv p "question" eof
send p "answer"
close p
recv c "answer" eof
