/* fit_resamples.c - a file of resamples: one a line, row numbers from 1,
 * separated by commas.  A line may be far longer than a CSV record may, so it
 * is read a number at a time. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fit.h"

struct scan {
    const char *path;
    FILE *in;
    size_t line;
    size_t rows; /* the largest row number */
    size_t numbers, numbers_cap, firsts_cap;
    struct fit_resamples found;
};

static enum status refuse(const struct scan *s, const char *cause,
                          struct err *err)
{
    return err_set(err, ST_INVALID, "%s:%zu: %s", s->path, s->line, cause);
}

static enum status add_number(struct scan *s, uint32_t row, struct err *err)
{
    if (s->numbers == RESAMPLED_MAX)
        return err_set(err, ST_RANGE, "%s:%zu: more than %d row numbers",
                       s->path, s->line, RESAMPLED_MAX);
    if (s->numbers == s->numbers_cap) {
        const size_t cap = s->numbers_cap ? 2 * s->numbers_cap : 4096;
        uint32_t *more = realloc(s->found.row, cap * sizeof *more);

        if (!more)
            return ST_NOMEM;
        s->found.row = more;
        s->numbers_cap = cap;
    }
    s->found.row[s->numbers++] = row;
    return ST_OK;
}

/* Close a resample: the next begins behind what was read. */
static enum status end_line(struct scan *s)
{
    if (s->found.count + 2 > s->firsts_cap) {
        const size_t cap = s->firsts_cap ? 2 * s->firsts_cap : 256;
        size_t *more = realloc(s->found.first, cap * sizeof *more);

        if (!more)
            return ST_NOMEM;
        s->found.first = more;
        s->firsts_cap = cap;
    }
    s->found.first[0] = 0;
    s->found.first[++s->found.count] = s->numbers;
    return ST_OK;
}

/* One number; *end: the character behind it. */
static enum status read_number(struct scan *s, int c, int *end, struct err *err)
{
    uint64_t n = 0;

    if (c < '0' || c > '9')
        return refuse(s, "row numbers and commas are wanted", err);
    for (; c >= '0' && c <= '9'; c = getc(s->in))
        if ((n = 10 * n + (uint64_t)(c - '0')) > s->rows)
            break;
    if (n < 1 || n > s->rows)
        return err_set(err, ST_INVALID,
                       "%s:%zu: a row number that is not 1 to %zu", s->path,
                       s->line, s->rows);
    if (c == '\r')
        c = getc(s->in);
    *end = c;
    return add_number(s, (uint32_t)(n - 1), err);
}

static enum status read_lines(struct scan *s, struct err *err)
{
    int c = getc(s->in);

    while (c != EOF) {
        enum status st = read_number(s, c, &c, err);

        if (st == ST_OK && c == ',') {
            c = getc(s->in);
            continue;
        }
        if (st == ST_OK && c != '\n' && c != EOF)
            st = refuse(s, "row numbers and commas are wanted", err);
        if (st == ST_OK)
            st = end_line(s);
        if (st != ST_OK)
            return st;
        s->line++;
        c = c == EOF ? EOF : getc(s->in);
    }
    if (ferror(s->in))
        return err_set(err, ST_IO, "%s: %s", s->path, strerror(errno));
    return s->found.count ? ST_OK : refuse(s, "is empty", err);
}

enum status fit_resamples_read(const char *path, size_t rows,
                               struct fit_resamples *out, struct err *err)
{
    struct scan s = {
        .path = path, .in = fopen(path, "re"), .line = 1, .rows = rows};
    enum status st;

    if (!s.in)
        return err_set(err, errno == ENOENT ? ST_NOTFOUND : ST_IO, "%s: %s",
                       path, strerror(errno));
    (void)err_set(err, ST_NOMEM, "out of memory");
    st = read_lines(&s, err);
    (void)fclose(s.in);
    if (st == ST_OK)
        *out = s.found;
    else
        fit_resamples_free(&s.found);
    return st;
}

void fit_resamples_free(struct fit_resamples *r)
{
    free(r->first);
    free(r->row);
    *r = (struct fit_resamples){0};
}
