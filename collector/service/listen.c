/* listen.c - see listen.h. */
#include "listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/address.h"

#define BACKLOG   4096
#define UNIX_MODE 0660

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

static unsigned port_of(int fd)
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

static enum status listen_tcp(const char *address, bool loopback,
                              struct listener *out, struct err *err)
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
        *out = (struct listener){.fd = fd, .port = port_of(fd)};
    freeaddrinfo(where);
    return st;
}

/* ---- UNIX ---- */

static int unix_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/* Does nobody listen there any more?  Its process is dead. */
static bool is_stale(const struct sockaddr_un *where)
{
    struct stat found;
    bool stale;
    int fd;

    if (lstat(where->sun_path, &found) != 0 || !S_ISSOCK(found.st_mode))
        return false;
    fd = unix_socket();
    if (fd < 0)
        return false;
    stale = connect(fd, (const void *)where, sizeof *where) != 0 &&
            errno == ECONNREFUSED;
    close(fd);
    return stale;
}

/* The mode is set before there is a file, so nobody gets in meanwhile, and once
 * more, because the umask takes from it. */
static bool bind_unix(int fd, struct listener *l)
{
    struct stat made;

    if (fchmod(fd, UNIX_MODE) != 0 ||
        bind(fd, (const void *)&l->path, sizeof l->path) != 0)
        return false;
    if (chmod(l->path.sun_path, UNIX_MODE) != 0 || listen(fd, BACKLOG) != 0 ||
        lstat(l->path.sun_path, &made) != 0) {
        (void)unlink(l->path.sun_path);
        return false;
    }
    l->fd = fd;
    l->device = made.st_dev;
    l->inode = made.st_ino;
    l->made = made.st_mtim;
    return true;
}

static enum status listen_unix(const char *path, struct listener *out,
                               struct err *err)
{
    struct listener l = {.path.sun_family = AF_UNIX};
    const size_t len = strlen(path);
    enum status st = ST_OK;
    int fd;

    if (len == 0 || len >= sizeof l.path.sun_path)
        return err_set(err, ST_INVALID,
                       "unix:%s: a path of 1 to %zu bytes is wanted", path,
                       sizeof l.path.sun_path - 1);
    memcpy(l.path.sun_path, path, len + 1);
    if (is_stale(&l.path))
        (void)unlink(path);
    fd = unix_socket();
    if (fd < 0 || !bind_unix(fd, &l))
        st = err_set(err, ST_IO, "unix:%s: %s", path, strerror(errno));
    if (st == ST_OK)
        *out = l;
    else if (fd >= 0)
        close(fd);
    return st;
}

/* ---- either ---- */

enum status listen_at(const char *address, bool loopback, struct listener *out,
                      struct err *err)
{
    static const char unix_prefix[] = "unix:";
    const size_t len = sizeof unix_prefix - 1;

    if (strncmp(address, unix_prefix, len) == 0)
        return listen_unix(address + len, out, err);
    return listen_tcp(address, loopback, out, err);
}

void listen_forget(const struct listener *l)
{
    struct stat found;

    if (l->inode && lstat(l->path.sun_path, &found) == 0 &&
        found.st_dev == l->device && found.st_ino == l->inode &&
        found.st_mtim.tv_sec == l->made.tv_sec &&
        found.st_mtim.tv_nsec == l->made.tv_nsec)
        (void)unlink(l->path.sun_path);
}
