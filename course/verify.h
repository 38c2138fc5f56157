/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The rules that a lesson must keep, and what was found against them. */
#ifndef COURSE_VERIFY_H
#define COURSE_VERIFY_H

#include "course/expect.h"
#include "course/pool.h"
#include "course/run.h"

enum rule {
	RULE_FILES,
	RULE_STARTER,
	RULE_SOLUTION,
	RULE_WRONG,
	RULE_HONEST,
	RULE_MESSAGES,
	RULE_TEXT,
	RULE_ORDER,
	RULE_NEEDS,
	RULE_POLICY,
	RULES,
};

extern const char *const rule_names[RULES];

#define VERIFY_SEEDS 3

/* One lesson under verification. */
struct verify {
	const struct tree *tree;
	const struct lesson *lesson;
	bool wanted[RULES];			/* what others would find is not kept */
	unsigned long long seeds[VERIFY_SEEDS]; /* the first is 1, as in the texts */
	struct bats_list list;
	bool list_sound;
	struct wrong *wrongs;
	size_t n_wrongs;
	bool runs; /* is there anything to build and run? */
	bool solution_built;
	bool starter_built;
	struct run starter[2]; /* the same seed twice */
	struct run solution[VERIFY_SEEDS];
	struct console_result *consoles; /* of each console block of the text, in order */
	size_t n_consoles;
	struct strv found[RULES]; /* one line each; empty: the rule is kept */
	bool skipped[RULES];
	struct strbuf skip_reason;
	char *machine; /* the virtual machine that everything runs in (vm.h); NULL: this one */
	char *note;    /* why not in this one */
	enum course_exit stopped; /* interrupted, or a fault that is not the lesson's */
};

struct console_result {
	enum course_exit code;
	struct strbuf why;
};

struct wrong {
	char *name;
	struct expect expect;
	bool sound; /* expect could be read */
	bool shown; /* the text shows what it gives */
	bool built;
	struct run build; /* when it does not build: why */
	struct run runs[VERIFY_SEEDS];
};

void verify_found(struct verify *v, enum rule rule, const char *fmt, ...) COURSE_PRINTF(3, 4);

/*
 * Verifies lessons by the rules of v->wanted, under v->seeds; the caller has set
 * these, tree and lesson, and nothing else. In this order, for all lessons each:
 */
void verify_read(struct verify *v);  /* what needs no program to run */
void verify_build(struct verify *v); /* all overlays */
/* Runs those that run in this machine, and counts what they leave: 2. */
void verify_solutions_here(struct verify *all, size_t n, size_t threads);
void verify_add_runs(struct verify *v, struct pool *pool); /* the rest, as jobs of group v */
void verify_judge(struct verify *v);			   /* when these are done */
void verify_free(struct verify *v);
bool verify_kept(const struct verify *v);

/* What verify_read() asks, in this order. */
void verify_files(struct verify *v);  /* 0; fills list and wrongs */
void verify_hints(struct verify *v);  /* 0: hints.md against the list */
void verify_honest(struct verify *v); /* 4, as far as the file shows it */
void verify_text(struct verify *v);   /* 6, without running anything */
void verify_order(struct verify *v);  /* 7 */
void verify_needs(struct verify *v);  /* 8; decides whether anything can run */

/* What verify_judge() asks. */
void verify_solution(struct verify *v); /* 2 */
void verify_starter(struct verify *v);	/* 1, and 4: same seed, same messages */
void verify_wrong(struct verify *v);	/* 3 */
void verify_messages(struct verify *v); /* 5 */
void verify_shown(struct verify *v);	/* 6: commands and errors that the text shows */
void verify_policy(struct verify *v);	/* 9 */

/* The solution in its virtual machine, where there is one: a job of group v. */
void verify_add_solution(struct verify *v, struct pool *pool);

/* Runs the commands that the text shows, one block after the other; fills consoles. */
void verify_console(struct verify *v);

/* One run of the checks on a built overlay, in v's machine. */
void verify_run(const struct verify *v, struct run *run, const char *overlay,
		unsigned long long seed);

/* Reports a run that gave no verdict. True when it gave one. */
bool verify_is_verdict(struct verify *v, enum rule rule, const char *what, const struct run *run);

#endif
