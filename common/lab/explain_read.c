// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Reads a log once, from its first line to its last, and keeps the way on which
 * the verifier was when it complained. At level 1 the kernel itself takes back
 * what it wrote on ways that were all right; at level 2 it does not, so a line
 * "from 5 to 9" makes us forget what lies behind instruction 5.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/lab/explain.h"

/* What holds for the next instruction. */
struct reader {
	struct lab_log *log;
	const char *source; /* its source line; NULL: not known */
	const char *state;
	int frame;
	bool elsewhere; /* the next state is one of another way */
};

static int step_room(struct lab_log *log)
{
	struct lab_step *bigger;
	size_t room;

	if (log->n < log->steps_room)
		return 0;
	if (log->n == LAB_STEPS_MAX) {
		log->n /= 2;
		memmove(log->steps, log->steps + LAB_STEPS_MAX / 2, log->n * sizeof(*log->steps));
		log->cut = true;
		return 0;
	}
	room = log->steps_room ? log->steps_room * 2 : 256;
	bigger = reallocarray(log->steps, room, sizeof(*bigger));
	if (!bigger)
		return -ENOMEM;
	log->steps = bigger;
	log->steps_room = room;
	return 0;
}

static int seen_room(struct lab_log *log, size_t insn)
{
	size_t room = log->seen_room ? log->seen_room : 256;
	struct lab_seen *bigger;

	if (insn < log->seen_room)
		return 0;
	while (room <= insn)
		room *= 2;
	bigger = reallocarray(log->seen, room, sizeof(*bigger));
	if (!bigger)
		return -ENOMEM;
	memset(bigger + log->seen_room, 0, (room - log->seen_room) * sizeof(*bigger));
	log->seen = bigger;
	log->seen_room = room;
	return 0;
}

/*
 * The kernel does not write a source line that it wrote last, even where that was on
 * another way: then what was written at the instruction before counts, or nothing.
 */
static void settle_source(struct reader *r, int insn)
{
	struct lab_seen *seen = &r->log->seen[insn];

	if (r->source)
		*seen = (struct lab_seen){ r->source, r->log->generation };
	else if (seen->generation == r->log->generation)
		r->source = seen->source;
}

static int take_insn(struct reader *r, const struct lab_line *line)
{
	struct lab_log *log = r->log;

	log->is_log = true;
	if (line->insn >= LAB_INSNS_MAX)
		return 0;
	if (step_room(log) || seen_room(log, line->insn))
		return -ENOMEM;
	settle_source(r, line->insn);
	log->steps[log->n++] = (struct lab_step){ .text = line->at,
						  .state = r->state,
						  .source = r->source,
						  .insn = line->insn,
						  .frame = r->frame };
	r->state = NULL;
	log->count = 0;
	if (line->goes_on)
		r->source = NULL;
	r->elsewhere = line->goes_on;
	return 0;
}

static bool is_fork(const struct lab_step *step, int insn)
{
	return step->insn == insn && !step->both;
}

/* Back to where the verifier had put the other way aside: the last time it was at `from`. */
static void go_back(struct reader *r, const struct lab_line *line)
{
	struct lab_log *log = r->log;

	while (log->n && !is_fork(&log->steps[log->n - 1], line->insn))
		log->n--;
	if (log->n)
		log->steps[log->n - 1].both = true;
	else
		log->cut = true;
	r->source = NULL;
	r->state = line->len ? line->at : NULL;
	r->frame = line->frame;
}

static void begin_anew(struct reader *r)
{
	struct lab_log *log = r->log;

	log->n = 0;
	log->cut = false;
	log->count = 0;
	log->done = false;
	log->generation++;
	r->source = r->state = NULL;
	r->frame = 0;
}

static void keep(const char **lines, int *count, const char *line)
{
	/* Of too many, the first half and the last ones. */
	if (*count == LAB_MESSAGES) {
		memmove(lines + LAB_MESSAGES / 2, lines + LAB_MESSAGES / 2 + 1,
			(LAB_MESSAGES / 2 - 1) * sizeof(*lines));
		--*count;
	}
	lines[(*count)++] = line;
}

/* "prog 'NAME': BPF program load failed: REASON" */
static void take_failed(struct lab_log *log, const struct lab_line *line)
{
	const char *end = memmem(line->at, line->len, "': BPF program load failed", 26);
	const char *name = end, *reason = memchr(end + 2, ':', line->at + line->len - end - 2);

	while (name > line->at && name[-1] != '\'')
		name--;
	lab_copy(log->program, sizeof(log->program), name, end - name);
	reason = reason ? reason + 2 : line->at + line->len;
	log->err = reason < line->at + line->len
			   ? lab_errno_parse(reason, line->at + line->len - reason)
			   : 0;
	log->refused = log->is_log = true;
	log->loads = false;
}

/* "Validating NAME() func#1..." */
static void take_function(struct reader *r, const struct lab_line *line)
{
	const char *name = line->at + strlen("Validating ");

	begin_anew(r);
	lab_copy(r->log->function, sizeof(r->log->function), name, strcspn(name, "(\n"));
	r->log->is_log = true;
}

static int take(struct reader *r, const struct lab_line *line)
{
	struct lab_log *log = r->log;

	switch (line->kind) {
	case LAB_LINE_INSN:
		return take_insn(r, line);
	case LAB_LINE_SOURCE:
		r->source = line->at;
		break;
	case LAB_LINE_STATE:
		r->state = line->at;
		if (r->elsewhere)
			r->frame = line->frame > 0 ? line->frame : 0;
		r->elsewhere = false;
		break;
	case LAB_LINE_FROM:
		go_back(r, line);
		break;
	case LAB_LINE_CALLEE:
		r->frame++;
		break;
	case LAB_LINE_RETURN:
		r->frame -= r->frame > 0;
		break;
	case LAB_LINE_FUNC:
		take_function(r, line);
		break;
	case LAB_LINE_DONE:
		log->done = log->is_log = true;
		break;
	case LAB_LINE_FAILED:
		take_failed(log, line);
		break;
	case LAB_LINE_BEGIN:
		begin_anew(r);
		log->is_log = true;
		break;
	case LAB_LINE_LOADS:
		log->loads = log->is_log = true;
		break;
	case LAB_LINE_LOADER:
		log->is_log = true;
		keep(log->loader, &log->loader_count, line->at);
		break;
	case LAB_LINE_MESSAGE:
		keep(log->messages, &log->count, line->at);
		break;
	case LAB_LINE_END:
	case LAB_LINE_NOISE:
		break;
	}
	return 0;
}

int lab_log_read(const char *text, struct lab_log *log)
{
	struct reader r = { .log = log };
	struct lab_line line;
	int err = 0;

	*log = (struct lab_log){ .text = text, .generation = 1 };
	while (!err && lab_line_next(&text, &line))
		err = take(&r, &line);
	return err;
}

void lab_log_free(struct lab_log *log)
{
	free(log->steps);
	free(log->seen);
	log->steps = NULL;
	log->seen = NULL;
}

const struct lab_step *lab_log_step(const struct lab_log *log, int insn)
{
	for (size_t i = log->n; i-- > 0;)
		if (log->steps[i].insn == insn)
			return &log->steps[i];
	return NULL;
}
