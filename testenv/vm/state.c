// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Saved states of machines on disk: their names, their sizes, which may go.
 *
 * A state is the guest's memory (a file that QEMU maps: restored machines share
 * what they do not change) and its devices. It is of use only to the same QEMU
 * with the same arguments, kernel and initramfs, and until the host boots again;
 * all that is in its name, states/RELEASE.BOOT.KEY.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "testenv/vm/rights.h"
#include "testenv/vm/state.h"

/* Saved states of one kernel, for trees with different tools. */
#define STATES_MAX 3

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

void vm_state_name(const struct vm_wish *wish, const char *vmlinux, int initramfs, char *name,
		   size_t size)
{
	/* That the counter's speed was told is of the state; which, is measured anew each time. */
	struct vm_plan plan = {
		.kernel = vmlinux, .cpus = wish->cpus, .counter_khz = 1, .memory = ""
	};
	char qemu[PATH_MAX] = "", boot[9];
	uint64_t key = 0xcbf29ce484222325;
	struct vm_args args;
	uid_t uid;
	gid_t gid;

	vm_qemu_path(qemu);
	vm_args(&plan, &args);
	for (int i = 0; i < args.n; i++)
		key = hash(key, args.argv[i], strlen(args.argv[i]) + 1);
	vm_args_free(&args);
	if (vm_rights(&uid, &gid))
		key = hash(key, &uid, sizeof(uid));
	key = hash_file_stat(key, qemu);
	key = hash_file_stat(key, vmlinux);
	key = hash_contents(key, initramfs);
	vm_boot_id(boot);
	snprintf(name, size, "%s.%s.%016llx", wish->kernel.release, boot, (unsigned long long)key);
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

	vm_boot_id(boot);
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

static int is_lock(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 5 && strcmp(entry->d_name + len - 5, ".lock") == 0;
}

/* Locks that nobody holds: whoever made them was killed. */
static void sweep_locks(void)
{
	struct dirent **entries;
	char path[PATH_MAX];
	int n, lock;

	n = vm_cache(path, "states") ? -1 : scandir(path, &entries, is_lock, alphasort);
	for (int i = 0; i < n; i++) {
		lock = vm_cache(path, "states/%s", entries[i]->d_name) ? -1
								       : vm_lock(path, false, -1);
		if (lock >= 0) {
			unlink(path);
			close(lock);
		}
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

void vm_states_sweep(const char *release)
{
	struct sweep s = {};

	sweep_locks();

	vm_cache_collect("states");
	each_state(sweep_one, release, &s);
	/* One more is about to be made. */
	if (s.n >= STATES_MAX)
		vm_remove_tree(s.oldest);
}
