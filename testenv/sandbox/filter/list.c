// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Which system calls there are in a sandbox, and which are refused; see ../filter.h. */
#include <linux/bpf.h>
#include <stddef.h>

#include "testenv/sandbox/filter/list.h"

const char *const filter_allowed[] = {
	/* files */
	"access", "chdir", "chmod", "chown", "close", "close_range", "copy_file_range", "creat",
	"dup", "dup2", "dup3", "faccessat", "faccessat2", "fadvise64", "fallocate", "fchdir",
	"fchmod", "fchmodat", "fchmodat2", "fchown", "fchownat", "fcntl", "fdatasync", "fgetxattr",
	"flistxattr", "flock", "fstat", "fstatfs", "fsync", "ftruncate", "futimesat", "getcwd",
	"getdents", "getdents64", "getxattr", "lchown", "lgetxattr", "link", "linkat", "listxattr",
	"llistxattr", "lseek", "lstat", "mkdir", "mkdirat", "mknod", "mknodat", "newfstatat",
	"open", "openat", "openat2", "pread64", "preadv", "preadv2", "pwrite64", "pwritev",
	"pwritev2", "read", "readahead", "readlink", "readlinkat", "readv", "rename", "renameat",
	"renameat2", "rmdir", "sendfile", "splice", "stat", "statfs", "statx", "symlink",
	"symlinkat", "sync_file_range", "syncfs", "tee", "truncate", "umask", "unlink", "unlinkat",
	"utime", "utimensat", "utimes", "vmsplice", "write", "writev", "ioctl", "inotify_init",
	"inotify_init1", "inotify_add_watch", "inotify_rm_watch",
	/* memory */
	"brk", "madvise", "membarrier", "memfd_create", "mincore", "mlock", "mlock2", "mlockall",
	"mmap", "mprotect", "mremap", "msync", "munlock", "munlockall", "munmap", "pkey_alloc",
	"pkey_free", "pkey_mprotect", "map_shadow_stack", "mseal",
	/* processes and threads */
	"alarm", "arch_prctl", "clone", "execve", "execveat", "exit", "exit_group", "fork", "futex",
	"futex_waitv", "futex_wake", "futex_wait", "futex_requeue", "get_robust_list",
	"get_thread_area", "getcpu", "getegid", "geteuid", "getgid", "getgroups", "getitimer",
	"getpgid", "getpgrp", "getpid", "getppid", "getpriority", "getresgid", "getresuid",
	"getrlimit", "getrusage", "getsid", "gettid", "getuid", "capget", "capset", "kill", "pause",
	"pidfd_open", "pidfd_send_signal", "prctl", "prlimit64", "restart_syscall", "rseq",
	"rt_sigaction", "rt_sigpending", "rt_sigprocmask", "rt_sigqueueinfo", "rt_sigreturn",
	"rt_sigsuspend", "rt_sigtimedwait", "rt_tgsigqueueinfo", "sched_get_priority_max",
	"sched_get_priority_min", "sched_getaffinity", "sched_getattr", "sched_getparam",
	"sched_getscheduler", "sched_rr_get_interval", "sched_setaffinity", "sched_setattr",
	"sched_setparam", "sched_setscheduler", "sched_yield", "seccomp", "set_robust_list",
	"set_thread_area", "set_tid_address", "setfsgid", "setfsuid", "setgid", "setgroups",
	"setitimer", "setpgid", "setpriority", "setregid", "setresgid", "setresuid", "setreuid",
	"setrlimit", "setsid", "setuid", "sigaltstack", "signalfd", "signalfd4", "tgkill", "times",
	"tkill", "uname", "sysinfo", "vfork", "wait4", "waitid",
	/* time */
	"clock_getres", "clock_gettime", "clock_nanosleep", "gettimeofday", "nanosleep", "time",
	"timer_create", "timer_delete", "timer_getoverrun", "timer_gettime", "timer_settime",
	"timerfd_create", "timerfd_gettime", "timerfd_settime",
	/* waiting, pipes, random numbers */
	"epoll_create", "epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_pwait2", "epoll_wait",
	"eventfd", "eventfd2", "getrandom", "pipe", "pipe2", "poll", "ppoll", "pselect6", "select",
	/* sockets; which families: below */
	"accept", "accept4", "bind", "connect", "getpeername", "getsockname", "getsockopt",
	"listen", "recvfrom", "recvmmsg", "recvmsg", "sendmmsg", "sendmsg", "sendto", "setsockopt",
	"shutdown",

	"socketpair",
	/* System V's; the sandbox has its own, in its own memory limit */
	"msgctl", "msgget", "msgrcv", "msgsnd", "semctl", "semget", "semop", "semtimedop", "shmat",
	"shmctl", "shmdt", "shmget", NULL
};

/* Known, and refused with EPERM, so that who tries sees that it is forbidden. */
const char *const filter_refused[] = {
	/* a way out of the file tree */
	"mount", "umount2", "pivot_root", "chroot", "open_tree", "move_mount", "fsopen", "fsconfig",
	"fsmount", "fspick", "mount_setattr", "open_by_handle_at", "name_to_handle_at",
	/* a way into or out of namespaces; with a user namespace come all capabilities in it */
	"unshare", "setns",
	/* other processes: init holds the exit status */
	"ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_getfd",
	/* its operations pass by system call filters */
	"io_uring_setup", "io_uring_enter", "io_uring_register",
	/* stops the kernel at a place of the attacker's choice */
	"userfaultfd",
	/* keys are not in a namespace */
	"keyctl", "add_key", "request_key",
	/* the machine itself */
	"reboot", "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module",
	"swapon", "swapoff", "acct", "quotactl", "quotactl_fd", "settimeofday", "clock_settime",
	"clock_adjtime", "adjtimex", "iopl", "ioperm", "syslog", "vhangup", "sethostname",
	"setdomainname", "fanotify_init", "modify_ldt", "memfd_secret", "personality", NULL
};

/*
 * Commands of bpf(2) on descriptors that the process has already, which the kernel allows
 * to everyone. The command is in a register: nobody can change it after the filter's look.
 */
const int filter_bpf_direct[] = { BPF_MAP_LOOKUP_ELEM,
				  BPF_MAP_UPDATE_ELEM,
				  BPF_MAP_DELETE_ELEM,
				  BPF_MAP_GET_NEXT_KEY,
				  BPF_MAP_LOOKUP_AND_DELETE_ELEM,
				  BPF_MAP_LOOKUP_BATCH,
				  BPF_MAP_UPDATE_BATCH,
				  BPF_MAP_LOOKUP_AND_DELETE_BATCH,
				  BPF_MAP_DELETE_BATCH,
				  -1 };

/* Those that the broker serves. The rest (statistics, other processes, tokens) is not there. */
const int filter_bpf_brokered[] = { BPF_MAP_CREATE,	  BPF_PROG_LOAD,
				    BPF_OBJ_PIN,	  BPF_OBJ_GET,
				    BPF_PROG_ATTACH,	  BPF_PROG_DETACH,
				    BPF_PROG_TEST_RUN,	  BPF_PROG_GET_NEXT_ID,
				    BPF_MAP_GET_NEXT_ID,  BPF_PROG_GET_FD_BY_ID,
				    BPF_MAP_GET_FD_BY_ID, BPF_OBJ_GET_INFO_BY_FD,
				    BPF_PROG_QUERY,	  BPF_RAW_TRACEPOINT_OPEN,
				    BPF_BTF_LOAD,	  BPF_BTF_GET_FD_BY_ID,
				    BPF_BTF_GET_NEXT_ID,  BPF_LINK_CREATE,
				    BPF_LINK_UPDATE,	  BPF_LINK_GET_FD_BY_ID,
				    BPF_LINK_GET_NEXT_ID, BPF_LINK_DETACH,
				    BPF_ITER_CREATE,	  BPF_PROG_BIND_MAP,
				    BPF_MAP_FREEZE,	  -1 };
