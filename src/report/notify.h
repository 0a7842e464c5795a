/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Telling a service manager that we are ready, what we do and that we end: NOTIFY_SOCKET; sd_notify(3). */
#ifndef REPORT_NOTIFY_H
#define REPORT_NOTIFY_H

#include "core/observer.h"

struct notify;

/* NULL where no manager asks for it; all else is harmless with NULL. */
struct notify *notify_new(void);
/* Tells STOPPING=1. */
void notify_free(struct notify *notify);
/* To be put in the engine's chain, before next; next itself where notify is NULL. Owned by notify. */
struct observer *notify_observer(struct notify *notify, struct observer *next);
/* READY=1, once: everything that listens does so by now. Else the first event of an open end tells it. */
void notify_ready(struct notify *notify);

#endif
