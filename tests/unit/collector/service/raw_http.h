/* raw_http.h - an HTTP client of bytes, for tests: it can misbehave. */
#ifndef TESTS_RAW_HTTP_H
#define TESTS_RAW_HTTP_H

#include <arpa/inet.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static inline int64_t raw_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static inline int raw_connect(unsigned port)
{
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && connect(fd, (const void *)&to, sizeof to) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static inline bool raw_send(int fd, const char *text)
{
    const size_t len = strlen(text);

    return send(fd, text, len, MSG_NOSIGNAL) == (ssize_t)len;
}

/* Read until `ends` was seen (NULL: until the other side closes) or `ms` have
 * passed; false: time is up. */
static inline bool raw_read(int fd, char *out, size_t size, const char *ends,
                            int ms)
{
    const int64_t until = raw_now() + ms;
    size_t len = 0;

    out[0] = '\0';
    while (raw_now() < until && len + 1 < size) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        ssize_t n;

        if (poll(&p, 1, 20) <= 0)
            continue;
        n = recv(fd, out + len, size - 1 - len, 0);
        if (n <= 0)
            return !ends;
        len += (size_t)n;
        out[len] = '\0';
        if (ends && strstr(out, ends))
            return true;
    }
    return false;
}

/* One answer, and no byte of the next. */
struct raw_answer {
    int status; /* 0: none came before the other side closed, or in time */
    char head[4096];
    char body[1 << 16]; /* NUL-terminated */
    size_t len;
};

/* Exactly `len` bytes; false: the other side closed, or time is up. */
static inline bool raw_exactly(int fd, char *out, size_t len, int ms)
{
    const int64_t until = raw_now() + ms;
    size_t got = 0;

    while (got < len) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        const int64_t left = until - raw_now();
        ssize_t n;

        if (left <= 0 || poll(&p, 1, (int)left) <= 0)
            return false;
        n = recv(fd, out + got, len - got, 0);
        if (n <= 0)
            return false;
        got += (size_t)n;
    }
    return true;
}

static inline struct raw_answer *raw_take(int fd, struct raw_answer *a, int ms)
{
    const char *length;
    size_t n = 0;

    a->status = 0;
    a->len = 0;
    a->head[0] = a->body[0] = '\0';
    while (n + 1 < sizeof a->head && raw_exactly(fd, a->head + n, 1, ms)) {
        a->head[++n] = '\0';
        if (n < 4 || strcmp(a->head + n - 4, "\r\n\r\n") != 0)
            continue;
        length = strstr(a->head, "Content-Length: ");
        a->len = length ? strtoul(length + 16, NULL, 10) : 0;
        if (a->len >= sizeof a->body || !raw_exactly(fd, a->body, a->len, ms))
            return a;
        a->body[a->len] = '\0';
        a->status = (int)strtol(a->head + strlen("HTTP/1.x "), NULL, 10);
        return a;
    }
    return a;
}

/* One request on a connection of its own; the whole answer. */
static inline bool raw_ask(unsigned port, const char *request, char *out,
                           size_t size)
{
    const int fd = raw_connect(port);
    const bool ok =
        fd >= 0 && raw_send(fd, request) && raw_read(fd, out, size, NULL, 5000);

    if (fd >= 0)
        close(fd);
    return ok;
}

#endif
