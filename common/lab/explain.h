/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What the files of the explanation share: a verifier's log that has been read,
 * and what is asked about it. Pointers go into the text of the log, which ends
 * with 0 and must stay.
 */
#ifndef LAB_EXPLAIN_H
#define LAB_EXPLAIN_H

#include "common/lab/internal.h"

struct lab_object;

/* ---- explain_line.c: what a line is ---------------------------------------- */

enum lab_line_kind {
	LAB_LINE_NOISE,	  /* says nothing of use */
	LAB_LINE_INSN,	  /* "12: (85) call ..." */
	LAB_LINE_SOURCE,  /* "; TEXT", since Linux 6.9 "; TEXT @ FILE:LINE" */
	LAB_LINE_STATE,	  /* "R0=... R1=..." */
	LAB_LINE_FROM,	  /* "from 5 to 9: ...": the verifier goes back, and takes the other way */
	LAB_LINE_CALLEE,  /* a function is entered */
	LAB_LINE_RETURN,  /* and left */
	LAB_LINE_FUNC,	  /* "Validating NAME() func#1...": begins anew, with another function */
	LAB_LINE_DONE,	  /* "processed 12 insns": the verifier has ended */
	LAB_LINE_FAILED,  /* libbpf: "prog 'NAME': BPF program load failed: REASON" */
	LAB_LINE_BEGIN,	  /* libbpf: the log begins */
	LAB_LINE_END,	  /* and ends */
	LAB_LINE_LOADS,	  /* labctl trial: "the object loads" */
	LAB_LINE_LOADER,  /* another one of libbpf's */
	LAB_LINE_MESSAGE, /* all else: the complaint is one of them */
};

struct lab_line {
	enum lab_line_kind kind;
	const char *at; /* behind time stamps, "libbpf: " and the like */
	size_t len;	/* without the line's end */
	int insn;	/* of INSN; where FROM comes from; else -1 */
	int to;		/* where FROM goes to; else -1 */
	int frame;	/* the function that STATE and FROM name; else -1 */
	bool goes_on; /* INSN: what was written behind it is taken back, and another way follows */
};

/* Reads the line at *at and moves *at behind it. False: there is none. */
bool lab_line_next(const char **at, struct lab_line *line);

/* ---- explain_read.c: the log --------------------------------------------------- */

enum {
	LAB_MESSAGES = 24,
	LAB_STEPS_MAX = 1 << 18, /* instructions on one way; of a longer one the end */
	LAB_INSNS_MAX = 1 << 20,
};

/* One instruction on the way to the complaint. */
struct lab_step {
	const char *text;   /* "12: (85) call ...", up to the line's end */
	const char *state;  /* "R0=...", seen just before it; NULL: none */
	const char *source; /* "; TEXT", its source line; NULL: not known */
	int insn;
	int frame; /* 0: the program's own function */
	bool both; /* its other way out was the first that the verifier took */
};

/* What was written at an instruction. */
struct lab_seen {
	const char *source;
	unsigned int generation; /* it counts only if this is the log's */
};

struct lab_log {
	const char *text;
	struct lab_step *steps; /* the way, first to last */
	size_t n;
	bool cut; /* the way began before the first step */
	const char *messages[LAB_MESSAGES];
	int count;
	const char *loader[LAB_MESSAGES]; /* lines of libbpf's and others' */
	int loader_count;
	bool is_log; /* at least one line is a verifier's or libbpf's */
	bool done;   /* the verifier has ended */
	bool loads;
	bool refused;	  /* libbpf says so */
	int err;	  /* and why, -errno */
	char program[64]; /* "": not known */
	char function[64];
	/* used while it is read */
	struct lab_seen *seen; /* by instruction */
	unsigned int generation;
	size_t seen_room, steps_room;
};

/* 0 or -ENOMEM. In either case lab_log_free(). */
int lab_log_read(const char *text, struct lab_log *log);
void lab_log_free(struct lab_log *log);

/* The last step at instruction insn, or NULL. */
const struct lab_step *lab_log_step(const struct lab_log *log, int insn);

/* ---- explain_insn.c: what an instruction does ------------------------------------ */

enum lab_op {
	LAB_OP_OTHER,
	LAB_OP_SET,    /* rD = a number */
	LAB_OP_COPY,   /* rD = rS */
	LAB_OP_CHANGE, /* rD += ..., and all else that computes with rD */
	LAB_OP_LOAD,   /* rD = *(rS + off) */
	LAB_OP_STORE,  /* *(rD + off) = rS, or a number: src -1 */
	LAB_OP_CALL,
	LAB_OP_IF,
};

struct lab_insn {
	enum lab_op op;
	int dst, src;  /* registers; -1: none */
	int src2;      /* IF: the other side; -1: a number */
	long off;      /* LOAD, STORE */
	char call[64]; /* CALL: the function's name without "#1"; "": one of the program's own */
};

/* text: a step's. */
void lab_insn_read(const char *text, struct lab_insn *insn);

/* ---- explain_state.c: what the verifier knew of a register -------------------------- */

/* The register that the complaint is about: the first one that it names, else the address in the
 * instruction; -1: none. */
int lab_state_register(const char *message, const struct lab_step *step);

/* What the verifier noted last of a register before or at steps[at], "pkt(r=0)"; NULL: nothing. */
const char *lab_state_find(const struct lab_log *log, size_t at, int reg);

/* Is what a note says a number? */
bool lab_state_is_number(const char *state);

/* The same in plain words; "" where there are none. map, if not NULL: the map's name. */
void lab_state_describe(const char *state, const char *map, char *buf, size_t size);

/* Copies what stands behind "map=" in a state; "": nothing does. */
void lab_state_map(const char *state, char *buf, size_t size);

/* ---- explain_path.c: how the value came there ---------------------------------------- */

enum lab_turn_kind {
	LAB_TURN_ORIGIN,
	LAB_TURN_LOST, /* a call took away what it pointed to */
	LAB_TURN_CHANGE,
	LAB_TURN_BRANCH
};

/* One point of the way that is worth telling. */
struct lab_turn {
	enum lab_turn_kind kind;
	size_t step;  /* index in log->steps */
	int reg;      /* what holds the value there */
	bool changed; /* ORIGIN: computed with on the way */
	bool added;   /* it is about a number that is added to the value, not about the value */
};

/*
 * The last call before steps[at] after which pointers to records, sockets or the packet
 * do not count any more; -1: there is none.
 */
long lab_path_lost(const struct lab_log *log, size_t at);

/*
 * Follows a register back from steps[at]. Fills in at most room turns in the order of the way;
 * *skipped: branches that are not among them. Returns how many.
 */
size_t lab_path_find(const struct lab_log *log, size_t at, int reg, struct lab_turn *turns,
		     size_t room, size_t *skipped);

/* ---- explain_tell.c: path and state in words ------------------------------------------ */

/* What is told about. */
struct lab_scene {
	const struct lab_log *log;
	const struct lab_origin *origin;
	size_t at;		   /* the step that is complained about */
	int reg;		   /* -1: none is known */
	struct lab_object *object; /* NULL: not there */
};

/*
 * Where an instruction is: its file, line and text, as far as they are known. step: the
 * one at which the log has it; NULL: it has none.
 */
void lab_tell_place(const struct lab_scene *scene, const struct lab_step *step, int insn,
		    const char *program, struct lab_source *source);

/* Fills in r->about, r->ways. r->program and r->message are set. */
void lab_tell(const struct lab_scene *scene, struct lab_refusal *r);

#endif /* LAB_EXPLAIN_H */
