#!/usr/bin/anysock shell
# SPDX-License-Identifier: GPL-2.0-or-later
# A server leaves its listening socket to its successor, and no client notices: -D SUCCESSOR=./successor, run as SUCCESSOR PATH
test "a listening socket is handed over"
listen s tcp:127.0.0.1:0
listen u unix:$TMP/handover
run next $SUCCESSOR $TMP/handover
open early $s                     # waits in the queue of the socket
accept u as link
share s over link
recv link "mine"
set address = "$s"
close s
open late $address
recv early "served by the successor" eof
recv late "served by the successor" eof
