/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A small memory of interface names; if_indextoname(3). */
#include "codec/interface.h"

#include <net/if.h>
#include <stdio.h>
#include <string.h>

static struct interface *add(struct interfaces *interfaces)
{
	struct interface *added = &interfaces->known[interfaces->next];

	interfaces->next = (interfaces->next + 1) % INTERFACES_REMEMBERED;
	if (interfaces->count < INTERFACES_REMEMBERED)
		interfaces->count++;
	return added;
}

const char *interfaces_name(struct interfaces *interfaces, unsigned int index)
{
	struct interface *added;
	char name[IF_NAMESIZE];

	for (size_t i = 0; i < interfaces->count; i++)
		if (interfaces->known[i].index == index && index != 0)
			return interfaces->known[i].name;
	added = add(interfaces);
	added->index = index;
	if (index != 0 && if_indextoname(index, name) != NULL)
		snprintf(added->name, sizeof(added->name), "%s", name);
	else
		snprintf(added->name, sizeof(added->name), "if%u", index);
	return added->name;
}

const char *interfaces_known(struct interfaces *interfaces, unsigned int index, bool may_ask)
{
	char name[IF_NAMESIZE];

	for (size_t i = 0; i < interfaces->count; i++)
		if (interfaces->known[i].index == index && index != 0)
			return interfaces->known[i].name;
	if (!may_ask || index == 0 || if_indextoname(index, name) == NULL)
		return NULL;
	return interfaces_name(interfaces, index);
}

void interfaces_learn(struct interfaces *interfaces, unsigned int index, struct span name)
{
	struct interface *known = NULL;

	if (index == 0 || name.length == 0 || name.length >= CODEC_INTERFACE_MAXIMUM)
		return;
	for (size_t i = 0; i < interfaces->count && known == NULL; i++)
		if (interfaces->known[i].index == index)
			known = &interfaces->known[i];
	if (known == NULL)
		known = add(interfaces);
	known->index = index;
	memcpy(known->name, name.text, name.length);
	known->name[name.length] = '\0';
}

const char *interfaces_of(struct interfaces *interfaces, const struct codec_context *context,
			  const struct message *message)
{
	return message->interface != 0 ? interfaces_name(interfaces, message->interface)
				       : context->interface;
}

unsigned int interfaces_index(struct interfaces *interfaces, struct span name)
{
	struct interface *added;

	if (name.length == 0 || name.length >= CODEC_INTERFACE_MAXIMUM)
		return 0;
	for (size_t i = 0; i < interfaces->count; i++)
		if (span_equal(name, interfaces->known[i].name))
			return interfaces->known[i].index;
	added = add(interfaces);
	memcpy(added->name, name.text, name.length);
	added->name[name.length] = '\0';
	added->index = strlen(added->name) < IF_NAMESIZE ? if_nametoindex(added->name) : 0;
	return added->index;
}

bool interfaces_note(struct interfaces *interfaces, struct span name, struct codec_context *context,
		     struct message *message)
{
	if (name.length >= sizeof(context->interface))
		return false;
	memcpy(context->interface, name.text, name.length);
	context->interface[name.length] = '\0';
	message->interface = interfaces_index(interfaces, name);
	return true;
}

size_t channels_number(struct channels *channels, const char *name, bool *is_new)
{
	*is_new = false;
	for (size_t i = 0; i < channels->count; i++)
		if (strncmp(channels->name[i], name, CODEC_INTERFACE_MAXIMUM - 1) == 0)
			return i;
	if (channels->count == INTERFACES_REMEMBERED)
		return channels->count - 1;
	*is_new = true;
	snprintf(channels->name[channels->count], CODEC_INTERFACE_MAXIMUM, "%s", name);
	return channels->count++;
}
