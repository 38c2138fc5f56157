/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * liblab: what every loader of a lesson needs and no lesson is about: the
 * common options, libbpf's messages, signals, attaching to an interface,
 * waiting for events, and saying clearly why something failed. It is not a
 * wrapper of libbpf: a loader opens, configures, loads and attaches by itself.
 *
 * A loader looks like this:
 *
 *	static int on_event(void *ctx, void *data, size_t size) { ... }
 *
 *	int main(int argc, char **argv)
 *	{
 *		struct ring_buffer *rb = NULL;
 *		struct hello_bpf *skel;
 *		int err;
 *
 *		lab_init();
 *		argp_parse(&lab_argp, argc, argv, 0, NULL, NULL);
 *
 *		skel = hello_bpf__open();
 *		if (!skel)
 *			return !!lab_report(-errno, "cannot open the object");
 *		lab_use_skeleton(skel->skeleton);
 *		skel->rodata->threshold = 10;
 *
 *		err = hello_bpf__load(skel);
 *		if (!err)
 *			err = hello_bpf__attach(skel);
 *		if (!err) {
 *			rb = ring_buffer__new(bpf_map__fd(skel->maps.events), on_event, NULL, NULL);
 *			err = rb ? lab_ringbuf_loop(rb, NULL) : -errno;
 *		}
 *		if (err)
 *			lab_report(err, "cannot run");
 *		ring_buffer__free(rb);
 *		hello_bpf__destroy(skel);
 *		return !!err;
 *	}
 *
 * Errors: a function that can fail returns 0 or -errno (a pointer: NULL, and
 * errno is set). Those of this library print nothing when they fail: they keep
 * one explained line, and lab_report() prints it, once. One thread only.
 */
#ifndef LAB_H
#define LAB_H

#include <argp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>
#include <linux/types.h>
#include <bpf/libbpf.h>

/* ---- start (init.c) ------------------------------------------------------ */

/*
 * First call of main(). Output goes out line by line even into a pipe, libbpf's
 * messages are kept for lab_report(), SIGINT and SIGTERM set lab_exiting, and a
 * wrong option ends the program with status 2.
 */
void lab_init(void);

/* ---- options (options.c) ------------------------------------------------- */

enum lab_xdp_mode {
	LAB_XDP_NATIVE,	 /* in the driver; the default */
	LAB_XDP_GENERIC, /* in the network stack: slower, works on any interface */
	LAB_XDP_OFFLOAD, /* on the network card */
};

/* What the common options were set to. */
struct lab_opts {
	bool verbose;		/* -v: all of libbpf's messages and the verifier's whole log */
	const char *ifname;	/* -i IFACE: points into argv; "eth0" inside an environment */
	enum lab_xdp_mode mode; /* -m MODE: default LAB_XDP_NATIVE */
	char **command;		/* COMMAND ARG...: NULL without one; points into argv */
};
extern struct lab_opts lab_opts;

/*
 * Parsers for argp, by themselves or as children of a loader's own:
 *	static const struct argp_child children[] = { { &lab_net_argp }, { 0 } };
 * They fill in lab_opts and need no input.
 */
extern const struct argp lab_argp;     /* -v */
extern const struct argp lab_net_argp; /* -i, -m, and -v: use one of the two, not both */

/*
 * What is no option is a command: lab_opts.command. For loaders that can run one and
 * end with lab_exit_status(), which the help tells.
 */
extern const struct argp lab_command_argp;

/*
 * For a parser of argp: the process id in text, an option's argument. What is no number,
 * and a process that does not exist, ends the program as argp_error() does.
 */
pid_t lab_pid_arg(const char *text, struct argp_state *state);

/* The same without ending: -EINVAL, no process id; -ESRCH, no process has it. *pid is unchanged. */
int lab_pid_parse(const char *text, pid_t *pid);

/* "native" -> LAB_XDP_NATIVE and so on. -EINVAL: no such mode; *mode is unchanged. */
int lab_xdp_mode_parse(const char *name, enum lab_xdp_mode *mode);
/* The reverse. A constant string. */
const char *lab_xdp_mode_name(enum lab_xdp_mode mode);

/* ---- signals (signals.c) ------------------------------------------------- */

/* Not 0 after SIGINT or SIGTERM. A second such signal ends the program at once. */
extern volatile sig_atomic_t lab_exiting;

/* Sets the handlers; lab_init() has done it. */
void lab_signals_init(void);

/*
 * Becomes readable when lab_exiting is set, so that a poll() which also watches
 * it cannot miss a signal. The library's own: do not read or close it. -1 before
 * lab_init().
 */
int lab_signals_fd(void);

/* ---- what went wrong (log.c, report.c) ----------------------------------- */

/* libbpf_set_print() to the keeping of messages; lab_init() has done it. */
void lab_log_init(void);

/* What libbpf said since the last lab_log_clear(), warnings and the verifier's
 * log; "" if nothing. Valid until libbpf's next message. */
const char *lab_log_text(void);
void lab_log_clear(void);

/*
 * Keeps FMT as the explanation of a failure for the next lab_report(), and
 * returns err. A line without the program's name and without a newline.
 */
int lab_fail(int err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * The object whose programs are about to be loaded. A refusal then shows the
 * file as it was compiled, its line on kernels before 6.9 too, and the
 * section of a program that the kernel does not allow. Borrowed: the bytes must
 * stay until the last lab_report(). A skeleton's bytes always do.
 */
void lab_use_object(const void *elf, size_t size);

/*
 * Gives the programs of an object that is not loaded yet one buffer for the
 * verifier's log. Without it a refusal of a program that is too complex takes
 * seconds. lab_report() looks there too; libbpf then does not print the log.
 */
void lab_limit_log(struct bpf_object *object);

/* Both of them for the object in a skeleton that was opened. */
void lab_use_skeleton(const struct bpf_object_skeleton *skeleton);

/*
 * Prints on stderr why the last call failed: the block of lab_explain() for a
 * program that was refused, else one line "PROGRAM: WHAT: REASON", without
 * PROGRAM if program_invocation_short_name is "". err is
 * -errno, what is a short phrase ("cannot load"). Forgets the failure and
 * returns err.
 */
int lab_report(int err, const char *what);

/*
 * Keeps for lab_report() what is wrong with the SEC() of a program that cannot be
 * attached, where that is the cause and libbpf does not say so. Returns err.
 */
int lab_attach_explain(int err, const char *program);

/* ---- the verifier's log in plain words (explain.c, source.c) ------------- */

/* A register at one instruction. */
struct lab_location {
	const char *function;
	__u64 offset;	  /* the instruction's byte in its section */
	const char *text; /* its source line */
	int reg;
};

/* Where a log comes from. Zero what is not known. */
struct lab_origin {
	const char *program; /* the program's name */
	const void *elf;     /* its object file, for file names and lines */
	size_t elf_size;     /* in bytes */
	int err;	     /* what the load returned, -errno */
	bool saved;	     /* somebody else has loaded it, perhaps on another machine */
	bool as_root;	     /* whoever has loaded it was root */
	/* Finds the variable's name in elf; false: it has none that is certain. */
	bool (*variable)(const struct lab_origin *origin, const struct lab_location *where,
			 char *name, size_t size);
};

/* One point on the way to the place of a refusal. */
struct lab_way {
	char file[256];	   /* as lab_refusal's */
	unsigned int line; /* from 1; 0: not known */
	char text[128];	   /* its source, cut */
	char what[160];	   /* what happens there; "" for nothing but that it is passed */
};

enum {
	LAB_WAYS_MAX = 6
};

/* One refusal, explained. Strings are "" where nothing is known. */
struct lab_refusal {
	const char *rule;    /* short, constant name of the rule that matched; NULL: none did */
	char program[64];    /* the program's name */
	char message[256];   /* the verifier's own words */
	char sentence[384];  /* what is wrong; the verifier's words where no rule matched */
	char file[256];	     /* relative to the top of the tree, where it lies in it */
	unsigned int line;   /* from 1; 0: not known */
	char text[256];	     /* the source line, without leading blanks */
	char fix[384];	     /* what to do */
	const char *read_on; /* lesson text, not file's own, from the top of the tree; NULL: none */
	bool unseen;	     /* the kernel said no before the verifier looked at it */
	bool whole;	     /* it is about no one place of the program */
	bool machine;	   /* this machine or kernel lacks something: the program is not to blame */
	int insn;	   /* index of the instruction; -1: not known */
	char function[64]; /* the one that it is in, if that is not the program's own */
	char about[384];   /* the variable or pointer, and what the verifier knew of it */
	struct lab_way ways[LAB_WAYS_MAX]; /* how the program came there */
	int way_count;
	size_t ways_left; /* branches on the way that are not among them */
};

/*
 * Reads a verifier's log (as libbpf prints it between BEGIN and END, or as the
 * kernel wrote it). 0: a rule matched; -ENOENT: none did, r->sentence is the
 * verifier's own message. An empty log with origin->err -EPERM is not the
 * verifier's: r says that the kernel does not allow this type of program.
 */
int lab_explain_log(const char *log, const struct lab_origin *origin, struct lab_refusal *r);

/*
 * Prints, leaving out lines of which nothing is known:
 *	refused: PROGRAM: SENTENCE
 *	  at FILE:LINE: SOURCE TEXT
 *	  fix: FIX
 *	  read: LESSON/README.md
 */
void lab_refusal_print(FILE *out, const struct lab_refusal *r);

/* The same at length: what it is about, how the program came there, the verifier's words. */
void lab_refusal_tell(FILE *out, const struct lab_refusal *r);

/* What a saved log tells. */
enum lab_verdict {
	LAB_VERDICT_LOADS,	/* there is nothing to complain about */
	LAB_VERDICT_REFUSED,	/* by the verifier, or by the kernel before it */
	LAB_VERDICT_NOT_LOADED, /* by libbpf or another loader */
	LAB_VERDICT_NO_LOG,	/* it is no log */
};

/*
 * Reads what a loader printed: a verifier's log, bare, or as libbpf, bpftool and journals
 * show it, with lines of others around it. Of several logs the last one counts. Where
 * origin names no program, the log may.
 */
enum lab_verdict lab_explain_saved(const char *text, const struct lab_origin *origin,
				   struct lab_refusal *r);

/* Both in one. Returns what lab_explain_log() does. */
int lab_explain(FILE *out, const char *log, const struct lab_origin *origin);

/*
 * Finds the program and its log in libbpf's messages. Returns a copy of the
 * log, "" if the kernel gave none, to be freed; NULL if no program was refused.
 * program: filled in, cut to size bytes. err: what the load returned, -errno.
 */
char *lab_log_find(const char *messages, char *program, size_t size, int *err);

/* ---- XDP (xdp.c) --------------------------------------------------------- */

/*
 * Attaches prog to an interface of this network namespace by a link, so that it
 * goes when the link does (bpf_link__destroy(), the skeleton's destroy, the end
 * of the process). A program named "testenv_pass" found there is replaced.
 * The link is the caller's; NULL: errno is
 *	ENODEV     no such interface; the report lists those there are
 *	EBUSY      another program is there; the report names it and how to remove it
 *	EPERM      not allowed; the report says how to run it
 *	EOPNOTSUPP the interface cannot do this mode
 *	ERANGE     the MTU is too large for a program without frags
 * or what else the kernel said.
 */
struct bpf_link *lab_attach_xdp(struct bpf_program *prog, const char *ifname,
				enum lab_xdp_mode mode);

/*
 * The same for a program of which there is only an fd, as another process has loaded it;
 * name is for the report. Returns the link's fd, the caller's, to be pinned perhaps; or
 * -errno as above.
 */
int lab_attach_xdp_fd(int prog_fd, const char *name, const char *ifname, enum lab_xdp_mode mode);

/* ---- cgroups (cgroup.c) -------------------------------------------------- */

/*
 * Opens a cgroup2 directory to attach a program to. path NULL: the environment's
 * own, $TESTENV_CGROUP, in which everything runs that is started in it. The fd is
 * the caller's. -ENOENT: there is none, or no environment; -EINVAL: not a cgroup2
 * directory, or the root cgroup, where a program would see every process; or what
 * open(2) said.
 */
int lab_cgroup_open(const char *path);

/* ---- packets with TCP data (tcpdata.c) ----------------------------------- */

/*
 * Counts, from now on, the packets with TCP data that leave through an interface
 * of this network namespace; on lo these are all there are, each once. Packets of
 * the handshake, of the end, and bare acknowledgements have no data. What the
 * kernel sends in one piece and a card would cut (up to 64 KB) is one packet.
 * Returns an fd, the caller's; -ENODEV: no such interface; -EPERM: not root.
 */
int lab_tcp_data_open(const char *ifname);

/* How many since it was opened or asked the last time, or -errno. */
long lab_tcp_data_count(int fd);

/* ---- a command under observation (spawn.c) ------------------------------- */

/* A child process. Only pid, status and pidfd (to poll for its end) are for the caller. */
struct lab_child {
	pid_t pid;	     /* known from the start, so that a program can filter by it */
	int status;	     /* as waitpid(2) gives it; -1 until lab_reap() */
	int pidfd;	     /* readable once the child has ended */
	int gate;	     /* a byte sent lets it go on to exec, whose errno comes back */
	const char *command; /* argv[0] */
};
#define LAB_CHILD_INIT                                           \
	{                                                        \
		.pid = -1, .status = -1, .pidfd = -1, .gate = -1 \
	}

/*
 * Forks a child that waits before it executes argv (found through PATH). Load and
 * attach in between, so that the program sees the command from its exec on.
 * child must be LAB_CHILD_INIT, argv[0] must live as long as it. After success
 * lab_reap() must be called. argv NULL: there is no command, child stays as it is,
 * and every function that takes it knows.
 */
int lab_spawn_paused(struct lab_child *child, char *const argv[]);

/* Lets the child go on. Returns when its exec succeeded, or the -errno of exec. */
int lab_resume(struct lab_child *child);

/*
 * Ends what is left of the child (SIGTERM, after a second SIGKILL; one that was
 * not resumed never runs the command), waits for it and releases everything.
 * Harmless on LAB_CHILD_INIT and when called twice. child->status stays.
 */
void lab_reap(struct lab_child *child);

/*
 * What main() returns after lab_reap(): 1 if err is not 0, else the command's own exit
 * status, 128 and the signal's number if a signal ended it, as a shell has it; 0 without
 * a command.
 */
int lab_exit_status(int err, const struct lab_child *child);

/* ---- waiting for events (loop.c) ----------------------------------------- */

/*
 * Handles the records of a ring buffer until SIGINT or SIGTERM, until child ends
 * (NULL: no child; what is still in the buffer is handled first), or until a
 * callback returns a negative number. 0, or -errno or the callback's number.
 */
int lab_ringbuf_loop(struct ring_buffer *rb, struct lab_child *child);

/*
 * Calls tick(ctx) every interval_ms milliseconds, first after one interval, and
 * once more at the end; ends as lab_ringbuf_loop() does. For programs that show
 * counters. tick may be NULL and interval_ms 0: only wait.
 */
int lab_tick_loop(unsigned int interval_ms, int (*tick)(void *ctx), void *ctx,
		  struct lab_child *child);

/* ---- text of others (printable.c) ---------------------------------------- */

/*
 * Before a name that a process or a file has given itself is printed: replaces what
 * is not printable ASCII, and so could steer the terminal, by "?". Returns text.
 */
char *lab_printable(char *text);

/* ---- live tables (table.c) ------------------------------------------------ */

/* What a column's cells are. TEXT and ID are the row's name: they tell it from others. */
enum lab_kind {
	LAB_TEXT,      /* text; what is not printable ASCII is shown as "?" */
	LAB_ID,	       /* a number that is a name: a port, a process id */
	LAB_COUNT,     /* a number */
	LAB_BYTES,     /* a number of bytes */
	LAB_RATE,      /* how fast a counter grows, per second; the cell is the counter */
	LAB_BYTE_RATE, /* the same of a counter of bytes */
};

enum lab_align {
	LAB_ALIGN_AUTO, /* text to the left, numbers to the right */
	LAB_ALIGN_LEFT,
	LAB_ALIGN_RIGHT,
};

struct lab_column {
	const char *name; /* the heading; must live as long as the table */
	enum lab_kind kind;
	enum lab_align align;
};

union lab_cell {
	const char *text; /* LAB_TEXT */
	__u64 number;	  /* all others */
};

struct lab_table;

/*
 * A table of rows that change, on stdout. On a terminal it is drawn in place, in
 * colours unless NO_COLOR is set, with numbers in a short form, as many rows as
 * fit. Anywhere else, and if TERM is "dumb", it is plain lines with exact numbers:
 * the headings once, then the rows of every tick. columns are copied. NULL: errno
 * is ENOMEM. To be freed with lab_table_free().
 *
 *	static int fill(struct lab_table *table, void *ctx)
 *	{
 *		for each port
 *			lab_table_row(table, (union lab_cell[]){ { .number = port },
 *								 { .number = packets },
 *								 { .number = packets } });
 *		return 0;
 *	}
 *
 *	static const struct lab_column columns[] = { { .name = "port", .kind = LAB_ID },
 *						     { .name = "packets", .kind = LAB_COUNT },
 *						     { .name = "packets/s", .kind = LAB_RATE } };
 *	struct lab_table *table = lab_table_new(columns, 3);
 *
 *	err = lab_table_loop(table, 1000, fill, skel, NULL);
 *	lab_table_free(table);
 */
struct lab_table *lab_table_new(const struct lab_column *columns, size_t n);

/*
 * One row of the tick that comes next; rows are shown in this order. cells: one
 * for each column; copied. Give every row at every tick: one that was not there at
 * the tick before is taken to have counted from 0. (An error comes out of the tick.)
 */
void lab_table_row(struct lab_table *table, const union lab_cell *cells);

/*
 * Shows the rows given since the last time: a tick. Rates are over the true time
 * since the tick before, "-" if there was none. 0 or -errno.
 */
int lab_table_show(struct lab_table *table);

/*
 * Calls fill(table, ctx), which gives the rows, and shows them: at the times, and
 * until the end, of lab_tick_loop(). One more call, at once, is only what the first
 * rates are compared with. fill's negative numbers end it. 0 or -errno.
 */
int lab_table_loop(struct lab_table *table, unsigned int interval_ms,
		   int (*fill)(struct lab_table *table, void *ctx), void *ctx,
		   struct lab_child *child);

/* table may be NULL. What is on the screen stays there. */
void lab_table_free(struct lab_table *table);

/* ---- per-CPU maps (percpu.c) --------------------------------------------- */

/*
 * Adds up a per-CPU value over all possible CPUs. The value is n __u64 in a row,
 * host byte order (a struct of counters); sums gets n sums. -ENOENT: no such
 * key; -EINVAL: the map's value is not n * 8 bytes, or it is not a per-CPU map.
 */
int lab_percpu_sum(int map_fd, const void *key, __u64 *sums, size_t n);

/* The same for a value of one __u64. */
int lab_percpu_sum_u64(int map_fd, const void *key, __u64 *sum);

#endif /* LAB_H */
