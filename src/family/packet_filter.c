/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which packets a packet socket takes: classic BPF; pcap-filter(7), SO_ATTACH_FILTER of socket(7). */
#include "family/packet_filter.h"

#include "base/cleanup.h"
#include "base/library.h"
#include "base/memory.h"
#include "base/number.h"

#include <string.h>
#include <sys/socket.h>

#ifndef WITH_PCAP
#define WITH_PCAP 0
#endif
#if WITH_PCAP
#include <pcap/pcap.h>
#endif

#define SNAPSHOT 262144

static bool is_numbers(const char *text)
{
	return text[strspn(text, "0123456789 ,\n")] == '\0' && strpbrk(text, "0123456789") != NULL;
}

static int malformed(struct error *err)
{
	error_usage(err, "filter: a count, and so many lines of four numbers expected");
	return error_hint(err, "they come from: tcpdump -ddd EXPRESSION");
}

/* The next number of the text, which is cut up; false where there is none, or a larger one. */
static bool take_number(char **rest, uint64_t maximum, uint64_t *value)
{
	char *word;

	do
		word = strsep(rest, " ,\n");
	while (word != NULL && *word == '\0');
	return word != NULL && number_unsigned(word, 0, maximum, value, NULL) == 0;
}

static int read_step(char **rest, struct sock_filter *step)
{
	uint64_t code, when_true, when_false, operand;

	if (!take_number(rest, UINT16_MAX, &code) || !take_number(rest, UINT8_MAX, &when_true) ||
	    !take_number(rest, UINT8_MAX, &when_false) || !take_number(rest, UINT32_MAX, &operand))
		return -1;
	*step = (struct sock_filter){ .code = (uint16_t)code,
				      .jt = (uint8_t)when_true,
				      .jf = (uint8_t)when_false,
				      .k = (uint32_t)operand };
	return 0;
}

static int read_numbers(const char *text, struct packet_filter *filter, struct error *err)
{
	cleanup_free char *copy = memory_string(text);
	char *rest = copy;
	uint64_t count, more;

	if (!take_number(&rest, BPF_MAXINSNS, &count) || count == 0)
		return malformed(err);
	filter->steps = memory_array((size_t)count, sizeof(*filter->steps));
	for (; filter->count < count; filter->count++)
		if (read_step(&rest, &filter->steps[filter->count]) < 0)
			return malformed(err);
	return take_number(&rest, UINT32_MAX, &more) ? malformed(err) : 0;
}

#if WITH_PCAP
struct pcap_calls {
	__typeof__(&pcap_open_dead) pcap_open_dead;
	__typeof__(&pcap_compile) pcap_compile;
	__typeof__(&pcap_geterr) pcap_geterr;
	__typeof__(&pcap_freecode) pcap_freecode;
	__typeof__(&pcap_close) pcap_close;
};

static const struct library_symbol pcap_symbols[] = {
	LIBRARY_SYMBOL(struct pcap_calls, pcap_open_dead),
	LIBRARY_SYMBOL(struct pcap_calls, pcap_compile),
	LIBRARY_SYMBOL(struct pcap_calls, pcap_geterr),
	LIBRARY_SYMBOL(struct pcap_calls, pcap_freecode),
	LIBRARY_SYMBOL(struct pcap_calls, pcap_close),
	{ NULL, 0 },
};

static const struct library pcap_library = {
	.sonames = "libpcap.so.0.8 libpcap.so.1",
	.package = "libpcap0.8",
	.purpose = "compiling filters",
	.symbols = pcap_symbols,
};

static void copy_program(const struct bpf_program *program, struct packet_filter *filter)
{
	filter->count = program->bf_len;
	filter->steps = memory_array(filter->count, sizeof(*filter->steps));
	for (size_t i = 0; i < filter->count; i++)
		filter->steps[i] = (struct sock_filter){ .code = program->bf_insns[i].code,
							 .jt = program->bf_insns[i].jt,
							 .jf = program->bf_insns[i].jf,
							 .k = program->bf_insns[i].k };
}

static int compile(const char *text, bool has_link, struct packet_filter *filter, struct error *err)
{
	struct pcap_calls pcap;
	struct bpf_program program = { 0 };
	pcap_t *handle;
	int compiled;

	if (library_load(&pcap_library, &pcap, err) < 0)
		return -1;
	handle = pcap.pcap_open_dead(has_link ? DLT_EN10MB : DLT_RAW, SNAPSHOT);
	if (handle == NULL)
		return error_system(err, "filter");
	compiled = pcap.pcap_compile(handle, &program, text, 1, PCAP_NETMASK_UNKNOWN);
	if (compiled < 0)
		error_usage(err, "filter: %s", pcap.pcap_geterr(handle));
	else
		copy_program(&program, filter);
	if (compiled == 0)
		pcap.pcap_freecode(&program);
	pcap.pcap_close(handle);
	return compiled < 0 ? -1 : 0;
}
#else
static int compile(const char *text, bool has_link, struct packet_filter *filter, struct error *err)
{
	(void)text;
	(void)has_link;
	(void)filter;
	error_set(err, ERROR_UNAVAILABLE, "filter: this build cannot compile expressions");
	return error_hint(err, "build with WITH_PCAP=yes, or give the numbers that tcpdump -ddd prints");
}
#endif

int packet_filter_compile(const char *text, bool has_link, struct packet_filter *filter,
			  struct error *err)
{
	int compiled;

	*filter = (struct packet_filter){ 0 };
	compiled = is_numbers(text) ? read_numbers(text, filter, err) :
				      compile(text, has_link, filter, err);
	if (compiled < 0)
		packet_filter_release(filter);
	return compiled;
}

void packet_filter_list(const struct packet_filter *filter, struct sockopt_list *list)
{
	static const int levels[] = { SOL_SOCKET, -1 };
	struct sockopt_item *item = sockopt_list_add(list, SOL_SOCKET, SO_ATTACH_FILTER, filter->steps,
						     filter->count * sizeof(*filter->steps));

	item->name = "filter";
	/* The row knows that the kernel wants a pointer to them. */
	item->setting.row = sockopt_of(levels, SOL_SOCKET, SO_ATTACH_FILTER);
}

void packet_filter_release(struct packet_filter *filter)
{
	free(filter->steps);
	*filter = (struct packet_filter){ 0 };
}
