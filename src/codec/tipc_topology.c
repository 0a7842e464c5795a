/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Events and subscriptions of TIPC's topology service; struct tipc_event and tipc_subscr of linux/tipc.h. */
#include "codec/tipc_topology.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"

#include <string.h>

static const struct name events[] = {
	{ "published", TIPC_PUBLISHED, NULL },
	{ "withdrawn", TIPC_WITHDRAWN, NULL },
	{ "timeout", TIPC_SUBSCR_TIMEOUT, NULL },
	{ NULL, 0, NULL },
};

static const struct name filters[] = {
	{ "ports", TIPC_SUB_PORTS, NULL },
	{ "service", TIPC_SUB_SERVICE, NULL },
	{ NULL, 0, NULL },
};

/* What TIPC itself publishes; their instances are nodes. */
static const struct name types[] = {
	{ "node-state", TIPC_NODE_STATE, NULL },
	{ "link-state", TIPC_LINK_STATE, NULL },
	{ NULL, 0, NULL },
};

/* Either of them as it came. */
struct saying {
	bool is_event;
	struct tipc_event event;
	const struct tipc_subscr *subscription;
};

static bool unpack(const void *bytes, size_t length, struct saying *saying)
{
	*saying = (struct saying){ .subscription = &saying->event.s };
	saying->is_event = length == sizeof(saying->event);
	if (saying->is_event)
		memcpy(&saying->event, bytes, length);
	else if (length == sizeof(saying->event.s))
		memcpy(&saying->event.s, bytes, length);
	else
		return false;
	return !saying->is_event || name_of(events, saying->event.event) != NULL;
}

/* A timeout has found nothing: it tells what was looked for. */
static struct tipc_service_range range_of(const struct saying *saying)
{
	struct tipc_service_range range = saying->subscription->seq;

	if (!saying->is_event || saying->event.event == TIPC_SUBSCR_TIMEOUT)
		return range;
	range.lower = saying->event.found_lower;
	range.upper = saying->event.found_upper;
	return range;
}

static const char *verb_of(const struct saying *saying)
{
	if (saying->is_event)
		return name_of(events, saying->event.event);
	return saying->subscription->filter & TIPC_SUB_CANCEL ? "cancel" : "subscribe";
}

static const char *filter_of(const struct saying *saying)
{
	return name_of(filters, saying->subscription->filter & (TIPC_SUB_PORTS | TIPC_SUB_SERVICE));
}

static void print_range(const struct tipc_service_range *range, struct buf *out)
{
	const char *type = name_of(types, range->type);

	if (type != NULL)
		buf_print(out, "%s:0x%x:0x%x", type, range->lower, range->upper);
	else
		buf_print(out, "%u:%u:%u", range->type, range->lower, range->upper);
}

bool tipc_topology_print(const void *bytes, size_t length, struct buf *out)
{
	struct tipc_service_range range;
	struct saying saying;

	if (!unpack(bytes, length, &saying))
		return false;
	range = range_of(&saying);
	buf_print(out, "%s ", verb_of(&saying));
	print_range(&range, out);
	if (saying.is_event) {
		if (saying.event.event != TIPC_SUBSCR_TIMEOUT)
			buf_print(out, " 0x%x:%u", saying.event.port.node, saying.event.port.ref);
		return true;
	}
	if (filter_of(&saying) != NULL)
		buf_print(out, " %s", filter_of(&saying));
	if (saying.subscription->timeout != (uint32_t)TIPC_WAIT_FOREVER)
		buf_print(out, " %ums", saying.subscription->timeout);
	return true;
}

static void describe_range(const struct tipc_service_range *range, struct json *json)
{
	json_unsigned(json, "type", range->type);
	json_unsigned(json, "lower", range->lower);
	json_unsigned(json, "upper", range->upper);
}

void tipc_topology_describe(const void *bytes, size_t length, struct json *json, const char *key)
{
	struct tipc_service_range range;
	struct saying saying;

	if (!unpack(bytes, length, &saying))
		return;
	range = range_of(&saying);
	json_open_object(json, key);
	json_string(json, "event", verb_of(&saying));
	describe_range(&range, json);
	if (saying.is_event && saying.event.event != TIPC_SUBSCR_TIMEOUT) {
		json_unsigned(json, "node", saying.event.port.node);
		json_unsigned(json, "ref", saying.event.port.ref);
	}
	json_open_object(json, "subscription");
	describe_range(&saying.subscription->seq, json);
	if (filter_of(&saying) != NULL)
		json_string(json, "filter", filter_of(&saying));
	if (saying.subscription->timeout != (uint32_t)TIPC_WAIT_FOREVER)
		json_unsigned(json, "timeout_ms", saying.subscription->timeout);
	json_close_object(json);
	json_close_object(json);
}

/* A number up to the character end, or to the word's own; moves the word behind it. */
static int read_number(struct span *word, char end, uint32_t *number, struct error *err)
{
	const char *found = memchr(word->text, end, word->length);
	size_t length = found != NULL ? (size_t)(found - word->text) : word->length;
	cleanup_free char *text = memory_copy(word->text, length);
	uint64_t value;

	if (number_unsigned(text, 0, UINT32_MAX, &value, err) < 0)
		return -1;
	*number = (uint32_t)value;
	length += found != NULL;
	word->text += length;
	word->length -= length;
	return 0;
}

/* The type's name, where it has one, gives way to its number. */
static bool take_type(struct span *word, uint32_t *type)
{
	for (const struct name *row = types; row->name != NULL; row++) {
		size_t length = strlen(row->name);

		if (word->length <= length || word->text[length] != ':' ||
		    !name_equal_length(word->text, length, row->name))
			continue;
		*type = (uint32_t)row->value;
		word->text += length + 1;
		word->length -= length + 1;
		return true;
	}
	return false;
}

static int read_range(struct span word, struct tipc_service_range *range, struct error *err)
{
	if (!take_type(&word, &range->type) && read_number(&word, ':', &range->type, err) < 0)
		return -1;
	if (read_number(&word, ':', &range->lower, err) < 0)
		return -1;
	range->upper = range->lower;
	if (word.length > 0 && read_number(&word, ':', &range->upper, err) < 0)
		return -1;
	if (word.length == 0 && range->lower <= range->upper)
		return 0;
	return error_usage(err, "TYPE:LOWER:UPPER was expected");
}

static int read_event(const struct name *verb, const struct tipc_service_range *range,
		      struct span line, struct buf *out, struct error *err)
{
	struct tipc_event event = { .event = (uint32_t)verb->value,
				    .found_lower = range->lower,
				    .found_upper = range->upper,
				    .s = { .seq = *range,
					   .timeout = (uint32_t)TIPC_WAIT_FOREVER,
					   .filter = TIPC_SUB_PORTS } };
	struct span socket;

	if (span_word(&line, &socket) && (read_number(&socket, ':', &event.port.node, err) < 0 ||
					  read_number(&socket, ':', &event.port.ref, err) < 0))
		return error_context(err, "NODE:REF");
	buf_add(out, &event, sizeof(event));
	return 0;
}

static int read_subscription(uint32_t flags, const struct tipc_service_range *range,
			     struct span line, struct buf *out, struct error *err)
{
	struct tipc_subscr request = { .seq = *range,
				       .timeout = (uint32_t)TIPC_WAIT_FOREVER,
				       .filter = TIPC_SUB_PORTS | flags };
	struct span word;

	while (span_word(&line, &word)) {
		cleanup_free char *text = memory_copy(word.text, word.length);
		const struct name *filter = name_find(filters, text);
		nanoseconds until = 0;

		if (filter != NULL)
			request.filter = (uint32_t)filter->value | flags;
		else if (number_duration(text, &until, err) < 0)
			return -1;
		else
			request.timeout = (uint32_t)(until / NANOSECONDS_PER_MILLISECOND);
	}
	buf_add(out, &request, sizeof(request));
	return 0;
}

int tipc_topology_read(struct span line, struct buf *out, struct error *err)
{
	struct tipc_service_range range = { 0 };
	cleanup_free char *text = NULL;
	struct span verb, word;

	if (!span_word(&line, &verb) || !span_word(&line, &word))
		return error_usage(err, "subscribe TYPE:LOWER:UPPER was expected");
	if (read_range(word, &range, err) < 0)
		return -1;
	text = memory_copy(verb.text, verb.length);
	if (name_find(events, text) != NULL)
		return read_event(name_find(events, text), &range, line, out, err);
	if (span_equal(verb, "subscribe"))
		return read_subscription(0, &range, line, out, err);
	if (span_equal(verb, "cancel"))
		return read_subscription(TIPC_SUB_CANCEL, &range, line, out, err);
	return error_usage(err, "subscribe, cancel, published, withdrawn or timeout was expected");
}
