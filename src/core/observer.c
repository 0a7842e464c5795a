/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Telling a chain of observers. */
#include "core/observer.h"

void observer_tell(struct observer *chain, const struct event *event)
{
	for (; chain != NULL; chain = chain->next)
		if (chain->event != NULL)
			chain->event(chain, event);
}

void observer_show(struct observer *chain, uint64_t session, enum direction direction,
		   const struct message *message)
{
	for (; chain != NULL; chain = chain->next)
		if (chain->data != NULL)
			chain->data(chain, session, direction, message);
}

void observer_show_control(struct observer *chain, uint64_t session, const struct endpoint *source,
			   const struct message *message)
{
	for (; chain != NULL && message->control_length > 0; chain = chain->next)
		if (chain->control != NULL)
			chain->control(chain, session, source, message);
}

bool observer_needs_data(const struct observer *chain)
{
	for (; chain != NULL; chain = chain->next)
		if (chain->data != NULL)
			return true;
	return false;
}
