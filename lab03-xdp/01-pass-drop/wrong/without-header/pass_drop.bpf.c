// SPDX-License-Identifier: GPL-2.0-only
/*
 * Drops the frames that are longer than a limit, and counts. It never looks
 * into a frame: how long one is, the kernel tells.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* The longest frame that may pass, in bytes. The loader sets it (-l). */
const volatile __u32 max_len = 1514;

/* The loader prints these. */
__u64 frames;  /* all that came */
__u64 bytes;   /* their lengths, added up */
__u64 dropped; /* frames that we dropped */

SEC("xdp")
int pass_drop(struct xdp_md *ctx)
{
	/* The frame's first byte, and the first byte behind its last. */
	void *data = (void *)(long)ctx->data;
	void *data_end = (void *)(long)ctx->data_end;
	__u32 len = data_end - data;

	/* Frames may come on several CPUs at once: "bytes += len" could lose one. */
	__sync_fetch_and_add(&bytes, len);
	__sync_fetch_and_add(&frames, 1);
	if (len - 14 > max_len) {
		__sync_fetch_and_add(&dropped, 1);
		return XDP_DROP;
	}
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
