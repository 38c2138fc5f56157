// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The terminal's settings, and putting them back in every case. What a key
 * means is cmd_watch.c.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "course/course.h"
#include "course/keys.h"

#define ESCAPE 27
#define CTRL_D 4

static struct termios before, single;
static volatile sig_atomic_t changed; /* the terminal has our settings */
static bool terminal, ended, end_told;
static char pending[64];
static int n_pending;

/* Safe in a signal handler. TCSANOW: nobody may be reading what is left to be shown. */
static void restore(void)
{
	if (changed)
		tcsetattr(STDIN_FILENO, TCSANOW, &before);
	changed = 0;
}

static void apply(void)
{
	/* From the background the terminal is not ours to change. */
	if (terminal && tcgetpgrp(STDIN_FILENO) == getpgrp() &&
	    !tcsetattr(STDIN_FILENO, TCSANOW, &single))
		changed = 1;
}

static void on_fatal(int signo)
{
	restore();
	/* SA_RESETHAND: the second time it takes its course. */
	raise(signo);
}

static void on_stop(int signo)
{
	int kept = errno;
	sigset_t set;

	restore();
	signal(signo, SIG_DFL);
	raise(signo);
	sigemptyset(&set);
	sigaddset(&set, signo);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	/* Stopped here, until SIGCONT. */
	signal(signo, on_stop);
	apply();
	errno = kept;
}

void keys_open(void)
{
	static const int fatal[] = { SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGPIPE };
	struct sigaction sa = { .sa_handler = on_fatal, .sa_flags = SA_RESETHAND };
	static bool at_exit; /* registered, once */

	ended = end_told = false;
	n_pending = 0;
	terminal = isatty(STDIN_FILENO) && !tcgetattr(STDIN_FILENO, &before);
	if (!terminal)
		return;
	single = before;
	single.c_lflag &= ~(ICANON | ECHO);
	single.c_cc[VMIN] = 1;
	single.c_cc[VTIME] = 0;
	if (!at_exit)
		at_exit = !atexit(restore);
	for (size_t i = 0; i < ARRAY_SIZE(fatal); i++)
		sigaction(fatal[i], &sa, NULL);
	signal(SIGTSTP, on_stop);
	apply();
}

void keys_close(void)
{
	restore();
	terminal = false;
}

void keys_refresh(void)
{
	apply();
}

bool keys_are_single(void)
{
	return terminal;
}

int keys_fd(void)
{
	if (ended || (terminal && tcgetpgrp(STDIN_FILENO) != getpgrp()))
		return -1;
	/* Nothing else tells that we have come to the foreground. */
	if (!changed)
		apply();
	return STDIN_FILENO;
}

/* An arrow or function key is ESC [ or ESC O, parameters, and a final letter; Alt is ESC alone. */
static bool in_sequence(char c)
{
	static enum {
		OUTSIDE,
		BEGUN,
		INSIDE
	} at;

	switch (at) {
	case OUTSIDE:
		at = c == ESCAPE ? BEGUN : OUTSIDE;
		return at == BEGUN;
	case BEGUN:
		at = c == '[' || c == 'O' ? INSIDE : OUTSIDE;
		return true;
	case INSIDE:
		at = c >= '@' && c <= '~' ? OUTSIDE : INSIDE;
		return true;
	}
	return false;
}

/* Of a line only the first letter counts. */
static int choose(char c)
{
	static bool in_line;
	bool first = !in_line;

	if (terminal && in_sequence(c))
		return KEY_NONE;
	if (terminal)
		return c == CTRL_D ? KEY_END : c;
	in_line = c != '\n' && (in_line || (c != ' ' && c != '\t'));
	return first && in_line ? c : KEY_NONE;
}

void keys_read(void)
{
	ssize_t n = read(STDIN_FILENO, pending, sizeof(pending));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	ended = n <= 0;
	n_pending = ended ? 0 : n;
}

int keys_next(void)
{
	int key = KEY_NONE, used = 0;

	while (used < n_pending && key == KEY_NONE)
		key = choose(pending[used++]);
	n_pending -= used;
	memmove(pending, pending + used, n_pending);
	if (key == KEY_NONE && ended && !end_told) {
		end_told = true;
		return KEY_END;
	}
	return key;
}
