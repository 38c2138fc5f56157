// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Two processes that talk over TCP within this machine, and how fast: one waits
 * for each answer, or with -m sends as much as it can, and the other looks at
 * every byte; or with -i does not read at all. Given. It knows nothing of BPF.
 */
#include <argp.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MB    (1 << 20)
#define CHUNK 65536
/*
 * The receiver answers every MB with a byte, and the sender lets this many MB be
 * unanswered: between redirected sockets nobody else slows it down.
 */
#define WINDOW 4

static struct {
	bool ipv6;
	long rounds;
	long size;
	long mb;
	long idle_mb;
} env = {
	.rounds = 20000,
	.size = 64,
};

static const struct argp_option options[] = {
	{ "ipv6", '6', NULL, 0, "over IPv6", 0 },
	{ "rounds", 'n', "N", 0, "questions and answers (default 20000)", 0 },
	{ "size", 's', "BYTES", 0, "of a question, and of an answer (default 64)", 0 },
	{ "mb", 'm', "MB", 0, "send so many MB one way instead", 0 },
	{ "idle", 'i', "MB", 0, "offer so many MB to a reader that does not read", 0 },
	{ 0 },
};

static long number(const char *text, struct argp_state *state)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (end == text || *end || n < 1 || n > 1000000)
		argp_error(state, "not a number from 1 to 1000000: %s", text);
	return n;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case '6':
		env.ipv6 = true;
		return 0;
	case 'n':
		env.rounds = number(arg, state);
		return 0;
	case 's':
		env.size = number(arg, state);
		return 0;
	case 'm':
		env.mb = number(arg, state);
		return 0;
	case 'i':
		env.idle_mb = number(arg, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void die(const char *what)
{
	fprintf(stderr, "talk: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void send_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

		if (n <= 0)
			die("cannot send");
		bytes += n;
		len -= n;
	}
}

/* False: the other side has closed. */
static bool receive_all(int fd, char *bytes, size_t len)
{
	while (len) {
		ssize_t n = recv(fd, bytes, len, 0);

		if (n < 0)
			die("cannot receive");
		if (!n)
			return false;
		bytes += n;
		len -= n;
	}
	return true;
}

/* ---- questions and answers ---- */

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void ask(int fd)
{
	int64_t *times = calloc(env.rounds, sizeof(*times));
	char *bytes = calloc(1, env.size);

	if (!times || !bytes)
		die("no memory");
	for (long i = 0; i < env.rounds; i++) {
		times[i] = now_ns();
		send_all(fd, bytes, env.size);
		if (!receive_all(fd, bytes, env.size))
			die("no answer");
		times[i] = now_ns() - times[i];
	}
	qsort(times, env.rounds, sizeof(*times), compare);
	printf("%ld questions and answers of %ld bytes; half of them took less than %.1f us\n",
	       env.rounds, env.size, times[env.rounds / 2] / 1e3);
	free(bytes);
	free(times);
}

static int give_answers(int fd)
{
	char *bytes = calloc(1, env.size);

	if (!bytes)
		die("no memory");
	while (receive_all(fd, bytes, env.size))
		send_all(fd, bytes, env.size);
	free(bytes);
	return 0;
}

/* ---- one way ---- */

/* The i-th chunk of what is sent: no two are alike. */
static void make_chunk(uint64_t *words, uint64_t i)
{
	uint64_t x = (i + 1) * 0x9e3779b97f4a7c15;

	for (size_t n = 0; n < CHUNK / sizeof(*words); n++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		words[n] = x;
	}
}

static void send_one_way(int fd)
{
	static uint64_t words[CHUNK / sizeof(uint64_t)];
	int64_t begin = now_ns();
	char answer;

	for (long sent = 0; sent < env.mb + WINDOW; sent++) {
		for (int i = 0; i < MB / CHUNK && sent < env.mb; i++) {
			make_chunk(words, sent * (MB / CHUNK) + i);
			send_all(fd, (char *)words, CHUNK);
		}
		if (sent >= WINDOW && !receive_all(fd, &answer, 1))
			die("no answer");
	}
	printf("%ld MB sent in %.2f s\n", env.mb, (now_ns() - begin) / 1e9);
}

static int receive_one_way(int fd)
{
	static uint64_t words[CHUNK / sizeof(uint64_t)], expected[CHUNK / sizeof(uint64_t)];

	for (long chunk = 0; chunk < env.mb * (MB / CHUNK); chunk++) {
		if (!receive_all(fd, (char *)words, CHUNK))
			die("the data ended too early");
		make_chunk(expected, chunk);
		if (memcmp(words, expected, CHUNK)) {
			fprintf(stderr, "talk: wrong bytes in MB %ld\n", chunk / (MB / CHUNK));
			return 1;
		}
		if ((chunk + 1) % (MB / CHUNK) == 0)
			send_all(fd, "", 1);
	}
	printf("%ld MB arrived intact\n", env.mb);
	return 0;
}

/* ---- to a reader that does not read ---- */

#define PATIENCE_MS 300 /* for room to send; then there will be none */

static void offer(int fd)
{
	static char bytes[CHUNK];
	struct pollfd room = { .fd = fd, .events = POLLOUT };
	long long wanted = (long long)env.idle_mb * MB, taken = 0;
	ssize_t n;

	while (taken < wanted && poll(&room, 1, PATIENCE_MS) > 0) {
		n = send(fd, bytes, CHUNK, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno != EAGAIN)
			die("cannot send");
		if (n > 0)
			taken += n;
	}
	printf("nobody reads, and %lld of %ld MB were taken\n", taken / MB, env.idle_mb);
}

/* ---- all of them ---- */

static int open_listener(struct sockaddr_storage *at, socklen_t *size)
{
	struct sockaddr_in6 *ip6 = (struct sockaddr_in6 *)at;
	struct sockaddr_in *ip4 = (struct sockaddr_in *)at;
	int fd;

	*at = (struct sockaddr_storage){ .ss_family = env.ipv6 ? AF_INET6 : AF_INET };
	*size = env.ipv6 ? sizeof(*ip6) : sizeof(*ip4);
	if (env.ipv6)
		ip6->sin6_addr = in6addr_loopback;
	else
		ip4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fd = socket(at->ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)at, *size) || listen(fd, 1) ||
	    getsockname(fd, (struct sockaddr *)at, size))
		die("cannot listen");
	return fd;
}

static void no_delay(int fd)
{
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

/* The server says a byte first: then both ends are established, for everyone who watches. */
static int serve(int listener)
{
	int fd = accept(listener, NULL, NULL);

	if (fd < 0)
		die("cannot accept");
	no_delay(fd);
	send_all(fd, "", 1);
	if (env.idle_mb)
		pause(); /* until it is ended */
	return env.mb ? receive_one_way(fd) : give_answers(fd);
}

static void talk(const struct sockaddr_storage *to, socklen_t size)
{
	int fd = socket(to->ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char hello;

	if (fd < 0 || connect(fd, (const struct sockaddr *)to, size))
		die("cannot connect");
	no_delay(fd);
	if (!receive_all(fd, &hello, 1))
		die("no greeting");
	if (env.idle_mb)
		offer(fd);
	else if (env.mb)
		send_one_way(fd);
	else
		ask(fd);
	close(fd);
}

int main(int argc, char **argv)
{
	const struct argp argp = {
		.options = options,
		.parser = parse_option,
		.doc = "Talk over TCP within this machine, and say how fast it was.",
	};
	struct sockaddr_storage at;
	int listener, status;
	socklen_t size;
	pid_t server;

	setvbuf(stdout, NULL, _IOLBF, 0);
	argp_err_exit_status = 2;
	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	listener = open_listener(&at, &size);
	server = fork();
	if (server < 0)
		die("cannot fork");
	if (!server) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		return serve(listener);
	}
	talk(&at, size);
	if (env.idle_mb)
		kill(server, SIGTERM);
	if (waitpid(server, &status, 0) < 0)
		die("cannot wait");
	return status && !env.idle_mb;
}
