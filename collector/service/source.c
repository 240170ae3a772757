/* source.c - see collector/source.h. */
#include "collector/source.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 256 * 1024 };

static enum status hash_all(const char *path, int fd, struct source *s,
                            struct err *err)
{
    crypto_generichash_state state;
    uint8_t *chunk = malloc(CHUNK);
    enum status st = ST_OK;
    ssize_t n;

    if (!chunk)
        return err_set(err, ST_NOMEM, "out of memory");
    (void)crypto_generichash_init(&state, NULL, 0, sizeof s->hash);
    while ((n = read(fd, chunk, CHUNK)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            st = err_set(err, ST_IO, "%s: %s", path, strerror(errno));
            break;
        }
        (void)crypto_generichash_update(&state, chunk, (size_t)n);
    }
    (void)crypto_generichash_final(&state, s->hash, sizeof s->hash);
    free(chunk);
    return st;
}

static void note_identity(const struct stat *is, struct source *s)
{
    s->device = is->st_dev;
    s->inode = is->st_ino;
    s->size = is->st_size;
    s->changed = is->st_mtim;
}

enum status source_read(const char *path, struct source *out, struct err *err)
{
    /* O_NONBLOCK: a pipe without a writer would hold us here. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct source s = {.size = 0};
    struct stat is;
    enum status st;

    if (fd < 0 && errno == ENOENT)
        return err_set(err, ST_NOTFOUND, "%s: no such file", path);
    if (fd < 0 && errno == EACCES)
        return err_set(err, ST_REFUSED, "%s: no permission to read it", path);
    if (fd < 0)
        return err_set(err, ST_IO, "%s: %s", path, strerror(errno));
    if (fstat(fd, &is) != 0)
        st = err_set(err, ST_IO, "%s: %s", path, strerror(errno));
    else if (!S_ISREG(is.st_mode))
        st = err_set(err, ST_INVALID,
                     "%s: not a regular file, and it must be read twice", path);
    else
        st = hash_all(path, fd, &s, err);
    if (st == ST_OK) {
        note_identity(&is, &s);
        *out = s;
    }
    close(fd);
    return st;
}

enum status source_same(const char *path, const struct source *s,
                        struct err *err)
{
    struct stat is;

    if (stat(path, &is) == 0 && is.st_dev == s->device &&
        is.st_ino == s->inode && is.st_size == s->size &&
        is.st_mtim.tv_sec == s->changed.tv_sec &&
        is.st_mtim.tv_nsec == s->changed.tv_nsec)
        return ST_OK;
    return err_set(err, ST_INVALID, "%s: changed while it was read", path);
}
