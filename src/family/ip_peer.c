/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Matching peers with networks of IPv4 and IPv6; inet_pton(3). */
#include "family/ip_peer.h"

#include "base/cleanup.h"
#include "base/list.h"
#include "base/memory.h"
#include "base/number.h"
#include "family/ip.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

/* An address as the bits that a network is compared with; what is IPv4 is that, also inside IPv6. */
struct bits {
	unsigned char bytes[sizeof(struct in6_addr)];
	size_t length; /* 4 or 16; 0: none of IP */
};

static struct bits bits_of(const struct address *address)
{
	const struct sockaddr_in *in = (const void *)&address->storage;
	const struct sockaddr_in6 *in6 = (const void *)&address->storage;
	struct bits bits = { 0 };

	if (address->any.sa_family == AF_INET) {
		bits.length = sizeof(in->sin_addr);
		memcpy(bits.bytes, &in->sin_addr, bits.length);
	} else if (address->any.sa_family == AF_INET6) {
		bool is_mapped = IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr);

		bits.length = is_mapped ? sizeof(in->sin_addr) : sizeof(in6->sin6_addr);
		memcpy(bits.bytes, in6->sin6_addr.s6_addr + (is_mapped ? 12 : 0), bits.length);
	}
	return bits;
}

static int read_bits(char *text, struct bits *bits, struct error *err)
{
	size_t length = strlen(text);

	if (text[0] == '[' && length > 1 && text[length - 1] == ']') {
		text[length - 1] = '\0';
		text++;
	}
	bits->length = strchr(text, ':') != NULL ? sizeof(struct in6_addr) : sizeof(struct in_addr);
	if (inet_pton(bits->length == sizeof(struct in_addr) ? AF_INET : AF_INET6, text, bits->bytes) == 1)
		return 0;
	error_usage(err, "\"%s\" is no address and no network", text);
	return error_hint(err, "as in 192.168.1.7, 10.0.0.0/8, fd00::/8; + joins several, not- keeps out");
}

/* "::ffff:10.0.0.0/104" is 10.0.0.0/8. */
static void unmap(struct bits *network, uint64_t *prefix)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (network->length != sizeof(struct in6_addr) || *prefix < 8 * sizeof(mapped) ||
	    memcmp(network->bytes, mapped, sizeof(mapped)) != 0)
		return;
	network->length = sizeof(struct in_addr);
	memmove(network->bytes, network->bytes + sizeof(mapped), network->length);
	*prefix -= 8 * sizeof(mapped);
}

static bool has_prefix(const struct bits *network, uint64_t prefix, const struct bits *bits)
{
	size_t whole = (size_t)prefix / 8;
	unsigned int rest = (unsigned int)(prefix % 8);

	if (network->length != bits->length || memcmp(network->bytes, bits->bytes, whole) != 0)
		return false;
	return rest == 0 || (network->bytes[whole] ^ bits->bytes[whole]) >> (8 - rest) == 0;
}

/* who is struct bits, NULL where the word is only read. */
static int fits(const void *who, const char *word, struct error *err)
{
	cleanup_free char *copy = memory_string(word);
	char *slash = strchr(copy, '/');
	struct bits network = { 0 };
	uint64_t prefix;

	if (slash != NULL)
		*slash = '\0';
	if (read_bits(copy, &network, err) < 0)
		return -1;
	prefix = 8 * network.length;
	if (slash != NULL && number_unsigned(slash + 1, 0, prefix, &prefix, err) < 0)
		return -1;
	unmap(&network, &prefix);
	return who != NULL && has_prefix(&network, prefix, who);
}

int ip_peer_check(const struct target *target, struct error *err)
{
	const struct setting *setting = target_setting(target, "peer-ip");

	if (setting == NULL)
		return 0;
	if (target->family->source == NULL || (target->family->admit != NULL && target->type->no_listen))
		error_usage(err, "peer-ip: this family and type does not look at who sends");
	else if (target->role == ROLE_CONNECT)
		error_usage(err, "peer-ip: this spec goes to one peer, and takes nobody else's word");
	else if (list_admits(setting->value.bytes, fits, NULL, err) >= 0)
		return 0;
	else
		error_context(err, "peer-ip");
	return target_error_setting(target, setting, err);
}

int ip_peer_admits(const struct target *target, const struct address *peer, struct error *err)
{
	const char *list = target_text(target, "peer-ip", NULL);
	struct bits bits = bits_of(peer);
	cleanup_buf struct buf host = { 0 };

	if (list == NULL || list_admits(list, fits, &bits, NULL) > 0)
		return 0;
	ip_print_host(peer, &host);
	return error_set(err, ERROR_REFUSED, "%s is kept out by peer-ip=%s", buf_text(&host), list);
}

int ip_peer_admit(const struct target *target, int fd, struct error *err)
{
	struct address peer = { 0 };

	if (target_setting(target, "peer-ip") == NULL)
		return 0;
	address_of_peer(fd, &peer);
	return ip_peer_admits(target, &peer, err);
}

void ip_peer_source(const struct endpoint *client, struct buf *out)
{
	struct address local, peer;
	struct bits bits;

	endpoint_addresses(client, &local, &peer);
	bits = bits_of(&peer);
	buf_add(out, bits.bytes, bits.length);
}
