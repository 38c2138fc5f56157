// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl tr: runs a pinned program on packets with BPF_PROG_TEST_RUN, once for
 * each, and prints what it returned and the bytes it left; --cpu: on that CPU.
 * One packet a line:
 *
 *	stdin   LABEL HEX            stdout  LABEL VERDICT HEX
 */
#include "common/test/labctl.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/test/cpu.h"
#include "common/test/hex.h"
#include "common/test/packet.h"
#include "common/test/pins.h"
#include "common/test/tr.h"

static const char *const xdp_verdicts[] = { "XDP_ABORTED", "XDP_DROP", "XDP_PASS", "XDP_TX",
					    "XDP_REDIRECT" };
static const char *const tc_verdicts[] = { "TC_ACT_OK",	    "TC_ACT_RECLASSIFY", "TC_ACT_SHOT",
					   "TC_ACT_PIPE",   "TC_ACT_STOLEN",	 "TC_ACT_QUEUED",
					   "TC_ACT_REPEAT", "TC_ACT_REDIRECT" };

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

void tr_print_verdict(enum bpf_prog_type type, __u32 value)
{
	if (type == BPF_PROG_TYPE_XDP && value < COUNT(xdp_verdicts))
		fputs(xdp_verdicts[value], stdout);
	else if (type == BPF_PROG_TYPE_SCHED_CLS && value < COUNT(tc_verdicts))
		fputs(tc_verdicts[value], stdout);
	else if (type == BPF_PROG_TYPE_SCHED_CLS && value == (__u32)-1)
		fputs("TC_ACT_UNSPEC", stdout);
	else
		printf("%d", (int)value);
}

static int run_line(int prog, enum bpf_prog_type type, const char *label, const char *hex)
{
	static uint8_t in[PACKET_MAX], out[2 * PACKET_MAX];
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = in, .data_out = out,
		    .data_size_out = sizeof(out), .repeat = 1);
	long len = hex_read(hex, in, sizeof(in));

	if (len < 0)
		return fail("%s: not a packet in hex", label);
	if (len < 14)
		return fail("%s has %ld bytes; the kernel runs no program on less than an "
			    "Ethernet header (14 bytes)",
			    label, len);
	opts.data_size_in = len;
	if (bpf_prog_test_run_opts(prog, &opts))
		return fail("the kernel did not run the program on %s (%ld bytes): %s", label, len,
			    strerror(errno));
	printf("%s ", label);
	tr_print_verdict(type, opts.retval);
	putchar(' ');
	hex_write(stdout, out, opts.data_size_out);
	putchar('\n');
	return 0;
}

static int run_lines(int prog)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);
	char *line = NULL;
	size_t room = 0;
	int status = 0;

	if (bpf_obj_get_info_by_fd(prog, &info, &size))
		return fail("cannot read the program's type: %s", strerror(errno));
	while (!status && getline(&line, &room, stdin) > 0) {
		char *label = strtok(line, " \n");
		char *hex = strtok(NULL, " \n");

		if (!label || !hex)
			status = fail("a line must be LABEL HEX");
		else
			status = run_line(prog, info.type, label, hex);
	}
	free(line);
	return status;
}

int cmd_tr(int argc, char **argv)
{
	const char *dir = NULL, *cpu = NULL;
	const struct option_value table[] = { { .name = "pin", .value = &dir },
					      { .name = "cpu", .value = &cpu },
					      {} };
	int first = options(argc, argv, table);
	int prog, status;

	if (first < 0)
		return EXIT_USAGE;
	if (argc - first != 1 || !dir)
		return usage();
	if (cpu && cpu_stay_on(cpu))
		return EXIT_FAILED;
	prog = pin_open(dir, "prog", argv[first]);
	if (prog < 0)
		return pin_missing(dir, "prog", argv[first]);
	status = run_lines(prog);
	close(prog);
	return status;
}
