/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Socket addresses of every family, whatever their bytes: printed on one line, as an object, and where that is a spec, it is printed of what it says again. */
#include "codec_check.h"

#include "base/bytes.h"
#include "core/target.h"

#include <sys/socket.h>
#include <sys/un.h>

/* The first byte picks a family that prints addresses, and a target of which it is one. */
static const char *const specs[] = {
	"tcp:127.0.0.1:1",
	"tcp6:[::1]:1",
	"udp:127.0.0.1:1",
	"icmp:127.0.0.1",
	"ip6:[::1]:253",
	"sctp:127.0.0.1:1",
	"tcp4:127.0.0.1:1",
	"unix:/x",
	"unix:/x,type=dgram",
	"vsock:2:1",
	"hyperv:parent:00000001-facb-11e6-bd58-64006a7986d3",
	"can:vcan0",
	"can-bcm:vcan0",
	"can-isotp:vcan0:1:2",
	"can-j1939:vcan0",
	"packet:lo",
	"netlink:route",
	"netlink:generic",
	"bt-l2cap:[11:22:33:44:55:66]:1",
	"bt-rfcomm:[11:22:33:44:55:66]:1",
	"bt-sco:[11:22:33:44:55:66]",
	"bt-hci:hci0",
	"bt:",
	"qrtr:1:2",
	"tipc:service:1000:1",
	"tipc:group:1000:1",
	"socket:inet:stream:0:hex:00",
	"socketcand:127.0.0.1:1,bus=a",
	"cannelloni:127.0.0.1:1",
	"dccp:127.0.0.1:1",
};

static void bind_target(struct target *target, const char *text)
{
	struct error err = { 0 };
	struct spec spec;

	require(spec_parse(&spec, text, family_vocabulary(), &err) == 0 &&
			target_bind(target, &spec, &err) == 0,
		err.text);
}

static void print(const struct target *target, const struct address *address, struct buf *out)
{
	target_print_address(target, address, out);
	require(out->length > 0 && strlen(out->data) == out->length, "no text");
	require(bytes_are_text(out->data, out->length) && strpbrk(out->data, "\r\n") == NULL,
		"not one line");
}

static void describe(const struct target *target, const struct address *address)
{
	cleanup_buf struct buf out = { 0 };
	struct json json = { .out = &out };

	json_open_object(&json, NULL);
	if (target->family->describe_address != NULL)
		target->family->describe_address(address, &json);
	json_close_object(&json);
	require(bytes_are_text(out.data, out.length), "no JSON");
}

static bool print_again(const struct target *target, const struct buf *printed, struct buf *again)
{
	struct address address = { 0 };

	if (target_read_address(printed->data, &address, NULL) < 0)
		return false;
	target_print_address(target, &address, again);
	return true;
}

/* Where it is a spec that can be read, it says an address with that spelling; "any" is one of our own by then. */
static void check_spelling(const struct target *target, const struct buf *printed)
{
	cleanup_buf struct buf once = { 0 }, twice = { 0 };

	if (!print_again(target, printed, &once))
		return;
	require(print_again(target, &once, &twice), once.data);
	if (strcmp(once.data, twice.data) != 0)
		fprintf(stderr, "%s is %s\n", once.data, twice.data);
	require(strcmp(once.data, twice.data) == 0, "it is another address");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_buf struct buf printed = { 0 };
	struct address address = { 0 };
	struct target target;

	if (size < 2)
		return 0;
	bind_target(&target, specs[data[0] % array_length(specs)]);
	address.length = (socklen_t)(size - 1 < sizeof(address.storage) ? size - 1
									: sizeof(address.storage));
	memcpy(&address.storage, data + 1, address.length);
	/* The kernel gives those of a family its own, and none that is cut. */
	if (target.family->domain > 0) {
		address.any.sa_family = (sa_family_t)target.family->domain;
		if (target.family->domain != AF_UNIX)
			address.length = sizeof(address.storage);
		else if (address.length > sizeof(struct sockaddr_un))
			address.length = sizeof(struct sockaddr_un);
	}
	print(&target, &address, &printed);
	describe(&target, &address);
	/* Groups of netlink, and of TIPC, are joined later. */
	if (target.family->domain > 0 && target.family->domain != AF_NETLINK &&
	    strstr(printed.data, "group:") == NULL)
		check_spelling(&target, &printed);
	target_release(&target);
	return 0;
}
