// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * inotify on the folder, not on the files: editors replace files. Beside it a
 * comparison of times and sizes, seldom where inotify sees everything, often
 * where it may be blind. When to run what is cmd_watch.c.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "course/files.h"
#include "course/filewatch.h"

#define SELDOM_MS 2000
#define OFTEN_MS  150

#define SAVED (IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE)
#define LOST  (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED)

/* File systems that others write to without this kernel knowing. */
static bool is_shared(const char *folder)
{
	static const unsigned int shared[] = {
		0x6969 /* nfs */,	  0x01021997 /* 9p */,	 0xff534d42 /* cifs */,
		0xfe534d42 /* smb2 */,	  0x517b /* smb */,	 0x65735546 /* fuse, virtiofs */,
		0x794c7630 /* overlay */, 0x00c36400 /* ceph */, 0x5346414f /* afs */,
		0x786f4256 /* vboxsf */,
	};
	struct statfs fs;

	if (statfs(folder, &fs))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(shared); i++)
		if ((unsigned int)fs.f_type == shared[i])
			return true;
	return false;
}

static void add_folder(struct filewatch *fw)
{
	if (fw->wd >= 0)
		return;
	fw->shared = is_shared(fw->folder);
	if (fw->inotify >= 0)
		fw->wd = inotify_add_watch(fw->inotify, fw->folder,
					   SAVED | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR);
}

/* What a save changes. A symbolic link is followed: its target is what is built. */
static bool sweep(struct filewatch *fw)
{
	struct strbuf now = { 0 };
	bool changed;

	for (size_t i = 0; i < fw->names->n; i++) {
		AUTO_STR path = xasprintf("%s/%s", fw->folder, fw->names->v[i]);
		struct stat st;

		if (stat(path, &st))
			sb_add(&now, "none ");
		else
			sb_addf(&now, "%ju:%ju:%jd:%jd.%09ld ", (uintmax_t)st.st_dev,
				(uintmax_t)st.st_ino, (intmax_t)st.st_size,
				(intmax_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	}
	changed = strcmp(sb_str(&now), sb_str(&fw->seen)) != 0;
	sb_free(&fw->seen);
	fw->seen = now;
	return changed;
}

void filewatch_open(struct filewatch *fw, const char *folder, const struct strv *names)
{
	*fw = (struct filewatch){
		.folder = xstrdup(folder),
		.names = names,
		.inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK),
		.wd = -1,
	};
	add_folder(fw);
	sweep(fw);
}

void filewatch_close(struct filewatch *fw)
{
	close_fd(&fw->inotify);
	free_str(&fw->folder);
	sb_free(&fw->seen);
}

static bool take_event(struct filewatch *fw, const struct inotify_event *event)
{
	if (event->mask & IN_Q_OVERFLOW)
		return true;
	if (event->wd != fw->wd)
		return false;
	if (event->mask & LOST) {
		/* Renamed away, it would still be watched. */
		if (event->mask & IN_MOVE_SELF)
			inotify_rm_watch(fw->inotify, fw->wd);
		fw->wd = -1;
		return false;
	}
	return event->len && strv_has(fw->names, event->name);
}

static bool take_events(struct filewatch *fw)
{
	char buffer[16 * (sizeof(struct inotify_event) + NAME_MAX + 1)]
		__attribute__((aligned(__alignof__(struct inotify_event))));
	bool saved = false;
	ssize_t n;

	while (fw->inotify >= 0 && (n = read(fw->inotify, buffer, sizeof(buffer))) > 0) {
		for (char *p = buffer; p < buffer + n;) {
			const struct inotify_event *event = (void *)p;

			saved |= take_event(fw, event);
			p += sizeof(*event) + event->len;
		}
	}
	return saved;
}

bool filewatch_look(struct filewatch *fw)
{
	bool saved = take_events(fw);

	add_folder(fw);
	/* Always: else what an event told would be told again by the next sweep. */
	return sweep(fw) || saved;
}

int filewatch_interval(const struct filewatch *fw)
{
	return fw->wd < 0 || fw->shared ? OFTEN_MS : SELDOM_MS;
}
