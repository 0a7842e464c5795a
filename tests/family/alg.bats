# SPDX-License-Identifier: GPL-2.0-or-later
# alg.bats: the kernel's cryptography, against sha256sum, openssl, kcapi-tools and published vectors.
# shellcheck disable=SC2154,SC2016
load ../helpers

readonly key=000102030405060708090a0b0c0d0e0f iv=00112233445566778899aabbccddeeff nonce=000102030405060708090a0b

# big: a file of many pieces that ends in the middle of a block.
big() {
	head -c "${1:-700001}" /dev/urandom >"$BATS_TEST_TMPDIR/big"
	cd "$BATS_TEST_TMPDIR" || return
}

@test "alg: a digest is printed as sha256sum has it, of a file, a pipe and nothing" {
	needs family alg
	big
	sum=$(sha256sum big)
	run -0 anysock connect alg:hash:sha256 <big
	[ "$output" = "${sum%% *}" ]
	run -0 bash -c 'cat big | anysock connect alg:hash:sha256'
	[ "$output" = "${sum%% *}" ]
	sum=$(sha256sum /dev/null)
	run -0 anysock connect alg:hash:sha256 </dev/null
	[ "$output" = "${sum%% *}" ]
}

@test "alg: the digest of abc is that of FIPS 180-2" {
	needs family alg
	run -0 anysock send --replies 1 alg:hash:sha256 abc
	[ "$output" = ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad ]
}

@test "alg: --format raw gives the bytes of a digest" {
	needs family alg
	printf abc | anysock connect --format raw alg:hash:sha1 >"$BATS_TEST_TMPDIR/digest"
	run -0 od -An -v -tx1 "$BATS_TEST_TMPDIR/digest"
	[ "${output//[^0-9a-f]/}" = a9993e364706816aba3e25717850c26c9cd0d89d ]
}

@test "alg: hmac(sha256) agrees with openssl, cmac(aes) with RFC 4493" {
	needs family alg
	big
	run -0 bash -c 'openssl dgst -r -sha256 -hmac secret <big'
	expected=${output%% *}
	run -0 anysock connect alg:hash:hmac/sha256,key=secret <big
	[ "$output" = "$expected" ]
	run -0 anysock connect 'alg:hash:cmac(aes),key=hex:2b7e151628aed2a6abf7158809cf4f3c' </dev/null
	[ "$output" = bb1d6929e95937287fa37d129b756746 ]
}

@test "alg: a digest that needs a key ends with an error without one" {
	needs family alg
	run -1 --separate-stderr timeout $((patience * 2)) anysock connect alg:hash:hmac/sha256 <<<"data"
	[ -z "$output" ]
	[[ $stderr == *"needs a key"* ]]
}

@test "alg: each client of a relay gets the digest of what it sent" {
	needs family alg
	big
	ready_address relay tcp-listen:127.0.0.1:0 alg:hash:sha256
	for file in big /dev/null big; do
		sum=$(sha256sum "$file")
		run -0 nc -N 127.0.0.1 "${address##*:}" <"$file"
		[ "$output" = "${sum%% *}" ]
	done
}

@test "alg: ciphers that stream agree with openssl, both ways, with and without padding" {
	needs family alg
	big
	for mode in cbc ecb; do
		vector=,iv=hex:$iv
		[ $mode = cbc ] || vector=
		openssl enc -aes-128-$mode -K $key -iv $iv <big >sealed 2>/dev/null
		anysock connect "alg:skcipher:$mode/aes,op=encrypt,padding=pkcs7,key=hex:$key$vector" <big | cmp - sealed
		anysock connect "alg:skcipher:$mode/aes,op=decrypt,padding=pkcs7,key=hex:$key$vector" <sealed | cmp - big
	done
	openssl enc -aes-128-ctr -K $key -iv $iv <big >sealed
	anysock connect "alg:skcipher:ctr/aes,op=encrypt,key=hex:$key,iv=hex:$iv" <big | cmp - sealed
	# pieces that end in the middle of a block must not make a difference
	{ head -c 1001 big && tail -c +1002 big; } |
		anysock connect "alg:skcipher:ctr/aes,op=encrypt,key=hex:$key,iv=hex:$iv" | cmp - sealed
}

@test "alg: padding fills a whole block where nothing is missing" {
	needs family alg
	big 32
	openssl enc -aes-128-cbc -K $key -iv $iv <big >sealed
	[ "$(wc -c <sealed)" = 48 ]
	anysock connect "alg:skcipher:cbc/aes,op=encrypt,padding=pkcs7,key=hex:$key,iv=hex:$iv" <big | cmp - sealed
}

@test "alg: wrong padding is an error" {
	needs family alg
	big 160
	run -1 --separate-stderr anysock connect "alg:skcipher:cbc/aes,op=decrypt,padding=pkcs7,key=hex:$key,iv=hex:$iv" < <(
		anysock connect "alg:skcipher:cbc/aes,op=encrypt,key=hex:$key,iv=hex:$iv" < <(head -c 160 /dev/zero))
	[[ $stderr == *"padding is wrong"* ]]
}

@test "alg: a ragged end without padding is an error that says so" {
	needs family alg
	run -1 --separate-stderr anysock connect "alg:skcipher:cbc/aes,op=encrypt,key=hex:$key,iv=hex:$iv" <<<"ragged"
	[ -z "$output" ]
	[[ $stderr == *"blocks of 16 bytes"*"padding=pkcs7"* ]]
}

@test "alg: what kcapi-enc seals is opened" {
	needs family alg
	needs command kcapi-enc
	# it adds no block where nothing is missing
	big 4090
	printf '\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f' >keyfile
	kcapi-enc -q -e -c 'cbc(aes)' --iv $iv --keyfd 3 -i big -o sealed 3<keyfile
	anysock connect "alg:skcipher:cbc/aes,op=decrypt,padding=pkcs7,key=@keyfile,iv=hex:$iv" <sealed | cmp - big
}

@test "alg: xts is one request: the vector of IEEE 1619, back again, and a limit that is named" {
	needs family alg
	big 300000
	run -0 bash -c 'head -c 32 /dev/zero | anysock connect "alg:skcipher:xts/aes,op=encrypt,key=hex:$1,iv=hex:$2" | od -An -v -tx1' \
		sh "$(printf '%064d' 0)" "$(printf '%032d' 0)"
	[ "${output//[^0-9a-f]/}" = 917cf69ebd68b2ec9b9fe9a3eadda692cd43d2f59598ed858c02c2652fbf922e ]
	spec=alg:skcipher:xts/aes,key=hex:$key$iv,iv=hex:$iv
	anysock connect "$spec,op=encrypt" <big >sealed
	run ! cmp -s big sealed
	anysock connect "$spec,op=decrypt" <sealed | cmp - big
	run -1 --separate-stderr anysock connect "$spec,op=encrypt" < <(head -c 500000 /dev/zero)
	[ -z "$output" ]
	[[ $stderr == *"at most 400 KiB"* ]]
}

@test "alg: gcm(aes) gives the ciphertext and tag of NIST's case 4" {
	needs family alg
	run -0 bash -c 'anysock connect "alg:aead:gcm/aes,op=encrypt,key=hex:feffe9928665731c6d6a8f9467308308,iv=hex:cafebabefacedbaddecaf888,aad=hex:feedfacedeadbeeffeedfacedeadbeefabaddad2" | od -An -v -tx1' < <(
		/usr/bin/python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"))')
	[ "${output//[^0-9a-f]/}" = 42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47 ]
}

@test "alg: what was changed gives nothing of the plaintext, an error and status 1" {
	needs family alg
	big 5000
	spec=alg:aead:gcm/aes,key=hex:$key,iv=hex:$nonce
	anysock connect "$spec,op=encrypt,aad=head" <big >sealed
	[ "$(wc -c <sealed)" = 5016 ]
	anysock connect "$spec,op=decrypt,aad=head" <sealed | cmp - big
	{ printf head && cat sealed; } | anysock connect "$spec,op=decrypt,assoclen=4" | cmp - big
	run -1 --separate-stderr anysock connect "$spec,op=decrypt,aad=Head" <sealed
	[ -z "$output" ]
	[[ $stderr == *"authentication failed"* ]]
	run -1 --separate-stderr anysock connect "$spec,op=decrypt,aad=head" < <(head -c 5015 sealed)
	[ -z "$output" ]
	[[ $stderr == *"authentication failed"* ]]
}

@test "alg: a tag in a file of its own" {
	needs family alg
	big 100
	spec=alg:aead:gcm/aes,key=hex:$key,iv=hex:$nonce,authsize=12,tag=tag
	anysock connect "$spec,op=encrypt" <big >sealed
	[ "$(wc -c <sealed) $(wc -c <tag)" = "100 12" ]
	anysock connect "$spec,op=decrypt" <sealed | cmp - big
	run -1 --separate-stderr anysock connect "$spec,op=encrypt" <big
	[[ $stderr == *"holds data already"* ]]
}

@test "alg: random bytes, as many as asked for; the same from the same seed" {
	needs family alg
	cd "$BATS_TEST_TMPDIR"
	anysock recv alg:rng:stdrng,read-bytes=1000 >one
	anysock recv --read-bytes 1000 alg:rng:stdrng >two
	[ "$(wc -c <one) $(wc -c <two)" = "1000 1000" ]
	run ! cmp -s one two
	# X9.31 of the seed: V, key and DT
	anysock recv "alg:rng:ansi_cprng,seed=$(printf '%048d' 7),read-bytes=64" >one
	anysock recv "alg:rng:ansi_cprng,seed=$(printf '%048d' 7),read-bytes=64" >two
	cmp one two
}

@test "alg: an algorithm that the kernel has not is told, with the one that was meant" {
	needs family alg
	run -1 anysock connect alg:hash:sha25 </dev/null
	[[ $output == *'no hash "sha25"'* ]]
}

@test "alg: a key of a wrong length is told with those that fit, and not shown" {
	needs family alg
	run -1 anysock connect "alg:skcipher:cbc/aes,op=encrypt,key=hex:abcdef,iv=hex:$iv" </dev/null
	[[ $output == *"16 to 32 bytes, this one has 3"* ]]
	[[ $output != *abcdef* ]]
}

@test "alg: an iv of a wrong length or none is a usage error" {
	needs family alg
	run -2 anysock connect "alg:skcipher:cbc/aes,op=encrypt,key=hex:$key,iv=hex:00" </dev/null
	[[ $output == *"one of 16 bytes, not 1"* ]]
	run -2 anysock connect "alg:skcipher:cbc/aes,op=encrypt,key=hex:$key" </dev/null
	[[ $output == *"iv=hex:"* ]]
}

@test "alg: a digest without input, or one that nobody reads, is a usage error" {
	needs family alg
	run -2 anysock recv alg:hash:sha256
	run -2 anysock send alg:hash:sha256 abc
	[[ $output == *"--replies 1"* ]]
}

@test "alg: types that no kernel offers are not available" {
	run -3 anysock explain alg:akcipher:rsa
	[[ $output == *"no kernel offers akcipher"* ]]
	run -3 anysock explain alg:kpp:dh
}

@test "alg: options of another type and ciphers without an operation are usage errors" {
	run -2 anysock explain alg:hash:sha256,iv=hex:00
	[[ $output == *"alg:hash has no such option"* ]]
	run -2 anysock explain alg:skcipher:cbc/aes,key=hex:00
	[[ $output == *"op=encrypt or op=decrypt"* ]]
	run -2 anysock explain alg:aead:gcm/aes,op=encrypt,aad=x,assoclen=1
}

@test "alg: explain has the address, slashes as parentheses, and hides the key" {
	run -0 anysock explain alg:skcipher:cbc/aes:8:0xf,op=encrypt,key=hex:c0ffee
	[[ $output == *'{"type":"skcipher","name":"cbc(aes)","feat":8,"mask":15}'* ]]
	[[ $output != *c0ffee* ]]
}
