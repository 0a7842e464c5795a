/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Socket options: read, printed, set on sockets of this kernel and read back. */
#include "unit.h"

#include "base/cleanup.h"
#include "option/sockopt.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/uapi.h"

/* Socket options: the table */

static void folds_symbol(const char *symbol, char *name, size_t size)
{
	size_t i = 0;

	for (; symbol[i] != '\0' && i + 1 < size; i++)
		name[i] = symbol[i] == '_' ? '-' :
			  symbol[i] >= 'A' && symbol[i] <= 'Z' ? (char)(symbol[i] + 32) : symbol[i];
	name[i] = '\0';
}

static void names_rows(struct unit *unit)
{
	char folded[64];

	for (size_t i = 0; sockopt_at(i) != NULL; i++) {
		const struct sockopt *row = sockopt_at(i);
		int levels[] = { sockopt_level(row), SOL_BLUETOOTH, -1 };
		bool bluetooth = strcmp(sockopt_row_level(row), "SOL_HCI") == 0 ||
				 strcmp(sockopt_row_level(row), "SOL_L2CAP") == 0 ||
				 strcmp(sockopt_row_level(row), "SOL_SCO") == 0;

		if (!bluetooth && levels[0] != SOL_BLUETOOTH)
			levels[1] = -1;
		folds_symbol(sockopt_symbol(row), folded, sizeof(folded));
		if (strncmp(folded, "so-setclp", 9) != 0)
			unit_check_string(unit, sockopt_name(row), folded);
		if (sockopt_find(sockopt_name(row), levels, true) != row)
			unit_fail(unit, __FILE__, __LINE__, "%s is not found", sockopt_name(row));
		unit_check(unit, sockopt_help(row)[0] != '\0');
	}
}

static const struct {
	const char *name, *found;
	int levels[4];
} lookups[] = {
	{ "so-rcvbuf", "so-rcvbuf", { SOL_SOCKET, -1 } },
	{ "SO_RCVBUF", "so-rcvbuf", { SOL_SOCKET, -1 } },
	{ "rcvbuf", "so-rcvbuf", { SOL_SOCKET, -1 } },
	{ "nodelay", "tcp-nodelay", { SOL_SOCKET, IPPROTO_TCP, -1 } },
	{ "nodelay", "sctp-nodelay", { SOL_SOCKET, IPPROTO_SCTP, -1 } },
	{ "mss", "tcp-maxseg", { IPPROTO_TCP, -1 } },
	{ "v6only", "ipv6-v6only", { SOL_SOCKET, IPPROTO_IPV6, -1 } },
	{ "lm", "l2cap-lm", { SOL_SOCKET, SOL_BLUETOOTH, SOL_L2CAP, -1 } },
	{ "conninfo", "sco-conninfo", { SOL_SOCKET, SOL_BLUETOOTH, SOL_SCO, -1 } },
	{ "tcp-nodelay", NULL, { SOL_SOCKET, SOL_BLUETOOTH, SOL_L2CAP, -1 } },
	{ "nodelay", NULL, { SOL_SOCKET, -1 } },
	{ "loopback", "can-raw-loopback", { SOL_CAN_RAW, -1 } },
};

static void finds_rows(struct unit *unit)
{
	for (size_t i = 0; i < sizeof(lookups) / sizeof(lookups[0]); i++) {
		const struct sockopt *row = sockopt_find(lookups[i].name, lookups[i].levels, true);

		unit_check_string(unit, row != NULL ? sockopt_name(row) : NULL, lookups[i].found);
	}
	unit_check(unit, sockopt_find("cork", NULL, false) != NULL);
	unit_check(unit, sockopt_find("no-such-thing", NULL, false) == NULL);
}

/* Socket options: values on sockets */

static const struct kind {
	const char *title;
	int domain, type, protocol;
} kinds[] = {
	{ "tcp", AF_INET, SOCK_STREAM, 0 },
	{ "tcp6", AF_INET6, SOCK_STREAM, 0 },
	{ "udp", AF_INET, SOCK_DGRAM, 0 },
	{ "udp6", AF_INET6, SOCK_DGRAM, 0 },
	{ "udplite", AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE },
	{ "mptcp", AF_INET, SOCK_STREAM, IPPROTO_MPTCP },
	{ "sctp", AF_INET, SOCK_STREAM, IPPROTO_SCTP },
	{ "sctp-many", AF_INET, SOCK_SEQPACKET, IPPROTO_SCTP },
	{ "dccp", AF_INET, SOCK_DCCP, IPPROTO_DCCP },
	{ "icmp", AF_INET, SOCK_RAW, IPPROTO_ICMP },
	{ "icmp6", AF_INET6, SOCK_RAW, IPPROTO_ICMPV6 },
	{ "unix", AF_UNIX, SOCK_STREAM, 0 },
	{ "unix-dgram", AF_UNIX, SOCK_DGRAM, 0 },
	{ "netlink", AF_NETLINK, SOCK_RAW, 0 },
	{ "packet", AF_PACKET, SOCK_DGRAM, 0 },
	{ "xdp", AF_XDP, SOCK_RAW, 0 },
	{ "can", AF_CAN, SOCK_RAW, CAN_RAW },
	{ "isotp", AF_CAN, SOCK_DGRAM, CAN_ISOTP },
	{ "j1939", AF_CAN, SOCK_DGRAM, 7 },
	{ "tipc", AF_TIPC, SOCK_STREAM, 0 },
	{ "tipc-rdm", AF_TIPC, SOCK_RDM, 0 },
	{ "vsock", AF_VSOCK, SOCK_STREAM, 0 },
	{ "rds", AF_RDS, SOCK_SEQPACKET, 0 },
	{ "l2cap", AF_BLUETOOTH, SOCK_SEQPACKET, BTPROTO_L2CAP },
	{ "rfcomm", AF_BLUETOOTH, SOCK_STREAM, BTPROTO_RFCOMM },
	{ "sco", AF_BLUETOOTH, SOCK_SEQPACKET, BTPROTO_SCO },
	{ "hci", AF_BLUETOOTH, SOCK_RAW, BTPROTO_HCI },
	{ "llc", AF_LLC, SOCK_DGRAM, 0 },
	{ "kcm", AF_KCM, SOCK_DGRAM, 0 },
};

/* Rows that do not take back what they showed, and why. */
static const char *const unlike[][2] = {
	{ "so-sndbuf", "the kernel doubles it" },
	{ "so-rcvbuf", "the kernel doubles it" },
	{ "so-mark", "needs a privilege in the namespace" },
	{ "so-peek-off", "unix and udp only; -1 is the state before the first setting" },
	{ "so-incoming-cpu", "-1 is the state before the first setting" },
	{ "so-lock-filter", "can be set once" },
	{ "so-max-pacing-rate", "a rate below the default makes the kernel's own pacing start" },
	{ "so-wifi-status", "needs a wireless device on some kernels" },
	{ "tcp-maxseg", "reads the segment of the connection, not what was set" },
	{ "tcp-window-clamp", "reads 0 before it is set" },
	{ "tcp-repair", "needs a closed or connected socket" },
	{ "tcp-repair-queue", "under repair only" },
	{ "tcp-queue-seq", "under repair only" },
	{ "tcp-timestamp", "runs on" },
	{ "tcp-fastopen-key", "a secret" },
	{ "tcp-ulp", "connected only" },
	{ "ip-multicast-if", "shows an address" },
	{ "ipv6-mtu", "reads the path's" },
	{ "ipv6-addrform", "connected only" },
	{ "packet-version", "before a ring is made" },
	{ "so-busy-poll", "needs a privilege" },
	{ "so-prefer-busy-poll", "needs a privilege" },
	{ "so-busy-poll-budget", "needs a privilege" },
	{ "so-debug", "needs a privilege" },
};

static bool is_unlike(const char *name)
{
	for (size_t i = 0; i < sizeof(unlike) / sizeof(unlike[0]); i++)
		if (strcmp(unlike[i][0], name) == 0)
			return true;
	return false;
}

/* What the row shows; false where the socket does not answer. */
static bool show(const struct sockopt *row, int fd, struct buf *text)
{
	struct buf bytes cleanup_buf = { 0 };
	struct error err = { 0 };

	buf_clear(text);
	if (sockopt_get(row, fd, 0, &bytes, &err) < 0)
		return false;
	sockopt_print(row, buf_text(&bytes), bytes.length, text);
	return true;
}

/* 1 set, 0 refused by the kernel, -1 refused by us. */
static int change(const struct sockopt *row, int fd, const char *text, struct error *err)
{
	struct sockopt_setting setting;
	int status;

	if (sockopt_read(row, text, strlen(text), &setting, err) < 0)
		return -1;
	status = sockopt_apply(&setting, fd, err);
	sockopt_setting_release(&setting);
	return status == 0;
}

static unsigned int returns_row(struct unit *unit, const struct kind *kind, int fd,
				const struct sockopt *row)
{
	struct buf before cleanup_buf = { 0 }, after cleanup_buf = { 0 };
	struct error err = { 0 };
	int status;

	if (!show(row, fd, &before) || before.length == 0 || strcmp(buf_text(&before), "hex:") == 0)
		return 0;
	status = change(row, fd, buf_text(&before), &err);
	if (status < 0)
		unit_fail(unit, __FILE__, __LINE__, "%s: %s: \"%s\" is not read back: %s", kind->title,
			  sockopt_name(row), buf_text(&before), err.text);
	if (status <= 0)
		return 0;
	show(row, fd, &after);
	if (strcmp(buf_text(&before), buf_text(&after)) != 0)
		unit_fail(unit, __FILE__, __LINE__, "%s: %s: \"%s\" became \"%s\"", kind->title,
			  sockopt_name(row), buf_text(&before), buf_text(&after));
	unit->checks++;
	return 1;
}

/* The options of one kind of socket that take back what they show. */
static unsigned int returns_rows(struct unit *unit, const struct kind *kind, int fd)
{
	int protocol = kind->protocol;
	unsigned int count = 0;

	if (protocol == 0 && kind->domain != AF_CAN && kind->domain != AF_BLUETOOTH)
		protocol = kind->type == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP;
	for (size_t i = 0; sockopt_at(i) != NULL; i++) {
		const struct sockopt *row = sockopt_at(i);

		if (sockopt_is_listed(row) && sockopt_is_writable(row) &&
		    sockopt_suits(row, kind->domain, kind->type, protocol) &&
		    !is_unlike(sockopt_name(row)))
			count += returns_row(unit, kind, fd, row);
	}
	return count;
}

static void takes_back_what_it_shows(struct unit *unit)
{
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		const struct kind *kind = &kinds[k];
		int fd cleanup_close = socket(kind->domain, kind->type | SOCK_CLOEXEC,
					      kind->protocol);
		unsigned int count;

		if (fd < 0) {
			printf("# %s: not on this kernel\n", kind->title);
			continue;
		}
		count = returns_rows(unit, kind, fd);
		printf("# %s: %u options\n", kind->title, count);
		unit_check(unit, count > 0);
	}
}

/* Values that are set and how they are then shown; NULL: the kernel may refuse. */
static const struct {
	int domain, type, protocol;
	const char *name, *text, *shown;
} changes[] = {
	{ AF_INET, SOCK_STREAM, 0, "tcp-nodelay", "1", "on" },
	{ AF_INET, SOCK_STREAM, 0, "so-reuseaddr", "yes", "on" },
	{ AF_INET, SOCK_STREAM, 0, "so-rcvbuf", "64k", "131072" },
	{ AF_INET, SOCK_STREAM, 0, "so-sndbuf", "32768", "65536" },
	{ AF_INET, SOCK_STREAM, 0, "so-linger", "5", "5s" },
	{ AF_INET, SOCK_STREAM, 0, "so-linger", "0", "0s" },
	{ AF_INET, SOCK_STREAM, 0, "so-linger", "off", "off" },
	{ AF_INET, SOCK_STREAM, 0, "so-rcvtimeo", "1.5s", "1500ms" },
	{ AF_INET, SOCK_STREAM, 0, "so-sndtimeo", "2", "2s" },
	{ AF_INET, SOCK_STREAM, 0, "so-bindtodevice", "lo", "lo" },
	{ AF_INET, SOCK_STREAM, 0, "so-bindtoifindex", "lo", "lo" },
	{ AF_INET, SOCK_STREAM, 0, "so-priority", "5", "5" },
	{ AF_INET, SOCK_STREAM, 0, "so-peek-off", "3", "3" },
	{ AF_INET, SOCK_STREAM, 0, "so-max-pacing-rate", "1000000", "1000000" },
	{ AF_INET, SOCK_STREAM, 0, "tcp-user-timeout", "2500ms", "2500ms" },
	{ AF_INET, SOCK_STREAM, 0, "tcp-keepidle", "2m", "120s" },
	{ AF_INET, SOCK_STREAM, 0, "tcp-keepcnt", "3", "3" },
	{ AF_INET, SOCK_STREAM, 0, "tcp-congestion", "reno", "reno" },
	{ AF_INET, SOCK_STREAM, 0, "tcp-fastopen-connect", "on", "on" },
	{ AF_INET, SOCK_STREAM, 0, "tcp-notsent-lowat", "16k", "16384" },
	{ AF_INET, SOCK_STREAM, 0, "tcp-window-clamp", "64k", "65536" },
	{ AF_INET, SOCK_STREAM, 0, "ip-tos", "af21", "af21" },
	{ AF_INET, SOCK_STREAM, 0, "ip-tos", "0x10", "lowdelay" },
	{ AF_INET, SOCK_DGRAM, 0, "ip-ttl", "7", "7" },
	{ AF_INET, SOCK_DGRAM, 0, "ip-mtu-discover", "probe", "probe" },
	{ AF_INET, SOCK_DGRAM, 0, "ip-mtu-discover", "IP_PMTUDISC_DO", "do" },
	{ AF_INET, SOCK_DGRAM, 0, "ip-multicast-ttl", "9", "9" },
	{ AF_INET, SOCK_DGRAM, 0, "ip-multicast-if", "127.0.0.1", "127.0.0.1" },
	{ AF_INET, SOCK_DGRAM, 0, "ip-unicast-if", "lo", "lo" },
	{ AF_INET, SOCK_DGRAM, 0, "ip-local-port-range", "40000:50000", "low=40000 high=50000" },
	{ AF_INET, SOCK_DGRAM, 0, "ip-add-membership", "239.1.1.1:lo", NULL },
	{ AF_INET, SOCK_DGRAM, 0, "ip-add-membership", "239.1.1.2:127.0.0.1", NULL },
	{ AF_INET, SOCK_DGRAM, 0, "mcast-join-group", "239.1.1.3:lo", NULL },
	{ AF_INET, SOCK_DGRAM, 0, "mcast-join-source-group", "239.1.1.4:127.0.0.1:lo", NULL },
	{ AF_INET, SOCK_DGRAM, 0, "ip-add-source-membership", "239.1.1.5:127.0.0.1:127.0.0.1", NULL },
	{ AF_INET, SOCK_DGRAM, 0, "so-attach-filter", "1 6 0 0 65535", NULL },
	{ AF_INET, SOCK_DGRAM, 0, "so-txtime", "monotonic:report-errors",
	  "clock=monotonic flags=report-errors" },
	{ AF_INET, SOCK_DGRAM, 0, "so-timestamping", "rx-software+software", "rx-software+software" },
	{ AF_INET, SOCK_DGRAM, 0, "udp-segment", "1200", "1200" },
	{ AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE, "udplite-send-cscov", "20", "20" },
	{ AF_INET6, SOCK_STREAM, 0, "ipv6-v6only", "on", "on" },
	{ AF_INET6, SOCK_DGRAM, 0, "ipv6-unicast-hops", "9", "9" },
	{ AF_INET6, SOCK_DGRAM, 0, "ipv6-multicast-if", "lo", "lo" },
	{ AF_INET6, SOCK_DGRAM, 0, "ipv6-join-group", "[ff02::1:3]:lo", NULL },
	{ AF_INET6, SOCK_DGRAM, 0, "ipv6-join-group", "ff02::1:4:lo", NULL },
	{ AF_INET6, SOCK_DGRAM, 0, "mcast-join-group", "[ff02::1:5]:lo", NULL },
	{ AF_INET6, SOCK_DGRAM, 0, "ipv6-tclass", "ef", "ef" },
	{ AF_INET6, SOCK_DGRAM, 0, "ipv6-addr-preferences", "public", "public+home" },
	{ AF_INET, SOCK_RAW, IPPROTO_ICMP, "icmp-filter", "echo+13", "echo+timestamp" },
	{ AF_INET6, SOCK_RAW, IPPROTO_ICMPV6, "icmpv6-filter", "echo+200", "echo+200" },
	{ AF_PACKET, SOCK_DGRAM, 0, "packet-add-membership", "lo:promisc", NULL },
	{ AF_VSOCK, SOCK_STREAM, 0, "so-vm-sockets-buffer-max-size", "1M", "1048576" },
	{ AF_VSOCK, SOCK_STREAM, 0, "so-vm-sockets-connect-timeout", "3s", "3s" },
	{ AF_NETLINK, SOCK_RAW, 0, "netlink-add-membership", "1", NULL },
	{ AF_NETLINK, SOCK_RAW, 0, "netlink-ext-ack", "on", "on" },
	{ AF_CAN, SOCK_RAW, CAN_RAW, "can-raw-filter", "123:7FF+200~7F0", "123:7FF+200~7F0" },
	{ AF_CAN, SOCK_RAW, CAN_RAW, "can-raw-filter", "12345678:1FFFFFFF", "12345678:1FFFFFFF" },
	{ AF_CAN, SOCK_RAW, CAN_RAW, "can-raw-filter", "none", "none" },
	{ AF_CAN, SOCK_RAW, CAN_RAW, "can-raw-err-filter", "busoff+ack", "ack+busoff" },
	{ AF_CAN, SOCK_DGRAM, CAN_ISOTP, "can-isotp-recv-fc", "8:0x10:0",
	  "bs=8 stmin=0x10 wftmax=0" },
	{ AF_CAN, SOCK_DGRAM, 7, "so-j1939-filter", "pgn=0x12300:pgn-mask=0x3ff00", NULL },
	{ AF_TIPC, SOCK_STREAM, 0, "tipc-conn-timeout", "5s", "5s" },
	{ AF_TIPC, SOCK_STREAM, 0, "tipc-importance", "critical", "critical" },
	{ AF_INET, SOCK_STREAM, IPPROTO_SCTP, "sctp-initmsg", "10:5:3:1s",
	  "num-ostreams=10 max-instreams=5 max-attempts=3 max-init-timeo=1s" },
	{ AF_BLUETOOTH, SOCK_SEQPACKET, BTPROTO_L2CAP, "bt-security", "medium", NULL },
};

static void sets_values(struct unit *unit)
{
	if (unit_is_emulated(unit))
		return;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		int fd cleanup_close = socket(changes[i].domain, changes[i].type | SOCK_CLOEXEC,
					      changes[i].protocol);
		const struct sockopt *row = sockopt_find(changes[i].name, NULL, false);
		struct buf shown cleanup_buf = { 0 };
		struct error err = { 0 };

		if (!unit_check(unit, row != NULL) || fd < 0)
			continue;
		if (change(row, fd, changes[i].text, &err) != 1) {
			unit_fail(unit, __FILE__, __LINE__, "%s=%s: %s", changes[i].name,
				  changes[i].text, err.text);
			continue;
		}
		if (changes[i].shown == NULL)
			continue;
		show(row, fd, &shown);
		unit_check_string(unit, buf_text(&shown), changes[i].shown);
	}
}

#define KEY_OF_9 "123456789"
#define KEY_OF_81 KEY_OF_9 KEY_OF_9 KEY_OF_9 KEY_OF_9 KEY_OF_9 KEY_OF_9 KEY_OF_9 KEY_OF_9 KEY_OF_9
#define HEX_OF_81 KEY_OF_81 KEY_OF_81

/* What is wrong, and words that the error has. */
static const char *const refusals[][3] = {
	{ "tcp-user-timeout", "5000", "needs a unit" },
	{ "tcp-user-timeout", "1us", "whole number of milliseconds" },
	{ "tcp-nodelay", "2", "neither on nor off" },
	{ "ip-add-membership", "eth0", "not an IPv4 address" },
	{ "ipv6-join-group", "239.1.1.1", "not an IPv6 address" },
	{ "so-type", "1", "can only be read" },
	{ "so-rcvbuf", "1x", "not a size" },
	{ "so-rcvbuf", "5G", "not a size" },
	{ "so-bindtodevice", "a-name-that-is-too-long", "longer than" },
	{ "so-attach-filter", "tcp port 80", "not an expression" },
	{ "can-raw-filter", "123", "ID:MASK" },
	{ "ip-tos", "af99", "none of the values" },
	{ "sctp-initmsg", "1:2:3:4s:5", "more than the struct has" },
	{ "tcp-keepidle", "1500ms", "whole number of seconds" },
	{ "tipc-mcast-broadcast", "x", "no value" },
	{ "tcp-md5sig", "nowhere:key", "not an IP address" },
	{ "tcp-md5sig", "127.0.0.1:" KEY_OF_81, "the key is longer than 80 bytes" },
	{ "tcp-md5sig", "127.0.0.1:0x" HEX_OF_81, "has 81 bytes: 80 at most" },
	{ "tcp-md5sig", "127.0.0.1:key:3:0:0:0:1", "more than the struct has" },
	{ "so-attach-filter", "3,40 0 0 12", "the program ends too early" },
	{ "so-attach-filter", "1,6 0 0", "the program ends too early" },
	{ "so-attach-filter", "", "not an expression" },
	{ "so-linger", "1500ms", "is not a whole number of seconds" },
	{ "so-linger", "on:5", "is not a duration" },
	{ "so-rcvtimeo", "5x", "is not a duration" },
	{ "ip-options", "hex:0g", "a second hex digit expected" },
	{ "ip-options", "base64:***", "four base64 digits" },
	{ "so-mark", "0x1ffffffff", "is not a number from 0 to 4294967295" },
	{ "so-mark", "-1", "is not a number from 0 to 4294967295" },
	{ "so-priority", "99999999999", "is not a number from -2147483648 to 2147483647" },
	{ "so-peek-off", "-2147483649", "is not a number from -2147483648 to 2147483647" },
	{ "so-timestamping", "nosuch", "is none of the flags of timestamping" },
	{ "so-timestamping", "0x1ffffffff", "is more than 0xffffffff" },
	{ "so-txtime", "monotonic:nosuch", "flags: \"nosuch\" is none of" },
	{ "ip-add-source-membership", "232.1.1.1:127.0.0.1:127.0.0.1:1", "more than the struct has" },
	{ "mcast-join-group", "lo", "group: \"lo\" is not an IP address" },
	{ "mcast-join-source-group", "239.1.1.1:lo", "source: \"lo\" is not an IP address" },
	{ "tcp-congestion", "a-name-that-is-much-too-long", "is longer than 15 bytes" },
	{ "packet-fanout", "x", "id: \"x\" is not a number from 0 to 65535" },
	{ "packet-fanout", "1:nosuch", "type: \"nosuch\" is none of the ways" },
	{ "packet-add-membership", "lo:nosuch", "type: \"nosuch\" is none of the memberships" },
	{ "packet-rx-ring", "x", "block-size: \"x\" is not a size" },
	{ "packet-version", "nosuch", "is none of the versions" },
	{ "tcp-nodelay", "", "neither on nor off" },
	{ "can-raw-filter", "123:", "\"\" is not a hex number up to FFFFFFFF" },
	{ "can-raw-filter", "g:7FF", "\"g\" is not a hex number up to FFFFFFFF" },
	{ "can-raw-filter", "123:7FF+", "ID:MASK or ID~MASK expected" },
};

static void refuses_values(struct unit *unit)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct sockopt *row = sockopt_find(refusals[i][0], NULL, false);
		struct sockopt_setting setting;
		struct error err = { 0 };

		if (!unit_check(unit, row != NULL))
			continue;
		if (!unit_check_int(unit, sockopt_read(row, refusals[i][1], strlen(refusals[i][1]),
						       &setting, &err), -1))
			printf("# %s=%s\n", refusals[i][0], refusals[i][1]);
		unit_check_int(unit, err.kind, ERROR_USAGE);
		if (!unit_check(unit, strstr(err.text, refusals[i][2]) != NULL))
			printf("# %s\n", err.text);
		unit_check(unit, strncmp(err.text, refusals[i][0], strlen(refusals[i][0])) == 0);
	}
}

static const struct {
	const char *text;
	int level, number;
	bool null;
	const char *bytes;
	size_t length;
} others[] = {
	{ "SOL_SOCKET:SO_RCVBUF:4096", SOL_SOCKET, SO_RCVBUF, false, (const char *)&(const int){ 4096 }, 4 },
	{ "1:8:4096", SOL_SOCKET, SO_RCVBUF, false, (const char *)&(const int){ 4096 }, 4 },
	{ "tcp:nodelay:on", IPPROTO_TCP, 1, false, (const char *)&(const int){ 1 }, 4 },
	{ "270:99:hex:0102 03", 270, 99, false, "\1\2\3", 3 },
	{ "270:99:text", 270, 99, false, "text", 4 },
	{ "SOL_ALG:ALG_SET_AEAD_AUTHSIZE:NULL:16", 279, 5, true, "", 16 },
	{ "IPPROTO_IP:1:-1", 0, 1, false, "\xff\xff\xff\xff", 4 },
	{ "6:TCP_CONGESTION:5", 6, 13, false, "5", 1 },
};

static const char *const wrong_others[][2] = {
	{ "", "LEVEL:NAME:VALUE expected" },
	{ "x", "LEVEL:NAME:VALUE expected" },
	{ "1:2", "LEVEL:NAME:VALUE expected" },
	{ "nosuch:1:1", "\"nosuch\" is neither a level (SOL_SOCKET, tcp ...) nor a number" },
	{ "tcp:nosuch:1", "\"nosuch\" is neither an option of tcp nor a number" },
	{ "1:2:base64:***", "four base64 digits" },
	{ "1:2:hex:0g", "a second hex digit expected" },
	{ "1:2:NULL:x", "\"x\" is not a size" },
};

static void reads_others(struct unit *unit)
{
	struct sockopt_setting setting;

	for (size_t i = 0; i < sizeof(wrong_others) / sizeof(wrong_others[0]); i++) {
		struct error err = { 0 };

		unit_check_int(unit, sockopt_read_any(wrong_others[i][0], strlen(wrong_others[i][0]), &setting, &err), -1);
		unit_check_int(unit, err.kind, ERROR_USAGE);
		if (!unit_check(unit, strstr(err.text, wrong_others[i][1]) != NULL))
			printf("# %s: %s\n", wrong_others[i][0], err.text);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct error err = { 0 };

		if (!unit_check_int(unit, sockopt_read_any(others[i].text, strlen(others[i].text),
							   &setting, &err), 0)) {
			printf("# %s: %s\n", others[i].text, err.text);
			continue;
		}
		unit_check_int(unit, setting.level, others[i].level);
		unit_check_int(unit, setting.number, others[i].number);
		unit_check_int(unit, setting.null_pointer, others[i].null);
		if (others[i].null)
			unit_check_int(unit, setting.null_length, others[i].length);
		else
			unit_check_bytes(unit, buf_text(&setting.bytes), setting.bytes.length,
					 others[i].bytes, others[i].length);
		sockopt_setting_release(&setting);
	}
	unit_check_int(unit, sockopt_read_any("SOL_L2CAP:3:1", 13, &setting, NULL), 0);
	unit_check_string(unit, sockopt_name(setting.row), "l2cap-lm");
	sockopt_setting_release(&setting);
	unit_check_int(unit, sockopt_read_any("6:3:1", 5, &setting, NULL), 0);
	unit_check_string(unit, sockopt_name(setting.row), "tcp-cork");
	sockopt_setting_release(&setting);
	unit_check_int(unit, sockopt_read_any("1:8", 3, &setting, NULL), -1);
	unit_check_int(unit, sockopt_read_any("nothing:8:1", 11, &setting, NULL), -1);
	unit_check_int(unit, sockopt_read_any("1:nothing:1", 11, &setting, NULL), -1);
}

static void hides_secrets(struct unit *unit)
{
	const struct sockopt *row = sockopt_find("alg-set-key", NULL, false);
	struct buf text cleanup_buf = { 0 };
	struct json json = { .out = &text };

	unit_check(unit, sockopt_is_secret(row));
	unit_check(unit, sockopt_is_secret(sockopt_find("tcp-md5sig", NULL, false)));
	sockopt_print(row, "secret", 6, &text);
	sockopt_print_json(row, "secret", 6, &json);
	unit_check(unit, strstr(buf_text(&text), "secret") == NULL);
}

static void prints_json(struct unit *unit)
{
	int fd cleanup_close = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct buf bytes cleanup_buf = { 0 }, text cleanup_buf = { 0 };
	struct json json = { .out = &text };
	struct error err = { 0 };
	struct timeval time = { 1, 500000 };
	static const int one_to_three[] = { 1, 2, 3 };

	json_open_object(&json, NULL);
	sockopt_get(sockopt_find("so-type", NULL, false), fd, 0, &bytes, &err);
	sockopt_print_json(sockopt_find("so-type", NULL, false), buf_text(&bytes), bytes.length,
			   &json);
	sockopt_print_json(sockopt_find("tcp-nodelay", NULL, false), one_to_three, 4, &json);
	sockopt_print_json(sockopt_find("so-rcvtimeo", NULL, false), &time, sizeof(time), &json);
	sockopt_print_json(sockopt_find("so-peercred", NULL, false), one_to_three, 12, &json);
	sockopt_print_json(sockopt_find("so-peergroups", NULL, false), one_to_three, 8, &json);
	json_close_object(&json);
	unit_check_string(unit, buf_text(&text),
			  "{\"so-type\":\"stream\",\"tcp-nodelay\":true,\"so-rcvtimeo\":1.500000,"
			  "\"so-peercred\":{\"pid\":1,\"uid\":2,\"gid\":3},\"so-peergroups\":[1,2]}");
}

static void reads_short_structs(struct unit *unit)
{
	const struct sockopt *row = sockopt_find("tcp-info", NULL, false);
	struct buf text cleanup_buf = { 0 };
	char bytes[600] = { 1, 0, 2 };

	sockopt_print(row, bytes, 3, &text);
	unit_check_string(unit, buf_text(&text), "state=established ca-state=open retransmits=2");
	for (size_t length = 0; length <= sizeof(bytes); length++) {
		buf_clear(&text);
		sockopt_print(row, bytes, length, &text);
		unit_check(unit, length < 1 || text.length > 0);
	}
}

static void survives_value(const struct sockopt *row, struct unit_random *random)
{
	static const char letters[] = "0123456789abcdef:+~=-., []%lohex@\"'x";
	char noise[300], words[40];
	size_t length = unit_random_below(random, sizeof(noise));
	size_t typed = unit_random_below(random, sizeof(words));
	struct buf text cleanup_buf = { 0 };
	struct json json = { .out = &text };
	struct sockopt_setting setting;
	struct error err = { 0 };

	for (size_t i = 0; i < length; i++)
		noise[i] = (char)unit_random(random);
	sockopt_print(row, noise, length, &text);
	sockopt_print_json(row, noise, length, &json);
	for (size_t i = 0; i < typed; i++)
		words[i] = letters[unit_random_below(random, sizeof(letters) - 1)];
	if (sockopt_read(row, words, typed, &setting, &err) == 0)
		sockopt_setting_release(&setting);
}

/* Whatever comes from the kernel or the user, nothing is read or written outside. */
static void survives_noise(struct unit *unit)
{
	struct unit_random random = { 88172645463325252ULL };

	for (int round = 0; round < 40; round++)
		for (size_t i = 0; sockopt_at(i) != NULL; i++, unit->checks++)
			survives_value(sockopt_at(i), &random);
}

int main(void)
{
	struct unit unit = { 0 };

	unit_run(&unit, "sockopt: each row is found by its name, which is its symbol", names_rows);
	unit_run(&unit, "sockopt: short names mean the option of the family's levels", finds_rows);
	unit_run(&unit, "sockopt: what an option shows it takes back", takes_back_what_it_shows);
	unit_run(&unit, "sockopt: values of all types are set and shown", sets_values);
	unit_run(&unit, "sockopt: wrong values are refused by name", refuses_values);
	unit_run(&unit, "sockopt: any other option by level and number", reads_others);
	unit_run(&unit, "sockopt: secrets are not shown", hides_secrets);
	unit_run(&unit, "sockopt: JSON has numbers, seconds, objects and arrays", prints_json);
	unit_run(&unit, "sockopt: a struct that an old kernel cut short is printed as far as it goes",
		 reads_short_structs);
	unit_run(&unit, "sockopt: noise from the kernel and the user does no harm", survives_noise);
	return unit_end(&unit);
}
