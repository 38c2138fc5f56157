// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Which modules, what they say of themselves, and in which order they load. */
#include <elf.h>
#include <errno.h>
#include <gelf.h>
#include <libelf.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "testenv/vm/modules.h"

/* More modules than this are never needed to boot. */
#define ORDER_MAX    64
#define NAME_MAX_LEN 64

bool vm_module_wanted(const char *path)
{
	/* Ends with '/': all below. Otherwise: what is in that folder itself. */
	static const char *const folders[] = {
		"net/",
		"lib/",
		"crypto/",
		"arch/x86/crypto/",
		"drivers/virtio/",
		"drivers/net",
		"drivers/net/vxlan/",
		"drivers/net/bonding/",
		"fs/9p/",
		"fs/netfs/",
		"fs/fscache/",
		"fs/overlayfs/",
		"fs/fuse/",
		"drivers/char",
		"drivers/block",
	};

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		size_t len = strlen(folders[i]);

		if (strncmp(path, folders[i], len) != 0)
			continue;
		if (folders[i][len - 1] == '/')
			return true;
		if (path[len] == '/' && !strchr(path + len + 1, '/'))
			return true;
	}
	return false;
}

void vm_module_name(const char *path, char *name, size_t size)
{
	const char *base = strrchr(path, '/');
	char *p;

	snprintf(name, size, "%s", base ? base + 1 : path);
	for (p = name; *p && *p != '.'; p++)
		if (*p == '-')
			*p = '_';
	*p = '\0';
}

size_t vm_module_unsigned(const char *image, size_t size)
{
	static const char magic[] = "~Module signature appended~\n";
	size_t len = sizeof(magic) - 1;
	const unsigned char *end;
	size_t signature;

	/* signature, 12 bytes of which the last 4 are its length (big endian), magic */
	if (size < len + 12 || memcmp(image + size - len, magic, len) != 0)
		return size;
	end = (const unsigned char *)image + size - len;
	signature = (size_t)end[-4] << 24 | end[-3] << 16 | end[-2] << 8 | end[-1];
	return signature > size - len - 12 ? size : size - len - 12 - signature;
}

/* The section's data, or NULL. */
static Elf_Data *find_section(Elf *elf, const char *wanted)
{
	Elf_Scn *section = NULL;
	size_t names;

	if (elf_getshdrstrndx(elf, &names))
		return NULL;
	while ((section = elf_nextscn(elf, section))) {
		GElf_Shdr head;
		const char *name;

		if (!gelf_getshdr(section, &head))
			return NULL;
		name = elf_strptr(elf, names, head.sh_name);
		if (name && strcmp(name, wanted) == 0)
			return elf_getdata(section, NULL);
	}
	return NULL;
}

/* KEY=VALUE strings, each ended by zero bytes. Calls each() for the values of key. */
static void each_value(const Elf_Data *info, const char *key, FILE *to)
{
	const char *text = info->d_buf, *end = text + info->d_size;
	size_t len = strlen(key);

	while (text < end && memchr(text, '\0', end - text)) {
		if (strncmp(text, key, len) == 0 && text[len] == '=' && text[len + 1])
			fprintf(to, " %s", text + len + 1);
		text += strlen(text) + 1;
	}
}

int vm_module_index(FILE *index, const char *name, const char *image, size_t size)
{
	Elf_Data *info;
	long before;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_memory((char *)image, size);
	info = elf ? find_section(elf, ".modinfo") : NULL;
	if (!info) {
		elf_end(elf);
		return -EINVAL;
	}
	fputs(name, index);
	before = ftell(index);
	each_value(info, "depends", index);
	if (ftell(index) == before)
		fputs(" -", index);
	each_value(info, "alias", index);
	fputc('\n', index);
	elf_end(elf);
	return 0;
}

struct order {
	const char *path;
	char done[ORDER_MAX][NAME_MAX_LEN];
	int n;
	int (*each)(const char *name, void *data);
	void *data;
};

/* The dependencies of a module, to be freed; NULL: it is not in the index. */
static char *find_depends(const char *path, const char *wanted)
{
	FILE *f = fopen(path, "re");
	char *line = NULL, *depends = NULL;
	size_t room = 0;

	while (f && !depends && getline(&line, &room, f) > 0) {
		char *name = strtok(line, " \n"), *second = strtok(NULL, " \n");
		char plain[NAME_MAX_LEN];

		if (!name || !second)
			continue;
		vm_module_name(wanted, plain, sizeof(plain));
		if (strcmp(name, plain) == 0)
			depends = strdup(second);
	}
	free(line);
	if (f)
		fclose(f);
	return depends;
}

static int visit(struct order *o, const char *wanted)
{
	char name[NAME_MAX_LEN], *depends, *save, *word;
	int err = 0;

	vm_module_name(wanted, name, sizeof(name));
	for (int i = 0; i < o->n; i++)
		if (strcmp(o->done[i], name) == 0)
			return 0;
	if (o->n == ORDER_MAX)
		return -E2BIG;
	depends = find_depends(o->path, name);
	if (!depends)
		return 0;
	memcpy(o->done[o->n++], name, sizeof(name));
	if (strcmp(depends, "-") != 0)
		for (word = strtok_r(depends, ",", &save); word && !err;
		     word = strtok_r(NULL, ",", &save))
			err = visit(o, word);
	free(depends);
	return err ? err : o->each(name, o->data);
}

int vm_modules_in_order(const char *kernel_dir, const char *const *names,
			int (*each)(const char *name, void *data), void *data)
{
	struct order o = { .each = each, .data = data };
	char path[PATH_MAX];
	int err = 0;

	snprintf(path, sizeof(path), "%s/modules/index", kernel_dir);
	o.path = path;
	for (; *names && !err; names++)
		err = visit(&o, *names);
	return err;
}
