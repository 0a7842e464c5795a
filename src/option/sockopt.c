/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of socket options and looking rows up in it; setsockopt(2). */
#include "option/sockopt.h"

#include "base/number.h"
#include "option/layout.h"
#include "option/sockopt_row.h"

#include <string.h>

enum level {
#define LEVEL(id, symbol, prefix, domain) LEVEL_##id,
#include "option/levels.def"
#undef LEVEL
	LEVEL_COUNT,
};

static const struct {
	int16_t number, domain;
	char prefix[16], symbol[16];
} levels_table[LEVEL_COUNT] = {
#define LEVEL(id, symbol, prefix, domain) { symbol, domain, prefix, #symbol },
#include "option/levels.def"
#undef LEVEL
};

/* The strings of all rows behind each other; a row knows where its own begin. */
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define ROW JOIN(row_, __LINE__)

#define OPTION(level, symbol, name, type, access, phase, help) char ROW[sizeof(#symbol)];
struct symbols {
#include "option/sockopts.def"
};
#undef OPTION
#define OPTION(level, symbol, name, type, access, phase, help) char ROW[sizeof(name)];
struct names {
#include "option/sockopts.def"
};
#undef OPTION
#define OPTION(level, symbol, name, type, access, phase, help) char ROW[sizeof(help)];
struct helps {
#include "option/sockopts.def"
};
#undef OPTION
_Static_assert(sizeof(struct symbols) <= UINT16_MAX && sizeof(struct names) <= UINT16_MAX &&
		       sizeof(struct helps) <= UINT16_MAX,
	       "offsets have 16 bits");

#define OPTION(level, symbol, name, type, access, phase, help) #symbol,
static const struct symbols symbols = {
#include "option/sockopts.def"
};
#undef OPTION
#define OPTION(level, symbol, name, type, access, phase, help) name,
static const struct names names = {
#include "option/sockopts.def"
};
#undef OPTION
#define OPTION(level, symbol, name, type, access, phase, help) help,
static const struct helps helps = {
#include "option/sockopts.def"
};
#undef OPTION

#define OPTION(level, symbol, name, type, access, phase, help)                                     \
	{ (int32_t)(symbol),                                                                       \
	  offsetof(struct symbols, ROW),                                                           \
	  offsetof(struct names, ROW),                                                             \
	  offsetof(struct helps, ROW),                                                             \
	  T_##type,                                                                                \
	  LEVEL_##level,                                                                           \
	  ACCESS_##access,                                                                         \
	  PHASE_##phase },
static const struct sockopt rows[] = {
#include "option/sockopts.def"
};
#undef OPTION

#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))

/* Other programs' words for the same. */
static const struct {
	char alias[36], name[40];
} aliases[] = {
	{ "mss", "tcp-maxseg" },
	{ "device", "so-bindtodevice" },
	{ "sndbuf-late", "so-sndbuf" },
	{ "rcvbuf-late", "so-rcvbuf" },
	{ "ipv6-add-membership", "ipv6-join-group" },
	{ "ipv6-drop-membership", "ipv6-leave-group" },
	{ "hoplimit", "ipv6-unicast-hops" },
	{ "pmtudisc", "ip-mtu-discover" },
	{ "mtudiscover", "ip-mtu-discover" },
	{ "quickack", "tcp-quickack" },
	{ "attach-bpf", "so-attach-bpf" },
	{ "so-detach-bpf", "so-detach-filter" },
	{ "so-sndtimeo-new", "so-sndtimeo" },
	{ "so-rcvtimeo-new", "so-rcvtimeo" },
	{ "so-sndtimeo-old", "so-sndtimeo" },
	{ "so-rcvtimeo-old", "so-rcvtimeo" },
	{ "so-timestamp-old", "so-timestamp" },
	{ "so-timestampns-old", "so-timestampns" },
	{ "so-timestamping-old", "so-timestamping" },
	{ "so-vm-sockets-connect-timeout-old", "so-vm-sockets-connect-timeout" },
	{ "so-vm-sockets-connect-timeout-new", "so-vm-sockets-connect-timeout" },
	{ "icmp6-filter", "icmpv6-filter" },
	{ "so-setclp", "so-atm-setclp" },
	{ "ip-recvretopts", "ip-retopts" },
	{ "ip-origdstaddr", "ip-recvorigdstaddr" },
	{ "ipv6-origdstaddr", "ipv6-recvorigdstaddr" },
	{ "tcp-cm-inq", "tcp-inq" },
	{ "ip-pmtudisc", "ip-mtu-discover" },
	{ "ipv6-rxhopopts", "ipv6-hopopts" },
	{ "ipv6-rxdstopts", "ipv6-dstopts" },
	{ "dccp-service", "dccp-sockopt-service" },
	{ "dccp-ccid", "dccp-sockopt-ccid" },
	{ "rds-transport", "so-rds-transport" },
	{ "original-dst", "so-original-dst" },
	{ "sctp-delayed-ack", "sctp-delayed-sack" },
	{ "sctp-delayed-ack-time", "sctp-delayed-sack" },
	{ "sctp-expose-pf-state", "sctp-expose-potentially-failed-state" },
};

const char *sockopt_name(const struct sockopt *row)
{
	return (const char *)&names + row->name;
}

const char *sockopt_symbol(const struct sockopt *row)
{
	return (const char *)&symbols + row->symbol;
}

const char *sockopt_help(const struct sockopt *row)
{
	return (const char *)&helps + row->help;
}

const char *sockopt_level_name(int level)
{
	for (size_t i = 0; i < LEVEL_COUNT; i++)
		if (levels_table[i].number == level)
			return levels_table[i].symbol;
	return NULL;
}

int sockopt_level(const struct sockopt *row)
{
	return levels_table[row->level].number;
}

const char *sockopt_row_level(const struct sockopt *row)
{
	return levels_table[row->level].symbol;
}

int sockopt_number(const struct sockopt *row)
{
	return row->number;
}

enum sockopt_phase sockopt_phase(const struct sockopt *row)
{
	return row->phase;
}

bool sockopt_is_readable(const struct sockopt *row)
{
	return row->access & ACCESS_RO;
}

bool sockopt_is_writable(const struct sockopt *row)
{
	return row->access & ACCESS_WO;
}

bool sockopt_is_listed(const struct sockopt *row)
{
	return (row->access & (ACCESS_RO | ACCESS_ASKED)) == ACCESS_RO;
}

bool sockopt_is_secret(const struct sockopt *row)
{
	if (row->type.kind != TYPE_STRUCT)
		return row->type.kind == TYPE_SECRET;
	for (const struct field *field = layout_fields(row->type.table); field->name[0] != '\0';
	     field++)
		if (field->kind == TYPE_SECRET)
			return true;
	return false;
}

const char *sockopt_argument(const struct sockopt *row)
{
	return type_argument(&row->type);
}

bool sockopt_value_name(const struct sockopt *row, size_t i, struct name *name)
{
	return type_value_name(&row->type, i, name);
}

const struct type *sockopt_type(const struct sockopt *row)
{
	return &row->type;
}

const struct sockopt *sockopt_at(size_t i)
{
	return i < ROW_COUNT ? &rows[i] : NULL;
}

static bool has_level(const int *levels, int level)
{
	for (; levels != NULL && *levels != -1; levels++)
		if (*levels == level)
			return true;
	return false;
}

/* Bluetooth has the numbers of IP's, TCP's and UDP's levels for its own. */
static bool in_level(const struct sockopt *row, const int *levels, int level)
{
	bool bluetooth = levels_table[row->level].domain == AF_BLUETOOTH;

	if (sockopt_level(row) != level)
		return false;
	return bluetooth == has_level(levels, SOL_BLUETOOTH) || level > IPPROTO_UDP ||
	       level == SOL_SOCKET;
}

/* "nodelay": the name without its level's prefix. */
static bool short_name_is(const struct sockopt *row, const char *name)
{
	const char *prefix = levels_table[row->level].prefix, *full = sockopt_name(row);
	size_t length = strlen(prefix);

	return strncmp(full, prefix, length) == 0 && name_equal(full + length, name);
}

static const struct sockopt *find_in_level(const char *name, const int *levels, int level)
{
	const struct sockopt *found = NULL;

	for (size_t i = 0; i < ROW_COUNT; i++) {
		if (!in_level(&rows[i], levels, level))
			continue;
		if (name_equal(name, sockopt_name(&rows[i])))
			return &rows[i];
		if (found == NULL && short_name_is(&rows[i], name))
			found = &rows[i];
	}
	return found;
}

static const struct sockopt *find_anywhere(const char *name)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (name_equal(name, sockopt_name(&rows[i])))
			return &rows[i];
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (short_name_is(&rows[i], name))
			return &rows[i];
	return NULL;
}

static const char *resolve_alias(const char *name)
{
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (name_equal(name, aliases[i].alias))
			return aliases[i].name;
	return name;
}

const struct sockopt *sockopt_find(const char *name, const int *levels, bool levels_only)
{
	const struct sockopt *found = NULL;

	name = resolve_alias(name);
	for (const int *level = levels; found == NULL && level != NULL && *level != -1; level++)
		found = find_in_level(name, levels, *level);
	return found != NULL || levels_only ? found : find_anywhere(name);
}

const struct sockopt *sockopt_of(const int *levels, int level, int number)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (rows[i].number == number && in_level(&rows[i], levels, level))
			return &rows[i];
	return NULL;
}

void sockopt_guess(const int *levels, struct name_guess *guess)
{
	for (size_t i = 0; i < ROW_COUNT; i++) {
		const char *prefix = levels_table[rows[i].level].prefix, *name;

		if (levels != NULL && !has_level(levels, sockopt_level(&rows[i])))
			continue;
		name = sockopt_name(&rows[i]);
		name_guess_offer(guess, name);
		if (strncmp(name, prefix, strlen(prefix)) == 0)
			name_guess_offer(guess, name + strlen(prefix));
	}
}

/* Protocols over IP are told apart by their number, all others by their family. */
static bool suits_protocol(int level, int protocol)
{
	switch (level) {
	case SOL_UDP:
		return protocol == IPPROTO_UDP || protocol == IPPROTO_UDPLITE;
	case SOL_TCP:
	case SOL_TLS:
		return protocol == IPPROTO_TCP || protocol == IPPROTO_MPTCP;
	case SOL_MPTCP:
		return protocol == IPPROTO_MPTCP || protocol == IPPROTO_TCP;
	case SOL_SCTP:
		return protocol == IPPROTO_SCTP;
	case SOL_DCCP:
		return protocol == IPPROTO_DCCP;
	case SOL_UDPLITE:
		return protocol == IPPROTO_UDPLITE;
	default:
		return true;
	}
}

bool sockopt_suits(const struct sockopt *row, int domain, int type, int protocol)
{
	int wanted = levels_table[row->level].domain, level = sockopt_level(row);

	if (level == SOL_RAW || level == SOL_ICMPV6)
		if (type != SOCK_RAW)
			return false;
	if (wanted == AF_BLUETOOTH && level != SOL_BLUETOOTH && domain == AF_BLUETOOTH)
		return protocol == (level == SOL_L2CAP	? BTPROTO_L2CAP :
				    level == SOL_RFCOMM ? BTPROTO_RFCOMM :
				    level == SOL_SCO	? BTPROTO_SCO :
							  BTPROTO_HCI);
	if (wanted == AF_CAN && domain == AF_CAN)
		return protocol == level - SOL_CAN_BASE;
	if (wanted == AF_INET && (domain == AF_INET || domain == AF_INET6))
		return suits_protocol(level, protocol);
	return wanted == AF_UNSPEC || wanted == domain;
}

/* "SOL_TCP", "tcp", "IPPROTO_TCP" or a number. */
int sockopt_read_level(const char *text, int *level, struct error *err)
{
	int64_t number;

	for (size_t i = 0; i < LEVEL_COUNT; i++)
		if (name_equal(text, levels_table[i].symbol) ||
		    name_equal(text, strchr(levels_table[i].symbol, '_') + 1)) {
			*level = levels_table[i].number;
			return 0;
		}
	if (!flags_find(FLAGS_protocol, text, &number) &&
	    number_signed(text, INT32_MIN, INT32_MAX, &number, NULL) < 0)
		return error_usage(err, "\"%s\" is neither a level (SOL_SOCKET, tcp ...) nor a number",
				   text);
	*level = (int)number;
	return 0;
}
