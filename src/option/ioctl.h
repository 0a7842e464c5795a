/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests of ioctl(2) by name: arguments read, results printed; netdevice(7), ioctl_tty(2). */
#ifndef OPTION_IOCTL_H
#define OPTION_IOCTL_H

#include "base/buf.h"
#include "base/error.h"
#include "base/json.h"
#include "base/name.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ioctl; /* a row of ioctls.def */

/* A request with its argument; after ioctl_perform() with its result. */
struct ioctl_request {
	const struct ioctl *row; /* NULL for a number that no row has */
	unsigned long number;
	bool by_value;	     /* the argument is value, not a pointer to bytes */
	unsigned long value;
	struct buf bytes;    /* what the argument points to */
	char interface[16];  /* of a struct ifreq around bytes; "" for none */
	char *reference;     /* interface whose index is filled in when performed; owned; NULL */
	char *typed;	     /* fields of a struct whose others stay as they are; owned; NULL */
	int result;	     /* what ioctl(2) returned */
};

/* The row with that name, letter case ignored; NULL where none. */
const struct ioctl *ioctl_find(const char *name);
/* The first row with that number, NULL where none. */
const struct ioctl *ioctl_of(unsigned long number);
void ioctl_guess(struct name_guess *guess);
/* The i-th row of the table, NULL behind the last. */
const struct ioctl *ioctl_at(size_t i);

const char *ioctl_name(const struct ioctl *row);   /* "SIOCGIFMTU" */
const char *ioctl_help(const struct ioctl *row);
const char *ioctl_family(const struct ioctl *row); /* "interface": what rows are listed under */
unsigned long ioctl_number(const struct ioctl *row);
/* Whether it changes something. */
bool ioctl_changes(const struct ioctl *row);
/* The words it takes, as help has them: "INTERFACE MTU"; "" for none. */
void ioctl_print_arguments(const struct ioctl *row, struct buf *out);
/*
 * The row that shows what this one changes (SIOCGIFMTU of SIOCSIFMTU), to be
 * asked with the first words; NULL where there is none.
 */
const struct ioctl *ioctl_reader(const struct ioctl *row);
/* How many words a row needs, and with how many of its own its reader is asked. */
size_t ioctl_inputs(const struct ioctl *row);
size_t ioctl_reader_inputs(const struct ioctl *row);

/*
 * Reads a request by name or number and its arguments. ioctl_request_release()
 * is due on success. By number, one word: a number passed by value, or hex:BYTES
 * that are pointed to; none: as many zero bytes as the number says, or NULL.
 */
int ioctl_read(const char *name, char *const *words, size_t count, struct ioctl_request *request,
	       struct error *err);
void ioctl_request_release(struct ioctl_request *request);
/* ioctl(2). EPERM, ENOTTY and ENODEV get a hint. */
int ioctl_perform(struct ioctl_request *request, int fd, struct error *err);
/* The result as people read it; nothing where there is none. */
void ioctl_print(const struct ioctl_request *request, struct buf *out);
void ioctl_print_json(const struct ioctl_request *request, const char *key, struct json *json);
/* "request 0x80045430 (TIOCGPTN): read of 4 bytes, type 'T', number 48": what a number says of itself. */
void ioctl_describe_number(unsigned long number, struct buf *out);

#endif
