#!/usr/bin/anysock shell
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel's SHA-256 against a known vector (FIPS 180-4).
test "sha256 of abc"
need alg
open h alg:hash:sha256
send h "abc"
shut h
recv h hex{ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad}
