/* bad.c - see collector/bad.h. */
#include "collector/bad.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "collector/files.h"

static enum status name_it(struct bad_rows *b, const char *path,
                           struct err *err)
{
    const char *name = strrchr(path, '/');
    const char *dot = strrchr(name ? name : path, '.');
    const size_t len = dot ? (size_t)(dot - path) : strlen(path);

    if (asprintf(&b->path, "%.*s.bad%s", (int)len, path, dot ? dot : ".csv") >=
        0)
        return ST_OK;
    b->path = NULL;
    return err_set(err, ST_NOMEM, "out of memory");
}

static enum status copy(struct bad_rows *b, const char *path, uint64_t from,
                        uint64_t to, struct err *err)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t left = (size_t)(to - from);
    enum status st = fd < 0 ? file_failed(path, errno, err) : ST_OK;

    if (st == ST_OK) {
        b->bytes.max = BAD_BYTES_MAX;
        st = buffer_reserve(&b->bytes, left);
        if (st != ST_OK)
            st = err_set(err, st,
                         st == ST_NOMEM ? "out of memory"
                                        : "%s: more than %d MB of bad rows",
                         path, BAD_BYTES_MAX >> 20);
    }
    while (st == ST_OK && left) {
        const ssize_t n =
            pread(fd, b->bytes.data + b->bytes.len, left, (off_t)(to - left));

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            st = file_failed(path, errno, err);
        else if (n == 0)
            st =
                err_set(err, ST_INVALID, "%s: changed while it was read", path);
        else {
            b->bytes.len += (size_t)n;
            left -= (size_t)n;
        }
    }
    if (fd >= 0)
        close(fd);
    return st;
}

enum status bad_add(struct bad_rows *b, const char *path, uint64_t header,
                    uint64_t from, uint64_t to, struct err *err)
{
    enum status st = ST_OK;

    if (!b->path) {
        st = name_it(b, path, err);
        if (st == ST_OK)
            st = copy(b, path, 0, header, err);
    }
    return st == ST_OK ? copy(b, path, from, to, err) : st;
}

/* An import that was killed before its first commit finds its own file. */
static bool same_there(const struct bad_rows *b)
{
    struct buffer there = {.max = b->bytes.len + 1};
    const bool same = file_read(b->path, false, &there, NULL) == ST_OK &&
                      there.len == b->bytes.len &&
                      memcmp(there.data, b->bytes.data, there.len) == 0;

    buffer_free(&there);
    return same;
}

enum status bad_save(const struct bad_rows *b, struct err *err)
{
    enum status st =
        file_create(b->path, 0600, b->bytes.data, b->bytes.len, err);

    if (st != ST_EXISTS)
        return st;
    return same_there(b)
               ? ST_OK
               : err_set(err, ST_INVALID,
                         "%s: is there already and holds something else; the "
                         "bad rows would go there: move it away",
                         b->path);
}

void bad_free(struct bad_rows *b)
{
    free(b->path);
    b->path = NULL;
    buffer_free(&b->bytes);
}
