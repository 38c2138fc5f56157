// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The system call bpf(2), and what is around it: errors, pins, a look at what is loaded. */
#include "common/elf/loader.h"

#include <errno.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "common/lab/lab.h"

#define LOG_SIZE (1 << 20)

/* What sys_refused() found out; no program name: nothing. */
static struct lab_refusal refusal;

int sys_bpf(enum bpf_cmd cmd, union bpf_attr *attr)
{
	long result = syscall(SYS_bpf, cmd, attr, sizeof(*attr));

	return result < 0 ? -errno : result;
}

int sys_refused(int err, union bpf_attr *attr, const struct image *image)
{
	struct lab_origin origin = {
		.program = attr->prog_name, .elf = image->bytes, .elf_size = image->size, .err = err
	};
	char *log = calloc(1, LOG_SIZE);
	int fd;

	if (!log)
		return err;
	attr->log_buf = sys_address(log);
	attr->log_size = LOG_SIZE;
	attr->log_level = 1;
	fd = sys_bpf(BPF_PROG_LOAD, attr);
	if (fd >= 0)
		close(fd);
	if (*log || err == -EPERM)
		lab_explain_log(log, &origin, &refusal);
	else
		lab_fail(err, "the kernel does not take %s: %s", attr->prog_name, strerror(-err));
	attr->log_buf = attr->log_size = attr->log_level = 0;
	free(log);
	return err;
}

int sys_report(int err, const char *what)
{
	if (!refusal.program[0])
		return lab_report(err, what);
	fflush(stdout);
	lab_refusal_print(stderr, &refusal);
	refusal = (struct lab_refusal){ 0 };
	return err;
}

static int make_folder(const char *path)
{
	if (!mkdir(path, 0700) || errno == EEXIST)
		return 0;
	return lab_fail(-errno, "cannot make the folder %s: %s", path, strerror(errno));
}

/* Why BPF_OBJ_PIN failed: outside of a bpf file system it says EPERM, to root, too. */
static int pin_failed(int err, const char *folder, const char *path)
{
	struct statfs fs;

	if (err == -EPERM && !statfs(folder, &fs) && fs.f_type != BPF_FS_MAGIC)
		return lab_fail(err,
				"cannot pin %s: %s is not in a bpf file system (such as "
				"/sys/fs/bpf)",
				path, folder);
	return lab_fail(err, "cannot pin %s: %s", path, strerror(-err));
}

int sys_pin(int fd, const char *folder, const char *kind, const char *name)
{
	union bpf_attr attr = { 0 };
	char path[PATH_MAX];
	size_t start;
	int err;

	err = make_folder(folder);
	if (err)
		return err;
	snprintf(path, sizeof(path), "%s/%s", folder, kind);
	err = make_folder(path);
	if (err)
		return err;
	start = strlen(path) + 1;
	if (start + strlen(name) >= sizeof(path))
		return lab_fail(-ENAMETOOLONG, "the name of a pin is too long");
	snprintf(path + start - 1, sizeof(path) - start + 1, "/%s", name);
	for (char *c = path + start; *c; c++)
		if (*c == '.' || *c == '/')
			*c = '_';
	attr.pathname = sys_address(path);
	attr.bpf_fd = fd;
	err = sys_bpf(BPF_OBJ_PIN, &attr);
	return err < 0 ? pin_failed(err, folder, path) : 0;
}

int sys_show_program(int fd, const char *name, const struct progtype *type)
{
	struct bpf_prog_info info = { 0 };
	union bpf_attr attr = { 0 };
	int err;

	attr.info.bpf_fd = fd;
	attr.info.info = sys_address(&info);
	attr.info.info_len = sizeof(info);
	err = sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr);
	if (err)
		return err;
	printf("%s: %s, %zu instructions, tag ", name, type->name,
	       info.xlated_prog_len / INSN_SIZE);
	for (size_t i = 0; i < sizeof(info.tag); i++)
		printf("%02x", info.tag[i]);
	putchar('\n');
	return 0;
}
