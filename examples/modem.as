#!/usr/bin/anysock shell
# SPDX-License-Identifier: GPL-2.0-or-later
# A modem's dialogue over a Bluetooth serial port or any other line: -D MODEM=bt-rfcomm:00:11:22:33:44:55:1
test "modem answers AT"
open m $MODEM within 10s
send m "ATE0\r"
expect m /\r\nOK\r\n/
ask m "AT+CSQ\r" /\+CSQ: (\d+),/ as quality
expect m /\r\nOK\r\n/
if $quality.1 < 10 skip "the signal is too weak: $quality.1"
ask m "AT+CGMI\r" /\r\nOK\r\n$/ within 2s
