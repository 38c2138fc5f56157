// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The first process of a virtual machine: from the kernel's hand to the port. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "testenv/vm/guest/guest.h"

#define PORTS "/sys/class/virtio-ports"
/* Ports appear while the driver starts; under emulation that takes its time. */
#define PORT_TRIES 2000

void guest_log(const char *fmt, ...)
{
	char line[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	dprintf(STDERR_FILENO, "vm: %.*s\n", n, line);
}

/* QEMU runs with -no-reboot: this ends the machine. */
static void end_machine(void)
{
	reboot(RB_AUTOBOOT);
	for (;;)
		pause();
}

static int open_first_port(void)
{
	DIR *d = opendir(PORTS);
	struct dirent *entry;
	char path[300] = "";

	while (d && !path[0] && (entry = readdir(d)))
		if (entry->d_name[0] != '.')
			snprintf(path, sizeof(path), "/dev/%s", entry->d_name);
	if (d)
		closedir(d);
	return path[0] ? open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC) : -1;
}

/* A port that the host has not opened yet looks like one that it has closed. */
static bool host_is_there(int port)
{
	struct pollfd fd = { .fd = port };

	return poll(&fd, 1, 0) >= 0 && !(fd.revents & POLLHUP);
}

static int open_port(void)
{
	int port = -1;

	for (int i = 0; port < 0 && i < PORT_TRIES; i++) {
		port = open_first_port();
		if (port < 0)
			poll(NULL, 0, 5);
	}
	for (int i = 0; port >= 0 && !host_is_there(port) && i < PORT_TRIES; i++)
		poll(NULL, 0, 5);
	return port;
}

static void open_console(void)
{
	int console = open("/dev/console", O_RDWR);

	for (int fd = 0; fd < 3 && console >= 0; fd++)
		dup2(console, fd);
	if (console > 2)
		close(console);
}

/*
 * Processors but the first are set aside (isolcpus): what runs here stays on the first one, unless
 * it chooses another. It may.
 */
static void allow_all_cpus(void)
{
	cpu_set_t all;

	memset(&all, 0xff, sizeof(all));
	if (sched_setaffinity(0, sizeof(all), &all))
		guest_log("cannot use all processors: %s", strerror(errno));
}

int main(int argc, char **argv)
{
	int port;

	/* The kernel calls "modprobe -q -- NAME". */
	if (getpid() != 1)
		return guest_modprobe(argc > 1 ? argv[argc - 1] : "");
	guest_mount_early();
	open_console();
	allow_all_cpus();
	guest_load_boot_modules();
	port = open_port();
	if (port < 0)
		guest_log("no port to the host: %s", strerror(errno));
	else
		guest_serve(port);
	end_machine();
}
