/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the files of liblab share and loaders do not need. */
#ifndef LAB_INTERNAL_H
#define LAB_INTERNAL_H

#include <stddef.h>
#include <string.h>

#include "common/lab/lab.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* What to do when the kernel says EPERM. */
#define LAB_ADVICE_TESTENV "run it inside an environment: testenv run -- COMMAND"
#define LAB_ADVICE_ROOT	   "run it as root (sudo), or inside an environment: testenv run -- COMMAND"

/* Copies at most len bytes of text, up to its end, and cuts what buf has no room for. */
static inline void lab_copy(char *buf, size_t size, const char *text, size_t len)
{
	len = strnlen(text, len < size ? len : size - 1);
	memcpy(buf, text, len);
	buf[len] = '\0';
}

/* Copies one line, without blanks at its end. */
static inline void lab_copy_line(char *buf, size_t size, const char *line)
{
	size_t len = strcspn(line, "\n");

	while (len && strchr(" \t\r", line[len - 1]))
		len--;
	lab_copy(buf, size, line, len);
}

/* ---- log.c: what lab_fail() kept; "" if nothing ---------------------------- */

const char *lab_fail_line(void);

/* What the verifier has written into the buffer of lab_limit_log(); "": nothing. */
const char *lab_verifier_log(void);

/* "Permission denied" or "-EACCES", as libbpf has it -> -EACCES; 0: neither. */
int lab_errno_parse(const char *text, size_t len);

/* ---- rules.c: a message is recognised by a pattern, and explained -------- */

/* Whose words a rule is about. */
enum lab_says {
	LAB_SAYS_VERIFIER, /* a line of the verifier's log */
	LAB_SAYS_LOADER,   /* a line of libbpf's, or of a loader's own; without "libbpf: " */
	LAB_SAYS_NOTHING,  /* the load failed without a log: the name of the errno, "EPERM" */
};

/* What a rule can ask about besides the line that it matches. */
struct lab_case {
	const char *log; /* all of it, ended by 0 */
	const struct lab_origin *origin;
	const char *line; /* the one that the pattern has matched */
};

struct lab_rule {
	const char *name;    /* short, constant */
	const char *pattern; /* POSIX extended regular expression over one line */
	const char *what;    /* what is wrong; \1 .. \4 stand for the groups, \s for the SEC() */
	const char *fix;     /* what to do, likewise */
	const char *read;    /* lesson text; may be NULL */
	enum lab_says says;
	bool whole; /* about the program as a whole, not the instruction that stands last in the log */
	bool machine; /* the machine lacks something, the program is not to blame */
	bool (*applies)(const struct lab_case *c); /* NULL: always. Those there are: below */
};

enum {
	LAB_GROUPS = 5
};

/* The parts of a line that a rule's groups matched; [0] is the whole match. */
struct lab_match {
	char group[LAB_GROUPS][128];
};

/* The first of the rules about these words that matches the line and applies; or NULL. */
const struct lab_rule *lab_rules_find(enum lab_says says, const struct lab_case *c,
				      struct lab_match *match);

/* Copies text to buf with \1 .. \4 and \s replaced; cut to size. */
void lab_rules_expand(char *buf, size_t size, const char *text, const struct lab_match *match,
		      const struct lab_origin *origin);

/* ---- explain_rules.c: all that is known, the verifier's complaints and loaders' */

extern const struct lab_rule lab_rules[];
extern const size_t lab_rule_count;

/* ---- explain_hooks.c: what rules ask in .applies ----------------------------- */

bool lab_is_position_lost(const struct lab_case *c); /* no offset into the packet can be followed */
bool lab_is_tracepoint(const struct lab_case *c);    /* the program is SEC("tp/...") */
bool lab_is_store(const struct lab_case *c);	     /* it is about a write to memory */
bool lab_is_tracepoint_store(const struct lab_case *c); /* both */
bool lab_is_outside_stack(const struct lab_case *c);	/* bytes outside of the local variables */
bool lab_is_global_argument(const struct lab_case *c);	/* a function that is not static gets it */
bool lab_is_global(const struct lab_case *c);	 /* a function that is not static is looked at */
bool lab_is_elsewhere(const struct lab_case *c); /* a saved log: not of this process */
bool lab_is_no_admin(const struct lab_case *c);	 /* this process lacks CAP_SYS_ADMIN */
bool lab_is_tracefs_missing(const struct lab_case *c); /* here no tracepoints are to be seen */

/* ---- source.c: from an instruction to the line that it was compiled from -- */

struct lab_source {
	char file[256];
	unsigned int line;
	char text[256];
};

/*
 * Looks up instruction insn of a program in the line table of its object; -1: its
 * first. text is what the verifier showed as the source of it ("" if nothing): where
 * another loader numbers the functions behind the program's own in another way, the
 * text is looked for.
 * -ENOENT: not there; -EINVAL: not an object with line information.
 */
int lab_source_find(const void *elf, size_t elf_size, const char *program, int insn,
		    const char *text, struct lab_source *source);

/* Copies path to buf, relative to the top of the tree, else to the working folder it lies below. */
void lab_source_shorten(char *buf, size_t size, const char *path);

/* The name of the ELF section that a program is in; -ENOENT. */
int lab_source_section(const void *elf, size_t elf_size, const char *program, char *buf,
		       size_t size);

/* ---- xdp_why.c ------------------------------------------------------------ */

/* Which program is on an interface, and how. */
struct lab_xdp_holder {
	__u32 prog_id; /* 0: none */
	__u32 link_id; /* 0: attached by netlink, or not allowed to know */
	bool generic;
	char name[BPF_OBJ_NAME_LEN];
};

int lab_xdp_holder(int ifindex, struct lab_xdp_holder *holder);

/* Keeps the explanation of a failed attach, and returns err. */
int lab_xdp_explain(int err, const char *program, const char *ifname, enum lab_xdp_mode mode);

#endif /* LAB_INTERNAL_H */
