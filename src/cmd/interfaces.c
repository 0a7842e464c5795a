/* SPDX-License-Identifier: GPL-2.0-or-later */
/* anysock interfaces: index, name, flags, addresses, MTU, kind and counts; getifaddrs(3), netdevice(7). */
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/number.h"
#include "cmd/command.h"
#include "cmd/interface_can.h"
#include "option/flags.h"
#include "option/ioctl.h"
#include "option/type.h"

#include <ifaddrs.h>
#include <inttypes.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct parameter options[] = {
	{ .name = "stats", .letter = 's', .type = VALUE_FLAG, .flags = PARAMETER_COMMON, .help = "with packets, bytes, errors and drops" },
	{ .name = "names", .letter = 'n', .type = VALUE_FLAG, .flags = PARAMETER_COMMON, .help = "index and name only" },
	{ .name = NULL },
};

static const struct argument words[] = {
	{ "NAME", ARGUMENT_INTERFACE, true, true },
	{ .name = NULL },
};

static const char *const examples[] = { "anysock interfaces", "anysock interfaces lo --json",
					"anysock interfaces 2 --names", NULL };

struct counts {
	uint64_t bytes, packets, errors, dropped;
};

/* What is known of one interface; the list is of getifaddrs(3) and outlives it. */
struct interface {
	unsigned int index;
	char name[IF_NAMESIZE];
	unsigned int flags, mtu;
	unsigned int hardware; /* ARPHRD_ */
	struct buf address;    /* as text, "" for none */
	char driver[32];       /* "" unknown */
	bool has_counts;
	struct counts counts[2]; /* received, sent */
	const struct ifaddrs *list;
};

#define cleanup_interface cleanup(interface_release)

static void interface_release(struct interface *interface)
{
	buf_release(&interface->address);
}

/* Asks one request of the interface; the bytes of its struct, to be released. */
static int ask(int fd, const char *name, const char *interface, struct ioctl_request *request)
{
	char *values[] = { (char *)interface };

	if (ioctl_read(name, values, 1, request, NULL) < 0)
		return -1;
	if (ioctl_perform(request, fd, NULL) == 0)
		return 0;
	ioctl_request_release(request);
	return -1;
}

static void ask_driver(int fd, struct interface *interface)
{
	struct ioctl_request request;

	if (ask(fd, "ETHTOOL_GDRVINFO", interface->name, &request) < 0)
		return;
	/* struct ethtool_drvinfo begins with the command and the driver's name. */
	memcpy(interface->driver, request.bytes.data + sizeof(uint32_t),
	       sizeof(interface->driver) - 1);
	ioctl_request_release(&request);
}

static void ask_mtu(int fd, struct interface *interface)
{
	struct ioctl_request request;
	struct ifreq answer;

	if (ask(fd, "SIOCGIFMTU", interface->name, &request) < 0)
		return;
	memcpy(&answer, request.bytes.data, sizeof(answer));
	interface->mtu = (unsigned int)answer.ifr_mtu;
	ioctl_request_release(&request);
}

/* The type comes by a request: getifaddrs(3) has none for what has no hardware address (CAN). */
static void ask_hardware(int fd, struct interface *interface)
{
	struct ioctl_request request;
	struct ifreq answer;

	if (ask(fd, "SIOCGIFHWADDR", interface->name, &request) < 0)
		return;
	memcpy(&answer, request.bytes.data, sizeof(answer));
	interface->hardware = answer.ifr_hwaddr.sa_family;
	ioctl_request_release(&request);
}

static void read_link(struct interface *interface, const struct ifaddrs *entry)
{
	const struct sockaddr_ll *link = (const void *)entry->ifa_addr;

	for (size_t i = 0; i < link->sll_halen && i < sizeof(link->sll_addr); i++)
		buf_print(&interface->address, "%s%02x", i > 0 ? ":" : "", link->sll_addr[i]);
}

/* The numbers of a line of /proc/net/dev: eight of receiving, then eight of sending. */
static bool read_columns(char *text, struct counts counts[2])
{
	uint64_t columns[16];
	size_t count = 0;
	char *word;

	while (count < 16 && (word = strsep(&text, " \n")) != NULL)
		if (word[0] != '\0' &&
		    number_unsigned(word, 0, UINT64_MAX, &columns[count++], NULL) < 0)
			return false;
	for (size_t i = 0; count == 16 && i < 2; i++)
		counts[i] = (struct counts){ columns[8 * i], columns[8 * i + 1], columns[8 * i + 2],
					     columns[8 * i + 3] };
	return count == 16;
}

/* The counts of getifaddrs(3) have 32 bits; proc(5) has all of them. */
static void read_counts(struct interface *interface)
{
	FILE *file = fopen("/proc/net/dev", "re");
	char line[512];

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		char *name = line + strspn(line, " "), *colon = strrchr(line, ':');

		if (colon == NULL)
			continue;
		*colon = '\0';
		if (strcmp(name, interface->name) == 0)
			interface->has_counts = read_columns(colon + 1, interface->counts);
	}
	if (file != NULL)
		fclose(file);
}

static void interface_read(struct interface *interface, const struct if_nameindex *entry,
			   const struct ifaddrs *list, int fd)
{
	*interface = (struct interface){ .index = entry->if_index, .list = list };
	snprintf(interface->name, sizeof(interface->name), "%s", entry->if_name);
	for (; list != NULL; list = list->ifa_next) {
		if (strcmp(list->ifa_name, interface->name) != 0)
			continue;
		interface->flags = list->ifa_flags;
		if (list->ifa_addr != NULL && list->ifa_addr->sa_family == AF_PACKET)
			read_link(interface, list);
	}
	ask_mtu(fd, interface);
	ask_hardware(fd, interface);
	ask_driver(fd, interface);
	read_counts(interface);
}

static unsigned int count_bits(const void *bytes, size_t length)
{
	unsigned int count = 0;

	for (size_t i = 0; i < length; i++)
		count += (unsigned int)__builtin_popcount(((const uint8_t *)bytes)[i]);
	return count;
}

/* Whether an entry is an address of the interface that one can write down. */
static bool is_address(const struct interface *interface, const struct ifaddrs *entry)
{
	return entry->ifa_addr != NULL && strcmp(entry->ifa_name, interface->name) == 0 &&
	       (entry->ifa_addr->sa_family == AF_INET || entry->ifa_addr->sa_family == AF_INET6);
}

static unsigned int prefix_length(const struct ifaddrs *entry)
{
	if (entry->ifa_netmask == NULL)
		return entry->ifa_addr->sa_family == AF_INET ? 32 : 128;
	if (entry->ifa_addr->sa_family == AF_INET)
		return count_bits(&((struct sockaddr_in *)entry->ifa_netmask)->sin_addr,
				  sizeof(struct in_addr));
	return count_bits(&((struct sockaddr_in6 *)entry->ifa_netmask)->sin6_addr,
			  sizeof(struct in6_addr));
}

static size_t address_size(const struct sockaddr *address)
{
	return address->sa_family == AF_INET ? sizeof(struct sockaddr_in) :
					       sizeof(struct sockaddr_in6);
}

/* Of a link with one other end, which has an address of its own. */
static bool has_peer(const struct ifaddrs *entry)
{
	return (entry->ifa_flags & IFF_POINTOPOINT) && entry->ifa_dstaddr != NULL &&
	       memcmp(entry->ifa_dstaddr, entry->ifa_addr, address_size(entry->ifa_addr)) != 0;
}

static const char *hardware_name(const struct interface *interface)
{
	const char *name = flags_name(FLAGS_hardware, interface->hardware);

	return name != NULL ? name : "unknown";
}

static void print_counts(const char *verb, const struct counts *counts, FILE *out)
{
	fprintf(out,
		"    %s %" PRIu64 " packets %" PRIu64 " bytes %" PRIu64 " errors %" PRIu64
		" dropped\n",
		verb, counts->packets, counts->bytes, counts->errors, counts->dropped);
}

static void print_can(const struct interface *interface, FILE *out)
{
	struct buf text cleanup_buf = { 0 };
	struct interface_can can;

	if (interface->hardware != ARPHRD_CAN)
		return;
	interface_can_read(interface->index, &can);
	interface_can_print(&can, interface->mtu, &text);
	fprintf(out, "    %s\n", buf_text(&text));
}

static void json_can(struct json *json, const struct interface *interface)
{
	struct interface_can can;

	if (interface->hardware != ARPHRD_CAN)
		return;
	interface_can_read(interface->index, &can);
	interface_can_json(&can, interface->mtu, json);
}

static void print_text(const struct interface *interface, FILE *out, bool statistics)
{
	struct buf flags cleanup_buf = { 0 };

	flags_print_set(FLAGS_interface, interface->flags, &flags);
	fprintf(out, "%u %s %s mtu %u %s", interface->index, interface->name, buf_text(&flags),
		interface->mtu, hardware_name(interface));
	if (interface->address.length > 0)
		fprintf(out, " %s", buf_text(&interface->address));
	if (interface->driver[0] != '\0')
		fprintf(out, " driver %s", interface->driver);
	fputc('\n', out);
	print_can(interface, out);
	for (const struct ifaddrs *entry = interface->list; entry; entry = entry->ifa_next) {
		struct buf text cleanup_buf = { 0 };

		if (!is_address(interface, entry))
			continue;
		type_print_sockaddr(entry->ifa_addr, address_size(entry->ifa_addr), &text);
		buf_print(&text, "/%u", prefix_length(entry));
		if (has_peer(entry)) {
			buf_add_string(&text, " peer ");
			type_print_sockaddr(entry->ifa_dstaddr, address_size(entry->ifa_addr), &text);
		}
		fprintf(out, "    %s %s\n",
			entry->ifa_addr->sa_family == AF_INET ? "inet" : "inet6", buf_text(&text));
	}
	if (!statistics || !interface->has_counts)
		return;
	print_counts("received", &interface->counts[0], out);
	print_counts("sent", &interface->counts[1], out);
}

static void json_counts(struct json *json, const char *key, const struct counts *counts)
{
	json_open_object(json, key);
	json_unsigned(json, "packets", counts->packets);
	json_unsigned(json, "bytes", counts->bytes);
	json_unsigned(json, "errors", counts->errors);
	json_unsigned(json, "dropped", counts->dropped);
	json_close_object(json);
}

static void json_flags(struct json *json, unsigned int flags)
{
	struct name row;

	json_open_array(json, "flags");
	for (size_t i = 0; flags_at(FLAGS_interface, i, &row); i++)
		if (flags & (unsigned int)row.value)
			json_string(json, NULL, row.name);
	json_close_array(json);
}

static void json_peer(struct json *json, const struct ifaddrs *entry)
{
	struct buf text cleanup_buf = { 0 };

	type_print_sockaddr(entry->ifa_dstaddr, address_size(entry->ifa_addr), &text);
	json_string(json, "peer", buf_text(&text));
}

static void json_addresses(struct json *json, const struct interface *interface)
{
	json_open_array(json, "addresses");
	for (const struct ifaddrs *entry = interface->list; entry; entry = entry->ifa_next) {
		struct buf text cleanup_buf = { 0 };

		if (!is_address(interface, entry))
			continue;
		type_print_sockaddr(entry->ifa_addr, address_size(entry->ifa_addr), &text);
		json_open_object(json, NULL);
		json_string(json, "family",
			    entry->ifa_addr->sa_family == AF_INET ? "inet" : "inet6");
		json_string(json, "address", buf_text(&text));
		json_unsigned(json, "prefix", prefix_length(entry));
		if (has_peer(entry))
			json_peer(json, entry);
		json_close_object(json);
	}
	json_close_array(json);
}

static void print_json(const struct interface *interface, FILE *out)
{
	struct buf text cleanup_buf = { 0 };
	struct json json = { .out = &text };

	json_open_object(&json, NULL);
	json_unsigned(&json, "index", interface->index);
	json_string(&json, "name", interface->name);
	json_flags(&json, interface->flags);
	json_unsigned(&json, "mtu", interface->mtu);
	json_string(&json, "type", hardware_name(interface));
	if (interface->address.length > 0)
		json_string(&json, "hardware", buf_text(&interface->address));
	if (interface->driver[0] != '\0')
		json_string(&json, "driver", interface->driver);
	json_addresses(&json, interface);
	json_can(&json, interface);
	if (interface->has_counts) {
		json_counts(&json, "received", &interface->counts[0]);
		json_counts(&json, "sent", &interface->counts[1]);
	}
	json_close_object(&json);
	fprintf(out, "%s\n", buf_text(&text));
}

/* The indexes of what was named: interfaces have further names beside their own. */
static int read_words(const struct arguments *arguments, unsigned int *indexes, struct error *err)
{
	char name[IF_NAMESIZE];

	for (size_t i = 0; i < arguments->word_count; i++) {
		if (type_interface(arguments->words[i], &indexes[i], err) < 0)
			return error_context(err, "interfaces");
		if (if_indextoname(indexes[i], name) == NULL)
			return error_system(err, "interfaces: interface %s", arguments->words[i]);
	}
	return 0;
}

static bool is_wanted(const unsigned int *indexes, size_t count, unsigned int index)
{
	for (size_t i = 0; i < count; i++)
		if (indexes[i] == index)
			return true;
	return count == 0;
}

static void print(struct context *context, const struct arguments *arguments,
		  const struct if_nameindex *entry, const struct ifaddrs *list, int fd)
{
	struct interface interface cleanup_interface = { 0 };

	if (arguments_flag(arguments, "names") && !arguments_flag(arguments, "json")) {
		fprintf(context->out, "%u %s\n", entry->if_index, entry->if_name);
		return;
	}
	interface_read(&interface, entry, list, fd);
	if (arguments_flag(arguments, "json"))
		print_json(&interface, context->out);
	else
		print_text(&interface, context->out, arguments_flag(arguments, "stats"));
}

static int run(struct context *context, const struct arguments *arguments, struct error *err)
{
	int fd cleanup_close = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	cleanup_free unsigned int *indexes = memory_array(arguments->word_count, sizeof(*indexes));
	struct if_nameindex *all;
	struct ifaddrs *list = NULL;

	if (read_words(arguments, indexes, err) < 0)
		return -1;
	all = if_nameindex();
	if (all == NULL)
		return error_system(err, "interfaces: if_nameindex");
	if (getifaddrs(&list) < 0)
		list = NULL;
	for (const struct if_nameindex *entry = all; entry->if_name != NULL; entry++)
		if (is_wanted(indexes, arguments->word_count, entry->if_index))
			print(context, arguments, entry, list, fd);
	freeifaddrs(list);
	if_freenameindex(all);
	return 0;
}

const struct command interfaces_command = {
	.name = "interfaces",
	.aliases = "ifaces",
	.summary = "interfaces with their addresses, flags and counts",
	.options = options,
	.arguments = words,
	.examples = examples,
	.run = run,
};
