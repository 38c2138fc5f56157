/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Notices when files of a folder are saved: written, replaced by a rename,
 * deleted, made again, also when the folder itself goes and comes back.
 */
#ifndef COURSE_FILEWATCH_H
#define COURSE_FILEWATCH_H

#include "course/str.h"

struct filewatch {
	char *folder;
	const struct strv *names;
	int inotify; /* -1: not to be had */
	int wd;	     /* of the folder; -1: it is not there */
	bool shared; /* others may write to its file system behind our back */
	struct strbuf seen;
};

/* `names` must outlive it. What is not possible is done without. */
void filewatch_open(struct filewatch *fw, const char *folder, const struct strv *names);
void filewatch_close(struct filewatch *fw);

/*
 * Has one of the files been saved since the last look? To be called when
 * fw->inotify is readable (may be -1), and every filewatch_interval() ms, for
 * what inotify does not see: other machines' writes on network file systems.
 */
bool filewatch_look(struct filewatch *fw);
int filewatch_interval(const struct filewatch *fw);

#endif
