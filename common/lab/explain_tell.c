// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What a complaint is about, and how the program came there, in words. A name is
 * said only where it is certain: from the log, or from the object.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/lab/explain.h"
#include "common/lab/source.h"

/* "; TEXT" or, since Linux 6.9, "; TEXT @ FILE:LINE" */
static void take_note(const char *line, struct lab_source *source)
{
	const char *text = line + 1 + strspn(line + 1, " \t");
	char *at = NULL, *colon;
	char copy[512];

	lab_copy_line(copy, sizeof(copy), text);
	/* The last one: the text may hold others. */
	for (char *next = copy; (next = strstr(next, " @ ")); next++)
		at = next;
	/* Of code that the compiler made up, the text is empty and the line 0. */
	if (!at && strncmp(copy, "@ ", 2) == 0)
		at = copy;
	colon = at ? strrchr(at, ':') : NULL;
	if (colon && isdigit((unsigned char)colon[1])) {
		source->line = atoi(colon + 1);
		*colon = '\0';
		if (source->line)
			snprintf(source->file, sizeof(source->file), "%s", at + strspn(at, " @"));
		*at = '\0';
	}
	lab_copy(source->text, sizeof(source->text), copy, sizeof(copy));
}

/* The instruction's own note, else, for code that the compiler made up, that of the one before. */
static void take_notes(const struct lab_log *log, const struct lab_step *step,
		       struct lab_source *source)
{
	for (const struct lab_step *s = step; s >= log->steps && s->frame == step->frame; s--) {
		*source = (struct lab_source){ 0 };
		if (!s->source)
			return;
		take_note(s->source, source);
		if (source->text[0] || source->line)
			return;
	}
}

void lab_tell_place(const struct lab_scene *scene, const struct lab_step *step, int insn,
		    const char *program, struct lab_source *source)
{
	struct lab_source found = { 0 };

	*source = (struct lab_source){ 0 };
	if (step)
		take_notes(scene->log, step, source);
	if (!scene->object || lab_source_in(scene->object, program, insn, source->text, &found))
		return;
	*source = found;
}

/* ---- names ---- */

/* A scene's names come from the object, where the log has none. */
static bool find_symbol(const struct lab_scene *scene, const char *program,
			const struct lab_step *step, char *name, size_t size, bool *is_map)
{
	struct lab_place place;
	__u64 offset;

	return scene->object &&
	       !lab_code_find(scene->object, program, step->insn, &place, &offset) &&
	       !lab_code_symbol(scene->object, &place, offset, name, size, is_map);
}

/* The map that a register holds at a step: by the verifier's note, else by the object. */
static bool find_map(const struct lab_scene *scene, const char *program, size_t at, int reg,
		     char *name, size_t size)
{
	const char *state = lab_state_find(scene->log, at, reg);
	struct lab_turn turns[LAB_WAYS_MAX];
	bool is_map = false;
	size_t n, left;

	if (state)
		lab_state_map(state, name, size);
	if (state && *name)
		return true;
	n = lab_path_find(scene->log, at, reg, turns, LAB_WAYS_MAX, &left);
	for (size_t i = n; i-- > 0;)
		if (turns[i].kind == LAB_TURN_ORIGIN)
			return find_symbol(scene, program, &scene->log->steps[turns[i].step], name,
					   size, &is_map) &&
			       is_map;
	return false;
}

/* "ctx->data", if the instruction reads a field of the context. */
static bool find_field(const struct lab_scene *scene, const char *program, size_t at,
		       const struct lab_insn *insn, char *name, size_t size)
{
	const char *state = lab_state_find(scene->log, at, insn->src);
	struct lab_place place;
	__u64 offset;

	if (!state || strncmp(state, "ctx", 3) != 0 || !scene->object || insn->off < 0 ||
	    lab_code_find(scene->object, program, scene->log->steps[at].insn, &place, &offset))
		return false;
	return !lab_code_context(scene->object, place.function, insn->off, name, size);
}

/* ---- the path ---- */

static void tell_call(const struct lab_scene *scene, const char *program,
		      const struct lab_turn *turn, const struct lab_insn *insn, char *buf,
		      size_t size)
{
	const struct lab_step *step = &scene->log->steps[turn->step];
	char map[64];

	if (turn->reg && step[1].frame > step->frame)
		snprintf(buf, size, "%s() hands it to the function that it calls", insn->call);
	else if (turn->reg)
		snprintf(buf, size, "every call forgets what was in R%d before it", turn->reg);
	else if (strncmp(insn->call, "bpf_map_", 8) == 0 &&
		 find_map(scene, program, turn->step, 1, map, sizeof(map)))
		snprintf(buf, size, "%s() returns it, from map %s", insn->call, map);
	else if (insn->call[0])
		snprintf(buf, size, "%s() returns it", insn->call);
}

static void tell_load(const struct lab_scene *scene, const char *program,
		      const struct lab_turn *turn, const struct lab_insn *insn, char *buf,
		      size_t size)
{
	const char *subject = turn->added ? "what is added" : "it";
	const char *state = lab_state_find(scene->log, turn->step, insn->src);
	char name[96];

	if (find_field(scene, program, turn->step, insn, name, sizeof(name)))
		snprintf(buf, size, "%s is read from %s", subject, name);
	else if (state && strncmp(state, "ctx", 3) == 0)
		snprintf(buf, size, "%s is read from the context", subject);
	else if (state && strncmp(state, "pkt", 3) == 0)
		snprintf(buf, size, "%s is read from the packet", subject);
	else
		snprintf(buf, size, "%s is read from memory", subject);
}

/* "r1 = 5", "r1 = 0xffff... ll" */
static void tell_set(const struct lab_scene *scene, const char *program,
		     const struct lab_turn *turn, char *buf, size_t size)
{
	const struct lab_step *step = &scene->log->steps[turn->step];
	const char *subject = turn->added ? "what is added" : "it";
	const char *value = strstr(step->text, " = ");
	bool is_map = false;
	char name[64];

	if (find_symbol(scene, program, step, name, sizeof(name), &is_map))
		snprintf(buf, size, is_map ? "%s is map %s" : "%s is the address of %s", subject,
			 name);
	else if (value && !strstr(step->text, "(18)"))
		snprintf(buf, size, "%s becomes %.*s", subject,
			 (int)strspn(value + 3, "-0123456789abcdefx"), value + 3);
}

/* Of what is no addition, nothing is said: shifts and masks are often the compiler's. */
static void tell_change(const struct lab_step *step, const struct lab_turn *turn,
			const struct lab_insn *insn, char *buf, size_t size)
{
	const char *by = strstr(step->text, "+= ");

	if (!by || by > step->text + strcspn(step->text, "\n") || turn->added)
		return;
	if (insn->src >= 0)
		snprintf(buf, size, "a number that varies is added to it");
	else
		snprintf(buf, size, "%.*s is added to it",
			 (int)strspn(by + 3, "-0123456789abcdefx"), by + 3);
}

static void tell_turn(const struct lab_scene *scene, const char *program,
		      const struct lab_turn *turn, char *buf, size_t size)
{
	const struct lab_step *step = &scene->log->steps[turn->step];
	struct lab_insn insn;

	buf[0] = '\0';
	lab_insn_read(step->text, &insn);
	if (turn->kind == LAB_TURN_LOST)
		snprintf(buf, size, "after %s() the pointer must not be used any more", insn.call);
	else if (turn->kind == LAB_TURN_CHANGE)
		tell_change(step, turn, &insn, buf, size);
	else if (insn.op == LAB_OP_CALL)
		tell_call(scene, program, turn, &insn, buf, size);
	else if (insn.op == LAB_OP_LOAD)
		tell_load(scene, program, turn, &insn, buf, size);
	else if (insn.op == LAB_OP_COPY)
		snprintf(buf, size, "it is the address of a local variable");
	else if (insn.op == LAB_OP_SET || insn.op == LAB_OP_STORE)
		tell_set(scene, program, turn, buf, size);
}

/* Behind the branch at steps[at], is steps[to] where a loop begins anew? */
static bool is_next_round(const struct lab_log *log, size_t at, size_t to)
{
	return log->steps[to].frame == log->steps[at].frame &&
	       log->steps[to].insn < log->steps[at].insn;
}

/* Where the way goes on behind a branch: the first other line. */
static void tell_branch(const struct lab_scene *scene, const char *program, size_t at,
			const struct lab_way *from, char *buf, size_t size)
{
	const struct lab_log *log = scene->log;
	struct lab_source to;

	buf[0] = '\0';
	for (size_t i = at + 1; i < log->n && i <= scene->at; i++) {
		lab_tell_place(scene, &log->steps[i], log->steps[i].insn, program, &to);
		if (!to.line)
			return;
		if (to.line == from->line && strcmp(to.file, from->file) == 0)
			continue;
		/* Of a loop's first instructions, some have a line that is before the loop. */
		if (to.line < from->line && strcmp(to.file, from->file) == 0 &&
		    is_next_round(log, at, i))
			snprintf(buf, size, "from here it goes round again");
		else
			snprintf(buf, size, "from here it goes on at line %u", to.line);
		return;
	}
}

/* One line has one entry, with all that happens there. */
static bool joins(struct lab_refusal *r, const struct lab_way *way)
{
	struct lab_way *last = r->way_count ? &r->ways[r->way_count - 1] : NULL;
	size_t n;

	if (!last || last->line != way->line || strcmp(last->text, way->text) != 0)
		return false;
	n = strlen(last->what);
	if (way->what[0] && !strstr(last->what, way->what) &&
	    n + strlen(way->what) + sizeof("; ") <= sizeof(last->what))
		snprintf(last->what + n, sizeof(last->what) - n, "%s%s", n ? "; " : "", way->what);
	return true;
}

static void tell_way(const struct lab_scene *scene, const struct lab_turn *turn,
		     struct lab_refusal *r)
{
	const struct lab_step *step = &scene->log->steps[turn->step];
	struct lab_source place;
	struct lab_way way = { 0 };

	lab_tell_place(scene, step, step->insn, r->program, &place);
	if (!place.text[0])
		return;
	snprintf(way.file, sizeof(way.file), "%s", place.file);
	lab_copy(way.text, sizeof(way.text), place.text, sizeof(place.text));
	way.line = place.line;
	if (turn->kind == LAB_TURN_BRANCH)
		tell_branch(scene, r->program, turn->step, &way, way.what, sizeof(way.what));
	else
		tell_turn(scene, r->program, turn, way.what, sizeof(way.what));
	if (!joins(r, &way) && (way.what[0] || turn->kind == LAB_TURN_BRANCH))
		r->ways[r->way_count++] = way;
}

/* ---- what it is about ---- */

/* "invalid bpf_context access off=76 size=4": the field, by its number. */
static bool tell_field(const struct lab_scene *scene, struct lab_refusal *r)
{
	const char *access = strstr(r->message, "bpf_context access off=");
	struct lab_place place;
	unsigned long off;
	char name[96];
	int bytes;
	__u64 at;

	if (!access || !scene->object ||
	    sscanf(access, "bpf_context access off=%lu size=%d", &off, &bytes) != 2 ||
	    lab_code_find(scene->object, r->program, scene->log->steps[scene->at].insn, &place,
			  &at) ||
	    lab_code_context(scene->object, place.function, off, name, sizeof(name)))
		return false;
	snprintf(r->about, sizeof(r->about), "%s, of which %d byte%s touched at once", name, bytes,
		 bytes == 1 ? " is" : "s are");
	return true;
}

/* The variable in a register at a step. */
static bool name_at(const struct lab_scene *scene, const struct lab_refusal *r, size_t at, int reg,
		    char *name, size_t size)
{
	const struct lab_origin *origin = scene->origin;
	struct lab_location where = { .text = r->text, .reg = reg };
	struct lab_place place;

	if (lab_code_find(scene->object, r->program, scene->log->steps[at].insn, &place,
			  &where.offset))
		return false;
	where.function = place.function;
	return origin->variable(origin, &where, name, size);
}

/*
 * As the debug information has it. A variable may leave its register before the value does:
 * then it is looked for where the value came in, and in the register that it was copied from.
 */
static bool name_variable(const struct lab_scene *scene, const struct lab_refusal *r, char *name,
			  size_t size)
{
	const struct lab_step *steps = scene->log->steps;
	int frame = steps[scene->at].frame, reg = scene->reg;
	struct lab_insn insn;

	if (!scene->origin->variable || !scene->object)
		return false;
	if (name_at(scene, r, scene->at, reg, name, size))
		return true;
	for (size_t i = scene->at; i-- > 0 && steps[i].frame == frame;) {
		lab_insn_read(steps[i].text, &insn);
		if (insn.op == LAB_OP_CALL && reg <= 5)
			return !reg && name_at(scene, r, i + 1, reg, name, size);
		if (insn.op == LAB_OP_STORE || insn.dst != reg)
			continue;
		if (name_at(scene, r, i + 1, reg, name, size))
			return true;
		if (insn.op != LAB_OP_COPY || insn.src == 10)
			return false;
		reg = insn.src;
		if (name_at(scene, r, i, reg, name, size))
			return true;
	}
	return false;
}

/* A name for the value by where it began; "" if none is certain. */
static void name_value(const struct lab_scene *scene, const struct lab_turn *turns, size_t n,
		       const struct lab_refusal *r, char *name, size_t size)
{
	const struct lab_turn *origin = NULL;
	struct lab_insn insn;
	bool is_map;

	name[0] = '\0';
	for (size_t i = 0; i < n; i++)
		if (turns[i].kind == LAB_TURN_ORIGIN && !turns[i].added)
			origin = &turns[i];
	if (!origin)
		return;
	lab_insn_read(scene->log->steps[origin->step].text, &insn);
	if (insn.op == LAB_OP_CALL && insn.call[0] && !origin->reg && !origin->changed)
		snprintf(name, size, "what %s() returned", insn.call);
	else if (insn.op == LAB_OP_SET)
		find_symbol(scene, r->program, &scene->log->steps[origin->step], name, size,
			    &is_map);
	else if (insn.op == LAB_OP_LOAD && !origin->changed &&
		 !find_field(scene, r->program, origin->step, &insn, name, size))
		name[0] = '\0';
}

/* The map of a value, by the call that returned it. */
static void name_map(const struct lab_scene *scene, const struct lab_turn *turns, size_t n,
		     const struct lab_refusal *r, char *map, size_t size)
{
	struct lab_insn insn;

	map[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		if (turns[i].kind != LAB_TURN_ORIGIN || turns[i].added)
			continue;
		lab_insn_read(scene->log->steps[turns[i].step].text, &insn);
		if (insn.op != LAB_OP_CALL ||
		    !find_map(scene, r->program, turns[i].step, 1, map, size))
			map[0] = '\0';
	}
}

/*
 * "invalid access to packet, off=12 size=2, R1(id=0,off=12,r=0)" says of the pointer what is
 * newest, and how many bytes must have been checked. False: it is not that complaint.
 */
static bool describe_packet(const struct lab_scene *scene, const struct lab_refusal *r, char *what,
			    size_t size)
{
	const char *access = strstr(r->message, "invalid access to packet, off=");
	int off, bytes, reg, id, sum, range;
	struct lab_insn insn;
	char note[96];

	if (!access ||
	    sscanf(access, "invalid access to packet, off=%5d size=%5d, R%2d(id=%9d,off=%6d,r=%6d)",
		   &off, &bytes, &reg, &id, &sum, &range) != 6)
		return false;
	lab_insn_read(scene->log->steps[scene->at].text, &insn);
	if (insn.op == LAB_OP_LOAD || insn.op == LAB_OP_STORE)
		sum -= insn.off >= -0xffff && insn.off <= 0xffff ? insn.off : 0;
	snprintf(note, sizeof(note), "pkt(id=%d,off=%d,r=%d)", id, sum, range);
	lab_state_describe(note, NULL, what, size);
	if (off >= 0 && bytes > 0)
		snprintf(what + strlen(what), size - strlen(what), ", and %d are needed here",
			 off + bytes);
	return true;
}

static bool says_number(const struct lab_refusal *r)
{
	return strstr(r->message, "invalid mem access 'scalar'") ||
	       strstr(r->message, "invalid mem access 'inv'");
}

/* It was a pointer, and the complaint calls it a number. */
static bool is_lost(const char *state, const struct lab_refusal *r)
{
	return state && !lab_state_is_number(state) && says_number(r);
}

/* What is known of the register that the complaint is about. */
static void describe(const struct lab_scene *scene, const struct lab_refusal *r, const char *map,
		     char *what, size_t size)
{
	const char *state = lab_state_find(scene->log, scene->at, scene->reg);

	what[0] = '\0';
	if (describe_packet(scene, r, what, size) || !state)
		return;
	if (is_lost(state, r))
		snprintf(what, size, "it was a pointer, and is none any more");
	else if (says_number(r) && (strncmp(state, "0 ", 2) == 0 || strncmp(state, "0\n", 2) == 0 ||
				    strncmp(state, "P0", 2) == 0 || strncmp(state, "inv0", 4) == 0))
		snprintf(what, size, "it is NULL on this way");
	else
		lab_state_describe(state, map, what, size);
}

static void tell_about(const struct lab_scene *scene, const struct lab_turn *turns, size_t n,
		       struct lab_refusal *r)
{
	char what[256], name[96], map[64];

	if (scene->reg < 0 || tell_field(scene, r))
		return;
	if (!name_variable(scene, r, name, sizeof(name)))
		name_value(scene, turns, n, r, name, sizeof(name));
	name_map(scene, turns, n, r, map, sizeof(map));
	describe(scene, r, map, what, sizeof(what));
	if (name[0])
		snprintf(r->about, sizeof(r->about), "%s, in register R%d%s%s", name, scene->reg,
			 what[0] ? ": " : "", what);
	else if (what[0])
		snprintf(r->about, sizeof(r->about), "register R%d: %s", scene->reg, what);
}

/* Puts the call that took the pointer's meaning among the turns; the last branch may have to go. */
static void add_lost(const struct lab_scene *scene, const struct lab_refusal *r,
		     struct lab_turn *turns, size_t *n)
{
	const char *state =
		scene->reg < 0 ? NULL : lab_state_find(scene->log, scene->at, scene->reg);
	long lost = is_lost(state, r) ? lab_path_lost(scene->log, scene->at) : -1;
	size_t i;

	if (lost < 0)
		return;
	if (*n == LAB_WAYS_MAX)
		--*n;
	for (i = *n; i > 0 && turns[i - 1].step > (size_t)lost; i--)
		turns[i] = turns[i - 1];
	turns[i] = (struct lab_turn){ .kind = LAB_TURN_LOST, .step = lost, .reg = -1 };
	++*n;
}

void lab_tell(const struct lab_scene *scene, struct lab_refusal *r)
{
	struct lab_turn turns[LAB_WAYS_MAX];
	size_t n;

	n = lab_path_find(scene->log, scene->at, scene->reg, turns, LAB_WAYS_MAX, &r->ways_left);
	tell_about(scene, turns, n, r);
	add_lost(scene, r, turns, &n);
	for (size_t i = 0; i < n; i++)
		tell_way(scene, &turns[i], r);
}
