// SPDX-License-Identifier: GPL-2.0-only
SEC("tracepoint/syscalls/sys_enter_kill") int watches(void *ctx)
{
	return 0;
}
