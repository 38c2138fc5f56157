// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Keeping what libbpf says until somebody asks why: most of it only matters
 * after a failure, and then a page of registers hides the one line that does.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/lab/internal.h"

static struct {
	char *text;
	size_t len;
	char fail[512];
} kept;

/* The largest that kernels before 5.2 accept. Only what is written takes memory. */
enum {
	VERIFIER_LOG_SIZE = (1 << 24) - 1
};

static char *verifier_log;

static void append(const char *fmt, va_list args)
{
	va_list again;
	char *bigger;
	int n;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		return;
	bigger = realloc(kept.text, kept.len + n + 1);
	if (!bigger)
		return;
	kept.text = bigger;
	vsnprintf(kept.text + kept.len, n + 1, fmt, args);
	kept.len += n;
}

static int on_libbpf(enum libbpf_print_level level, const char *fmt, va_list args)
{
	int saved = errno;

	if (lab_opts.verbose) {
		va_list again;

		va_copy(again, args);
		vfprintf(stderr, fmt, again);
		va_end(again);
	}
	if (level == LIBBPF_WARN)
		append(fmt, args);
	errno = saved;
	return 0;
}

void lab_log_init(void)
{
	libbpf_set_print(on_libbpf);
}

const char *lab_log_text(void)
{
	return kept.text ? kept.text : "";
}

void lab_log_clear(void)
{
	free(kept.text);
	memset(&kept, 0, sizeof(kept));
	if (verifier_log)
		verifier_log[0] = '\0';
}

/*
 * Left alone, libbpf has a program verified again and again, each time with a
 * larger buffer, until the whole log fits: five seconds and 76 MB for a program
 * that is too complex. Since Linux 6.4 a log that does not fit keeps its end,
 * where the complaint is.
 */
void lab_limit_log(struct bpf_object *object)
{
	struct bpf_program *prog;

	if (!verifier_log)
		verifier_log = calloc(1, VERIFIER_LOG_SIZE);
	if (!verifier_log)
		return;
	bpf_object__for_each_program(prog, object)
	{
		bpf_program__set_log_buf(prog, verifier_log, VERIFIER_LOG_SIZE);
	}
}

const char *lab_verifier_log(void)
{
	return verifier_log ? verifier_log : "";
}

int lab_fail(int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(kept.fail, sizeof(kept.fail), fmt, args);
	va_end(args);
	return err;
}

const char *lab_fail_line(void)
{
	return kept.fail;
}

/* "Permission denied" (libbpf before 1.6) or "-EACCES" (since) -> -EACCES; 0: neither. */
int lab_errno_parse(const char *text, size_t len)
{
	enum {
		ERRNO_LAST = 133
	};

	for (int e = 1; e <= ERRNO_LAST; e++) {
		const char *name = strerrorname_np(e);
		const char *words = strerror(e);

		if (name && text[0] == '-' && strlen(name) == len - 1 &&
		    strncmp(text + 1, name, len - 1) == 0)
			return -e;
		if (strlen(words) == len && strncmp(text, words, len) == 0)
			return -e;
	}
	return 0;
}

/* Where needle stands last in messages; NULL: nowhere. */
static const char *find_last(const char *messages, const char *needle)
{
	const char *last = NULL;

	for (const char *at = messages; (at = strstr(at, needle)); at++)
		last = at;
	return last;
}

char *lab_log_find(const char *messages, char *program, size_t size, int *err)
{
	static const char failed[] = "': BPF program load failed: ";
	static const char begin[] = "-- BEGIN PROG LOAD LOG --\n",
			  end[] = "-- END PROG LOAD LOG --";
	const char *at = find_last(messages, failed), *name = at, *log, *stop;

	if (!at)
		return NULL;
	while (name > messages && name[-1] != '\'' && name[-1] != '\n')
		name--;
	snprintf(program, size, "%.*s", (int)(at - name), name);
	at += sizeof(failed) - 1;
	*err = lab_errno_parse(at, strcspn(at, "\n"));

	log = strstr(at, begin);
	if (!log)
		return strdup("");
	log += sizeof(begin) - 1;
	stop = strstr(log, end);
	return stop ? strndup(log, stop - log) : strdup(log);
}
