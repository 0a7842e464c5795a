/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The beginning of what a cipher does: the control messages of linux/if_alg.h. */
#include "base/memory.h"
#include "base/uapi.h"
#include "family/alg.h"
#include "family/alg_explain.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#define IV_MAXIMUM 64

/* struct af_alg_iv has its length in front. */
struct iv {
	uint32_t length;
	unsigned char bytes[IV_MAXIMUM];
};

static void put_control(struct msghdr *header, int type, const void *data, size_t length)
{
	struct cmsghdr *control = (void *)((char *)header->msg_control + header->msg_controllen);

	control->cmsg_level = SOL_ALG;
	control->cmsg_type = type;
	control->cmsg_len = CMSG_LEN(length);
	memcpy(CMSG_DATA(control), data, length);
	header->msg_controllen += CMSG_SPACE(length);
}

static int check_iv(const struct target *target, const struct alg_algorithm *algorithm,
		    size_t length, struct error *err)
{
	const struct setting *setting = target_setting(target, "iv");

	if (length == algorithm->iv || (algorithm->name[0] == '\0' && length <= IV_MAXIMUM))
		return 0;
	if (algorithm->iv == 0)
		error_usage(err, "iv: %s has none", target->fields[ALG_NAME].text);
	else
		error_usage(err, "iv: %s has one of %u bytes, not %zu", algorithm->name,
			    algorithm->iv, length);
	if (setting != NULL)
		return target_error_setting(target, setting, err);
	return error_hint(err, "iv=hex:... or iv=@FILE");
}

static int load_iv(const struct target *target, const struct alg_algorithm *algorithm,
		   struct iv *iv, struct error *err)
{
	struct value value;
	int checked;

	if (alg_value(target, "iv", &value, err) < 0)
		return -1;
	checked = check_iv(target, algorithm, value.length, err);
	if (checked == 0 && value.length > 0) {
		iv->length = (uint32_t)value.length;
		memcpy(iv->bytes, value.bytes, value.length);
	}
	value_release(&value);
	return checked;
}

int alg_begin(const struct target *target, const struct alg_algorithm *algorithm,
	      size_t associated_length, int fd, struct error *err)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(uint32_t)) * 2 + CMSG_SPACE(sizeof(struct iv))];
	} control = { .bytes = { 0 } };
	struct msghdr header = { .msg_control = control.bytes };
	uint32_t operation = (uint32_t)target_number(target, "op", ALG_OP_ENCRYPT);
	uint32_t associated = (uint32_t)associated_length;
	struct iv iv = { 0 };

	if (load_iv(target, algorithm, &iv, err) < 0)
		return -1;
	put_control(&header, ALG_SET_OP, &operation, sizeof(operation));
	if (iv.length > 0)
		put_control(&header, ALG_SET_IV, &iv, sizeof(iv.length) + iv.length);
	if (alg_kind(target) == ALG_AEAD)
		put_control(&header, ALG_SET_AEAD_ASSOCLEN, &associated, sizeof(associated));
	if (sendmsg(fd, &header, MSG_MORE | MSG_NOSIGNAL) >= 0)
		return 0;
	error_system(err, "begin");
	alg_explain_error(target, err);
	return -1;
}
