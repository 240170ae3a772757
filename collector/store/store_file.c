/* store_file.c - temporary name, fsync, rename, fsync of the folder.
 *
 * After a power cut there is the old state or the whole new file.  The name is
 * given with link(), which unlike rename() refuses one that is taken.
 */
#include "store_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum status store_file_status(int why)
{
    switch (why) {
    case ENOSPC:
    case EDQUOT:
        return ST_FULL;
    case EEXIST:
        return ST_EXISTS;
    case ENOENT:
    case ENOTDIR:
        return ST_NOTFOUND;
    case EACCES:
    case EPERM:
    case EROFS:
        return ST_REFUSED;
    case ENOMEM:
        return ST_NOMEM;
    default:
        return ST_IO;
    }
}

static enum status os_error(struct err *err, const char *path)
{
    const int why = errno;

    return err_set(err, store_file_status(why), "%s: %s", path, strerror(why));
}

enum status store_file_temp(const char *path, char **temp, struct err *err)
{
    const size_t size = strlen(path) + sizeof ".XXXXXX";
    char *name;
    int fd;

    if (access(path, F_OK) == 0)
        return err_set(err, ST_EXISTS, "%s: exists already", path);
    name = malloc(size);
    if (!name)
        return err_set(err, ST_NOMEM, "%s: out of memory", path);
    (void)snprintf(name, size, "%s.XXXXXX", path);
    fd = mkstemp(name);
    if (fd < 0) {
        free(name);
        return os_error(err, path);
    }
    close(fd);
    *temp = name;
    return ST_OK;
}

static enum status sync_path(const char *path, int flags, struct err *err)
{
    const int fd = open(path, flags | O_CLOEXEC);
    enum status st = ST_OK;

    if (fd < 0 || fsync(fd) != 0)
        st = os_error(err, path);
    if (fd >= 0)
        close(fd);
    return st;
}

enum status store_file_publish(const char *temp, const char *path,
                               struct err *err)
{
    char *copy = strdup(path);
    enum status st;

    if (!copy)
        return err_set(err, ST_NOMEM, "%s: out of memory", path);
    st = sync_path(temp, O_RDONLY, err);
    if (st == ST_OK && link(temp, path) != 0)
        st = os_error(err, path);
    if (st == ST_OK && unlink(temp) != 0)
        st = os_error(err, temp);
    if (st == ST_OK)
        st = sync_path(dirname(copy), O_RDONLY | O_DIRECTORY, err);
    free(copy);
    return st;
}

/* ---- one writer ---- */

/* False: it was unlinked, or made anew, before we held it. */
static bool still_named(const char *name, int fd)
{
    struct stat held, named;

    return fstat(fd, &held) == 0 && stat(name, &named) == 0 &&
           held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

enum status store_file_lock(const char *name, int *fd, struct err *err)
{
    for (;;) {
        const int new = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        enum status st = ST_OK;

        if (new < 0)
            return os_error(err, name);
        if (flock(new, LOCK_EX | LOCK_NB) == 0) {
            if (still_named(name, new)) {
                *fd = new;
                return ST_OK;
            }
        } else if (errno == EWOULDBLOCK) {
            st = err_set(err, ST_BUSY, "%s: held by another process", name);
        } else if (errno != EINTR) {
            st = os_error(err, name);
        }
        close(new);
        if (st != ST_OK)
            return st;
    }
}

/* Removed while it is held: nobody else can hold this one any more, and who
 * waits at the door looks at the name again. */
void store_file_unlock(const char *name, int fd)
{
    (void)unlink(name);
    close(fd);
}
