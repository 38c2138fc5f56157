// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Asks for everything that bpf(2) can do, inside a sandbox with a broker. Prints one line
 * for each: "NAME ok" or "NAME ERROR". The tests know which must be which.
 *
 *	broker ID...	the numbers are of another's map, program and link
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/btf.h>
#include <linux/if_link.h>
#include <linux/perf_event.h>
#include <net/if.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOV(reg, value) ((struct bpf_insn){ 0xb7, reg, 0, 0, value })
#define CALL(kind, nr)	((struct bpf_insn){ 0x85, 0, kind, 0, nr })
#define EXIT		((struct bpf_insn){ 0x95, 0, 0, 0, 0 })
#define CONSTANT(kind, value) \
	((struct bpf_insn){ 0x18, 1, kind, 0, value }), ((struct bpf_insn){ 0, 0, 0, 0, 0 })
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int says(const char *name, long result)
{
	printf("%s: %s\n", name, result < 0 ? strerrorname_np(errno) : "ok");
	return (int)result;
}

static int load(enum bpf_prog_type type, const struct bpf_insn *insns, size_t count,
		struct bpf_prog_load_opts *opts)
{
	return bpf_prog_load(type, "trial", "GPL", insns, count, opts);
}

static const struct bpf_insn nothing[] = { MOV(0, 1), EXIT };

static int load_nothing(enum bpf_prog_type type)
{
	return load(type, nothing, 2, NULL);
}

static void programs(void)
{
	static const struct bpf_insn sent[] = { MOV(0, 0), CALL(0, BPF_FUNC_ktime_get_ns), EXIT };
	static const struct bpf_insn denied[] = { MOV(1, 9), CALL(0, BPF_FUNC_send_signal), EXIT };
	static const struct bpf_insn hidden[] = { MOV(0, 0), EXIT, CALL(0, BPF_FUNC_probe_read),
						  EXIT };
	static const struct bpf_insn kfunc[] = { CALL(2, 1000), EXIT };
	static const struct bpf_insn strange[] = { { 0x8d, 0, 0, 0, 4 }, EXIT };
	static const struct bpf_insn ksym[] = { CONSTANT(3, 1), MOV(0, 0), EXIT };
	static const struct bpf_insn cut[] = { MOV(0, 0), { 0x18, 1, 1, 0, 3 } };
	static const struct bpf_insn may_goto[] = {
		MOV(0, 0), { 0xe5, 0, 0, 1, 0 }, { 0x05, 0, 0, -2, 0 }, EXIT
	};
	/* Of struct bpf_map, which is what a program has for a map. */
	struct bpf_insn peek[] = {
		CONSTANT(BPF_PSEUDO_MAP_FD, 0), { 0x79, 2, 1, 40, 0 }, MOV(0, 0), EXIT
	};
	static const struct bpf_insn foreign[] = { CONSTANT(1, 77), MOV(0, 0), EXIT };
	/* libbpf's, and the same with an address. */
	struct bpf_insn reading[] = { { 0xbf, 1, 10, 0, 0 },
				      { 0x07, 1, 0, 0, -8 },
				      MOV(2, 8),
				      MOV(3, 0),
				      CALL(0, BPF_FUNC_probe_read_kernel),
				      EXIT };
	char log[4096] = "";
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .log_buf = log, .log_size = sizeof(log),
		    .log_level = 1);

	says("xdp", load_nothing(BPF_PROG_TYPE_XDP));
	says("socket filter", load_nothing(BPF_PROG_TYPE_SOCKET_FILTER));
	says("kprobe", load_nothing(BPF_PROG_TYPE_KPROBE));
	says("tracepoint", load_nothing(BPF_PROG_TYPE_TRACEPOINT));
	says("raw tracepoint", load_nothing(BPF_PROG_TYPE_RAW_TRACEPOINT));
	says("perf event", load_nothing(BPF_PROG_TYPE_PERF_EVENT));
	says("lsm", load_nothing(BPF_PROG_TYPE_LSM));
	says("syscall", load_nothing(BPF_PROG_TYPE_SYSCALL));
	says("type 200", load_nothing(200));
	says("allowed helper", load(BPF_PROG_TYPE_XDP, sent, COUNT(sent), NULL));
	says("denied helper", load(BPF_PROG_TYPE_XDP, denied, COUNT(denied), &opts));
	printf("log: %s", log);
	says("hidden helper", load(BPF_PROG_TYPE_XDP, hidden, COUNT(hidden), NULL));
	says("kfunc", load(BPF_PROG_TYPE_XDP, kfunc, COUNT(kfunc), NULL));
	says("call by register", load(BPF_PROG_TYPE_XDP, strange, COUNT(strange), NULL));
	says("kernel variable", load(BPF_PROG_TYPE_XDP, ksym, COUNT(ksym), NULL));
	says("half a constant", load(BPF_PROG_TYPE_XDP, cut, COUNT(cut), NULL));
	says("reading trial", load(BPF_PROG_TYPE_TRACEPOINT, reading, COUNT(reading), NULL));
	reading[3].imm = 4096;
	says("reading more", load(BPF_PROG_TYPE_TRACEPOINT, reading, COUNT(reading), NULL));
	says("loop without an end", load(BPF_PROG_TYPE_XDP, may_goto, COUNT(may_goto), NULL));
	peek[0].imm = bpf_map_create(BPF_MAP_TYPE_ARRAY, "own", 4, 8, 4, NULL);
	says("kernel's memory", load(BPF_PROG_TYPE_SOCKET_FILTER, peek, COUNT(peek), NULL));
	close(peek[0].imm);
	says("map that is none", load(BPF_PROG_TYPE_XDP, foreign, COUNT(foreign), NULL));
	opts.log_level = 2;
	says("verbose", load(BPF_PROG_TYPE_XDP, nothing, 2, &opts));
	printf("log has exit: %d\n", strstr(log, "exit") != NULL);
}

static void maps(void)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts);
	int map = says("map", bpf_map_create(BPF_MAP_TYPE_ARRAY, "own", 4, 8, 4, NULL));
	int key = 2, outer;
	long value = 7, seen = 0;
	struct bpf_map_info info = {};
	__u32 len = sizeof(info), id = 0;

	says("update", bpf_map_update_elem(map, &key, &value, 0));
	bpf_map_lookup_elem(map, &key, &seen);
	printf("seen %ld\n", seen);
	says("map info", bpf_obj_get_info_by_fd(map, &info, &len));
	printf("info %s %u %u\n", info.name, info.value_size, info.max_entries);
	says("next map", bpf_map_get_next_id(0, &id));
	printf("own map is first: %d\n", id == info.id);
	says("own map by id", bpf_map_get_fd_by_id(info.id));
	says("map after", bpf_map_get_next_id(info.id, &id));
	opts.inner_map_fd = map;
	outer = bpf_map_create(BPF_MAP_TYPE_HASH_OF_MAPS, "outer", 4, 4, 4, &opts);
	says("map of maps", outer);
	says("inner map", bpf_map_update_elem(outer, &key, &map, 0));
	says("freeze", bpf_map_freeze(map));
	says("update frozen", bpf_map_update_elem(map, &key, &value, 0));
	says("huge map", bpf_map_create(BPF_MAP_TYPE_HASH, "huge", 8, 4096, 1 << 24, NULL));
	opts.inner_map_fd = 0;
	opts.map_flags = 1U << 16;
	says("map by token", bpf_map_create(BPF_MAP_TYPE_ARRAY, "own", 4, 8, 4, &opts));
	says("struct_ops map", bpf_map_create(BPF_MAP_TYPE_STRUCT_OPS, "ops", 4, 8, 1, NULL));
}

static void links(void)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts);
	int prog = load_nothing(BPF_PROG_TYPE_XDP), other = load_nothing(BPF_PROG_TYPE_XDP);
	struct bpf_link_info info = {};
	__u32 len = sizeof(info);
	int index = if_nametoindex("eth0"), link;

	link = says("xdp link", bpf_link_create(prog, index, BPF_XDP, NULL));
	says("link info", bpf_obj_get_info_by_fd(link, &info, &len));
	printf("link on %d\n", (int)info.xdp.ifindex == index);
	says("link update", bpf_link_update(link, other, NULL));
	says("link by id", bpf_link_get_fd_by_id(info.id));
	says("link detach", bpf_link_detach(link));
	opts.flags = XDP_FLAGS_REPLACE;
	says("link with flags", bpf_link_create(prog, index, BPF_XDP, &opts));
	says("link elsewhere", bpf_link_create(prog, 9999, BPF_XDP, NULL));
	says("link to stay", bpf_link_create(prog, index, BPF_XDP, NULL));
	says("xdp by netlink", bpf_xdp_attach(index, prog, 0, NULL));
	says("raw tracepoint open", bpf_raw_tracepoint_open("sched_switch", prog));
}

static int open_cgroup(const char *path)
{
	return open(path ? path : "/", O_RDONLY | O_DIRECTORY);
}

static void cgroups(void)
{
	const char *path = getenv("TESTENV_CGROUP");
	int prog = load_nothing(BPF_PROG_TYPE_CGROUP_SKB), trial, link;
	int cgroup = open_cgroup(path);

	link = says("cgroup link", bpf_link_create(prog, cgroup, BPF_CGROUP_INET_EGRESS, NULL));
	says("cgroup attach", bpf_prog_attach(prog, cgroup, BPF_CGROUP_INET_INGRESS, 0));
	says("cgroup detach", bpf_prog_detach2(prog, cgroup, BPF_CGROUP_INET_INGRESS));
	trial = load_nothing(BPF_PROG_TYPE_CGROUP_SOCK);
	says("trial attach", bpf_prog_attach(trial, cgroup, BPF_CGROUP_INET_SOCK_CREATE, 0));
	says("no cgroup", bpf_prog_attach(prog, open_cgroup("/usr"), BPF_CGROUP_INET_INGRESS, 0));
	says("lirc", bpf_prog_attach(prog, cgroup, BPF_LIRC_MODE2, 0));
	close(link);
}

static void pins(void)
{
	const char *dir = getenv("TESTENV_BPF");
	int map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "pinned", 4, 8, 4, NULL);
	char path[256], link[256];

	snprintf(path, sizeof(path), "%s/deep", dir);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/deep/map", dir);
	says("pin", bpf_obj_pin(map, path));
	says("pin again", bpf_obj_pin(map, path));
	says("get", bpf_obj_get(path));
	says("unpin", unlink(path));
	says("get nothing", bpf_obj_get(path));
	says("pin elsewhere", bpf_obj_pin(map, "/sys/fs/bpf-not/map"));
	snprintf(path, sizeof(path), "%s/../x", dir);
	says("pin up", bpf_obj_pin(map, path));
	snprintf(link, sizeof(link), "%s/link", dir);
	symlink("/sys", link);
	snprintf(path, sizeof(path), "%s/link/fs/bpf/map", dir);
	says("pin over link", bpf_obj_pin(map, path));
	says("pin a file", bpf_obj_pin(0, path));
	unlink(link);
}

static void strangers(int argc, char **argv)
{
	__u32 id[3] = {};

	for (int i = 1; i < argc && i < 4; i++)
		id[i - 1] = strtoul(argv[i], NULL, 10);
	says("another's map", bpf_map_get_fd_by_id(id[0]));
	says("another's program", bpf_prog_get_fd_by_id(id[1]));
	says("another's link", bpf_link_get_fd_by_id(id[2]));
}

static long raw(unsigned long command, void *attr, unsigned long size)
{
	return syscall(SYS_bpf, command, attr, size);
}

static void odd(void)
{
	struct perf_event_attr event = { .size = sizeof(event), .type = PERF_TYPE_SOFTWARE };
	union bpf_attr map = { .map_type = 2, .key_size = 4, .value_size = 4, .max_entries = 1 };
	char page[8192] = {}, *edge;
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = page, .data_size_in = 64, .repeat = 1);

	says("null", raw(BPF_MAP_CREATE, NULL, sizeof(map)));
	says("kernel's address", raw(BPF_MAP_CREATE, (void *)-4096L, sizeof(map)));
	says("too long", raw(BPF_MAP_CREATE, &map, 1 << 20));
	memcpy(page, &map, sizeof(map));
	says("long with zeros", raw(BPF_MAP_CREATE, page, 4096));
	page[4000] = 1;
	says("long with more", raw(BPF_MAP_CREATE, page, 4096));
	/* At the very end of what is mapped. */
	edge = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(edge + 4096, 4096);
	memcpy(edge + 4096 - 24, &map, 24);
	says("at the edge", raw(BPF_MAP_CREATE, edge + 4096 - 24, 24));
	says("over the edge", raw(BPF_MAP_CREATE, edge + 4096 - 20, 24));
	says("high bits", raw(1UL << 32 | BPF_MAP_CREATE, &map, 1UL << 32 | 24));
	says("statistics", raw(BPF_ENABLE_STATS, &map, sizeof(map)));
	says("task_fd_query", raw(BPF_TASK_FD_QUERY, &map, sizeof(map)));
	says("token", raw(36, &map, sizeof(map)));
	says("command 99", raw(99, &map, sizeof(map)));
	says("perf_event_open", syscall(SYS_perf_event_open, &event, 0, -1, -1, 0));
	says("test run", bpf_prog_test_run_opts(load_nothing(BPF_PROG_TYPE_XDP), &run));
	run.flags = BPF_F_TEST_XDP_LIVE_FRAMES;
	says("live frames", bpf_prog_test_run_opts(load_nothing(BPF_PROG_TYPE_XDP), &run));
	says("packet socket", socket(AF_PACKET, SOCK_RAW, 0));
}

/* One thread changes a program's helper while the other has it loaded. */
static struct bpf_insn flickering[] = { MOV(0, 0), CALL(0, BPF_FUNC_ktime_get_ns), EXIT };
static volatile int over;

static void *flicker(void *unused)
{
	volatile __s32 *helper = &flickering[1].imm;

	while (!over) {
		*helper = BPF_FUNC_jiffies64;
		*helper = BPF_FUNC_ktime_get_ns;
	}
	return unused;
}

/* jiffies64 is not allowed here: if one got through, its program has it inside. */
static void race(void)
{
	int loaded = 0, refused = 0, slipped = 0;
	pthread_t thread;

	pthread_create(&thread, NULL, flicker, NULL);
	for (int i = 0; i < 2000; i++) {
		struct bpf_insn seen[8] = {};
		struct bpf_prog_info info = { .xlated_prog_len = sizeof(seen),
					      .xlated_prog_insns = (unsigned long)seen };
		__u32 len = sizeof(info);
		int fd = load(BPF_PROG_TYPE_XDP, flickering, 3, NULL);

		loaded += fd >= 0;
		refused += fd < 0;
		if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &len))
			continue;
		/* The kernel puts jiffies64 into the program itself: more instructions. */
		slipped += info.xlated_prog_len != 3 * sizeof(seen[0]);
		close(fd);
	}
	over = 1;
	pthread_join(thread, NULL);
	printf("race: %s\n", slipped ? "SLIPPED" : loaded && refused ? "ok" : "no race");
}

/* As much as a call may ask for: the log's buffer is the broker's, the program's, too. */
static void big(void)
{
	static struct bpf_insn insns[500000];
	static char log[16 << 20];
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .log_buf = log, .log_size = sizeof(log),
		    .log_level = 2);

	for (size_t i = 0; i < COUNT(insns) - 1; i++)
		insns[i] = MOV(0, 1);
	insns[COUNT(insns) - 1] = EXIT;
	says("big", load(BPF_PROG_TYPE_XDP, insns, COUNT(insns), &opts));
}

/* Maps, as much as there is: they are to be the sandbox's memory. */
static void hoard(void)
{
	int made = 0;

	while (made < 100 && bpf_map_create(BPF_MAP_TYPE_ARRAY, "hoard", 4, 4096, 1024, NULL) >= 0)
		made++;
	printf("hoard: %d\n", made);
}

/* Types, as many as there may be: they are in nobody's memory limit. */
static void types(void)
{
	static struct {
		struct btf_header header;
		__u32 ints[1 << 18][4];
		char strings[8];
	} btf = { .header = { .magic = BTF_MAGIC,
			      .version = BTF_VERSION,
			      .hdr_len = sizeof(btf.header),
			      .type_len = sizeof(btf.ints),
			      .str_off = sizeof(btf.ints),
			      .str_len = sizeof(btf.strings) },
		  .strings = "\0int" };
	int made = 0;

	for (size_t i = 0; i < COUNT(btf.ints); i++)
		memcpy(btf.ints[i], (__u32[]){ 1, BTF_KIND_INT << 24, 4, 32 }, 16);
	while (made < 20 && bpf_btf_load(&btf, sizeof(btf), NULL) >= 0)
		made++;
	printf("types: %d\n", made);
}

/* Instructions, as many as there may be. */
static void code(void)
{
	static struct bpf_insn insns[900000];
	int made = 0;

	for (size_t i = 0; i < COUNT(insns) - 1; i++)
		insns[i] = MOV(0, 1);
	insns[COUNT(insns) - 1] = EXIT;
	while (made < 20 && load(BPF_PROG_TYPE_XDP, insns, COUNT(insns), NULL) >= 0)
		made++;
	printf("code: %d\n", made);
}

/* One sandbox pins a map of maps; the next one opens what is in it, by number. */
static void inner(bool second)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts);
	int map, outer, key = 5;
	char path[256];
	__u32 id = 0;

	snprintf(path, sizeof(path), "%s/outer", getenv("TESTENV_BPF"));
	if (!second) {
		map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "inner", 4, 8, 4, NULL);
		opts.inner_map_fd = map;
		outer = bpf_map_create(BPF_MAP_TYPE_HASH_OF_MAPS, "outer", 4, 4, 4, &opts);
		says("put in", bpf_map_update_elem(outer, &key, &map, 0));
		says("pin outer", bpf_obj_pin(outer, path));
		return;
	}
	outer = bpf_obj_get(path);
	says("look up", bpf_map_lookup_elem(outer, &key, &id));
	says("open inner", bpf_map_get_fd_by_id(id));
	says("open another", bpf_map_get_fd_by_id(id + 1000));
	unlink(path);
}

/* As many descriptors as it may have, and one more. */
static void full(void)
{
	const struct rlimit few = { 16, 16 };
	int made = 0;

	setrlimit(RLIMIT_NOFILE, &few);
	while (made < 16 && bpf_map_create(BPF_MAP_TYPE_ARRAY, "full", 4, 4, 1, NULL) >= 0)
		made++;
	says("full", made < 16 ? -1 : 0);
}

#define WRITE_ID "/sys/kernel/tracing/events/syscalls/sys_enter_write/id"

static long event_open(__u32 type, __u64 config, int pid)
{
	struct perf_event_attr event = { .size = sizeof(event), .type = type, .config = config };

	return syscall(SYS_perf_event_open, &event, pid, 0, -1, 0);
}

/* A program on a tracepoint, the way libbpf does it; and events that are not to be had. */
static void trace(void)
{
	int prog = load_nothing(BPF_PROG_TYPE_TRACEPOINT), event;
	FILE *f = fopen(WRITE_ID, "r");
	long id = -1;

	if (!f || fscanf(f, "%ld", &id) != 1)
		printf("no id\n");
	event = says("event", event_open(PERF_TYPE_TRACEPOINT, id, -1));
	says("event link", bpf_link_create(prog, event, BPF_PERF_EVENT, NULL));
	says("enable", ioctl(event, PERF_EVENT_IOC_ENABLE, 0));
	says("another process", event_open(PERF_TYPE_TRACEPOINT, id, 1));
	says("clock", event_open(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK, -1));
	says("trace_pipe", open("/sys/kernel/tracing/trace_pipe", O_RDONLY));
	says("enable by file",
	     open("/sys/kernel/tracing/events/syscalls/sys_enter_write/enable", O_WRONLY));
}

#define HOOK BPF_CGROUP_INET_INGRESS

static int load_with_map(const char *name, int map)
{
	const struct bpf_insn insns[] = { CONSTANT(1, map), MOV(0, 1), EXIT };

	return bpf_prog_load(BPF_PROG_TYPE_CGROUP_SKB, name, "GPL", insns, COUNT(insns), NULL);
}

/*
 * Outside: puts a program with a map onto the cgroup, pins another one with the same map and one with a
 * map of its own, puts one onto the cgroup above, and prints the number of the first.
 */
static void plant(const char *above)
{
	int map = bpf_map_create(BPF_MAP_TYPE_HASH, "shared", 4, 8, 4, NULL);
	int other = bpf_map_create(BPF_MAP_TYPE_HASH, "strange", 4, 8, 4, NULL);
	int prog = load_with_map("planted", map);
	int over = load_with_map("above", other);
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	if (bpf_obj_pin(load_with_map("spare", map), "/sys/fs/bpf/spare") ||
	    bpf_obj_pin(load_with_map("stranger", other), "/sys/fs/bpf/stranger") ||
	    bpf_prog_attach(over, open_cgroup(above), HOOK, BPF_F_ALLOW_MULTI))
		return;
	if (bpf_prog_attach(prog, open_cgroup(getenv("TESTENV_CGROUP")), HOOK, 0) == 0 &&
	    bpf_obj_get_info_by_fd(prog, &info, &len) == 0)
		printf("%u\n", info.id);
}

/* The names of all programs that there are, by number. */
static void print_programs(void)
{
	struct bpf_prog_info info;
	__u32 id = 0, len;
	int prog;

	while (!bpf_prog_get_next_id(id, &id)) {
		prog = bpf_prog_get_fd_by_id(id);
		len = sizeof(info);
		memset(&info, 0, len);
		if (prog >= 0 && !bpf_obj_get_info_by_fd(prog, &info, &len))
			puts(info.name);
	}
}

/* The map of a program: can it be read, and written? */
static void try_map(int prog)
{
	struct bpf_prog_info info = {};
	__u32 ids[1] = {}, len = sizeof(info), key = 1;
	__u64 value = 2;
	int map;

	info.nr_map_ids = 1;
	info.map_ids = (uintptr_t)ids;
	if (bpf_obj_get_info_by_fd(prog, &info, &len))
		return;
	map = says("map", bpf_map_get_fd_by_id(ids[0]));
	says("write", bpf_map_update_elem(map, &key, &value, BPF_ANY));
	says("delete", bpf_map_delete_elem(map, &key));
}

/* Inside: what can be done with it? */
static void inspect(__u32 id)
{
	int cgroup = open_cgroup(getenv("TESTENV_CGROUP")), prog;
	int own = load_nothing(BPF_PROG_TYPE_CGROUP_SKB);
	__u32 len = sizeof(struct bpf_prog_info), ids[8], n = 8;
	struct bpf_prog_info info = {};
	char path[256];

	says("own in its place", bpf_prog_attach(own, cgroup, HOOK, 0));
	says("off by own", bpf_prog_detach2(own, cgroup, HOOK));
	close(own);
	says("effective", bpf_prog_query(cgroup, HOOK, BPF_F_QUERY_EFFECTIVE, NULL, ids, &n));
	for (__u32 i = 0; i < n; i++)
		if (ids[i] != id)
			says("from above", bpf_prog_get_fd_by_id(ids[i]));
	n = 8;
	says("query", bpf_prog_query(cgroup, HOOK, 0, NULL, ids, &n));
	print_programs();
	prog = says("open", bpf_prog_get_fd_by_id(id));
	if (prog < 0)
		return;
	says("info", bpf_obj_get_info_by_fd(prog, &info, &len));
	try_map(prog);
	snprintf(path, sizeof(path), "%s/planted", getenv("TESTENV_BPF"));
	says("pin", bpf_obj_pin(prog, path));
	says("attach", bpf_prog_attach(prog, cgroup, BPF_CGROUP_INET_EGRESS, 0));
	says("link", bpf_link_create(prog, cgroup, BPF_CGROUP_INET_EGRESS, NULL));
	says("detach", bpf_prog_detach2(prog, cgroup, HOOK));
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 2 && strcmp(argv[1], "race") == 0) {
		race();
	} else if (argc == 2 && strcmp(argv[1], "big") == 0) {
		big();
	} else if (argc == 2 && strcmp(argv[1], "hoard") == 0) {
		hoard();
	} else if (argc == 2 && strcmp(argv[1], "full") == 0) {
		full();
	} else if (argc == 2 && strncmp(argv[1], "inner", 5) == 0) {
		inner(argv[1][5]);
	} else if (argc == 2 && strcmp(argv[1], "types") == 0) {
		types();
	} else if (argc == 2 && strcmp(argv[1], "code") == 0) {
		code();
	} else if (argc == 2 && strcmp(argv[1], "trace") == 0) {
		trace();
	} else if (argc == 3 && strcmp(argv[1], "plant") == 0) {
		plant(argv[2]);
	} else if (argc == 3 && strcmp(argv[1], "inspect") == 0) {
		inspect(strtoul(argv[2], NULL, 10));
	} else {
		programs();
		maps();
		links();
		cgroups();
		pins();
		strangers(argc, argv);
		odd();
	}
	return 0;
}
