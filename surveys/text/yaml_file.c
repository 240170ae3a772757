/* yaml_file.c - the bytes of a YAML file; see surveys/yaml.h. */
#include "surveys/yaml.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"

static enum status open_failed(const char *path, struct err *err)
{
    if (errno == ENOENT)
        return err_set(err, ST_NOTFOUND, "%s: no such file", path);
    if (errno == EACCES)
        return err_set(err, ST_REFUSED, "%s: no permission to read it", path);
    return err_set(err, ST_IO, "%s: %s", path, strerror(errno));
}

static enum status read_failed(const char *path, struct err *err)
{
    if (errno == EISDIR)
        return err_set(err, ST_INVALID, "%s: is a directory", path);
    return err_set(err, ST_IO, "%s: %s", path, strerror(errno));
}

enum status yaml_read(const char *path, char **text, size_t *len,
                      struct err *err)
{
    const size_t most = (size_t)DEFINITION_MAX + 1;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    char *buf = NULL;
    size_t n = 0;
    ssize_t got = 1;
    enum status st = ST_OK;

    if (fd < 0)
        return open_failed(path, err);
    buf = malloc(most + 1);
    if (!buf)
        st = ST_NOMEM;
    while (st == ST_OK && got && n < most) {
        got = read(fd, buf + n, most - n);
        if (got > 0)
            n += (size_t)got;
        else if (got < 0 && errno != EINTR)
            st = read_failed(path, err);
    }
    if (st == ST_OK && n == most)
        st = err_set(err, ST_RANGE, "%s: longer than %d bytes", path,
                     DEFINITION_MAX);
    close(fd);
    if (st != ST_OK) {
        free(buf);
        return st;
    }
    buf[n] = '\0';
    *text = buf;
    *len = n;
    return ST_OK;
}

enum status yaml_load(const char *path, struct yaml **out, struct err *err)
{
    char *text;
    size_t len;
    enum status st = yaml_read(path, &text, &len, err);

    if (st != ST_OK)
        return st;
    st = yaml_parse(path, text, len, out, err);
    free(text);
    return st;
}
