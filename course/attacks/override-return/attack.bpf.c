// SPDX-License-Identifier: GPL-2.0-only
static long (*override_return)(void *, __u64) = (void *)58;

SEC("kprobe/__x64_sys_write") int fails(struct pt_regs *ctx)
{
	override_return(ctx, -1);
	return 0;
}
