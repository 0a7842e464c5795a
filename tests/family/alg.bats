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

# unhex DIGITS: their bytes.
unhex() {
	# shellcheck disable=SC2001 # a pair of digits each
	printf '%b' "$(sed 's/../\\x&/g' <<<"$1")"
}

# hex: standard input as lower-case digits.
hex() {
	od -An -v -tx1 | tr -d ' \n'
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

@test "alg: an aead takes one request, whose limit is named" {
	needs family alg
	big 409000
	spec=alg:aead:gcm/aes,key=hex:$key,iv=hex:$nonce
	anysock connect "$spec,op=encrypt" <big >sealed
	anysock connect "$spec,op=decrypt" <sealed | cmp - big
	run -1 --separate-stderr anysock connect "$spec,op=encrypt" < <(head -c 500000 /dev/zero)
	[ -z "$output" ]
	[[ $stderr == *"at most 400 KiB"* ]]
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
	anysock recv "alg:rng:ansi_cprng,seed=$(printf '%048d' 7),read-bytes=64" >one
	anysock recv "alg:rng:ansi_cprng,seed=$(printf '%048d' 7),read-bytes=64" >two
	cmp one two
	# X9.31 of V 0, the key and DT: DT encrypted twice
	printf 'date and counter' | openssl enc -aes-128-ecb -nopad -K $key | openssl enc -aes-128-ecb -nopad -K $key >one
	anysock recv "alg:rng:ansi_cprng,seed=hex:$(printf '%032d' 0)$key$(printf 'date and counter' | hex),read-bytes=16" | cmp - one
}

@test "alg: entropy and additional data of an rng reach a kernel that takes them; another one is told" {
	needs family alg
	needs command strace
	cd "$BATS_TEST_TMPDIR"
	for option in entropy aad; do
		run --separate-stderr strace -f -o trace anysock recv "alg:rng:drbg_nopr_hmac_sha256,seed=$(printf '%096d' 7),$option=hex:$(printf '%064d' 1),read-bytes=32"
		if [ "$status" != 0 ]; then
			[ "$status" = 1 ] || [ "$status" = 3 ]
			[[ $stderr == *"$option"*"CONFIG_CRYPTO_USER_API_RNG_CAVP"* ]]
		fi
		# entropy is an option of the socket, additional data is sent
		[ $option = aad ] || grep -Eq 'setsockopt\(.*SOL_ALG, (ALG_SET_DRBG_ENTROPY|0x6|6)' trace
		[ $option = entropy ] || grep -Eq 'sendto\(.*, 32, ' trace
	done
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
	[[ $output == *"one of 16 bytes, not 1"* && $output != *"$key"* ]]
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

@test "alg: explain shows the calls, and no key" {
	run -0 anysock explain alg:aead:gcm/aes,op=decrypt,key=hex:c0ffee,iv=hex:00,authsize=12
	[[ $output == *"ALG_SET_KEY, …"*"ALG_SET_AEAD_AUTHSIZE, NULL, 12"*"operation = accept4("*"ALG_OP_DECRYPT, ALG_SET_IV, ALG_SET_AEAD_ASSOCLEN}, MSG_MORE"* ]]
	[[ $output != *c0ffee* ]]
	run -0 anysock explain --json alg:hash:hmac/sha256,key=c0ffee
	[[ $output == *'"send(operation, \"\", 0, 0)"'* && $output != *c0ffee* ]]
}

@test "alg: an error that points into the spec hides what is secret there" {
	run -2 anysock explain alg:hash:hmac/sha256,key=c0ffee,iv=hex:00
	[[ ${lines[1]} = "  alg:hash:hmac/sha256,key=******,iv=hex:00" ]]
	[[ ${lines[2]} =~ ^\ {37}\^~+$ ]]
	run -2 anysock explain alg:hash:hmac/sha256,nonsense=1,key=c0ffee
	[[ $output == *"no option"* && $output != *c0ffee* ]]
	run -2 anysock explain alg:rng:stdrng,seed=c0ffee,entropy=c0ffee,seed=c0ffee
	[[ $output == *"given twice"* && $output != *c0ffee* ]]
}

@test "alg: no error shows a secret, whatever is wrong with the spec" {
	while IFS= read -r spec; do
		for as_json in '' --json; do
			run -2 anysock explain $as_json "${spec//%/c0ffee:beef}"
			[[ $output != *c0ffee* && $output != *beef* ]] || { echo "$spec"; false; }
		done
	done <<-'SPECS'
		alg,key=%
		alg:nope:x,key=%
		alg:skcipher,key=%
		alg:skcipher:cbc(aes,key=%
		alg:skcipher:cbc/aes,op=encrypt,key=%,nosuch=1
		alg:hash:hmac(sha256)),key=%
		alg:hash:hmac(sha256,key=%),x=
		alg:hash:hmac/sha256,,key=%
		alg:hash:hmac/sha256,key='%
		alg:hash:hmac/sha256,key="%
		alg:hash:hmac/sha256,key="a,%"b
		alg:hash:hmac/sha256,key=a,,%,foo
		alg:hash:hmac/sha256,key=%\,%,foo
		alg:hash:hmac/sha256,key=%\x5
		alg:hash:hmac/sha256,kEy=%,
		alg:hash:hmac/sha256,ke_y=%
		alg:hash:hmac/sha256,kez=%
		alg:hash:hmac/sha256,key:%
		alg:hash:hmac/sha256,key %
		alg:hash:hmac/sha256 key=%,foo
		alg:hash:hmac/sha256:key=%
		alg:hash:hmac/sha256:8:key=%
		alg:hash:hmac/sha256:1:2:3,key=%
		alg:hash:hmac/sha256:z,key=%
		alg:hash:hmac/sha256,sockopt=alg:1:%,foo
		alg:hash:hmac/sha256,sockopt=alg:%
		alg:hash:hmac/sha256,sockopt=alg:kye:%
		alg:hash:hmac/sha256,sockopt=agl:alg-set-key:%
		alg:hash:hmac/sha256,sockopt=%
		can-generator:seed=1 alg:rng:stdrng,seed=%
		alg:rng:stdrng,seed=%,entropy=%,seed='%
		alg-listen:hash:hmac/sha256,key=%
		nope:hash:x,key=%
		key=%
		tcp:host:80,tcp-fastopen-key=%,foo
		tcp:host:80,tcp-md5sig=192.0.2.1+%,foo
	SPECS
	# the caret is where it was, and what is no secret is to be read
	run -2 anysock explain 'alg:skcipher:cbc(aes,op=encrypt,key=c0ffee'
	[ "${lines[1]}" = "  alg:skcipher:cbc(aes,op=encrypt,key=******" ]
	[[ ${lines[2]} =~ ^\ {15}\^~+$ ]]
	run -2 anysock explain alg:hash:hmac/sha256,kez=c0ffee,iv=hex:00
	[ "${lines[1]}" = "  alg:hash:hmac/sha256,kez=******,iv=hex:00" ]
	run -2 anysock explain tcp:host:80,sockopt=tcp:nodelya:1
	[[ ${lines[0]} = *'"nodelya" is neither an option of tcp'* && ${lines[1]} = "  tcp:host:80,sockopt=tcp:nodelya:1" ]]
	run -2 anysock explain can-generator,seed=c0ffee
	[[ ${lines[0]} = *'seed: "c0ffee" is not a number'* && ${lines[1]} = "  can-generator,seed=c0ffee" ]]
	run -0 anysock explain alg:hash:hmac/sha256,sockopt=alg:1:c0ffee
	[[ $output == *"sockopt=…"* && $output != *c0ffee* ]]
}

@test "alg: features that no driver has, and those that may not be asked for, are told" {
	needs family alg
	run -1 anysock connect alg:hash:sha256:0x1000:0x1000 </dev/null
	[[ $output == *"no driver of sha256 is as feat and mask ask for"* ]]
	run -0 anysock connect alg:hash:sha256:0:0x1000 </dev/null
	run -1 anysock connect alg:hash:sha256:8:0xf </dev/null
	[[ $output == *0x1000* ]]
}

@test "alg: a cipher without its key is told before input is read" {
	needs family alg
	mkfifo "$BATS_TEST_TMPDIR/never"
	exec 9<>"$BATS_TEST_TMPDIR/never"
	run -1 timeout $((patience * 2)) anysock connect "alg:skcipher:cbc/aes,op=encrypt,iv=hex:$iv" <&9
	exec 9>&-
	[[ $output == *"needs a key"* ]]
}

@test "alg: a key is in no event, and in no line of -v" {
	needs family alg
	run -0 anysock connect -v -v --json --stats alg:hash:hmac/sha256,key=c0ffee <<<data
	[[ $output != *c0ffee* ]]
	run -0 anysock connect -v -v --stats alg:hash:hmac/sha256,key=c0ffee <<<data
	[[ $output != *c0ffee* ]]
}

# has_in_memory PID DIGITS: whether its memory holds the bytes.
has_in_memory() {
	python - "$@" <<-'PYTHON'
		import re, sys
		needle, found = bytes.fromhex(sys.argv[2]), False
		memory = open(f"/proc/{sys.argv[1]}/mem", "rb", 0)
		for area in open(f"/proc/{sys.argv[1]}/maps"):
		    begin, end, access = re.match(r"(\w+)-(\w+) (\S+)", area).groups()
		    if access[0] != "r" or "[v" in area:
		        continue
		    memory.seek(int(begin, 16))
		    found |= needle in memory.read(int(end, 16) - int(begin, 16))
		sys.exit(not found)
	PYTHON
}

@test "alg: once the kernel has a key, our memory has it no more" {
	needs plain "the sanitizers keep what was freed"
	needs bare "valgrind keeps what was freed"
	needs root
	needs family alg
	cd "$BATS_TEST_TMPDIR"
	# twice 32 bytes: what grows would leave a piece behind
	secret=$(head -c 32 /dev/urandom | hex)$(head -c 32 /dev/urandom | hex)
	unhex "$secret" >keyfile
	mkfifo never
	exec 9<>never
	for spec in "hash:hmac/sha256,key=@keyfile" "hash:hmac/sha256,key=hex:$secret" "hash:hmac/sha256,alg-set-key=@keyfile" \
		"skcipher:xts/aes,op=encrypt,key=hex:$secret,iv=hex:$iv"; do
		start bash -c 'exec "$@" <&9' - "$ANYSOCK" connect "alg:$spec"
		# it waits for input: all is set up
		wait_for grep -q epoll "/proc/$pid/wchan"
		has_in_memory "$pid" "$(printf 'alg:%s' "${spec%%,*}" | hex)"
		run ! has_in_memory "$pid" "${secret:0:32}"
		run ! has_in_memory "$pid" "${secret:64:32}"
		stop "$pid"
	done
	exec 9>&-
}

@test "alg: ciphers that would go wrong in pieces take one request, whose limit is named" {
	needs family alg
	cd "$BATS_TEST_TMPDIR"
	for spec in "cts/cbc/aes,key=hex:$key,iv=hex:$iv" "chacha20,key=hex:$key$key,iv=hex:$iv"; do
		head -c 300001 /dev/urandom >big
		anysock connect "alg:skcipher:$spec,op=encrypt" <big >sealed
		[ "$(wc -c <sealed)" = 300001 ]
		anysock connect "alg:skcipher:$spec,op=decrypt" <sealed | cmp - big
		run -1 --separate-stderr anysock connect "alg:skcipher:$spec,op=encrypt" < <(head -c 500000 /dev/zero)
		[ -z "$output" ]
		[[ $stderr == *"at most 400 KiB"* ]]
	done
	# the whole as openssl has it, which pieces would not be
	openssl enc -chacha20 -K "$key$key" -iv "$iv" <big | cmp - sealed
}

@test "alg: a key that is wrong in itself is told without it" {
	needs family alg
	run -2 anysock connect alg:hash:hmac/sha256,key=hex:c0ffeg </dev/null
	[[ $output != *c0ff* ]]
	run -2 anysock connect 'alg:hash:hmac/sha256,key=base64:c0ffee!' </dev/null
	[[ $output != *c0ff* ]]
	run -2 anysock connect alg:hash:hmac/sha256,key=env:NONE_SUCH </dev/null
	[[ $output == *'no variable "'* ]]
	run -1 anysock connect alg:hash:hmac/sha256,key=@/nonesuch </dev/null
}

@test "alg: --each has a line for every file, which sha256sum checks" {
	needs family alg
	big
	printf two >'with space'
	odd=$'new\nline\\'
	: >"$odd"
	run -0 --separate-stderr anysock connect --each alg:hash:sha256 big 'with space' "$odd" /dev/null
	[ "$output" = "$(sha256sum big 'with space' "$odd" /dev/null)" ]
	anysock connect --each alg:hash:sha256 big 'with space' "$odd" >sums
	sha256sum -c sums
	run -0 bash -c 'printf abc | anysock connect --each alg:hash:sha1 -'
	[ "$output" = "a9993e364706816aba3e25717850c26c9cd0d89d  -" ]
}

@test "alg: --each tells of a file that is not there, and goes on" {
	needs family alg
	big
	run -1 --separate-stderr anysock connect --each alg:hash:sha256 missing big
	[ "$output" = "$(sha256sum big)" ]
	[[ $stderr == *"missing: No such file"* ]]
}

@test "alg: --each without files, or with an answer that is no line, is a usage error" {
	run -2 anysock connect --each alg:hash:sha256
	[[ $output == *"the files are missing"* ]]
	run -2 anysock connect --each --format raw alg:hash:sha256 /dev/null
	run -2 anysock connect --each tcp:localhost:1 /dev/null
	[[ $output == *"line of text"* ]]
	run -2 anysock connect alg:hash:sha256 /dev/null
	[[ $output == *"--each"* ]]
}

@test "alg: a file and a pipe are hashed where they are: splice(2), and little memory" {
	needs plain "the sanitizers want more memory than this test leaves"
	needs family alg
	needs command strace
	big 4000001
	sum=$(sha256sum big)
	run -0 --separate-stderr strace -f -o trace anysock connect alg:hash:sha256 <big
	[ "$output" = "${sum%% *}" ]
	grep -q 'splice(.*SPLICE_F_MORE.*) = [1-9]' trace
	# what is copied is the start alone
	run -0 awk '/^[0-9]* *sendto\(/ { n += $NF } END { print n < 1000000 ? "few" : n }' trace
	[ "$output" = few ]
	run -0 bash -c 'cat big | strace -f -o trace anysock connect alg:hash:sha256'
	[ "$output" = "${sum%% *}" ]
	grep -q 'splice(.*SPLICE_F_MORE.*) = [1-9]' trace
	sum=$(head -c 80M /dev/zero | sha256sum)
	run -0 bash -c 'ulimit -v 40000; head -c 80M /dev/zero | anysock connect alg:hash:sha256'
	[ "$output" = "${sum%% *}" ]
}

@test "alg: a cipher that streams takes the pages of a file and a pipe: splice(2)" {
	needs family alg
	needs command strace
	big 4000000
	openssl enc -aes-128-cbc -K $key -iv $iv <big >sealed
	spec=alg:skcipher:cbc/aes,padding=pkcs7,key=hex:$key,iv=hex:$iv
	strace -f -o trace anysock connect "$spec,op=encrypt" <big | cmp - sealed
	# what is copied is the start, and the padding
	run -0 awk '/ splice\(.*SPLICE_F_MORE\) = [1-9]/ { s += $NF } / sendto\(/ { n += $NF } END { print (s > 3000000), (n < 1000000) }' trace
	[ "$output" = "1 1" ]
	strace -f -o trace anysock connect "$spec,op=decrypt" < <(cat sealed) | cmp - big
	run -0 awk '/ splice\(.*SPLICE_F_MORE\) = [1-9]/ { s += $NF } END { print (s > 3000000) }' trace
	[ "$output" = 1 ]
}

@test "alg: a part of a block can be read" {
	needs family alg
	big 100
	openssl enc -aes-128-cbc -K $key -iv $iv <big >sealed
	spec=alg:skcipher:cbc/aes,padding=pkcs7,key=hex:$key,iv=hex:$iv
	anysock connect --read-bytes 21 "$spec,op=encrypt" <big | cmp - <(head -c 21 sealed)
	anysock connect --read-bytes 99 "$spec,op=decrypt" <sealed | cmp - <(head -c 99 big)
}

@test "alg: digests and keyed ones agree with kcapi-dgst, ciphers with kcapi-enc" {
	needs family alg
	needs command kcapi-dgst kcapi-enc
	big
	for algorithm in sha1 sha384 sha512 sha3-256; do
		run -0 kcapi-dgst -c "$algorithm" -i big --hex
		expected=$output
		run -0 anysock connect "alg:hash:$algorithm" <big
		[ "$output" = "$expected" ]
	done
	printf '\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f' >keyfile
	truncate -s 700000 big
	for mode in cbc ctr; do
		kcapi-enc -q -e -c "$mode(aes)" --iv "$iv" --keyfd 3 -i big -o theirs 3<keyfile
		anysock connect "alg:skcipher:$mode/aes,op=encrypt,key=hex:$key,iv=hex:$iv" <big >ours
		# kcapi-enc pads what ends with a whole block, too
		cmp -n 700000 ours theirs
	done
}

@test "alg: families lists what the kernel has, by type" {
	needs family alg
	run -0 anysock connect alg:skcipher:cbc/aes,op=encrypt,key=hex:$key,iv=hex:$iv </dev/null
	run -0 anysock families alg
	[[ $output =~ hash[[:space:]]+sha256[[:space:]].*"priority "[0-9]+", block 64, digest 32" ]]
	[[ $output =~ skcipher[[:space:]]+"cbc(aes)"[[:space:]].*"block 16, iv 16, key 16 to 32" ]]
	run -0 bash -c 'anysock families --json alg | python3 -c "
import json, sys
rows = json.load(sys.stdin)[\"algorithms\"]
print(sorted({r[\"type\"] for r in rows}))
print(max((r[\"priority\"], r[\"driver\"]) for r in rows if r[\"name\"] == \"sha256\")[1])"'
	[[ ${lines[0]} == *hash*skcipher* ]]
	[ "${lines[1]}" = "$(awk -v RS= '/name +: sha256\n/ { match($0, /driver +: [^\n]*/); d = substr($0, RSTART, RLENGTH); sub(/.*: /, "", d); match($0, /priority +: [0-9]*/); p = substr($0, RSTART, RLENGTH); sub(/.*: /, "", p); print p + 0, d }' /proc/crypto | sort -n | tail -n 1 | cut -d" " -f2)" ]
}

@test "alg: a key of the keyrings is used, or the kernel that cannot is told" {
	needs family alg
	needs command strace
	run python -c '
import ctypes, subprocess, sys
libc = ctypes.CDLL(None, use_errno=True)
key = libc.syscall(248, b"user", b"anysock-test", b"secret", 6, -3)  # add_key(2), the session keyring
if key < 0: sys.exit("add_key: %d" % ctypes.get_errno())
for spec in "user:anysock-test", str(key):
	done = subprocess.run(["strace", "-f", "-e", "trace=request_key,setsockopt", "anysock", "connect", "alg:hash:hmac/sha256,keyring=" + spec], input=b"data", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
	print(done.returncode, done.stdout.decode())'
	[ "$status" = 0 ]
	[[ $output == *'request_key("user", "anysock-test"'* ]]
	if [[ $output == *ENOPROTOOPT* ]]; then
		[[ $output == *"from Linux 6.2 on"* ]]
	else
		[ "$(grep -c 1b2c16b75bd2a870c114153ccda5bcfca63314bc722fa160d690de133ccbb9db <<<"$output")" = 2 ]
	fi
	run -2 anysock explain alg:hash:hmac/sha256,keyring=1,key=x
	run -1 anysock connect alg:hash:hmac/sha256,keyring=user:anysock-no-such </dev/null
	[[ $output == *request_key* ]]
}

@test "alg: the shell hashes and encrypts, and compares what comes" {
	needs family alg
	run -0 timeout $((patience * 2)) anysock shell -c 'open h alg:hash:sha256; send h "abc"; shut h; recv h hex{ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad} eof'
	run -0 timeout $((patience * 2)) anysock shell -c "open c alg:skcipher:ecb/aes,op=encrypt,key=hex:$key; send c hex{00112233445566778899aabbccddeeff}; shut c; recv c hex{69c4e0d86a7b0430d8cdb78070b4c55a} eof"
	run -1 timeout $((patience * 2)) anysock shell -c 'open h alg:hash:sha256; send h "abd"; shut h; recv h hex{ba7816bf}'
}

@test "alg: what NIST, IEEE and the RFCs publish comes out, and ciphers give the input back" {
	needs family alg
	cd "$BATS_TEST_TMPDIR"
	count=0
	while IFS=$'\t' read -r source spec input expected; do
		[[ $source != \#* ]] || continue
		unhex "${input#-}" >plain
		unhex "$expected" >result
		case $spec in
		hash:*) anysock connect --format raw "alg:$spec" <plain >came ;;
		*)
			anysock connect "alg:$spec,op=encrypt" <plain >came
			anysock connect "alg:$spec,op=decrypt" <result | cmp - plain
			;;
		esac
		[ "$(hex <came)" = "$expected" ] || { echo "$source: $(hex <came)"; false; }
		count=$((count + 1))
	done <"$tree/tests/data/alg-vectors.tsv"
	[ "$count" = 30 ]
}
