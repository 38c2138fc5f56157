// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Throws damaged object files at the finished loader of lab01-basics/09-relocations,
 * which is compiled with sanitizers for it. The kernel is not there: bpf(2) is answered
 * here, and reads all that it is given, so that a wrong size is noticed.
 *
 *	fuzz [-s SECONDS] [-n RUNS] [-r SEED] [-k FOLDER] FILE...
 *	fuzz -c FILE...                  only loads each FILE, as it is
 *
 * Every run takes one of the FILEs, damages it in up to eight places, and loads one of
 * its functions. What ends the process is kept in FOLDER, and the exit status is 1. It looks
 * for crashes, sanitizers' reports, hangs and allocations without bounds; whether a program
 * is loaded rightly, it cannot know.
 */
#define main objload_main
#include "lab01-basics/09-relocations/solution/objload.c"
#undef main

#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#define MAX_FILES  256
#define MAX_SIZE   ((size_t)1 << 20)
#define MAX_RANGES 64
#define MAX_NAMES  16
#define MAX_FD	   1024
#define HANG	   10 /* seconds for one run, which takes a millisecond */

const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "max_allocation_size_mb=64:hard_rss_limit_mb=512:quarantine_size_mb=8";
}

/* A file to damage, and where in it damage is most telling. */
struct seed {
	const char *path;
	unsigned char *bytes;
	size_t size;
	struct range {
		size_t start, size;
	} ranges[MAX_RANGES];
	size_t n_ranges;
	char names[MAX_NAMES][64];
	size_t n_names;
};

static struct seed seeds[MAX_FILES];
static size_t n_seeds;
static unsigned short state[3]; /* of nrand48() */

/* What the worker does, where the parent sees it after its death. */
struct shared {
	unsigned long runs, loaded, seed;
};
static struct shared *shared;
static int file; /* the damaged file */

static size_t below(size_t n)
{
	return n ? (((size_t)nrand48(state) << 31) ^ nrand48(state)) % n : 0;
}

/* ---- the kernel's part ------------------------------------------------------- */

static __u32 value_sizes[MAX_FD]; /* of the maps made, by descriptor */
static volatile unsigned char sink;

static void read_bytes(__u64 address, size_t size)
{
	const unsigned char *bytes = (const void *)(unsigned long)address;

	for (size_t i = 0; i < size; i++)
		sink += bytes[i];
}

static int new_fd(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fd >= MAX_FD)
		abort(); /* descriptors leak */
	return fd;
}

static int load_program(const union bpf_attr *attr)
{
	read_bytes(attr->insns, attr->insn_cnt * INSN_SIZE);
	read_bytes(attr->license, strlen((const char *)(unsigned long)attr->license) + 1);
	if (!memchr(attr->prog_name, 0, sizeof(attr->prog_name)))
		abort();
	shared->loaded++;
	if (below(4) && !attr->log_buf)
		return new_fd();
	if (attr->log_buf)
		snprintf(
			(char *)(unsigned long)attr->log_buf, attr->log_size,
			"func#0 @0\n%zu: (79) r0 = *(u64 *)(r1 +0)\nR1 invalid mem access 'scalar'\n",
			below(attr->insn_cnt + 2));
	errno = EACCES;
	return -1;
}

static int answer(enum bpf_cmd cmd, const union bpf_attr *attr)
{
	int fd;

	switch (cmd) {
	case BPF_MAP_CREATE:
		fd = new_fd();
		value_sizes[fd] = attr->value_size;
		return fd;
	case BPF_MAP_UPDATE_ELEM:
		read_bytes(attr->key, sizeof(__u32));
		read_bytes(attr->value, value_sizes[attr->map_fd]);
		return 0;
	case BPF_PROG_LOAD:
		return load_program(attr);
	default:
		return 0;
	}
}

/* The C library's, but for bpf(2). */
long syscall(long number, ...)
{
	static long (*real)(long, ...);
	long a[6];
	va_list list;

	va_start(list, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(list, long);
	va_end(list);
	if (number == SYS_bpf)
		return answer(a[0], (const union bpf_attr *)a[1]);
	if (!real)
		real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* ---- damage ------------------------------------------------------------------- */

static size_t some_place(const struct seed *s, size_t size)
{
	const struct range *range = &s->ranges[below(s->n_ranges)];
	size_t place;

	if (!s->n_ranges || !below(4))
		return below(size);
	place = range->start + below(range->size);
	return place < size ? place : below(size);
}

static void put(unsigned char *bytes, size_t size, size_t place)
{
	static const __u64 values[] = { 0,
					1,
					7,
					8,
					0x7f,
					0x80,
					0xff,
					0x7fff,
					0xffff,
					0x7fffffff,
					0x80000000,
					0xffffffff,
					~(__u64)0,
					(__u64)1 << 63,
					0xfff8,
					0x100000,
					(__u64)1 << 40 };
	__u64 value = values[below(sizeof(values) / sizeof(*values))];
	size_t width = 1 << below(4);

	if (!below(3))
		value = below(2) ? below(size) : below(64);
	place -= place % width;
	if (place + width <= size)
		memcpy(bytes + place, &value, width);
}

/* Damages the size bytes of a copy of s; returns how many are left. */
static size_t damage(const struct seed *s, unsigned char *bytes, size_t size)
{
	size_t place = some_place(s, size), other = some_place(s, size), n = 1 + below(64);

	switch (below(12)) {
	case 0:
		bytes[place] ^= 1 << below(8);
		return size;
	case 1:
		bytes[place] = below(256);
		return size;
	case 2: /* a piece of it elsewhere */
		if (place + n <= size && other + n <= size)
			memmove(bytes + place, bytes + other, n);
		return size;
	case 3:
		if (!below(8) && size > 128)
			return 64 + below(size - 64);
		return size;
	default:
		put(bytes, size, place);
		return size;
	}
}

/* ---- seeds --------------------------------------------------------------------- */

static void add_range(struct seed *s, size_t start, size_t size)
{
	if (size && s->n_ranges < MAX_RANGES && start < s->size)
		s->ranges[s->n_ranges++] = (struct range){ start, size };
}

static void find_ranges(struct seed *s, const struct objfile *object)
{
	const char *base = object->image.bytes;
	const Elf64_Ehdr *header = object->image.bytes;

	add_range(s, 0, sizeof(*header));
	add_range(s, header->e_shoff, object->n_sections * sizeof(Elf64_Shdr));
	for (size_t i = 1; i < object->n_sections; i++) {
		const struct objfile_section *section = &object->sections[i];
		bool counts = section->type == SHT_SYMTAB || section->type == SHT_REL ||
			      section->flags & SHF_ALLOC || !strncmp(section->name, ".BTF", 4);

		if (counts && section->bytes && strncmp(section->name, ".rel.debug", 10) != 0)
			add_range(s, (const char *)section->bytes - base, section->size);
	}
}

static void find_names(struct seed *s, const struct objfile *object)
{
	for (size_t i = 0; i < object->n_functions && s->n_names < MAX_NAMES; i++)
		snprintf(s->names[s->n_names++], sizeof(s->names[0]), "%s",
			 object->functions[i]->name);
}

/* A file that this loader cannot open is a seed, too: it has no places of its own then. */
static int add_seed(const char *path)
{
	struct seed *s = &seeds[n_seeds];
	FILE *f = fopen(path, "r");
	struct objfile object;

	if (!f || n_seeds == MAX_FILES)
		return -1;
	s->path = path;
	s->bytes = malloc(MAX_SIZE);
	s->size = s->bytes ? fread(s->bytes, 1, MAX_SIZE, f) : 0;
	fclose(f);
	if (!s->size)
		return -1;
	if (!objfile_open(&object, path)) {
		find_ranges(s, &object);
		find_names(s, &object);
	}
	objfile_close(&object);
	n_seeds++;
	return 0;
}

/* ---- runs ---------------------------------------------------------------------- */

static int load_file(const char *path, const char *name)
{
	struct loader loader = { .path = path, .name = name, .fd = -1 };
	int err;

	alarm(HANG);
	err = run(&loader);
	loader_close(&loader);
	lab_log_clear();
	return err;
}

static void one_run(const char *path)
{
	static unsigned char bytes[MAX_SIZE];
	const struct seed *s = &seeds[below(n_seeds)];
	size_t size = s->size, damages = 1 + below(8);

	memcpy(bytes, s->bytes, size);
	for (size_t i = 0; i < damages; i++)
		size = damage(s, bytes, size);
	if (ftruncate(file, 0) || pwrite(file, bytes, size, 0) != (ssize_t)size)
		abort();
	load_file(path, s->n_names ? s->names[below(s->n_names)] : "program");
	shared->runs++;
}

static __attribute__((noreturn)) void worker(time_t end, unsigned long runs)
{
	char path[64];

	if (!freopen("/dev/null", "w", stdout))
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	while (shared->runs < runs && time(NULL) < end)
		one_run(path);
	_exit(0);
}

static void keep(const char *folder, int status)
{
	static unsigned char bytes[MAX_SIZE];
	ssize_t size = pread(file, bytes, sizeof(bytes), 0);
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/ended-%lu-%lu.o", folder, shared->seed, shared->runs);
	f = fopen(path, "w");
	if (f && size > 0)
		fwrite(bytes, 1, size, f);
	if (f)
		fclose(f);
	printf("ended with status 0x%x after %lu runs: kept as %s\n", status, shared->runs, path);
}

/* Each FILE as it is, every function of it and one that is not there; often enough for the
 * kernel to have taken it and to have refused it. */
static int check_files(void)
{
	for (size_t i = 0; i < 16 * n_seeds; i++) {
		const struct seed *s = &seeds[i % n_seeds];

		for (size_t j = 0; j < s->n_names; j++)
			load_file(s->path, s->names[j]);
		load_file(s->path, "program");
	}
	fprintf(stderr, "loaded %zu files\n", n_seeds);
	return 0;
}

static int fuzz(time_t seconds, unsigned long runs, const char *folder)
{
	struct rusage usage;
	int status;
	pid_t pid;

	file = memfd_create("damaged", 0);
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		worker(time(NULL) + seconds, runs);
	if (file < 0 || pid < 0 || waitpid(pid, &status, 0) != pid)
		return 5;
	getrusage(RUSAGE_CHILDREN, &usage);
	printf("%lu runs on %zu files, %lu got as far as the kernel, at most %ld MB; seed %lu\n",
	       shared->runs, n_seeds, shared->loaded, usage.ru_maxrss >> 10, shared->seed);
	if (status)
		keep(folder, status);
	return !!status;
}

int main(int argc, char **argv)
{
	unsigned long seconds = 5, runs = ~0UL;
	const char *folder = ".";
	bool only_check = false;
	int option;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED)
		return 5;
	shared->seed = 1;
	while ((option = getopt(argc, argv, "cs:n:r:k:")) != -1) {
		if (option == 'c')
			only_check = true;
		else if (option == 's')
			seconds = strtoul(optarg, NULL, 10);
		else if (option == 'n')
			runs = strtoul(optarg, NULL, 10);
		else if (option == 'r')
			shared->seed = strtoul(optarg, NULL, 10);
		else if (option == 'k')
			folder = optarg;
		else
			return 2;
	}
	memcpy(state, &shared->seed, sizeof(state));
	lab_init();
	for (int i = optind; i < argc; i++)
		if (add_seed(argv[i]))
			fprintf(stderr, "fuzz: cannot take %s\n", argv[i]);
	if (!n_seeds)
		return 2;
	return only_check ? check_files() : fuzz(seconds, runs, folder);
}
