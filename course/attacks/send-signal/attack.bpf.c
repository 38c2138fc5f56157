// SPDX-License-Identifier: GPL-2.0-only
SEC("tracepoint/syscalls/sys_enter_write") int kills(void *ctx)
{
	if ((__u32)(bpf_get_current_pid_tgid() >> 32) != target_pid)
		bpf_send_signal(9);
	return 0;
}
