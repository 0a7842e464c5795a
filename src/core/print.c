/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A target and its addresses in their canonical spelling, secrets hidden. */
#include "core/target.h"

#include "base/cleanup.h"
#include "core/secret.h"

static bool is_secret_of(const void *context, const struct spec_option *option)
{
	return secret_is(context, option->name.bytes, option->value.bytes);
}

void target_print(const struct target *target, struct buf *out)
{
	spec_print(&target->spec, is_secret_of, target->family, out);
}

int target_error(const struct target *target, struct error *err)
{
	cleanup_buf struct buf spec = { 0 };

	target_print(target, &spec);
	return error_context(err, "%s", buf_text(&spec));
}

static bool is_of_family(const struct family *family, const struct target *target, int domain)
{
	bool is_ip = domain == AF_INET || domain == AF_INET6;

	/* What has a format of its own speaks a protocol over the sockets of others. */
	if (is_ip && family->format != NULL)
		return false;
	return family->print_address != NULL && family->types != NULL &&
	       (family->domain == domain || (family->domain == AF_UNSPEC && is_ip)) &&
	       family->protocol == target->protocol;
}

/* A socket that was handed to us has the address of whatever family made it. */
static const struct family *printing_family(const struct target *target,
					    const struct address *address)
{
	if (target->family->print_address != NULL || target->type == NULL)
		return target->family;
	for (size_t i = 0; i < family_count; i++)
		if (is_of_family(families[i], target, address->any.sa_family))
			return families[i];
	return target->family;
}

void target_print_address(const struct target *target, const struct address *address,
			  struct buf *out)
{
	const struct family *family = printing_family(target, address);

	buf_print(out, "%s:", family->shape.name);
	if (family->print_address != NULL)
		family->print_address(target, address, out);
	else
		buf_add_string(out, "?");
	/* Without its type nobody could connect to it. */
	if (family->domain >= 0 && target->type != NULL && family->types != NULL &&
	    target->type->type != family->types->type)
		buf_print(out, ",type=%s", target->type->name);
}
