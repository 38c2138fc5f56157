// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The kernel's side of a trace: the generators' object, filled. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/bpf.h>

#include "common/lab/lab.h"
#include "trace.h"

int trace_read(struct trace *trace, const char *path)
{
	FILE *file = fopen(path, "re");
	size_t n = 0;

	trace->n = 0;
	trace->packet = calloc(TRACE_MAX, sizeof(*trace->packet));
	if (!trace->packet)
		n = 0;
	else if (file)
		n = fread(trace->packet, sizeof(*trace->packet), TRACE_MAX, file);
	if (file)
		fclose(file);
	if (!n) {
		trace_free(trace);
		return lab_fail(-EINVAL, "%s: no trace can be read from it", path);
	}
	trace->n = n;
	return 0;
}

void trace_free(struct trace *trace)
{
	free(trace->packet);
	trace->packet = NULL;
}

int trace_load(const struct trace *trace, struct frames_bpf *skel, const void *macs)
{
	int map = bpf_map__fd(skel->maps.trace);

	for (__u32 i = 0; i < trace->n; i++) {
		struct frame frame = trace->packet[i].frame;

		if (macs)
			memcpy(&frame, macs, 12);
		if (bpf_map_update_elem(map, &i, &frame, BPF_ANY))
			return -errno;
	}
	skel->bss->next = 0;
	skel->data->frames = trace->n;
	return 0;
}
