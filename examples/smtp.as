#!/usr/bin/anysock shell
# SPDX-License-Identifier: GPL-2.0-or-later
# The first words of a mail server: -D MX=tcp:mail.example.org:25
test "greeting, EHLO, QUIT"
open c $MX
recv c /^220 [^\r\n]+\r\n/ within 10s
ask c "EHLO me.example\r\n" /^250 .*\r\n/m as last   # the lines 250- before it are skipped
log "the last extension is $last"
send c "QUIT\r\n"
recv c /^221 .*\r\n/ eof
