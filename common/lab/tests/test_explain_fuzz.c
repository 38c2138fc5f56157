// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Logs and objects that somebody has spoilt on purpose: reading and explaining them
 * must neither crash nor grow. The seeds are the saved logs (logs/), those below, and an
 * object; each is changed at random, again and again.
 *
 *	test_explain_fuzz			a short run with a fixed seed, as a unit test
 *	test_explain_fuzz SECONDS [SEED]	a long one; it prints its seed
 */
#include <errno.h>
#include <glob.h>
#include <time.h>
#include <sys/resource.h>

#include "common/lab/explain.h"
#include "common/lab/tests/support.h"

enum {
	SHORT_ROUNDS = 8000,
	SEEDS_MAX = 2048,
	LOG_MAX = 1 << 16,
	CHANGES_MAX = 12,
	/* With AddressSanitizer's own; a leak of some bytes a round is above it. */
	MEMORY_MAX_KB = 600 << 10,
};

#define OBJECT_SOURCE "common/lab/tests/refused/subprogram.bpf.c"

static const char *const built_in[] = {
	"0: R1=ctx() R10=fp0\n; p = ctx->data; @ a.c:10\n0: (61) r1 = *(u32 *)(r1 +0) ; R1=pkt(r=0)\n"
	"; if (p > end) @ a.c:11\n1: (2d) if r1 > r2 goto pc+3 ; R1=pkt(r=0) R2=pkt_end()\n"
	"from 1 to 5: R1=pkt(r=0) R10=fp0\n; x = *p; @ a.c:12\n5: (71) r2 = *(u8 *)(r1 +12)\n"
	"invalid access to packet, off=12 size=1, R1(id=0,off=12,r=0)\n"
	"processed 3 insns (limit 1000000) max_states_per_insn 0 total_states 0\n",
	"libbpf: prog 'f': BPF program load failed: Permission denied\n"
	"libbpf: prog 'f': -- BEGIN PROG LOAD LOG --\nValidating g() func#1...\n"
	"0: (85) call pc+1\ncaller:\n R10=fp0\ncallee:\n frame1: R1=ctx(off=0,imm=0) R10=fp0\n"
	"2: (7b) *(u64 *)(r10 -8) = r1\n3: (79) r3 = *(u64 *)(r10 -8)\n4: (95) exit\n"
	"returning from callee:\n frame1: R0=0\nto caller at 1:\n R0=0\n"
	"1: (85) call bpf_map_lookup_elem#1 ; R0_w=map_value_or_null(id=1,off=0,ks=4,vs=8,imm=0)\n"
	"6: (0f) r0 += r3\n7: (79) r1 = *(u64 *)(r0 +0)\nR0 invalid mem access 'map_value_or_null'\n"
	"-- END PROG LOAD LOG --\nlibbpf: failed to load object 'a.o'\n",
	("[  12.345678] 9: (85) call bpf_ringbuf_reserve#131\n"
	 "Nov 22 22:00:01 host loader[12]: Unreleased reference id=2 alloc_insn=9\n"),
	"libbpf: map 'm': failed to create: Invalid argument(-22)\nlibbpf: failed to load object 'x'\n",
};

static const char *const words[] = {
	"R1",
	"R10=fp0",
	"from 1 to 5: ",
	"from 5 to 1: ",
	"; R1=pkt(id=1,off=4,r=8)",
	"callee:\n",
	"frame9: ",
	"returning from callee:\n",
	"; text @ a.c:7\n",
	"@ :0",
	"insn ",
	"99999999999999999999",
	"-1",
	"0x",
	"\n",
	"\n\n",
	"(",
	")",
	"map=",
	"'",
	"': BPF program load failed: ",
	"-- BEGIN PROG LOAD LOG --\n",
	"Validating x() func#1...\n",
	"(bf) r1 = r10",
	"(07) r1 += -4",
	"(0f) r1 += r2",
	"(85) call pc+1",
	"(95) exit\n",
	"*(u64 *)(r10 -8) = r1",
	"r1 = *(u64 *)(r10 -8)",
	"umax=",
	"smin=-",
	"libbpf: ",
	"\033[1m",
	"[ 1.2] ",
	"bpf_context access off=8 size=4",
	"invalid access to packet, off=1 size=2, R1(",
};

struct text {
	char *bytes;
	size_t size;
};

static struct text seeds[SEEDS_MAX], object;
static size_t seed_count;

static void add_seed(char *bytes, size_t size)
{
	if (seed_count < SEEDS_MAX)
		seeds[seed_count++] = (struct text){ bytes, size < LOG_MAX ? size : LOG_MAX };
	else
		free(bytes);
}

static void read_seeds(void)
{
	char path[] = "/tmp/test_explain_fuzz.XXXXXX";
	size_t size;
	glob_t found;

	for (size_t i = 0; i < ARRAY_SIZE(built_in); i++)
		add_seed(strdup(built_in[i]), strlen(built_in[i]));
	if (!glob("common/lab/tests/logs/*/*.log", 0, NULL, &found)) {
		for (size_t i = 0; i < found.gl_pathc; i++) {
			char *bytes = read_file(found.gl_pathv[i], &size);

			add_seed(bytes, size);
		}
		globfree(&found);
	}
	close(mkstemp(path));
	compile_bpf(OBJECT_SOURCE, path, "");
	object.bytes = read_file(path, &object.size);
	unlink(path);
}

static size_t draw(size_t below)
{
	return below ? (size_t)random() % below : 0;
}

/* Takes out `cut` bytes at `at` and puts others there. */
static void splice(struct text *t, size_t at, size_t cut, const char *with, size_t len)
{
	if (cut > t->size - at)
		cut = t->size - at;
	if (t->size - cut + len > LOG_MAX)
		return;
	memmove(t->bytes + at + len, t->bytes + at + cut, t->size - at - cut);
	memcpy(t->bytes + at, with, len);
	t->size += len - cut;
}

static void change(struct text *t)
{
	const struct text *other = &seeds[draw(seed_count)];
	const char *word = words[draw(ARRAY_SIZE(words))];
	size_t at = draw(t->size + 1), from = draw(other->size), len = draw(other->size - from);

	switch (draw(7)) {
	case 0:
		if (at < t->size)
			t->bytes[at] = 1 + draw(255);
		break;
	case 1:
		splice(t, at, draw(40), "", 0);
		break;
	case 2:
		splice(t, at, 0, word, strlen(word));
		break;
	case 3:
		splice(t, at, strlen(word), word, strlen(word));
		break;
	case 4:
		splice(t, at, draw(200), other->bytes + from, len < 2000 ? len : 2000);
		break;
	case 5:
		if (at < t->size && t->bytes[at] >= '0' && t->bytes[at] <= '9')
			t->bytes[at] = '0' + draw(10);
		break;
	case 6:
		if (!draw(8))
			t->size = at;
		break;
	}
}

/* What is shown is text, whatever came in. */
static void expect_text(const char *s, size_t size)
{
	assert_true(strnlen(s, size) < size);
}

static void explain(const struct text *log, const struct text *elf, FILE *out)
{
	struct lab_origin origin = { .program = draw(2) ? "prog" : NULL,
				     .elf = elf ? elf->bytes : NULL,
				     .elf_size = elf ? elf->size : 0,
				     .saved = true };
	/* A copy of exactly its size: a byte behind it is found. */
	char *text = malloc(log->size + 1);
	struct lab_refusal r;

	memcpy(text, log->bytes, log->size);
	text[log->size] = '\0';
	lab_explain_saved(text, &origin, &r);
	assert_in_range(r.way_count, 0, LAB_WAYS_MAX);
	expect_text(r.message, sizeof(r.message));
	expect_text(r.sentence, sizeof(r.sentence));
	expect_text(r.about, sizeof(r.about));
	for (int i = 0; i < r.way_count; i++) {
		expect_text(r.ways[i].text, sizeof(r.ways[i].text));
		expect_text(r.ways[i].what, sizeof(r.ways[i].what));
	}
	lab_refusal_tell(out, &r);
	lab_refusal_print(out, &r);
	free(text);
}

static void round_of(struct text *log, struct text *elf, FILE *out)
{
	const struct text *seed = &seeds[draw(seed_count)];
	bool with_object = !draw(4);

	log->size = seed->size;
	memcpy(log->bytes, seed->bytes, seed->size);
	for (size_t i = draw(CHANGES_MAX) + 1; i > 0; i--)
		change(log);
	if (with_object) {
		elf->size = draw(8) ? object.size : draw(object.size);
		memcpy(elf->bytes, object.bytes, object.size);
		for (size_t i = draw(20); i > 0; i--)
			elf->bytes[draw(object.size)] = draw(2) ? draw(256) : 0xff;
	}
	explain(log, with_object ? elf : NULL, out);
}

/* rounds 0: for so many seconds. Returns how many. */
static unsigned long fuzz(unsigned int seed, unsigned long rounds, long seconds)
{
	struct text log = { malloc(LOG_MAX), 0 }, elf = { malloc(object.size), 0 };
	FILE *out = fopen("/dev/null", "w");
	time_t end = time(NULL) + seconds;
	struct rusage usage;
	unsigned long done;

	srandom(seed);
	for (done = 0; rounds ? done < rounds : time(NULL) < end; done++)
		round_of(&log, &elf, out);
	fclose(out);
	free(log.bytes);
	free(elf.bytes);
	getrusage(RUSAGE_SELF, &usage);
	assert_in_range(usage.ru_maxrss, 0, MEMORY_MAX_KB);
	print_message("seed %u: %lu rounds over %zu seeds, at most %ld KB\n", seed, done,
		      seed_count, usage.ru_maxrss);
	return done;
}

static long seconds;
static unsigned int long_seed;

static void test_fuzz(void **state)
{
	(void)state;
	if (seconds)
		fuzz(long_seed, 0, seconds);
	else
		fuzz(1, SHORT_ROUNDS, 0);
}

static int set_up(void **state)
{
	(void)state;
	libbpf_set_print(NULL);
	read_seeds();
	return seed_count && object.bytes ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	for (size_t i = 0; i < seed_count; i++)
		free(seeds[i].bytes);
	free(object.bytes);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_fuzz) };

	seconds = argc > 1 ? atol(argv[1]) : 0;
	long_seed = argc > 2 ? strtoul(argv[2], NULL, 10) : (unsigned int)time(NULL);
	if (seconds) {
		printf("seed %u\n", long_seed);
		fflush(stdout);
	}
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
