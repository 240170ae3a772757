/* spool.c - see spool.h. */
#include "spool.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "collector/files.h"

#define CHUNK (256 * 1024)

static enum status write_all(int fd, const char *data, size_t len)
{
    while (len) {
        const ssize_t n = write(fd, data, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return ST_IO;
        data += n;
        len -= (size_t)n;
    }
    return ST_OK;
}

static enum status copy(int fd, const char *name, struct err *err)
{
    char *chunk = malloc(CHUNK);
    enum status st = ST_OK;
    ssize_t n;

    if (!chunk)
        return err_set(err, ST_NOMEM, "out of memory");
    while (st == ST_OK && (n = read(STDIN_FILENO, chunk, CHUNK)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            st = file_failed("standard input", errno, err);
        else if (write_all(fd, chunk, (size_t)n) != ST_OK)
            st = file_failed(name, errno, err);
    }
    explicit_bzero(chunk, CHUNK);
    free(chunk);
    return st;
}

enum status spool_input(const char *beside, int *fd, struct err *err)
{
    char name[4096];
    int file;
    enum status st;

    if (snprintf(name, sizeof name, "%s.feed.XXXXXX", beside) >=
        (int)sizeof name)
        return err_set(err, ST_RANGE, "%s: the name is too long", beside);
    file = mkostemp(name, 0); /* mode 0600 */
    if (file < 0)
        return file_failed(name, errno, err);
    (void)unlink(name);
    st = copy(file, name, err);
    if (st == ST_OK)
        *fd = file;
    else
        close(file);
    return st;
}
