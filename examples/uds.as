#!/usr/bin/anysock shell
# SPDX-License-Identifier: GPL-2.0-or-later
# A diagnostic request over ISO-TP whose answer may be "response pending": -D ECU=can-isotp:can0:7E8:7E0
test "VIN has 17 characters"
need can-isotp
open ecu $ECU
send ecu hex{22 F1 90}
case ecu 50ms {
  hex{62 F1 90 **} as r   pass
  hex{7F 22 78}           again 5s
  hex{7F 22 ??}           fail "refused: ${tohex($match)}"
  timeout                 fail "P2 missed"
}
if len($r) != 20 fail "the answer has ${len($r)} bytes"
