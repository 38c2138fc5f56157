/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What the attacks in user space have in common. make.sh puts together: this file, the
 * attack's function attack(), and the lesson's solution, whose main() goes on as if nothing
 * had been. So an attack that is stopped gets the points of a right answer, which shows that
 * it ran to its end; one that succeeds says so and fails.
 *
 * Words between @ are filled in by make.sh: what an attacker knows who has seen the tree
 * and a results folder.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#define CANARY	"@CANARY@"  /* nothing else on the machine is called so */
#define TREE	"@TREE@"    /* the course's tree */
#define LESSON	"@LESSON@"  /* the lesson handed in */
#define RESULTS "@RESULTS@" /* course grade -o */
#define SECRET	"@SECRET@"  /* a file that only root may read */
#define LOOT	"@LOOT@"    /* a folder where whoever leaves the sandbox can write */

/* Never returns: the attack has done what it should not be able to do. */
static inline void __attribute__((noreturn)) success(const char *what)
{
	int fd = open(LOOT "/" CANARY, O_WRONLY | O_CREAT | O_APPEND, 0644);

	fprintf(stderr, "%s says: %s\n", CANARY, what);
	if (fd >= 0) {
		dprintf(fd, "%s\n", what);
		close(fd);
	}
	_exit(42);
}

/* Can it be read? What is in it is shown only where it is ours. */
static inline void __attribute__((unused)) loot(const char *path)
{
	char text[512] = "";
	int fd = open(path, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return;
	if (!strcmp(path, SECRET))
		fprintf(stderr, "%s\n", text);
	success(path);
}

static inline pid_t parent_of(pid_t pid)
{
	char path[64], line[256];
	pid_t parent = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "PPid: %d", &parent) == 1)
			break;
	if (f)
		fclose(f);
	return parent;
}

/*
 * The processes above this one, the nearest first: labctl, bats, testenv, course. In a pid
 * namespace of its own they are not there, and 1 is the sandbox's first process. On a machine
 * without a sandbox 1 is left alone. Returns how many.
 */
static inline int __attribute__((unused)) judges(pid_t *pids, int max)
{
	char path[64], name[32];
	pid_t pid = getpid();
	int n = 0;

	while (n < max) {
		FILE *f;

		pid = pid == getpid() ? getppid() : parent_of(pid);
		if (pid < 1 || (pid == 1 && getpid() > 100))
			break;
		pids[n++] = pid;
		snprintf(path, sizeof(path), "/proc/%d/comm", pid);
		f = fopen(path, "r");
		if (f && fgets(name, sizeof(name), f) && !strcmp(name, "course\n"))
			pid = 0;
		if (f)
			fclose(f);
		if (pid <= 1)
			break;
	}
	return n;
}

static void attack(void);
