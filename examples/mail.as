#!/usr/bin/anysock shell
# SPDX-License-Identifier: GPL-2.0-or-later
# A mail from the greeting to "queued", and what a server must refuse without going away: -D MX=tcp:127.0.0.1:25
test "a mail is taken"
open c $MX within 10s
recv c /220[^\r\n]*\r\n/
ask c "EHLO me.example\r\n" /^250 [^\r\n]*\r\n/m
ask c "MAIL FROM:<me@me.example>\r\n" /^250 [^\r\n]*\r\n/m
ask c "RCPT TO:<you@you.example>\r\n" /^250 [^\r\n]*\r\n/m
ask c "DATA\r\n" /^354 [^\r\n]*\r\n/m
send c "Subject: test\r\n\r\nhello\r\n..dot\r\n.\r\n" split 3   # however it is cut
recv c /^250 [^\r\n]*\r\n/
test "nonsense is refused, and the session lives on"
open c $MX
recv c /220[^\r\n]*\r\n/
each W in NONSENSE "MAIL nonsense" "RCPT TO:<x@y>" {
  ask c "$W\r\n" /^5\d\d [^\r\n]*\r\n/m as no
  log "$W: $no"
}
ask c "QUIT\r\n" /^221 [^\r\n]*\r\n/
recv c eof
