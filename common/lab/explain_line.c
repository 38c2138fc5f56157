// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * One line of a log: what others have put in front of it (time stamps of dmesg
 * and journals, "libbpf: ", tabs, colours), and what kind of line it is. A log
 * may have a million lines, so no pattern is matched here.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/lab/explain.h"

/* At most so much is put in front of one line. */
#define LAYERS 8

static bool begins(const char *at, size_t len, const char *with)
{
	size_t n = strlen(with);

	return n <= len && memcmp(at, with, n) == 0;
}

/* How many of at's first characters are in set. */
static size_t span(const char *at, size_t len, const char *set)
{
	size_t n = 0;

	while (n < len && at[n] && strchr(set, at[n]))
		n++;
	return n;
}

static size_t digits(const char *at, size_t len)
{
	return span(at, len, "0123456789");
}

/* "[   12.345678] ", "[ T123] ", "<6>": 0 if it is none. */
static size_t bracket(const char *at, size_t len)
{
	size_t n = 1;

	if (*at != '[' && *at != '<')
		return 0;
	n += span(at + n, len - n, " TC");
	if (!digits(at + n, len - n))
		return 0;
	n += span(at + n, len - n, "0123456789.");
	return n < len && at[n] == (*at == '[' ? ']' : '>') ? n + 1 : 0;
}

/* "\033[1m" */
static size_t colour(const char *at, size_t len)
{
	size_t n = 2;

	if (len < 3 || at[0] != '\033' || at[1] != '[')
		return 0;
	n += span(at + n, len - n, "0123456789;");
	return n < len && isalpha((unsigned char)at[n]) ? n + 1 : 0;
}

/* "22:00:01", with what may follow: fractions, a zone */
static size_t time_of_day(const char *at, size_t len)
{
	if (len < 8 || digits(at, 2) != 2 || at[2] != ':' || digits(at + 3, 2) != 2 ||
	    at[5] != ':' || digits(at + 6, 2) != 2)
		return 0;
	return 8 + span(at + 8, len - 8, "0123456789.,:+-Z");
}

/* "2026-11-22T22:00:01.5+00:00 ", "2026-11-22 22:00:01 ", "22:00:01 " */
static size_t date(const char *at, size_t len)
{
	size_t n = 0, time;

	if (len > 11 && digits(at, 4) == 4 && (at[4] == '-' || at[4] == '/') &&
	    digits(at + 5, 2) == 2 && at[7] == at[4] && digits(at + 8, 2) == 2 &&
	    (at[10] == 'T' || at[10] == ' '))
		n = 11;
	time = time_of_day(at + n, len - n);
	return time ? n + time : 0;
}

/* Behind the time of a journal: "host program[12]: ", "host kernel: " */
static size_t journal_tag(const char *at, size_t len)
{
	const char *end = memmem(at, len, ": ", 2);
	size_t words = 1;

	for (const char *c = at; end && c < end; c++) {
		words += *c == ' ';
		if (!isalnum((unsigned char)*c) && !strchr(" -_.[]/", *c))
			return 0;
	}
	return end && words == 2 ? end + 2 - at : 0;
}

/* "Nov 22 22:00:01 host program[12]: " */
static size_t journal(const char *at, size_t len)
{
	static const char months[] = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec ";
	char month[5];
	size_t n = 4, time;

	lab_copy(month, sizeof(month), at, len < 4 ? len : 4);
	if (strlen(month) < 4 || month[3] != ' ' || !strstr(months, month))
		return 0;
	n += span(at + n, len - n, " ");
	n += digits(at + n, len - n);
	n += span(at + n, len - n, " ");
	time = time_of_day(at + n, len - n);
	if (!time)
		return 0;
	n += time;
	n += span(at + n, len - n, " ");
	return n + journal_tag(at + n, len - n);
}

/* How long the next thing is that somebody has put in front; 0: nothing. */
static size_t layer(const char *at, size_t len, bool *libbpf)
{
	size_t n = span(at, len, " \t|>");

	if (n)
		return n;
	if (begins(at, len, "libbpf: ")) {
		*libbpf = true;
		return strlen("libbpf: ");
	}
	if (begins(at, len, "kernel: "))
		return strlen("kernel: ");
	n = bracket(at, len) ?: colour(at, len) ?: journal(at, len);
	if (n)
		return n;
	n = date(at, len);
	if (n && n < len && at[n] == ' ')
		return n + 1 + journal_tag(at + n + 1, len - n - 1);
	return 0;
}

/* Lines of the verifier's that tell how it works, and are no complaint. */
static const char *const noises[] = {
	"verification time",  "stack depth", "max_states",   "insns_state",
	"mark_precise",	      "regs=",	     "parent ",	     "last_idx",
	"first_idx",	      "propagating", "caller:",	     "to caller at",
	"live regs",	      "Live regs",   "total_states", "peak_states",
	"mark_read",	      "cur state:",  "old state:",   "(truncated",
	"Verifier analysis:",
};

static bool is_noise(const char *at, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(noises); i++)
		if (begins(at, len, noises[i]))
			return true;
	/* What else begins so is a complaint. */
	return (*at == '(' && digits(at + 1, len - 1)) ||
	       (begins(at, len, "func#") && memmem(at, len, " @", 2)) ||
	       (begins(at, len, "Func#") &&
		(memmem(at, len, "assumed valid", 13) || memmem(at, len, "is safe", 7)));
}

/* "R1=", "R1_w=", "R10_rwD=" */
static bool is_state(const char *at, size_t len)
{
	size_t n = 1;

	if (!len || *at != 'R' || !digits(at + 1, len - 1))
		return false;
	n += digits(at + 1, len - 1);
	if (n < len && at[n] == '_')
		n += 1 + span(at + n + 1, len - n - 1, "rwDpP");
	return n < len && at[n] == '=';
}

/* "frame1: " before a state; its length */
static size_t frame_of(const char *at, size_t len, int *frame)
{
	size_t n = strlen("frame");

	if (!begins(at, len, "frame") || !digits(at + n, len - n))
		return 0;
	*frame = atoi(at + n);
	n += digits(at + n, len - n);
	n += span(at + n, len - n, ":");
	return n + span(at + n, len - n, " ");
}

/* A number that no log holds counts as none. */
static int number(const char *at, size_t len)
{
	return digits(at, len) > 7 ? -1 : atoi(at);
}

/* "; R1=5", "; refs=2", "; frame1: R0=0": what an instruction has done, and no source. */
static bool is_comment(const char *at, size_t len)
{
	size_t n = 1 + span(at + 1, len - 1, " ");

	return n >= len || is_state(at + n, len - n) || begins(at + n, len - n, "frame") ||
	       begins(at + n, len - n, "fp") || begins(at + n, len - n, "refs=") ||
	       begins(at + n, len - n, "cb");
}

/* Where a branch's text ends, "if w2 < w1 goto pc-4 "; 0: it is none. */
static size_t branch_end(const char *at, size_t len)
{
	const char *to = memmem(at, len, " goto pc", 8);
	size_t n;

	if (!to)
		return 0;
	n = to + 8 - at;
	n += span(at + n, len - n, "+-");
	n += digits(at + n, len - n);
	return n + span(at + n, len - n, " ");
}

/*
 * At level 1 the kernel takes back what it wrote on a way that was all right, up to the
 * middle of a line, and writes on: "10: (16) if w2 == 0x7 goto pc+6 17: R0=1", or "... ; TEXT",
 * or a complaint. Where the second part begins; 0: there is none.
 */
static size_t taken_back(const char *at, size_t len)
{
	size_t end = branch_end(at, len);

	for (size_t i = 1; i < len; i++) {
		size_t n;

		if (at[i - 1] != ' ')
			continue;
		if (at[i] == ';')
			return is_comment(at + i, len - i) ? 0 : i;
		n = digits(at + i, len - i);
		if (n && begins(at + i + n, len - i - n, ": "))
			return i;
		if (i == end && isalpha((unsigned char)at[i]) && !is_state(at + i, len - i))
			return i;
	}
	return 0;
}

static enum lab_line_kind numbered(struct lab_line *line)
{
	size_t n = digits(line->at, line->len), skip;
	const char *rest = line->at + n;
	size_t left = line->len - n;

	if (!begins(rest, left, ": ") && !(left == 1 && *rest == ':'))
		return LAB_LINE_MESSAGE;
	skip = 1 + span(rest + 1, left - 1, " ");
	rest += skip;
	left -= skip;
	/* Rewritten by libbpf: "12: <invalid CO-RE relocation>" */
	if (left && (*rest == '(' || *rest == '<')) {
		line->insn = number(line->at, line->len);
		skip = *rest == '(' ? taken_back(rest, left) : 0;
		line->goes_on = skip;
		if (skip)
			line->len = rest + skip - line->at;
		return line->insn < 0 ? LAB_LINE_NOISE : LAB_LINE_INSN;
	}
	skip = frame_of(rest, left, &line->frame);
	if (!is_state(rest + skip, left - skip))
		return LAB_LINE_NOISE;
	line->at = rest + skip;
	line->len = left - skip;
	return LAB_LINE_STATE;
}

/* "from 5 to 9: ", "from 5 to 9 (speculative execution): " */
static enum lab_line_kind from(struct lab_line *line)
{
	const char *at = line->at + strlen("from "), *end = line->at + line->len, *colon;
	size_t n = digits(at, end - at);

	if (!n || !begins(at + n, end - at - n, " to "))
		return LAB_LINE_MESSAGE;
	line->insn = number(at, n);
	at += n + strlen(" to ");
	n = digits(at, end - at);
	if (!n)
		return LAB_LINE_MESSAGE;
	line->to = number(at, n);
	line->frame = 0;
	colon = memchr(at, ':', end - at);
	at = colon ? colon + 1 : end;
	at += span(at, end - at, " ");
	at += frame_of(at, end - at, &line->frame);
	line->len = end - at;
	line->at = at;
	return LAB_LINE_FROM;
}

static enum lab_line_kind word(struct lab_line *line, bool libbpf)
{
	const char *at = line->at;
	size_t len = line->len, skip;

	if (memmem(at, len, "-- BEGIN PROG LOAD LOG", 22))
		return LAB_LINE_BEGIN;
	if (memmem(at, len, "-- END PROG LOAD LOG", 20))
		return LAB_LINE_END;
	if (memmem(at, len, "': BPF program load failed", 26))
		return LAB_LINE_FAILED;
	if (libbpf)
		return LAB_LINE_LOADER;
	skip = frame_of(at, len, &line->frame);
	if (skip || *at == 'R') {
		if (!is_state(at + skip, len - skip))
			return LAB_LINE_MESSAGE;
		line->at += skip;
		line->len -= skip;
		return LAB_LINE_STATE;
	}
	if (begins(at, len, "from "))
		return from(line);
	if (begins(at, len, "processed ") && memmem(at, len, " insn", 5))
		return LAB_LINE_DONE;
	if (begins(at, len, "callee:"))
		return LAB_LINE_CALLEE;
	if (begins(at, len, "returning from callee"))
		return LAB_LINE_RETURN;
	if (begins(at, len, "Validating "))
		return LAB_LINE_FUNC;
	if (len == strlen("the object loads") && begins(at, len, "the object loads"))
		return LAB_LINE_LOADS;
	return is_noise(at, len) ? LAB_LINE_NOISE : LAB_LINE_MESSAGE;
}

static enum lab_line_kind classify(struct lab_line *line, bool libbpf)
{
	if (!line->len)
		return LAB_LINE_NOISE;
	if (*line->at == ';')
		return LAB_LINE_SOURCE;
	if (isdigit((unsigned char)*line->at))
		return numbered(line);
	return word(line, libbpf);
}

bool lab_line_next(const char **at, struct lab_line *line)
{
	bool libbpf = false;
	size_t n;

	if (!**at)
		return false;
	*line = (struct lab_line){ .at = *at, .insn = -1, .to = -1, .frame = -1 };
	line->len = strcspn(*at, "\n");
	*at += line->len + ((*at)[line->len] == '\n');
	while (line->len && strchr(" \t\r", line->at[line->len - 1]))
		line->len--;
	for (int i = 0; i < LAYERS && (n = layer(line->at, line->len, &libbpf)); i++) {
		line->at += n;
		line->len -= n;
	}
	line->kind = classify(line, libbpf);
	/* The rest of the line is one of its own. */
	if (line->goes_on)
		*at = line->at + line->len;
	return true;
}
