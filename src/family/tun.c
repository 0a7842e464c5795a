/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interfaces whose packets come from us: TUN carries IP, TAP Ethernet; Documentation/networking/tuntap.rst. */
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "core/endpoint.h"
#include "core/family.h"
#include "core/netns.h"
#include "core/target.h"
#include "family/path.h"
#include "family/plain_calls.h"
#include "family/tun_configure.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define DEVICE "/dev/net/tun"
#define OPEN_FLAGS (O_RDWR | O_NONBLOCK | O_CLOEXEC)

enum { TUN_NAME };

static const struct shape_field fields[] = {
	{ .name = "interface",
	  .help = "its name, which may have %d for a free number",
	  .optional = true,
	  .has_default = true },
	{ .name = NULL },
};

/* The row is there for what it says of messages; no socket is made. */
static const struct family_type types[] = {
	{ .name = "raw", .type = SOCK_RAW, .end = END_NONE, .messages = true, .no_listen = true },
	{ .name = NULL },
};

static const struct parameter parameters[] = {
	{ .name = "address", .type = VALUE_TEXT, .flags = PARAMETER_REPEATS, .argument = "ADDRESS/BITS", .help = "give the interface this address" },
	{ .name = "mtu", .type = VALUE_NUMBER, .minimum = 68, .maximum = 65535, .help = "set the size of the largest packet" },
	{ .name = "multi-queue", .type = VALUE_FLAG, .help = "one of several queues, which share the packets" },
	{ .name = "persist", .type = VALUE_FLAG, .help = "the interface stays when we end" },
	{ .name = "up", .type = VALUE_FLAG, .help = "bring it up; done unless up=off says not to" },
	{ .name = NULL },
};

static bool is_tap(const struct target *target)
{
	return strcmp(target->family->shape.name, "tap") == 0;
}

static int check_addresses(const struct target *target, struct error *err)
{
	struct tun_address address;

	for (size_t i = 0; i < target->setting_count; i++) {
		const struct setting *setting = &target->settings[i];

		if (strcmp(setting->parameter->name, "address") != 0 ||
		    tun_address_read(setting->value.bytes, &address, err) == 0)
			continue;
		error_context(err, "address");
		return target_error_setting(target, setting, err);
	}
	return 0;
}

static int tun_check(struct target *target, struct error *err)
{
	const struct target_field *name = &target->fields[TUN_NAME];

	if (name->length < IFNAMSIZ && memchr(name->text, '/', name->length) == NULL)
		return check_addresses(target, err);
	error_usage(err, "the name of an interface has at most %d bytes and no \"/\"", IFNAMSIZ - 1);
	return target_error_field(target, TUN_NAME, err);
}

static int explain(const struct target *target, const char *what, struct error *err)
{
	error_system(err, "%s", what);
	switch (err->code) {
	case EPERM:
		return error_hint(err, "it takes CAP_NET_ADMIN, or an interface that was made for this user: ip "
				       "tuntap add dev NAME mode %s user %d",
				  is_tap(target) ? "tap" : "tun", (int)geteuid());
	case EBUSY:
		return error_hint(err, "another program is attached to it; with multi-queue both can be");
	case EINVAL:
		return error_hint(err, "an interface of that name is of another kind, or was made %s multi-queue",
				  target_flag(target, "multi-queue") ? "without" : "with");
	case ENOENT:
	case ENODEV:
		return error_hint(err, "try: modprobe tun");
	default:
		return -1;
	}
}

static int set_owner(const struct target *target, int fd, struct error *err)
{
	uid_t user;
	gid_t group;

	if (path_owner(target, &user, &group, err) < 0)
		return -1;
	if (user != (uid_t)-1 && ioctl(fd, TUNSETOWNER, (unsigned long)user) < 0)
		return error_system(err, "user");
	if (group != (gid_t)-1 && ioctl(fd, TUNSETGROUP, (unsigned long)group) < 0)
		return error_system(err, "group");
	if (target_flag(target, "persist") && ioctl(fd, TUNSETPERSIST, 1UL) < 0)
		return error_system(err, "persist");
	return 0;
}

/* Makes the interface, or attaches to one that is there; request then has its name. */
static int attach(const struct target *target, struct ifreq *request, struct error *err)
{
	cleanup_close int fd = open(DEVICE, OPEN_FLAGS);
	unsigned int flags = IFF_NO_PI | (is_tap(target) ? IFF_TAP : IFF_TUN);

	if (fd < 0)
		return explain(target, DEVICE, err);
	if (target_flag(target, "multi-queue"))
		flags |= IFF_MULTI_QUEUE;
	request->ifr_flags = (short)flags;
	memcpy(request->ifr_name, target->fields[TUN_NAME].text, target->fields[TUN_NAME].length);
	if (ioctl(fd, TUNSETIFF, request) < 0)
		return explain(target, "TUNSETIFF", err);
	return set_owner(target, fd, err) < 0 ? -1 : steal_fd(&fd);
}

static int configure(const struct target *target, const char *name, struct error *err)
{
	unsigned int index = if_nametoindex(name);
	uint32_t mtu = (uint32_t)target_number(target, "mtu", 0);
	struct tun_address address;
	bool up = target_number(target, "up", 1) != 0;

	for (size_t i = 0; i < target->setting_count; i++) {
		const struct setting *setting = &target->settings[i];

		if (strcmp(setting->parameter->name, "address") != 0)
			continue;
		if (tun_address_read(setting->value.bytes, &address, err) < 0 ||
		    tun_address_add(index, &address, err) < 0)
			return error_context(err, "%s: %s", name, setting->value.bytes);
	}
	/* One that somebody made for us may be all that we are allowed to touch. */
	if (tun_bring_up(name, mtu, up, err) == 0 ||
	    (err->code == EPERM && mtu == 0 && target_setting(target, "up") == NULL))
		return 0;
	return error_context(err, "%s", name);
}

static int open_interface(const struct target *target, struct ifreq *request, struct error *err)
{
	cleanup_close int fd = -1;
	int home, configured;

	if (netns_enter(target->common.netns, &home, err) < 0)
		return -1;
	fd = attach(target, request, err);
	configured = fd < 0 ? -1 : configure(target, request->ifr_name, err);
	if (netns_leave(home, configured < 0 ? NULL : err) < 0 || configured < 0)
		return -1;
	return steal_fd(&fd);
}

static int tun_receive(struct endpoint *endpoint, struct message_room *room,
		       struct message *message, struct error *err)
{
	ssize_t got;

	do
		got = read(endpoint->in, room->data, room->size);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return errno == EAGAIN ? 0 : error_system(err, "receive");
	*message = (struct message){ .data = room->data, .length = (size_t)got };
	clock_gettime(CLOCK_REALTIME, &message->time);
	return 1;
}

static int tun_send(struct endpoint *endpoint, const struct message *message, struct error *err)
{
	ssize_t put;
	int code;

	do
		put = write(endpoint->out, message->data, message->length);
	while (put < 0 && errno == EINTR);
	if (put >= 0)
		return 1;
	if (errno == EAGAIN)
		return 0;
	code = errno;
	/* EIO is what it calls an interface that is down. */
	error_code(err, code == EIO ? ENETDOWN : code, "%s: a packet of %zu bytes was refused",
		   endpoint->target->family->shape.name, message->length);
	return code == EIO || code == EINVAL || code == EMSGSIZE ? ENDPOINT_DROPPED : -1;
}

static const struct endpoint_ops tun_ops = { .receive = tun_receive, .send = tun_send };

static int tun_open(const struct target *target, const struct endpoint *client,
		    struct endpoint *endpoint, struct error *err)
{
	struct endpoint made = ENDPOINT_CLOSED;
	struct ifreq request = { 0 };

	(void)client;
	made.in = made.out = open_interface(target, &request, err);
	if (made.in < 0)
		return -1;
	made.target = target;
	made.ops = &tun_ops;
	made.end = END_NONE;
	made.messages = true;
	endpoint_classify(&made);
	endpoint_move(endpoint, &made);
	return 0;
}

static void add_attach_calls(const struct target *target, struct buf *out)
{
	const char *user = target_text(target, "user", NULL), *group = target_text(target, "group", NULL);

	plain_add_open(DEVICE, OPEN_FLAGS, 0, NULL, out);
	buf_add_string(out, "ioctl(fd, TUNSETIFF, {ifr_name=");
	plain_add_text(target->fields[TUN_NAME].text, out);
	buf_print(out, ", ifr_flags=IFF_%s|IFF_NO_PI%s})\n", is_tap(target) ? "TAP" : "TUN",
		  target_flag(target, "multi-queue") ? "|IFF_MULTI_QUEUE" : "");
	if (user != NULL)
		buf_print(out, "ioctl(fd, TUNSETOWNER, %s)\n", user);
	if (group != NULL)
		buf_print(out, "ioctl(fd, TUNSETGROUP, %s)\n", group);
	if (target_flag(target, "persist"))
		buf_add_string(out, "ioctl(fd, TUNSETPERSIST, 1)\n");
}

static void tun_add_open_calls(const struct target *target, struct buf *out)
{
	netns_add_enter(target->common.netns, out);
	add_attach_calls(target, out);
	for (size_t i = 0; i < target->setting_count; i++)
		if (strcmp(target->settings[i].parameter->name, "address") == 0)
			tun_add_address_calls(target->settings[i].value.bytes, out);
	tun_add_up_calls((uint32_t)target_number(target, "mtu", 0), target_number(target, "up", 1) != 0, out);
	netns_add_leave(target->common.netns, out);
}

/* Whether the kernel lets us change interfaces: a metric is checked for that, and never set. */
static bool may_make(void)
{
	cleanup_close int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { .ifr_name = "lo" };

	return ioctl(fd, SIOCSIFMETRIC, &request) == 0 || errno != EPERM;
}

/* Whether the file under /sys of an interface of ours says that it is our user's. */
static bool is_ours(const char *path)
{
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[16] = "";
	int64_t owner;

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		return false;
	text[strcspn(text, "\n")] = '\0';
	return number_signed(text, 0, UINT32_MAX, &owner, NULL) == 0 && owner == (int64_t)geteuid();
}

static bool was_made_for_us(void)
{
	glob_t found;
	bool is_there = false;

	if (glob("/sys/class/net/*/owner", 0, NULL, &found) != 0)
		return false;
	for (size_t i = 0; i < found.gl_pathc && !is_there; i++)
		is_there = is_ours(found.gl_pathv[i]);
	globfree(&found);
	return is_there;
}

static int tun_probe(struct error *err)
{
	cleanup_close int fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	int code = errno;

	if (fd < 0) {
		error_set(err, ERROR_UNAVAILABLE, DEVICE ": %s", error_words(code));
		return error_hint(err, code == EACCES || code == EPERM ? "it needs CAP_NET_ADMIN: run it as root" :
									 "try: modprobe tun");
	}
	if (may_make() || was_made_for_us())
		return 0;
	error_set(err, ERROR_UNAVAILABLE, "interfaces: %s", error_words(EPERM));
	return error_hint(err, "it takes CAP_NET_ADMIN, or one that was made for this user: ip tuntap add dev NAME mode tun "
			       "user %d", (int)geteuid());
}

/* clang-format off */
#define TUN_FAMILY(NAME, WORDS) { \
	.shape = { .name = NAME, .known_as = NAMES("tuntap"), .roles = ROLE_BIT(ROLE_CONNECT), .fields = fields }, \
	.summary = WORDS, \
	.domain = -1, \
	.obeys = OBEYS_OWNER | OBEYS_NETNS, \
	.types = types, \
	.parameters = parameters, \
	.step = STEP_NONE, \
	.text_format = "summary", \
	.module = "tun", \
	.capability = "CAP_NET_ADMIN", \
	.check = tun_check, \
	.open = tun_open, \
	.add_open_calls = tun_add_open_calls, \
	.probe = tun_probe, \
}
/* clang-format on */

const struct family tap_family = TUN_FAMILY("tap", "an interface whose Ethernet frames come from us");
const struct family tun_family = TUN_FAMILY("tun", "an interface whose IP packets come from us");
