/* listen.c - see listen.h. */
#include "listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <unistd.h>

#include "collector/address.h"

#define BACKLOG 4096

static bool is_loopback(const struct sockaddr *address)
{
    const struct sockaddr_in *v4 = (const void *)address;
    const struct sockaddr_in6 *v6 = (const void *)address;

    if (address->sa_family == AF_INET)
        return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
    return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

static struct addrinfo *parse_address(const char *text)
{
    const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
                                   .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    char host[64];
    const char *colon = strrchr(text, ':');
    size_t len = colon ? (size_t)(colon - text) : 0;

    if (len >= 2 && text[0] == '[' && text[len - 1] == ']') {
        text++;
        len -= 2;
    }
    if (len == 0 || len >= sizeof host || !port_legal(colon + 1))
        return NULL;
    memcpy(host, text, len);
    host[len] = '\0';
    return getaddrinfo(host, colon + 1, &hints, &found) == 0 ? found : NULL;
}

static int bind_socket(const struct addrinfo *where)
{
    const int on = 1;
    const int fd =
        socket(where->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        bind(fd, where->ai_addr, where->ai_addrlen) == 0 &&
        listen(fd, BACKLOG) == 0)
        return fd;
    close(fd);
    return -1;
}

/* The caller frees *where. */
static enum status find_address(const char *address, bool loopback,
                                struct addrinfo **where, struct err *err)
{
    struct addrinfo *found = parse_address(address);

    if (!found)
        return err_set(err, ST_INVALID,
                       "%s: is not an address and a port in numbers", address);
    if (loopback && !is_loopback(found->ai_addr)) {
        freeaddrinfo(found);
        return err_set(err, ST_REFUSED, "%s: is not a loopback address",
                       address);
    }
    *where = found;
    return ST_OK;
}

enum status address_loopback(const char *address, struct err *err)
{
    struct addrinfo *where = NULL;
    enum status st = find_address(address, true, &where, err);

    if (st == ST_OK)
        freeaddrinfo(where);
    return st;
}

enum status listen_at(const char *address, bool loopback, int *out,
                      struct err *err)
{
    struct addrinfo *where = NULL;
    enum status st = find_address(address, loopback, &where, err);
    int fd;

    if (st != ST_OK)
        return st;
    fd = bind_socket(where);
    if (fd < 0)
        st = err_set(err, ST_IO, "%s: %s", address, strerror(errno));
    else
        *out = fd;
    freeaddrinfo(where);
    return st;
}

unsigned listen_port(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } name = {0};
    socklen_t len = sizeof name;

    if (getsockname(fd, &name.any, &len) != 0)
        return 0;
    return ntohs(name.any.sa_family == AF_INET ? name.v4.sin_port
                                               : name.v6.sin6_port);
}
