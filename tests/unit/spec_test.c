/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The grammar of address specs: cases with their reading, and parse(print(s)) == s. */
#include "spec/spec.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "describe.h"
#include "shapes.h"
#include "unit.h"

#define RANDOM_TREES 10000
#define RANDOM_TEXTS 20000

/* Prints the spec and reads that again: the parts must be the same, and so must the print. */
static void check_round_trip(struct unit *unit, const struct spec *spec)
{
	cleanup_buf struct buf printed = { 0 }, again = { 0 };
	struct error err = { 0 };
	struct spec copy;

	spec_print(spec, NULL, NULL, &printed);
	if (spec_parse(&copy, buf_text(&printed), shapes_vocabulary(), &err) < 0) {
		unit_fail(unit, __FILE__, __LINE__, "%s is printed as %s: %s", spec->source,
			  buf_text(&printed), err.text);
		return;
	}
	unit->checks++;
	if (!specs_are_equal(spec, &copy))
		unit_fail(unit, __FILE__, __LINE__, "%s is printed as %s, which differs",
			  spec->source, buf_text(&printed));
	spec_print(&copy, NULL, NULL, &again);
	unit_check_string(unit, buf_text(&again), buf_text(&printed));
	spec_release(&copy);
}

static void check_case(struct unit *unit, const char *text, const char *reading,
		       const char *canonical)
{
	cleanup_buf struct buf shown = { 0 }, printed = { 0 };
	struct error err = { 0 };
	struct spec spec;

	if (spec_parse(&spec, text, shapes_vocabulary(), &err) < 0) {
		describe_error(&err, &shown);
		unit_check_string(unit, buf_text(&shown), reading);
		unit_check_int(unit, err.kind, ERROR_USAGE);
		unit_check(unit, err.place.text == text);
		unit_check(unit, err.place.column + err.place.length <= strlen(text));
		return;
	}
	describe_spec(&spec, &shown);
	unit_check_string(unit, buf_text(&shown), reading);
	spec_print(&spec, NULL, NULL, &printed);
	unit_check_string(unit, buf_text(&printed), canonical);
	check_round_trip(unit, &spec);
	spec_release(&spec);
}

static void reads_cases(struct unit *unit)
{
	FILE *file = unit_open_data(unit, "spec_cases.txt");
	cleanup_free char *line = NULL;
	size_t size = 0, cases = 0;

	if (file == NULL)
		return;
	while (getline(&line, &size, file) >= 0) {
		char *rest = line, *text, *reading;

		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#')
			continue;
		text = strsep(&rest, "\t");
		reading = strsep(&rest, "\t");
		check_case(unit, text, reading, rest);
		cases++;
	}
	fclose(file);
	unit_check(unit, cases > 200);
}

/* Columns of the parts: what is there must be what was typed. */
static void places_parts(struct unit *unit)
{
	static const char text[] = "UDP-L:[::1]:53,Foo_a=\"b\",c";
	struct spec spec;

	if (!unit_check_int(unit, spec_parse(&spec, text, shapes_vocabulary(), NULL), 0))
		return;
	unit_check_int(unit, spec.fields[0].column, 6);
	unit_check_int(unit, spec.fields[0].source_length, 5);
	unit_check_int(unit, spec.fields[1].column, 12);
	unit_check_int(unit, spec.options[0].name.column, 15);
	unit_check_string(unit, spec.options[0].name.bytes, "foo-a");
	unit_check_int(unit, spec.options[0].value.column, 21);
	unit_check_int(unit, spec.options[0].value.source_length, 3);
	unit_check(unit, spec.options[1].value.bytes == NULL);
	spec_release(&spec);
}

static void check_implied(struct unit *unit, const char *text, enum role role, const char *wanted)
{
	cleanup_buf struct buf shown = { 0 };
	struct error err = { 0 };
	struct spec spec;

	if (spec_parse_as(&spec, text, shapes_vocabulary(), role, &err) < 0) {
		describe_error(&err, &shown);
	} else {
		describe_spec(&spec, &shown);
		spec_release(&spec);
	}
	unit_check_string(unit, buf_text(&shown), wanted);
}

static void implies_roles(struct unit *unit)
{
	check_implied(unit, "tcp:8080", ROLE_LISTEN, "tcp-listen host=\"\" port=\"8080\"");
	check_implied(unit, "tcp:h:8080", ROLE_LISTEN, "tcp-listen host=\"h\" port=\"8080\"");
	check_implied(unit, "tcp-l:80", ROLE_LISTEN, "tcp-listen host=\"\" port=\"80\"");
	check_implied(unit, "vsock:5000", ROLE_LISTEN, "vsock-listen cid=\"\" port=\"5000\"");
	check_implied(unit, "udp:5000", ROLE_BIND, "udp-bind host=\"\" port=\"5000\"");
	check_implied(unit, "tcp-connect:h:80", ROLE_LISTEN,
		      "error 4: listen is wanted here, not connect");
	check_implied(unit, "can:vcan0", ROLE_LISTEN,
		      "error 0: can cannot listen: it has no connections | use the command recv or "
		      "connect");
	check_implied(unit, "-", ROLE_LISTEN,
		      "error 0: stdio cannot listen: it has no connections | use the command recv "
		      "or connect");
}

static void implies_roles_later(struct unit *unit)
{
	struct error err = { 0 };
	struct spec spec;

	spec_parse(&spec, "tcp:h:80", shapes_vocabulary(), NULL);
	unit_check_int(unit, spec_imply_role(&spec, ROLE_LISTEN, &err), 0);
	unit_check_int(unit, spec.role, ROLE_LISTEN);
	unit_check(unit, !spec.role_given);
	unit_check_int(unit, spec_imply_role(&spec, ROLE_BIND, &err), -1);
	unit_check_string(unit, err.text, "tcp has no role bind");
	spec_release(&spec);
	spec_parse(&spec, "udp_bind:h:80", shapes_vocabulary(), NULL);
	unit_check_int(unit, spec_imply_role(&spec, ROLE_LISTEN, &err), -1);
	unit_check_int(unit, err.place.column, 4);
	unit_check_int(unit, err.place.length, 4);
	spec_release(&spec);
	unit_check_int(unit, spec_parse_as(&spec, "/run/x", shapes_vocabulary(), ROLE_LISTEN, &err),
		       0);
	unit_check_int(unit, spec_imply_role(&spec, ROLE_LISTEN, &err), -1);
	unit_check_string(unit, err.text, "file cannot listen: it has no connections");
	unit_check_string(unit, err.hint, "a socket at that path is unix-listen:/run/x");
	spec_release(&spec);
}

static bool is_key(const void *context, const struct spec_option *option)
{
	return strcmp(option->name.bytes, context) == 0;
}

static void hides_secrets(struct unit *unit)
{
	cleanup_buf struct buf out = { 0 };
	struct spec spec;

	spec_parse(&spec, "alg:hash:hmac/sha256,key=\"secret\",a=b,key", shapes_vocabulary(), NULL);
	spec_print(&spec, is_key, "key", &out);
	unit_check_string(unit, buf_text(&out), "alg:hash:hmac(sha256),key=…,a=b,key");
	spec_release(&spec);
}

static void knows_specs(struct unit *unit)
{
	unit_check(unit, spec_looks_like_one("-"));
	unit_check(unit, spec_looks_like_one("-,raw"));
	unit_check(unit, spec_looks_like_one("a/b"));
	unit_check(unit, spec_looks_like_one("tcp:h:80"));
	unit_check(unit, spec_looks_like_one("can,x"));
	unit_check(unit, !spec_looks_like_one("listen"));
	unit_check(unit, !spec_looks_like_one(""));
}

static void read_long_text(struct unit *unit, const char *start, char fill)
{
	cleanup_buf struct buf text = { 0 };
	struct spec spec;

	buf_add_string(&text, start);
	for (size_t n = 0; n < 20000; n++)
		buf_add_char(&text, fill);
	unit->checks++;
	if (spec_parse(&spec, buf_text(&text), shapes_vocabulary(), NULL) < 0)
		return;
	check_round_trip(unit, &spec);
	spec_release(&spec);
}

/* Nothing in the parser has a size of its own. */
static void reads_long_texts(struct unit *unit)
{
	static const char *const starts[] = { "tcp:",  "unix:", "exec:", "alg:hash:", "bt-sco:",
					      "tcp:[", "\"/",	"",	 "tcp:h:80," };
	static const char fills[] = "a:,(/\\[\"' \xff";

	for (size_t i = 0; i < array_length(starts); i++)
		for (size_t f = 0; fills[f] != '\0'; f++)
			read_long_text(unit, starts[i], fills[f]);
}

/* Bytes that mean something to the grammar come often. */
static char random_byte(struct unit_random *random)
{
	static const char telling[] = ":,,::[]()\"'\\/=-+%#@x0aAfF19. _{}\0\xc3\xa9\xff\n\x7f";

	if (unit_random_below(random, 4) == 0)
		return (char)unit_random_below(random, 256);
	return telling[unit_random_below(random, sizeof(telling) - 1)];
}

static void random_part(struct unit_random *random, bool may_be_empty, struct spec_text *part)
{
	cleanup_buf struct buf bytes = { 0 };
	size_t length = unit_random_below(random, 8);

	part->quoted = unit_random_below(random, 4) == 0;
	if (!may_be_empty && !part->quoted && length == 0)
		length = 1;
	while (bytes.length < length)
		buf_add_char(&bytes, random_byte(random));
	part->length = bytes.length;
	part->bytes = buf_steal(&bytes);
}

/* A command holds what its own quotes allow. */
static void tame(enum field_kind kind, struct spec_text *part)
{
	static const char *const commands[] = { "a", "a,b", "'x,,y' \"\\\"\",", "\\,\\'b",
						"\xff:," };
	size_t which = part->length % array_length(commands);

	if (kind != FIELD_COMMAND || part->quoted)
		return;
	free(part->bytes);
	part->bytes = memory_string(commands[which]);
	part->length = strlen(commands[which]);
}

static size_t mandatory_fields(const struct shape_field *fields)
{
	size_t count = 0;

	while (fields[count].name != NULL && !fields[count].optional)
		count++;
	return count;
}

static size_t all_fields(const struct shape_field *fields)
{
	size_t count = 0;

	while (fields[count].name != NULL)
		count++;
	return count;
}

static void random_fields(struct unit_random *random, struct spec *spec)
{
	const struct shape_field *fields = spec_fields(spec);
	size_t least, most;

	if (fields == NULL)
		return;
	least = mandatory_fields(fields);
	most = all_fields(fields);
	spec->field_count = least + unit_random_below(random, most - least + 1);
	for (size_t i = 0; i < spec->field_count; i++) {
		bool may_be_empty = fields[i].has_default || fields[i].optional;

		random_part(random, may_be_empty, &spec->fields[i]);
		tame(fields[i].kind, &spec->fields[i]);
	}
	if (spec->variant == NULL)
		return;
	free(spec->fields[0].bytes);
	spec->fields[0] = (struct spec_text){ .bytes = memory_string(spec->variant->word),
					      .length = strlen(spec->variant->word) };
}

static void random_options(struct unit_random *random, struct spec *spec)
{
	static const char *const names[] = { "a", "so-rcvbuf", "x.y", "key9" };

	spec->option_count = unit_random_below(random, 4);
	spec->options = memory_array(spec->option_count, sizeof(*spec->options));
	for (size_t i = 0; i < spec->option_count; i++) {
		const char *name = names[unit_random_below(random, array_length(names))];

		spec->options[i].name.bytes = memory_string(name);
		spec->options[i].name.length = strlen(name);
		if (unit_random_below(random, 3) > 0)
			random_part(random, true, &spec->options[i].value);
	}
}

static void random_spec(struct unit_random *random, struct spec *spec)
{
	const struct vocabulary *vocabulary = shapes_vocabulary();
	const struct shape *shape =
		vocabulary->shapes[unit_random_below(random, vocabulary->count)];

	*spec = (struct spec){ .source = "(random)", .shape = shape };
	do
		spec->role = (enum role)unit_random_below(random, 3);
	while ((shape->roles & ROLE_BIT(spec->role)) == 0);
	if (shape->variants != NULL)
		spec->variant = &shape->variants[unit_random_below(random, 4)];
	random_fields(random, spec);
	random_options(random, spec);
	if (strcmp(shape->name, "file") == 0 && unit_random_below(random, 2) == 0) {
		free(spec->fields[0].bytes);
		spec->fields[0].bytes = memory_string(":,'\\/\"");
		spec->fields[0].length = unit_random_below(random, 2) + 5;
		spec->bare_path = true;
	}
}

static void prints_random_trees(struct unit *unit)
{
	struct unit_random random = { 20240229 };

	for (size_t i = 0; i < RANDOM_TREES; i++) {
		struct spec spec;

		random_spec(&random, &spec);
		check_round_trip(unit, &spec);
		spec_release(&spec);
	}
}

/* A case with some bytes changed, dropped or added. */
static void mutate(struct unit_random *random, struct buf *text)
{
	for (size_t n = unit_random_below(random, 3) + 1; n > 0 && text->length > 0; n--) {
		size_t at = unit_random_below(random, text->length);
		char byte = random_byte(random);

		if (byte == '\0')
			byte = ':';
		switch (unit_random_below(random, 3)) {
		case 0:
			text->data[at] = byte;
			break;
		case 1:
			memmove(text->data + at, text->data + at + 1, text->length - at);
			text->length--;
			break;
		default:
			buf_add_char(text, '\0');
			text->length--;
			memmove(text->data + at + 1, text->data + at, text->length - at);
			text->data[at] = byte;
			text->length++;
			text->data[text->length] = '\0';
		}
	}
}

static void prints_random_texts(struct unit *unit)
{
	FILE *file = unit_open_data(unit, "spec_cases.txt");
	struct unit_random random = { 19700101 };
	cleanup_free char *line = NULL;
	size_t size = 0, parsed = 0;

	if (file == NULL)
		return;
	for (size_t i = 0; i < RANDOM_TEXTS; i++) {
		cleanup_buf struct buf text = { 0 };
		struct spec spec;

		if (getline(&line, &size, file) < 0) {
			rewind(file);
			continue;
		}
		buf_add(&text, line, strcspn(line, "\t\n"));
		mutate(&random, &text);
		if (spec_parse(&spec, buf_text(&text), shapes_vocabulary(), NULL) < 0)
			continue;
		parsed++;
		check_round_trip(unit, &spec);
		spec_release(&spec);
	}
	fclose(file);
	unit_check(unit, parsed > RANDOM_TEXTS / 8);
}

/* The file of cases as it would read now: `spec_test print <spec_cases.txt`, to be compared by eye. */
static void print_cases(void)
{
	cleanup_free char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stdin) >= 0) {
		cleanup_buf struct buf out = { 0 };
		struct error err = { 0 };
		struct spec spec;

		line[strcspn(line, line[0] == '#' ? "\n" : "\t\n")] = '\0';
		buf_print(&out, "%s\t", line);
		if (line[0] == '#') {
			puts(line);
			continue;
		}
		if (spec_parse(&spec, line, shapes_vocabulary(), &err) < 0) {
			describe_error(&err, &out);
		} else {
			describe_spec(&spec, &out);
			buf_add_char(&out, '\t');
			spec_print(&spec, NULL, NULL, &out);
			spec_release(&spec);
		}
		puts(buf_text(&out));
	}
}

int main(int argc, char **argv)
{
	struct unit unit = { 0 };

	if (argc > 1 && strcmp(argv[1], "print") == 0) {
		print_cases();
		return 0;
	}
	unit_run(&unit, "spec: every case is read, placed and printed as it should be",
		 reads_cases);
	unit_run(&unit, "spec: parts know where they stand", places_parts);
	unit_run(&unit, "spec: a command implies the role", implies_roles);
	unit_run(&unit, "spec: a role may be implied later", implies_roles_later);
	unit_run(&unit, "spec: secrets are not printed", hides_secrets);
	unit_run(&unit, "spec: a word is told from a spec", knows_specs);
	unit_run(&unit, "spec: long texts are read", reads_long_texts);
	unit_run(&unit, "spec: random trees are printed so that they are read back",
		 prints_random_trees);
	unit_run(&unit, "spec: what mutated cases mean is printed so that it is read back",
		 prints_random_texts);
	return unit_end(&unit);
}
