/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests of ioctl(2): made of this kernel, read and printed. */
#include "unit.h"

#include "base/cleanup.h"
#include "option/ioctl.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Requests */

/* What a request with these words (at most 3) prints; the error's text where it fails. */
static void ask(int fd, const char *name, const char *const *words, struct buf *out)
{
	struct ioctl_request request;
	struct error err = { 0 };
	size_t count = 0;

	buf_clear(out);
	while (count < 3 && words != NULL && words[count] != NULL)
		count++;
	if (ioctl_read(name, (char *const *)words, count, &request, &err) < 0) {
		buf_print(out, "usage: %s", err.text);
		return;
	}
	if (ioctl_perform(&request, fd, &err) < 0)
		buf_print(out, "error: %s", err.text);
	else
		ioctl_print(&request, out);
	ioctl_request_release(&request);
}

static const struct {
	const char *name, *words[3], *answer;
} requests[] = {
	{ "FIONREAD", { NULL }, "3" },
	{ "siocinq", { NULL }, "3" },
	{ "SIOCGIFINDEX", { "lo" }, "interface=lo index=1" },
	{ "SIOCGIFNAME", { "1" }, "index=1 interface=lo" },
	{ "SIOCGIFHWADDR", { "lo" }, "interface=lo address=00:00:00:00:00:00 type=loopback" },
	{ "SIOCGIFMTU", { NULL }, "usage: SIOCGIFMTU INTERFACE expected" },
	{ "SIOCGIFMTU", { "nonexistent" }, "error: SIOCGIFMTU: No such device" },
	{ "SIOCSIFMTU", { "lo" }, "usage: SIOCSIFMTU INTERFACE MTU expected" },
	{ "SIOCSIFMTU", { "lo", "many" }, "usage: SIOCSIFMTU: mtu: \"many\" is not a number from 0 to "
					  "4294967295" },
	{ "FIONREAD", { "5" }, "usage: FIONREAD takes no argument" },
	{ "FIONBIO", { "on" }, "on" },
	{ "ETHTOOL_GLINK", { "lo" }, "value=on" },
	{ "SIOCGIFNOTHING", { NULL }, "usage: there is no request \"SIOCGIFNOTHING\"" },
	{ "0x541B", { "hex:00000000" }, "hex:03000000" },
	{ "0x5421", { "hex:00000000" }, "hex:00000000" },
	{ "0x541B", { "x" }, "usage: \"x\" is not a number from -9223372036854775808 to "
			     "9223372036854775807" },
};

static void asks_sockets(struct unit *unit)
{
	int pair[2] = { -1, -1 };
	struct buf answer cleanup_buf = { 0 };

	if (unit_is_emulated(unit))
		return;
	unit_check_int(unit, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	unit_check_int(unit, write(pair[1], "abc", 3), 3);
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		ask(pair[0], requests[i].name, requests[i].words, &answer);
		if (!unit_check_string(unit, buf_text(&answer), requests[i].answer))
			printf("# %s\n", requests[i].name);
	}
	ask(pair[0], "SIOCGIFCONF", NULL, &answer);
	unit_check(unit, strstr(buf_text(&answer), "interface=lo address=127.0.0.1") != NULL);
	ask(pair[0], "SIOCGIFFLAGS", (const char *const[]){ "lo", NULL }, &answer);
	unit_check(unit, strstr(buf_text(&answer), "loopback") != NULL);
	close(pair[0]);
	close(pair[1]);
}

static void asks_terminals(struct unit *unit)
{
	int terminal cleanup_close = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct buf answer cleanup_buf = { 0 };

	if (unit_is_emulated(unit))
		return;
	if (terminal < 0) {
		unit_skip(unit, "no pseudo terminals here");
		return;
	}
	ask(terminal, "TIOCSWINSZ", (const char *const[]){ "30", "cols=99", NULL }, &answer);
	ask(terminal, "TIOCGWINSZ", NULL, &answer);
	unit_check_string(unit, buf_text(&answer), "rows=30 cols=99 xpixel=0 ypixel=0");
	ask(terminal, "TIOCGPTLCK", NULL, &answer);
	unit_check_string(unit, buf_text(&answer), "on");
	ask(terminal, "TIOCSPTLCK", (const char *const[]){ "off", NULL }, &answer);
	ask(terminal, "TIOCGPTLCK", NULL, &answer);
	unit_check_string(unit, buf_text(&answer), "off");
	ask(terminal, "TCGETS", NULL, &answer);
	unit_check(unit, strstr(buf_text(&answer), "icanon") != NULL);
}

static void pairs_requests(struct unit *unit)
{
	const struct ioctl *reader = ioctl_reader(ioctl_find("SIOCSIFMTU"));
	struct buf text cleanup_buf = { 0 };

	unit_check_string(unit, reader != NULL ? ioctl_name(reader) : NULL, "SIOCGIFMTU");
	reader = ioctl_reader(ioctl_find("TIOCMBIS"));
	unit_check_string(unit, reader != NULL ? ioctl_name(reader) : NULL, "TIOCMGET");
	unit_check(unit, ioctl_reader(ioctl_find("SIOCGIFMTU")) == NULL);
	for (size_t i = 0; ioctl_at(i) != NULL; i++) {
		const struct ioctl *found = ioctl_find(ioctl_name(ioctl_at(i)));

		unit_check_int(unit, ioctl_number(found), ioctl_number(ioctl_at(i)));
		unit_check(unit, ioctl_help(found)[0] != '\0' && ioctl_family(found)[0] != '\0');
	}
	ioctl_describe_number(TIOCGPTN, &text);
	unit_check_string(unit, buf_text(&text),
			  "request 0x80045430 (TIOCGPTN): read of 4 bytes, type 'T', number 48");
}

/* Up to size - 1 letters that values are made of. */
static void type_noise(struct unit_random *random, char *text, size_t size)
{
	static const char letters[] = "0123456789abcdef:+~=-., []%lohex@\"'x";
	size_t length = unit_random_below(random, size);

	for (size_t i = 0; i < length; i++)
		text[i] = letters[unit_random_below(random, sizeof(letters) - 1)];
	text[length] = '\0';
}

static void survives_answer(const struct ioctl *row, struct unit_random *random)
{
	struct buf text cleanup_buf = { 0 };
	struct json json = { .out = &text };
	struct ioctl_request request;
	char typed[3][20];
	char *words[] = { typed[0], typed[1], typed[2] };
	struct error err = { 0 };

	for (size_t i = 0; i < 3; i++)
		type_noise(random, typed[i], sizeof(typed[i]));
	if (ioctl_read(ioctl_name(row), words, unit_random_below(random, 4), &request, &err) < 0)
		return;
	for (size_t i = 0; i < request.bytes.length; i++)
		request.bytes.data[i] = (char)unit_random(random);
	request.result = -1;
	ioctl_print(&request, &text);
	ioctl_print_json(&request, NULL, &json);
	ioctl_request_release(&request);
}

static void survives_requests(struct unit *unit)
{
	struct unit_random random = { 5463325252881726ULL };

	for (int round = 0; round < 60; round++)
		for (size_t i = 0; ioctl_at(i) != NULL; i++, unit->checks++)
			survives_answer(ioctl_at(i), &random);
}

int main(void)
{
	struct unit unit = { 0 };

	unit_run(&unit, "ioctl: sockets and interfaces are asked by name and by number", asks_sockets);
	unit_run(&unit, "ioctl: terminals are asked and changed", asks_terminals);
	unit_run(&unit, "ioctl: what changes something has a request that shows it", pairs_requests);
	unit_run(&unit, "ioctl: noise from the kernel and the user does no harm", survives_requests);
	return unit_end(&unit);
}
