// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The ways to a machine that takes commands: under KVM, restored from a saved
 * state (which is made first if there is none), or booted.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "testenv/testenv.h"
#include "testenv/vm/keeper.h"
#include "testenv/vm/rights.h"
#include "testenv/vm/state.h"

/* Emulated, on a machine with other things to do. */
#define BOOT_MS	   180000
#define RESTORE_MS 30000
#define SAVE_MS	   60000
/* A kernel either boots under KVM at once or never. */
#define KVM_PROBE_MS 10000
struct opening {
	struct vm_machine *m;
	const struct vm_wish *wish;
	int initramfs, owner;
	char vmlinux[PATH_MAX];
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
	n = snprintf(line, sizeof(line), "modules=%.4000s/modules", o->wish->kernel.dir);
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
	plan->cpus = o->wish->cpus;
	plan->counter_khz = plan->kvm ? 0 : vm_counter_khz();
	err = vm_machine_start(o->m, plan, o->owner);
	return err ? err : vm_machine_wait(o->m, VM_READY, ms);
}

/* The file that QEMU makes the guest's memory of. */
static int make_memory(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return -errno;
	close(fd);
	return vm_rights_give(path);
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
	err = make_memory(memory);
	if (!err)
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

	vm_states_sweep(o->wish->kernel.release);
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
	struct vm_plan plan = { .kernel = o->vmlinux,
				.initramfs = o->initramfs,
				.cpus = o->wish->cpus,
				.memory = memory,
				.incoming = true };
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

	vm_state_name(o->wish, o->vmlinux, o->initramfs, name, sizeof(name));
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

/* Under KVM, where it works. A kernel that boots under it is the proof. */
static int open_kvm(struct opening *o)
{
	struct vm_plan plan = { .kvm = true };
	int known = vm_kvm_remembered(), err;

	if (!vm_kvm_promising() || known == 0)
		return -EOPNOTSUPP;
	err = boot(o, &plan, KVM_PROBE_MS);
	if (!err)
		err = set_up(o, KVM_PROBE_MS);
	if (err != -ECANCELED && known < 0)
		vm_kvm_remember(!err);
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

int vm_open(struct vm_machine *m, const struct vm_wish *wish, int owner, struct vm_trouble *trouble)
{
	struct opening o = { .m = m, .wish = wish, .owner = owner };
	char init[PATH_MAX], what[PATH_MAX] = "/proc/self/exe";
	int err;

	trouble->code = 0;
	snprintf(o.vmlinux, sizeof(o.vmlinux), "%.4000s/vmlinux", wish->kernel.dir);
	err = vm_libexec("vm-init", init);
	o.initramfs = err ? err : vm_archive_initramfs(&wish->kernel, init, what);
	if (o.initramfs < 0) {
		vm_trouble(trouble, EXIT_INTERNAL, "cannot pack the guest's first files: %s: %s",
			   what, strerror(-o.initramfs));
		return trouble->code;
	}
	err = open_kvm(&o);
	if (err && err != -ECANCELED && !wish->boot)
		err = open_saved(&o);
	if (err && err != -ECANCELED) {
		err = open_booted(&o);
		if (err && err != -ECANCELED) {
			vm_trouble(trouble, VM_EXIT_DEAD, "%s", explain(err));
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
