/* records.c - see records.h.
 *
 * scan() looks for the end of a record and notes where its fields lie, touching
 * nothing, so that it can begin again when the buffer ran dry.  It takes a byte
 * a step through a table of 256: fields are so short that anything wider costs
 * more to start than it saves.
 */
#include "records.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* NUL stops both: it stands behind the data as sentinel. */
enum { STOP_PLAIN = 1, STOP_QUOTED = 2 };

enum status records_init(struct records *r, const char *name, int fd)
{
    *r = (struct records){.name = name, .fd = fd, .line = 1};
    r->fields = malloc((CSV_COLUMNS_MAX + 1) * sizeof *r->fields);
    r->buf = malloc(RECORDS_BUFFER);
    if (!r->fields || !r->buf) {
        records_free(r);
        return ST_NOMEM;
    }
    r->cap = RECORDS_BUFFER;
    r->buf[0] = '\0';
    r->stop['\0'] = r->stop['\n'] = r->stop['\r'] = STOP_PLAIN | STOP_QUOTED;
    r->stop['"'] = STOP_QUOTED;
    return ST_OK;
}

void records_free(struct records *r)
{
    free(r->fields);
    free(r->buf);
    r->fields = NULL;
    r->buf = NULL;
}

static enum status grow(struct records *r)
{
    const size_t most = (size_t)LINE_MAX_BYTES + 2; /* a line end, a NUL */
    const size_t cap = r->cap * 2 < most ? r->cap * 2 : most;
    char *buf;

    if (r->cap == most)
        return ST_RANGE;
    buf = realloc(r->buf, cap);
    if (!buf)
        return ST_NOMEM;
    r->buf = buf;
    r->cap = cap;
    return ST_OK;
}

enum status records_fill(struct records *r, struct err *err)
{
    enum status st = ST_OK;

    if (r->begin) {
        memmove(r->buf, r->buf + r->begin, r->end - r->begin);
        r->base += r->begin;
        r->end -= r->begin;
        r->begin = 0;
    } else if (r->end + 1 == r->cap) {
        st = grow(r);
    }
    while (st == ST_OK && !r->eof && r->end + 1 < r->cap) {
        ssize_t n = read(r->fd, r->buf + r->end, r->cap - 1 - r->end);

        if (n > 0)
            r->end += (size_t)n;
        else if (n == 0)
            r->eof = true;
        else if (errno != EINTR)
            st = err_set(err, ST_IO, "%s: %s", r->name, strerror(errno));
    }
    r->buf[r->end] = '\0';
    return st;
}

static enum status too_long(const struct records *r, uint64_t open,
                            struct err *err)
{
    if (open)
        return err_set(err, ST_RANGE,
                       "%s:%llu: a record longer than %d bytes; the quote "
                       "opened on line %llu is not closed",
                       r->name, (unsigned long long)r->line, LINE_MAX_BYTES,
                       (unsigned long long)open);
    return err_set(err, ST_RANGE, "%s:%llu: a line longer than %d bytes",
                   r->name, (unsigned long long)r->line, LINE_MAX_BYTES);
}

enum status records_sniff(struct records *r, struct err *err)
{
    static const char separators[] = ",;\t";
    size_t found[3], best = 0;
    enum status st;

    for (;;) {
        const char *p = r->buf + r->begin, *const end = r->buf + r->end;
        bool quoted = false;

        memset(found, 0, sizeof found);
        while (p < end && (*p == '\n' || *p == '\r'))
            p++; /* blank lines before the header */
        for (; p < end && (quoted || (*p != '\n' && *p != '\r')); p++) {
            const char *is = strchr(separators, *p);

            quoted = quoted != (*p == '"');
            if (*p && is && !quoted)
                found[is - separators]++;
        }
        if (p < end || r->eof)
            break;
        st = records_fill(r, err);
        if (st != ST_OK)
            return st == ST_RANGE ? too_long(r, quoted ? 1 : 0, err) : st;
    }
    for (size_t i = 1; i < 3; i++)
        if (found[i] > found[best])
            best = i;
    r->separator = (unsigned char)separators[best];
    r->stop[r->separator] |= STOP_PLAIN;
    return ST_OK;
}

/* The closing quote of the field whose opening one is at p, or the end of the
 * data. */
static char *skip_quoted(const struct records *r, struct record *found, char *p,
                         uint64_t *lines)
{
    const char *const end = r->buf + r->end;
    const uint64_t opened = *lines + 1;

    found->quoted = true;
    for (p++;;) {
        unsigned char b;

        while (!(r->stop[b = (unsigned char)*p] & STOP_QUOTED)) {
            found->seen |= b;
            p++;
        }
        if (p == end) {
            found->open = r->line + opened - 1;
            return p;
        }
        if (b == '"' && p[1] != '"')
            return p;
        found->nul = found->nul || b == '\0';
        *lines += b == '\n' || (b == '\r' && p[1] != '\n');
        p += b == '"' ? 2 : 1;
    }
}

/* Note the fields of the record at `begin`, where it ends, and the lines that
 * it takes.  False when the data end before it does. */
static bool scan(struct records *r, struct record *found, char **behind,
                 uint64_t *lines)
{
    const uint8_t *const stop = r->stop;
    const char *const end = r->buf + r->end;
    char *p = r->buf + r->begin;
    unsigned char b, seen = 0;
    size_t n = 0;

    *found = (struct record){.line = r->line};
    *lines = 0;
    for (;; p++) {
        char *const start = p;

        if (*p == '"') {
            p = skip_quoted(r, found, p, lines);
            if (p < end && !(stop[(unsigned char)*++p] & STOP_PLAIN))
                found->ragged = true;
        }
        for (;; p++) {
            while (!(stop[b = (unsigned char)*p] & STOP_PLAIN)) {
                seen |= b;
                p++;
            }
            if (b != '\0' || p == end)
                break;
            found->nul = true;
        }
        if (n <= CSV_COLUMNS_MAX)
            r->fields[n] = (struct csv_field){start, (size_t)(p - start)};
        n++;
        if (b != r->separator)
            break;
    }
    found->fields = n;
    found->seen |= seen;
    if (!r->eof && (p == end || (b == '\r' && p + 1 == end)))
        return false;
    if (p < end) {
        ++*lines;
        p += b == '\r' && p[1] == '\n' ? 2 : 1;
    }
    *behind = p;
    return true;
}

enum status records_next(struct records *r, struct record *out, struct err *err)
{
    for (;;) {
        char *behind;
        uint64_t lines;

        if (scan(r, out, &behind, &lines)) {
            const bool blank = out->fields == 1 && !r->fields[0].len;

            if (r->begin == r->end)
                return ST_NOTFOUND;
            if (behind - (r->buf + r->begin) > LINE_MAX_BYTES)
                return too_long(r, 0, err);
            r->begin = (size_t)(behind - r->buf);
            r->line += lines;
            if (!blank)
                return ST_OK;
        } else {
            enum status st = records_fill(r, err);

            if (st != ST_OK)
                return st == ST_RANGE ? too_long(r, out->open, err) : st;
        }
    }
}

void records_unquote(struct csv_field *f)
{
    const char *from = f->text, *const end = f->text + f->len;
    char *text, *to;

    memcpy(&text, &f->text, sizeof text); /* it lies in our own buffer */
    if (f->len && *from == '"') {
        for (to = text, from++; from < end; from++) {
            if (*from == '"' && (++from == end || *from != '"'))
                break; /* the closing one */
            *to++ = *from;
        }
        f->len = (size_t)(to - text);
    }
    text[f->len] = '\0';
}

uint64_t records_offset(const struct records *r)
{
    return r->base + r->begin;
}

enum status records_skip(struct records *r, uint64_t offset, struct err *err)
{
    unsigned char before = '\0';

    if (offset < records_offset(r))
        return err_set(err, ST_INVALID, "%s: byte %llu lies in the header",
                       r->name, (unsigned long long)offset);
    while (records_offset(r) < offset) {
        const uint64_t left = offset - records_offset(r);
        size_t n = r->end - r->begin;

        if (n > left)
            n = (size_t)left;
        for (size_t i = 0; i < n; i++) {
            const unsigned char b = (unsigned char)r->buf[r->begin + i];

            r->line += b == '\n' ? before != '\r' : b == '\r';
            before = b;
        }
        r->begin += n;
        if (r->begin < r->end || records_offset(r) == offset)
            continue;
        if (r->eof)
            return err_set(err, ST_INVALID,
                           "%s: ends before byte %llu: not the file it was",
                           r->name, (unsigned long long)offset);
        enum status st = records_fill(r, err);
        if (st != ST_OK)
            return st;
    }
    return ST_OK;
}
