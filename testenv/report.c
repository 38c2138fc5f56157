// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The one way to report an error, and the fault injection that tests use to
 * provoke them.
 */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "testenv/testenv.h"

int report(int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("testenv: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	return code;
}

int exit_code(int err)
{
	switch (-err) {
	case EPERM:
	case EACCES:
	case EROFS:
	case ENOSYS:
	case ENODEV:
	case EOPNOTSUPP:
	case EAFNOSUPPORT:
	case EPROTONOSUPPORT:
	case ENOSPC:
	case EDQUOT:
	case ENOMEM:
		return EXIT_MACHINE;
	default:
		return EXIT_INTERNAL;
	}
}

/* Returns true once: at the step of that number. */
static bool at_step(const char *variable, long step)
{
	const char *at = getenv(variable);

	return at && atol(at) == step;
}

int fault_step(void)
{
	static long step;

	step++;
	if (at_step("TESTENV_STOP_AT", step))
		raise(SIGSTOP);
	return at_step("TESTENV_FAIL_AT", step) ? -EIO : 0;
}
