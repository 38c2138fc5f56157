// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The one way to report an error, and the fault injection that tests use to
 * provoke them.
 */
#include <errno.h>
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

int fault_step(void)
{
	static long left = -1;

	if (left < 0) {
		const char *at = getenv("TESTENV_FAIL_AT");

		left = at ? atol(at) : 0;
	}
	return left > 0 && --left == 0 ? -EIO : 0;
}
