// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Saved states of machines, and choosing how a machine gets to work.
 *
 * A state is the guest's memory (a file that QEMU maps: restored machines share
 * what they do not change) and its devices. It is of use only to the same QEMU
 * with the same arguments, kernel and initramfs, and until the host boots again;
 * all that is in its name, states/RELEASE.BOOT.KEY.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "testenv/testenv.h"
#include "testenv/vm_state.h"

/* Emulated, on a machine with other things to do. */
#define BOOT_MS	   180000
#define RESTORE_MS 30000
#define SAVE_MS	   60000
/* A kernel either boots under KVM at once or never. */
#define KVM_PROBE_MS 20000
/* Saved states of one kernel, for trees with different tools. */
#define STATES_MAX 3

struct opening {
	struct vm_machine *m;
	const struct vm_kernel *kernel;
	int initramfs, owner;
	char vmlinux[PATH_MAX];
	struct vm_trouble *trouble;
};

void vm_trouble(struct vm_trouble *trouble, int code, const char *fmt, ...)
{
	va_list ap;

	trouble->code = code;
	va_start(ap, fmt);
	vsnprintf(trouble->text, sizeof(trouble->text), fmt, ap);
	va_end(ap);
}

static void add_tail(struct vm_trouble *trouble, const char *title, const struct vm_buf *tail)
{
	size_t len = strlen(trouble->text);

	if (vm_buf_len(tail))
		snprintf(trouble->text + len, sizeof(trouble->text) - len, "\n%s:\n%.*s", title,
			 (int)vm_buf_len(tail), tail->data + tail->start);
}

void vm_trouble_tails(struct vm_trouble *trouble, struct vm_machine *m)
{
	vm_machine_listen(m);
	add_tail(trouble, "the end of its console", &m->console_tail);
	add_tail(trouble, "QEMU says", &m->errors_tail);
}

int vm_qemu_path(char path[PATH_MAX])
{
	const char *folders = getenv("PATH") ?: "/usr/bin:/bin";

	while (*folders) {
		size_t len = strcspn(folders, ":");

		snprintf(path, PATH_MAX, "%.*s/" VM_QEMU, (int)len, folders);
		if (access(path, X_OK) == 0)
			return 0;
		folders += len + (folders[len] == ':');
	}
	return -ENOENT;
}

/* ---- names of states ------------------------------------------------------- */

/* FNV-1a: it tells versions apart, it protects from nobody. */
static uint64_t hash(uint64_t so_far, const void *data, size_t size)
{
	const unsigned char *byte = data;

	while (size--)
		so_far = (so_far ^ *byte++) * 0x100000001b3;
	return so_far;
}

static uint64_t hash_file_stat(uint64_t h, const char *path)
{
	struct stat st = {};

	if (stat(path, &st) == 0) {
		h = hash(h, &st.st_size, sizeof(st.st_size));
		h = hash(h, &st.st_mtim, sizeof(st.st_mtim));
	}
	return hash(h, path, strlen(path));
}

static uint64_t hash_contents(uint64_t h, int fd)
{
	struct stat st;
	void *data;

	if (fstat(fd, &st))
		return h;
	data = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		return h;
	h = hash(h, data, st.st_size);
	munmap(data, st.st_size);
	return h;
}

/* The first eight digits of the boot's id. */
static void boot_id(char id[9])
{
	FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");

	if (!f || !fgets(id, 9, f))
		strcpy(id, "00000000");
	if (f)
		fclose(f);
}

static void state_name(const struct opening *o, char *name, size_t size)
{
	struct vm_plan plan = { .kernel = o->vmlinux, .memory = "" };
	char qemu[PATH_MAX] = "", boot[9];
	uint64_t key = 0xcbf29ce484222325;
	struct vm_args args;

	vm_qemu_path(qemu);
	vm_args(&plan, &args);
	for (int i = 0; i < args.n; i++)
		key = hash(key, args.argv[i], strlen(args.argv[i]) + 1);
	vm_args_free(&args);
	key = hash_file_stat(key, qemu);
	key = hash_file_stat(key, o->vmlinux);
	key = hash_contents(key, o->initramfs);
	boot_id(boot);
	snprintf(name, size, "%s.%s.%016llx", o->kernel->release, boot, (unsigned long long)key);
}

/* ---- states on disk -------------------------------------------------------- */

static int is_state(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] >= '0' && entry->d_name[0] <= '9' && len > 26 &&
	       entry->d_name[len - 17] == '.' && entry->d_name[len - 26] == '.';
}

/* Calls each() with the path of every saved state; of_kernel: of this one, usable now. */
static void each_state(void (*each)(const char *path, bool of_kernel, void *data),
		       const char *release, void *data)
{
	struct dirent **entries;
	char path[PATH_MAX], prefix[VM_RELEASE + 16], boot[9];
	int n;

	boot_id(boot);
	snprintf(prefix, sizeof(prefix), "%s.%s.", release, boot);
	n = vm_cache(path, "states") ? -1 : scandir(path, &entries, is_state, alphasort);
	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;
		bool now = strncmp(name + strlen(name) - 25, boot, 8) == 0;

		if (vm_cache(path, "states/%s", name) == 0 &&
		    (!now || strncmp(name, prefix, strlen(prefix)) == 0))
			each(path, now, data);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

struct weighing {
	int n;
	unsigned long long size;
};

static void weigh(const char *path, bool of_kernel, void *data)
{
	static const char *const files[] = { "memory", "devices" };
	struct weighing *w = data;
	char file[PATH_MAX + 16];
	struct stat st;

	w->n += of_kernel;
	for (int i = 0; of_kernel && i < 2; i++) {
		snprintf(file, sizeof(file), "%s/%s", path, files[i]);
		if (stat(file, &st) == 0)
			w->size += st.st_blocks * 512ULL;
	}
}

int vm_states(const char *release, unsigned long long *size)
{
	struct weighing w = {};

	each_state(weigh, release, &w);
	*size = w.size;
	return w.n;
}

struct sweep {
	char oldest[PATH_MAX];
	time_t time;
	int n;
};

/* Of an earlier boot: of no use. Else note the oldest. */
static void sweep_one(const char *path, bool of_kernel, void *data)
{
	struct sweep *s = data;
	struct stat st;

	if (!of_kernel) {
		vm_remove_tree(path);
		return;
	}
	s->n++;
	if (stat(path, &st) == 0 && (!s->oldest[0] || st.st_mtime < s->time)) {
		snprintf(s->oldest, sizeof(s->oldest), "%s", path);
		s->time = st.st_mtime;
	}
}

static void sweep_states(const char *release)
{
	struct sweep s = {};

	vm_cache_collect("states");
	each_state(sweep_one, release, &s);
	if (s.n > STATES_MAX)
		vm_remove_tree(s.oldest);
}

/* ---- ways to a machine ----------------------------------------------------- */

static int set_up(struct opening *o, long ms)
{
	struct vm_buf text = {};
	unsigned char seed[16];
	struct timespec now;
	char line[PATH_MAX + 16];
	int n, err;

	clock_gettime(CLOCK_REALTIME, &now);
	n = snprintf(line, sizeof(line), "time=%lld%09ld", (long long)now.tv_sec, now.tv_nsec);
	vm_buf_add(&text, line, n + 1);
	if (getrandom(seed, sizeof(seed), 0) == sizeof(seed)) {
		n = snprintf(line, sizeof(line), "seed=");
		for (size_t i = 0; i < sizeof(seed); i++)
			n += snprintf(line + n, sizeof(line) - n, "%02x", seed[i]);
		vm_buf_add(&text, line, n + 1);
	}
	n = snprintf(line, sizeof(line), "modules=%.4000s/modules", o->kernel->dir);
	vm_buf_add(&text, line, n + 1);
	err = vm_put(&o->m->out, VM_SETUP, 0, text.data, vm_buf_len(&text));
	vm_buf_free(&text);
	return err ? err : vm_machine_wait(o->m, VM_SETUP_DONE, ms);
}

static int boot(struct opening *o, struct vm_plan *plan, long ms)
{
	int err;

	plan->kernel = o->vmlinux;
	plan->initramfs = o->initramfs;
	err = vm_machine_start(o->m, plan, o->owner);
	return err ? err : vm_machine_wait(o->m, VM_READY, ms);
}

static int save(struct opening *o, const char *dir)
{
	char memory[PATH_MAX + 16], devices[PATH_MAX + 16];
	struct vm_plan plan = { .memory = memory, .save = true };
	int err, fd;

	snprintf(memory, sizeof(memory), "%s/memory", dir);
	snprintf(devices, sizeof(devices), "%s/devices", dir);
	fd = open(devices, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	err = boot(o, &plan, BOOT_MS);
	if (!err)
		err = vm_qmp_begin(o->m, SAVE_MS);
	if (!err)
		err = vm_qmp_save(o->m, fd, SAVE_MS);
	close(fd);
	return err;
}

static int make_state_in(struct opening *o, const char *path)
{
	char dir[PATH_MAX];
	int fd, err;

	sweep_states(o->kernel->release);
	fd = vm_cache_begin("states", dir);
	if (fd < 0)
		return fd;
	err = save(o, dir);
	vm_machine_end(o->m);
	if (!err && rename(dir, path))
		err = -errno;
	if (err)
		vm_remove_tree(dir);
	close(fd);
	return err;
}

/* Makes the state unless another process does so meanwhile. 0 or -errno. */
static int make_state(struct opening *o, const char *path)
{
	char lock_path[PATH_MAX + 8];
	int lock, err = 0;

	snprintf(lock_path, sizeof(lock_path), "%s.lock", path);
	lock = vm_lock(lock_path, true, o->owner);
	if (lock < 0)
		return lock;
	if (access(path, F_OK))
		err = make_state_in(o, path);
	unlink(lock_path);
	close(lock);
	return err;
}

static int restore(struct opening *o, const char *path)
{
	char memory[PATH_MAX + 16], devices[PATH_MAX + 16];
	struct vm_plan plan = {
		.kernel = o->vmlinux, .initramfs = o->initramfs, .memory = memory, .incoming = true
	};
	int fd, err;

	snprintf(memory, sizeof(memory), "%s/memory", path);
	snprintf(devices, sizeof(devices), "%s/devices", path);
	fd = open(devices, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = vm_machine_start(o->m, &plan, o->owner);
	if (!err)
		err = vm_qmp_begin(o->m, RESTORE_MS);
	if (!err)
		err = vm_qmp_restore(o->m, fd, RESTORE_MS);
	close(fd);
	return err ? err : set_up(o, RESTORE_MS);
}

/* From a saved state. Returns 0, -ECANCELED, or another error: then boot. */
static int open_saved(struct opening *o)
{
	char name[VM_RELEASE + 40], path[PATH_MAX];
	int err;

	state_name(o, name, sizeof(name));
	err = vm_cache(path, "states/%s", name);
	if (!err && access(path, F_OK))
		err = make_state(o, path);
	if (err)
		return err;
	err = restore(o, path);
	if (err && err != -ECANCELED) {
		vm_machine_end(o->m);
		vm_remove_tree(path);
	}
	return err;
}

bool vm_kvm_promising(void)
{
	FILE *f = fopen(getenv("TESTENV_CPUINFO") ?: "/proc/cpuinfo", "re");
	char *line = NULL;
	bool found = false;
	size_t room = 0;

	while (f && !found && getline(&line, &room, f) > 0)
		found = strncmp(line, "flags", 5) == 0 &&
			(strstr(line, " vmx") || strstr(line, " svm"));
	free(line);
	if (f)
		fclose(f);
	return found && access("/dev/kvm", R_OK | W_OK) == 0;
}

/* What was found out since the host booted: 1 it works, 0 it does not, -1 not tried. */
static int kvm_remembered(const char *path)
{
	char boot[9], line[32] = "";
	FILE *f = fopen(path, "re");

	boot_id(boot);
	if (f && !fgets(line, sizeof(line), f))
		line[0] = '\0';
	if (f)
		fclose(f);
	if (strncmp(line, boot, 8) != 0)
		return -1;
	return strcmp(line + 8, " yes\n") == 0;
}

static void kvm_remember(const char *path, bool works)
{
	char boot[9];
	FILE *f = fopen(path, "we");

	boot_id(boot);
	if (f && fprintf(f, "%s %s\n", boot, works ? "yes" : "no") < 0)
		unlink(path);
	if (f)
		fclose(f);
}

/* Under KVM, where it works. A kernel that boots under it is the proof. */
static int open_kvm(struct opening *o)
{
	struct vm_plan plan = { .kvm = true };
	char path[PATH_MAX];
	int known, err;

	if (!vm_kvm_promising() || vm_cache(path, "kvm"))
		return -EOPNOTSUPP;
	known = kvm_remembered(path);
	if (known == 0)
		return -EOPNOTSUPP;
	err = boot(o, &plan, KVM_PROBE_MS);
	if (!err)
		err = set_up(o, KVM_PROBE_MS);
	if (err != -ECANCELED && known < 0)
		kvm_remember(path, !err);
	if (err)
		vm_machine_end(o->m);
	return err;
}

static int open_booted(struct opening *o)
{
	struct vm_plan plan = {};
	int err = boot(o, &plan, BOOT_MS);

	return err ? err : set_up(o, BOOT_MS);
}

static const char *explain(int err)
{
	switch (err) {
	case -ETIMEDOUT:
		return "the guest does not come up in time";
	case -ENOLINK:
		return "the guest died while it came up";
	case -EREMOTE:
		return "the guest cannot be set up";
	default:
		return strerror(-err);
	}
}

int vm_open(struct vm_machine *m, const struct vm_kernel *kernel, bool boot, int owner,
	    struct vm_trouble *trouble)
{
	struct opening o = { .m = m, .kernel = kernel, .owner = owner, .trouble = trouble };
	char what[PATH_MAX];
	int err;

	trouble->code = 0;
	snprintf(o.vmlinux, sizeof(o.vmlinux), "%.4000s/vmlinux", kernel->dir);
	o.initramfs = vm_initramfs(kernel, what);
	if (o.initramfs < 0) {
		vm_trouble(trouble, EXIT_INTERNAL, "cannot pack the guest's first files: %s: %s",
			   what, strerror(-o.initramfs));
		return trouble->code;
	}
	err = open_kvm(&o);
	if (err && err != -ECANCELED && !boot)
		err = open_saved(&o);
	if (err && err != -ECANCELED) {
		err = open_booted(&o);
		if (err && err != -ECANCELED) {
			vm_trouble(trouble, 123, "%s", explain(err));
			vm_trouble_tails(trouble, m);
		}
	}
	close(o.initramfs);
	if (err) {
		vm_machine_end(m);
		trouble->code = trouble->code ?: EXIT_INTERNAL;
	}
	return trouble->code;
}
