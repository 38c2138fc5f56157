// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Reads logs and objects that may be anything, in bounded memory. */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "course/files.h"
#include "course/savedlog.h"

#define CHUNK (1u << 16)

static ssize_t read_some(int fd, char *chunk)
{
	ssize_t n;

	do
		n = read(fd, chunk, CHUNK);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

/* Keeps the last part: when twice as much has come, the first half goes. */
static void forget(struct strbuf *text, bool *cut)
{
	if (text->len < 2 * SAVEDLOG_MAX)
		return;
	memmove(text->s, text->s + text->len - SAVEDLOG_MAX, SAVEDLOG_MAX);
	text->len = SAVEDLOG_MAX;
	*cut = true;
}

/* A file need not be read from its beginning. */
static void skip_beginning(int fd, bool *cut)
{
	struct stat st;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size <= SAVEDLOG_MAX)
		return;
	*cut = lseek(fd, st.st_size - SAVEDLOG_MAX, SEEK_SET) >= 0;
}

static int read_end(int fd, struct strbuf *text, bool *cut)
{
	char chunk[CHUNK];
	ssize_t n;

	skip_beginning(fd, cut);
	while ((n = read_some(fd, chunk)) > 0) {
		for (ssize_t i = 0; i < n; i++)
			if (!chunk[i])
				chunk[i] = '?';
		sb_addn(text, chunk, n);
		forget(text, cut);
	}
	if (n >= 0 && *cut && text->len > SAVEDLOG_MAX) {
		memmove(text->s, text->s + text->len - SAVEDLOG_MAX, SAVEDLOG_MAX);
		text->len = SAVEDLOG_MAX;
	}
	if (text->s)
		text->s[text->len] = '\0';
	return n < 0 ? n : 0;
}

int savedlog_read(const char *path, struct strbuf *text, bool *cut)
{
	AUTO_FD fd = -1;

	*cut = false;
	if (!strcmp(path, "-"))
		return read_end(STDIN_FILENO, text, cut);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : read_end(fd, text, cut);
}

int object_read(int fd, struct strbuf *bytes)
{
	char chunk[CHUNK];
	Elf64_Ehdr header;
	ssize_t n;

	while ((n = read_some(fd, chunk)) > 0) {
		sb_addn(bytes, chunk, n);
		if (bytes->len > OBJECT_MAX)
			return -EFBIG;
	}
	if (n < 0)
		return n;
	if (bytes->len < sizeof(header))
		return -ENOEXEC;
	memcpy(&header, bytes->s, sizeof(header));
	return memcmp(header.e_ident, ELFMAG, SELFMAG) || header.e_machine != EM_BPF ? -ENOEXEC : 0;
}
