/* feed_lines.c - see feed_lines.h.  One buffer that grows to the longest line;
 * what is behind the line at hand stays in it. */
#include "feed_lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "collector/files.h"

#define CHUNK ((size_t)256 * 1024)

struct feed_lines {
    char *path;
    int fd;
    struct buffer data; /* data.data[at..data.len) was read and not given */
    size_t at;
    uint64_t number, offset, size;
    bool end;
};

enum status feed_lines_open(const char *path, struct feed_lines **out,
                            struct err *err)
{
    struct feed_lines *l = calloc(1, sizeof *l);
    struct stat is;
    enum status st = ST_OK;

    if (!l)
        return err_set(err, ST_NOMEM, "out of memory");
    l->fd = open(path, O_RDONLY | O_CLOEXEC);
    l->path = strdup(path);
    if (l->fd < 0)
        st = file_failed(path, errno, err);
    else if (!l->path)
        st = err_set(err, ST_NOMEM, "out of memory");
    else if (fstat(l->fd, &is) == 0)
        l->size = (uint64_t)is.st_size;
    if (st == ST_OK)
        *out = l;
    else
        feed_lines_close(&l);
    return st;
}

void feed_lines_close(struct feed_lines **l)
{
    if (!*l)
        return;
    if ((*l)->fd >= 0)
        close((*l)->fd);
    free((*l)->path);
    buffer_free(&(*l)->data);
    free(*l);
    *l = NULL;
}

static enum status fill(struct feed_lines *l, struct err *err)
{
    ssize_t n;

    if (l->at) {
        memmove(l->data.data, l->data.data + l->at, l->data.len - l->at);
        l->data.len -= l->at;
        l->at = 0;
    }
    if (l->data.len > LINE_MAX_BYTES)
        return err_set(err, ST_RANGE, "%s:%llu: longer than %d bytes", l->path,
                       (unsigned long long)l->number + 1, LINE_MAX_BYTES);
    if (buffer_reserve(&l->data, CHUNK) != ST_OK)
        return err_set(err, ST_NOMEM, "out of memory");
    do
        n = read(l->fd, l->data.data + l->data.len, CHUNK);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return file_failed(l->path, errno, err);
    l->end = n == 0;
    l->data.len += (size_t)n;
    return ST_OK;
}

static bool blank(const char *text, size_t len)
{
    size_t i = 0;

    while (i < len && strchr(" \t\r", text[i]) && text[i])
        i++;
    return i == len;
}

/* The line that begins at `at`, ST_NOTFOUND at the end. */
static enum status take(struct feed_lines *l, const char **text, size_t *len,
                        struct err *err)
{
    size_t seen = 0;

    for (;;) {
        const size_t left = l->data.len - l->at;
        const uint8_t *from = left ? l->data.data + l->at : NULL;
        const uint8_t *end =
            left > seen ? memchr(from + seen, '\n', left - seen) : NULL;
        enum status st;

        if (end || (l->end && left)) {
            *text = (const char *)from;
            *len = end ? (size_t)(end - from) : left;
            l->at += *len + (end ? 1 : 0);
            l->offset += *len + (end ? 1 : 0);
            l->number++;
            return ST_OK;
        }
        if (l->end)
            return ST_NOTFOUND;
        seen = left;
        st = fill(l, err);
        if (st != ST_OK)
            return st;
    }
}

enum status feed_lines_next(struct feed_lines *l, const char **text,
                            size_t *len, struct err *err)
{
    enum status st;

    do {
        st = take(l, text, len, err);
        if (st == ST_OK && l->number == 1 && *len >= 3 &&
            memcmp(*text, "\xef\xbb\xbf", 3) == 0) {
            *text += 3;
            *len -= 3;
        }
    } while (st == ST_OK && blank(*text, *len));
    if (st == ST_OK && *len > LINE_MAX_BYTES)
        st = err_set(err, ST_RANGE, "%s:%llu: longer than %d bytes", l->path,
                     (unsigned long long)l->number, LINE_MAX_BYTES);
    return st;
}

uint64_t feed_lines_number(const struct feed_lines *l)
{
    return l->number;
}

uint64_t feed_lines_offset(const struct feed_lines *l)
{
    return l->offset;
}

uint64_t feed_lines_size(const struct feed_lines *l)
{
    return l->size;
}
