/* csv.c - see surveys/csv.h: what records.c cuts, with a header and a character
 * set.  A field that is plain ASCII is handed out where it lies in the buffer;
 * only fields that must be converted from GB18030 are copied.
 */
#include "surveys/csv.h"

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "records.h"
#include "surveys/utf8.h"

#define NO_ICONV ((iconv_t)-1)

struct csv {
    char *name; /* for messages */
    int fd;
    uint64_t size; /* of the file, 0 = not known */
    struct records records;
    uint64_t line; /* the last record began on */
    iconv_t iconv; /* from GB18030, or NO_ICONV: the file is UTF-8 */
    char *converted;
    size_t converted_cap;
    size_t columns;
    char **column;
    enum status broken; /* why no further record can be read, */
    struct err why;     /* in words */
};

static enum status fail(const struct csv *c, struct err *err, uint64_t line,
                        const char *cause)
{
    return err_set(err, ST_INVALID, "%s:%llu: %s", c->name,
                   (unsigned long long)line, cause);
}

static bool ascii(const struct csv_field *f)
{
    unsigned char seen = 0;

    for (size_t i = 0; i < f->len; i++)
        seen |= (unsigned char)f->text[i];
    return seen < 0x80;
}

/* Make the fields UTF-8.  Two bytes of GB18030 become three at most. */
static enum status convert(struct csv *c, const struct record *found,
                           struct err *err)
{
    size_t want = 0;
    char *to;

    for (size_t i = 0; i < found->fields; i++)
        want += 2 * c->records.fields[i].len + 1;
    if (want > c->converted_cap) {
        char *more = realloc(c->converted, want);

        if (!more)
            return ST_NOMEM;
        c->converted = more;
        c->converted_cap = want;
    }
    to = c->converted;
    for (size_t i = 0; i < found->fields; i++) {
        struct csv_field *f = &c->records.fields[i];
        size_t in_left = f->len, out_left = 2 * f->len;
        char *in, *const start = to;

        if (ascii(f))
            continue;
        memcpy(&in, &f->text, sizeof in);
        (void)iconv(c->iconv, NULL, NULL, NULL, NULL);
        if (iconv(c->iconv, &in, &in_left, &to, &out_left) == (size_t)-1)
            return fail(c, err, found->line, "not GB18030");
        *f = (struct csv_field){start, (size_t)(to - start)};
        *to++ = '\0';
    }
    return ST_OK;
}

/* Refuse what is no record; make its fields UTF-8. */
static enum status finish(struct csv *c, const struct record *found,
                          struct err *err)
{
    struct csv_field *const fields = c->records.fields;

    if (found->open)
        return fail(c, err, found->open, "the quote opened here is not closed");
    if (found->nul)
        return fail(c, err, found->line, "a NUL byte");
    if (found->ragged)
        return fail(c, err, found->line, "text behind a closing quote");
    if (!found->ascii && c->iconv == NO_ICONV)
        for (size_t i = 0; i < found->fields; i++)
            if (utf8_valid(fields[i].text, fields[i].len) < fields[i].len)
                return fail(c, err, found->line,
                            "not UTF-8; if it is GB18030 use "
                            "--encoding gb18030");
    if (!found->ascii && c->iconv != NO_ICONV)
        return convert(c, found, err);
    return ST_OK;
}

static enum status next(struct csv *c, struct err *err)
{
    struct record found;
    enum status st = records_next(&c->records, &found, err);

    if (st != ST_OK)
        return st;
    c->line = found.line;
    if (found.fields != c->columns && !found.open)
        return err_set(err, ST_INVALID,
                       "%s:%llu: %zu fields, the header has "
                       "%zu",
                       c->name, (unsigned long long)found.line, found.fields,
                       c->columns);
    return finish(c, &found, err);
}

enum status csv_next(struct csv *c, const struct csv_field **fields,
                     struct err *err)
{
    enum status st = c->broken;

    if (st == ST_OK)
        st = next(c, &c->why);
    if (st == ST_OK) {
        *fields = c->records.fields;
        return ST_OK;
    }
    if (st == ST_NOMEM || st == ST_NOTFOUND)
        c->why.text[0] = '\0';
    if (st != ST_INVALID) /* the reader lost its place */
        c->broken = st;
    return err_set(err, st, "%s", c->why.text);
}

static enum status open_file(struct csv *c, const char *path, struct err *err)
{
    struct stat is;

    c->fd = streq(path, "-") ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (c->fd < 0 && errno == ENOENT)
        return err_set(err, ST_NOTFOUND, "%s: no such file", c->name);
    if (c->fd < 0 && errno == EACCES)
        return err_set(err, ST_REFUSED, "%s: no permission to read it",
                       c->name);
    if (c->fd < 0 || fstat(c->fd, &is) < 0)
        return err_set(err, ST_IO, "%s: %s", c->name, strerror(errno));
    if (S_ISDIR(is.st_mode))
        return err_set(err, ST_INVALID, "%s: is a directory", c->name);
    if (S_ISREG(is.st_mode) && is.st_size > 0)
        c->size = (uint64_t)is.st_size;
    return ST_OK;
}

static enum status choose_encoding(struct csv *c, const char *encoding,
                                   struct err *err)
{
    if (!encoding || strcasecmp(encoding, "utf-8") == 0 ||
        strcasecmp(encoding, "utf8") == 0)
        return ST_OK;
    if (strcasecmp(encoding, "gb18030") != 0)
        return err_set(err, ST_INVALID,
                       "unknown encoding '%.40s': utf-8 or gb18030", encoding);
    c->iconv = iconv_open("UTF-8", "GB18030");
    if (c->iconv == NO_ICONV)
        return err_set(err, ST_IO, "GB18030: %s", strerror(errno));
    return ST_OK;
}

/* Pass over a byte order mark.  One of UTF-8 settles the character set. */
static enum status read_mark(struct csv *c, struct err *err)
{
    struct records *r = &c->records;
    const char *p = r->buf;

    if (r->end >= 2 && (!memcmp(p, "\xff\xfe", 2) || !memcmp(p, "\xfe\xff", 2)))
        return err_set(err, ST_INVALID, "%s: is UTF-16; save it as CSV UTF-8",
                       c->name);
    if (r->end >= 3 && !memcmp(p, "\xef\xbb\xbf", 3)) {
        r->begin = 3;
        if (c->iconv != NO_ICONV)
            iconv_close(c->iconv);
        c->iconv = NO_ICONV;
    } else if (r->end >= 4 && !memcmp(p, "\x84\x31\x95\x33", 4) &&
               c->iconv != NO_ICONV) {
        r->begin = 4;
    }
    return ST_OK;
}

static char *trimmed(const struct csv_field *f)
{
    const char *from = f->text;
    size_t len = f->len;

    while (len && strchr(" \t\r\n", *from))
        from++, len--;
    while (len && strchr(" \t\r\n", from[len - 1]))
        len--;
    return strndup(from, len);
}

/* Of a number, which is somebody's answer when there is no header, nothing is
 * said. */
static enum status refuse_twice(const struct csv *c, const char *column,
                                uint64_t line, struct err *err)
{
    if (!column[strspn(column, "0123456789")])
        return fail(c, err, line, "a number twice: is this the header?");
    return err_set(err, ST_INVALID, "%s:%llu: column '%s' twice", c->name,
                   (unsigned long long)line, column);
}

static enum status read_header(struct csv *c, struct err *err)
{
    struct record found;
    enum status st = records_sniff(&c->records, err);

    if (st == ST_OK)
        st = records_next(&c->records, &found, err);
    if (st == ST_NOTFOUND)
        return err_set(err, ST_INVALID, "%s: is empty", c->name);
    if (st == ST_OK && found.fields > CSV_COLUMNS_MAX)
        return err_set(err, ST_RANGE, "%s:%llu: %zu columns, at most %d",
                       c->name, (unsigned long long)found.line, found.fields,
                       CSV_COLUMNS_MAX);
    if (st == ST_OK)
        st = finish(c, &found, err);
    if (st != ST_OK)
        return st;
    c->column = calloc(found.fields, sizeof *c->column);
    if (!c->column)
        return ST_NOMEM;
    c->columns = found.fields;
    for (size_t i = 0; i < c->columns; i++) {
        c->column[i] = trimmed(&c->records.fields[i]);
        if (!c->column[i])
            return ST_NOMEM;
        if (c->column[i][0] && csv_find(c, c->column[i]) < i)
            return refuse_twice(c, c->column[i], found.line, err);
    }
    return ST_OK;
}

static enum status start(struct csv *c, const char *path,
                         const struct csv_options *options, struct err *err)
{
    enum status st = open_file(c, path, err);

    if (st == ST_OK)
        st = choose_encoding(c, options ? options->encoding : NULL, err);
    if (st == ST_OK)
        st = records_init(&c->records, c->name, c->fd);
    if (st == ST_OK)
        st = records_fill(&c->records, err);
    if (st == ST_OK)
        st = read_mark(c, err);
    if (st == ST_OK)
        st = read_header(c, err);
    if (st == ST_OK && options && options->skip_to)
        st = records_skip(&c->records, options->skip_to, err);
    return st;
}

enum status csv_open(const char *path, const struct csv_options *options,
                     struct csv **out, struct err *err)
{
    struct csv *c = calloc(1, sizeof *c);
    enum status st = ST_NOMEM;

    (void)err_set(err, ST_NOMEM, "out of memory");
    if (!c)
        return ST_NOMEM;
    c->fd = -1;
    c->iconv = NO_ICONV;
    c->name = strdup(streq(path, "-") ? "standard input" : path);
    if (c->name)
        st = start(c, path, options, err);
    if (st == ST_OK)
        *out = c;
    else
        csv_close(&c);
    return st;
}

void csv_close(struct csv **c)
{
    struct csv *own = *c;

    if (!own)
        return;
    if (own->fd > STDIN_FILENO)
        close(own->fd);
    if (own->iconv != NO_ICONV)
        iconv_close(own->iconv);
    for (size_t i = 0; i < own->columns; i++)
        free(own->column[i]);
    free(own->column);
    free(own->converted);
    records_free(&own->records);
    free(own->name);
    free(own);
    *c = NULL;
}

size_t csv_columns(const struct csv *c)
{
    return c->columns;
}

const char *csv_column(const struct csv *c, size_t i)
{
    return c->column[i];
}

size_t csv_find(const struct csv *c, const char *name)
{
    for (size_t i = 0; i < c->columns; i++)
        if (c->column[i] && streq(c->column[i], name))
            return i;
    return SIZE_MAX;
}

uint64_t csv_line(const struct csv *c)
{
    return c->line;
}

uint64_t csv_offset(const struct csv *c)
{
    return records_offset(&c->records);
}

uint64_t csv_size(const struct csv *c)
{
    return c->size;
}
