// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A copy of the kernel's BTF in which one field has another name: to libbpf, a
 * kernel whose developers call it so. The field stays where it is, so what a
 * program reads there is true.
 */
#include "common/test/renamed.h"

#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/test/labctl.h"

/* STRUCT.FIELD=NAME */
struct names {
	char type[64], field[64], name[64];
};

static int rename_field(struct btf *btf, const struct names *names)
{
	int id = btf__find_by_name_kind(btf, names->type, BTF_KIND_STRUCT);
	int text = btf__add_str(btf, names->name);
	struct btf_member *m;
	const struct btf_type *t;

	if (id < 0 || text < 0)
		return -ENOENT;
	t = btf__type_by_id(btf, id);
	m = btf_members(t);
	for (int i = 0; i < btf_vlen(t); i++) {
		if (strcmp(btf__name_by_offset(btf, m[i].name_off), names->field) != 0)
			continue;
		m[i].name_off = text;
		return 0;
	}
	return -ENOENT;
}

/* A file without a name. */
static int save(const struct btf *btf)
{
	int fd = memfd_create("btf", MFD_CLOEXEC);
	__u32 size;
	const char *bytes = btf__raw_data(btf, &size);

	if (fd >= 0 && bytes && write(fd, bytes, size) == (ssize_t)size)
		return fd;
	if (fd >= 0)
		close(fd);
	return -EIO;
}

int renamed_btf(const char *text)
{
	struct names names;
	struct btf *btf;
	int err;

	if (sscanf(text, "%63[^.].%63[^=]=%63s", names.type, names.field, names.name) != 3) {
		fail("%s: must be STRUCT.FIELD=NAME", text);
		return -EINVAL;
	}
	btf = btf__load_vmlinux_btf();
	if (!btf) {
		err = -errno;
		fail("cannot read the kernel's BTF: %s", strerror(-err));
		return err;
	}
	err = rename_field(btf, &names);
	if (err)
		fail("this kernel has no %s.%s", names.type, names.field);
	else
		err = save(btf);
	btf__free(btf);
	return err;
}
