/* files.c - see collector/files.h. */
#include "collector/files.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum status file_failed(const char *path, int number, struct err *err)
{
    enum status st = ST_IO;

    if (number == EACCES || number == EPERM || number == EROFS)
        st = ST_REFUSED;
    else if (number == ENOSPC || number == EDQUOT)
        st = ST_FULL;
    else if (number == ENOENT)
        st = ST_NOTFOUND;
    else if (number == EEXIST)
        st = ST_EXISTS;
    return err_set(err, st, "%s: %s", path, strerror(number));
}

static bool write_all(int fd, const uint8_t *data, size_t len)
{
    while (len) {
        const ssize_t n = write(fd, data, len);

        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0) {
            data += n;
            len -= (size_t)n;
        }
    }
    return true;
}

/* A name in a folder is durable when the folder is. */
static bool sync_folder(const char *path)
{
    char copy[PATH_MAX];
    int fd;
    bool ok;

    snprintf(copy, sizeof copy, "%s", path);
    fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ok = fsync(fd) == 0;
    close(fd);
    return ok;
}

/* link(2) does what rename(2) can not: it fails when the name is taken. */
static bool move(const char *from, const char *to, bool replace)
{
    if (replace)
        return rename(from, to) == 0;
    if (link(from, to) != 0)
        return false;
    (void)unlink(from);
    return true;
}

/* A file that is replaced keeps its mode and owner: whoever could read it must
 * be able to read it again. */
static bool set_rights(int fd, const char *path, mode_t mode, bool replace)
{
    struct stat old;

    if (!replace || stat(path, &old) != 0)
        return fchmod(fd, mode) == 0;
    if ((old.st_uid != geteuid() || old.st_gid != getegid()) &&
        fchown(fd, old.st_uid, old.st_gid) != 0)
        return false;
    return fchmod(fd, old.st_mode & 07777) == 0;
}

/* A device or a pipe would be gone, not written to. */
static enum status check_replaced(const char *path, struct err *err)
{
    struct stat old;

    if (stat(path, &old) == 0 && !S_ISREG(old.st_mode))
        return err_set(err, ST_INVALID, "%s: is not a regular file", path);
    return ST_OK;
}

static enum status publish(const char *path, mode_t mode, const void *data,
                           size_t len, bool replace, struct err *err)
{
    char temp[PATH_MAX];
    const int n = snprintf(temp, sizeof temp, "%s.XXXXXX", path);
    enum status st = ST_OK;
    int fd;

    if (n < 0 || (size_t)n >= sizeof temp)
        return file_failed(path, ENAMETOOLONG, err);
    fd = mkostemp(temp, O_CLOEXEC);
    if (fd < 0)
        return file_failed(path, errno, err);
    if (!set_rights(fd, path, mode, replace) || !write_all(fd, data, len) ||
        fsync(fd) != 0 || !move(temp, path, replace) || !sync_folder(path)) {
        st = file_failed(path, errno, err);
        (void)unlink(temp);
    }
    close(fd);
    return st;
}

enum status file_create(const char *path, mode_t mode, const void *data,
                        size_t len, struct err *err)
{
    return publish(path, mode, data, len, false, err);
}

enum status file_replace(const char *path, mode_t mode, const void *data,
                         size_t len, struct err *err)
{
    const enum status st = check_replaced(path, err);

    return st == ST_OK ? publish(path, mode, data, len, true, err) : st;
}

static enum status check_kind(int fd, const char *path, bool secret,
                              struct err *err)
{
    struct stat about;

    if (fstat(fd, &about) != 0)
        return file_failed(path, errno, err);
    if (!S_ISREG(about.st_mode))
        return err_set(err, ST_INVALID, "%s: is not a regular file", path);
    if (secret && (about.st_mode & 077))
        return err_set(err, ST_REFUSED,
                       "%s: mode %04o lets others at a secret; it must be 0600 "
                       "or stricter",
                       path, (unsigned)(about.st_mode & 07777));
    return ST_OK;
}

static enum status take_all(int fd, const char *path, struct buffer *out,
                            struct err *err)
{
    uint8_t piece[4096];
    enum status st = ST_OK;
    ssize_t n;

    while (st == ST_OK && (n = read(fd, piece, sizeof piece)) != 0) {
        if (n > 0)
            st = buffer_add(out, piece, (size_t)n);
        else if (errno != EINTR)
            return file_failed(path, errno, err);
    }
    explicit_bzero(piece, sizeof piece);
    if (st == ST_RANGE)
        return err_set(err, st, "%s: longer than %zu bytes", path, out->max);
    return st == ST_OK ? st : err_set(err, st, "%s: out of memory", path);
}

enum status file_read(const char *path, bool secret, struct buffer *out,
                      struct err *err)
{
    /* a pipe in the place of a file must not make us wait for a writer */
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    const size_t before = out->len;
    enum status st;

    if (fd < 0)
        return file_failed(path, errno, err);
    st = check_kind(fd, path, secret, err);
    if (st == ST_OK)
        st = take_all(fd, path, out, err);
    if (st != ST_OK)
        out->len = before;
    close(fd);
    return st;
}
