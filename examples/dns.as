#!/usr/bin/anysock shell
# SPDX-License-Identifier: GPL-2.0-or-later
# A name server is asked through a line that loses the first question: -D SERVER=udp:127.0.0.1:53
test "an answer in spite of a lost question"
tunnel t udp:127.0.0.1:0 $SERVER
drop t 100%
open d $t
set question = u16be(4660) hex{0100 0001 0000 0000 0000} u8(4) "test" u8(0) u16be(1) u16be(1)
send d $question
case d 200ms {
  hex{1234 ?? ?? **} as answer  pass
  timeout                       { log "asks again"; drop t 0; send d $question; again 2s }
}
if ${number($answer[3])} & 15 fail "the server says ${number($answer[3])}"
if $answer[4..6] != u16be(1) fail "another question"
log "the address is ${tohex($answer[-4..])}"
silent d 50ms
