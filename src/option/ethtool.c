/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a device names itself: SIOCETHTOOL asked for the names of a set, then for their values; linux/ethtool.h. */
#include "option/ethtool.h"

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "option/headers.h"
#include "option/ioctl_row.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* A line of the answer. */
struct named {
	char name[ETH_GSTRING_LEN]; /* no NUL behind where it fills the room */
	uint64_t value;
};

/* The value of a feature. */
enum { FEATURE_ON = 1, FEATURE_FIXED = 2 };

/* A request under way. */
struct query {
	const struct ioctl_request *request;
	int fd;
	struct named *all; /* owned */
	uint32_t count;
};

/* What is typed: layout ethtool_feature. */
struct wanted {
	char name[ETH_GSTRING_LEN];
	uint32_t on;
};

static int ask(const struct query *query, void *data)
{
	struct ifreq outer = { .ifr_data = data };

	memcpy(outer.ifr_name, query->request->interface, sizeof(query->request->interface));
	return ioctl(query->fd, SIOCETHTOOL, &outer);
}

/* How many names a set has; ENOTSUP where the device does not have the set. */
static int count_names(struct query *query, uint32_t set)
{
	struct {
		uint32_t command, reserved;
		uint64_t sets;
		uint32_t count;
	} info = { ETHTOOL_GSSET_INFO, 0, UINT64_C(1) << set, 0 };

	if (ask(query, &info) < 0)
		return -1;
	if (info.sets == 0) {
		errno = EOPNOTSUPP;
		return -1;
	}
	query->count = info.count;
	return 0;
}

static int read_names(struct query *query, uint32_t set)
{
	struct ethtool_gstrings *strings cleanup_free = NULL;

	if (count_names(query, set) < 0)
		return -1;
	strings = memory_array(1, sizeof(*strings) + (size_t)query->count * ETH_GSTRING_LEN);
	*strings = (struct ethtool_gstrings){ ETHTOOL_GSTRINGS, set, query->count };
	if (ask(query, strings) < 0)
		return -1;
	query->all = memory_array(query->count, sizeof(*query->all));
	for (uint32_t i = 0; i < query->count; i++)
		memcpy(query->all[i].name, strings->data + i * ETH_GSTRING_LEN, ETH_GSTRING_LEN);
	return 0;
}

static int read_counts(struct query *query)
{
	struct ethtool_stats *stats cleanup_free =
		memory_array(1, sizeof(*stats) + query->count * sizeof(stats->data[0]));

	*stats = (struct ethtool_stats){ query->request->row->code, query->count };
	if (ask(query, stats) < 0)
		return -1;
	for (uint32_t i = 0; i < query->count; i++)
		query->all[i].value = stats->data[i];
	return 0;
}

static uint32_t block_count(const struct query *query)
{
	return (query->count + 31) / 32;
}

static int read_features(struct query *query)
{
	uint32_t blocks = block_count(query);
	struct ethtool_gfeatures *features cleanup_free =
		memory_array(1, sizeof(*features) + blocks * sizeof(features->features[0]));

	*features = (struct ethtool_gfeatures){ ETHTOOL_GFEATURES, blocks };
	if (ask(query, features) < 0)
		return -1;
	for (uint32_t i = 0; i < query->count; i++) {
		const struct ethtool_get_features_block *block = &features->features[i / 32];
		uint32_t bit = UINT32_C(1) << i % 32;
		bool is_fixed = (block->available & bit) == 0 || (block->never_changed & bit) != 0;

		query->all[i].value = ((block->active & bit) != 0 ? FEATURE_ON : 0) |
				      (is_fixed ? FEATURE_FIXED : 0);
	}
	return 0;
}

static bool has_name(const struct named *named, const char *name)
{
	return name_equal_length(named->name, strnlen(named->name, sizeof(named->name)), name);
}

/* Drops all but the one that was typed; where there is none, all are offered as a guess. */
static int pick(struct query *query, const char *name, uint32_t *index, struct error *err)
{
	struct name_guess guess = { .wanted = name };
	char near[ETH_GSTRING_LEN + 1] = "", each[ETH_GSTRING_LEN + 1] = "";

	for (*index = 0; *index < query->count; ++*index)
		if (has_name(&query->all[*index], name))
			return 0;
	for (uint32_t i = 0; i < query->count; i++) {
		const char *before = guess.nearest;

		memcpy(each, query->all[i].name, ETH_GSTRING_LEN);
		name_guess_offer(&guess, each);
		if (guess.nearest != before)
			memcpy(near, each, sizeof(near));
		guess.nearest = near[0] != '\0' ? near : NULL;
	}
	error_usage(err, "%s has no \"%s\"", query->request->interface, name);
	return near[0] != '\0' ? error_hint(err, "did you mean \"%s\"?", near) : -1;
}

static int set_feature(const struct query *query, uint32_t index, bool on)
{
	uint32_t blocks = block_count(query), bit = UINT32_C(1) << index % 32;
	struct ethtool_sfeatures *features cleanup_free =
		memory_array(1, sizeof(*features) + blocks * sizeof(features->features[0]));

	*features = (struct ethtool_sfeatures){ ETHTOOL_SFEATURES, blocks };
	features->features[index / 32].valid = bit;
	features->features[index / 32].requested = on ? bit : 0;
	return ask(query, features);
}

/* A kernel that could not do it says so in what it returns. */
static int change(const struct query *query, uint32_t index, const struct wanted *wanted, struct error *err)
{
	int result = set_feature(query, index, wanted->on != 0);

	if (result < 0)
		return error_system(err, "%s", ioctl_name(query->request->row));
	if (result == 0)
		return 0;
	error_set(err, ERROR_FAILED, "%s of %s was not changed", wanted->name, query->request->interface);
	return error_hint(err, (result & ETHTOOL_F_UNSUPPORTED) != 0 ?
				       "the device has it fixed" :
				       "another feature that is on or off stands against it");
}

static int perform_feature(struct query *query, struct error *err)
{
	struct wanted wanted = { .name = "" };
	uint32_t index = 0;

	memcpy(&wanted, buf_text(&query->request->bytes), sizeof(wanted));
	wanted.name[sizeof(wanted.name) - 1] = '\0';
	if (wanted.name[0] != '\0' && pick(query, wanted.name, &index, err) < 0)
		return -1;
	if (query->request->row->code == ETHTOOL_SFEATURES)
		return change(query, index, &wanted, err);
	if (read_features(query) < 0)
		return error_system(err, "%s", ioctl_name(query->request->row));
	if (wanted.name[0] != '\0') {
		query->all[0] = query->all[index];
		query->count = 1;
	}
	return 0;
}

static uint32_t set_of(const struct ioctl_request *request)
{
	uint32_t set = ETH_SS_FEATURES;

	if (request->row->code == ETHTOOL_GSTRINGS)
		memcpy(&set, request->bytes.data, sizeof(set));
	else if (request->row->code == ETHTOOL_GSTATS)
		set = ETH_SS_STATS;
	else if (request->row->code == ETHTOOL_GPHYSTATS)
		set = ETH_SS_PHY_STATS;
	return set;
}

static int fill_in(struct query *query, uint32_t set, struct error *err)
{
	if (set == ETH_SS_FEATURES && query->request->row->code != ETHTOOL_GSTRINGS)
		return perform_feature(query, err);
	if (query->request->row->code != ETHTOOL_GSTRINGS && read_counts(query) < 0)
		return error_system(err, "%s", ioctl_name(query->request->row));
	return 0;
}

static int refuse(const struct ioctl_request *request, struct error *err)
{
	bool is_unknown = errno == ENODEV;

	error_system(err, "%s", ioctl_name(request->row));
	return error_hint(err, is_unknown ? "`anysock interfaces` lists those there are" :
					    "the device has no names of that kind");
}

int ethtool_perform(struct ioctl_request *request, int fd, struct error *err)
{
	struct query query = { .request = request, .fd = fd };
	uint32_t set = set_of(request);
	int status;

	status = read_names(&query, set) < 0 ? refuse(request, err) : fill_in(&query, set, err);
	if (status == 0) {
		buf_clear(&request->bytes);
		if (!ioctl_changes(request->row))
			buf_add(&request->bytes, query.all, query.count * sizeof(*query.all));
	}
	free(query.all);
	return status;
}

static size_t named_count(const struct ioctl_request *request)
{
	return request->bytes.length / sizeof(struct named);
}

/* False where the device leaves a place of the set without a name. */
static bool named_at(const struct ioctl_request *request, size_t i, struct named *named, char *name)
{
	memcpy(named, request->bytes.data + i * sizeof(*named), sizeof(*named));
	memcpy(name, named->name, sizeof(named->name));
	name[sizeof(named->name)] = '\0';
	return name[0] != '\0';
}

static bool is_feature(const struct ioctl_request *request)
{
	return request->row->code == ETHTOOL_GFEATURES;
}

void ethtool_print(const struct ioctl_request *request, struct buf *out)
{
	const char *joint = "";
	struct named named;
	char name[ETH_GSTRING_LEN + 1];

	for (size_t i = 0; i < named_count(request); i++) {
		if (!named_at(request, i, &named, name))
			continue;
		buf_add_string(out, joint);
		joint = "\n";
		bytes_print_safe(out, name, strlen(name));
		if (is_feature(request))
			buf_print(out, "=%s%s", (named.value & FEATURE_ON) != 0 ? "on" : "off",
				  (named.value & FEATURE_FIXED) != 0 ? " (fixed)" : "");
		else if (request->row->code != ETHTOOL_GSTRINGS)
			buf_print(out, "=%" PRIu64, named.value);
	}
}

static void json_named(const struct ioctl_request *request, const char *name, uint64_t value,
		       struct json *json)
{
	if (!is_feature(request)) {
		json_unsigned(json, name, value);
		return;
	}
	json_open_object(json, name);
	json_boolean(json, "on", (value & FEATURE_ON) != 0);
	json_boolean(json, "fixed", (value & FEATURE_FIXED) != 0);
	json_close_object(json);
}

void ethtool_print_json(const struct ioctl_request *request, const char *key, struct json *json)
{
	bool is_list = request->row->code == ETHTOOL_GSTRINGS;
	struct named named;
	char name[ETH_GSTRING_LEN + 1];

	(is_list ? json_open_array : json_open_object)(json, key);
	for (size_t i = 0; i < named_count(request); i++) {
		if (!named_at(request, i, &named, name))
			continue;
		if (is_list)
			json_string(json, NULL, name);
		else
			json_named(request, name, named.value, json);
	}
	(is_list ? json_close_array : json_close_object)(json);
}
