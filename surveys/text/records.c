/* records.c - see records.h.
 *
 * scan() looks for the end of a record and notes where its fields lie; when the
 * buffer ran dry it leaves the data as they were and can begin again.
 */
#include "records.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "block.h"

enum {
    SLACK = BLOCK /* zero bytes behind the data: a stop, and room to look */
};

enum status records_init(struct records *r, const char *name, int fd)
{
    *r = (struct records){.name = name, .fd = fd, .line = 1};
    r->fields = malloc((CSV_COLUMNS_MAX + 1) * sizeof *r->fields);
    r->buf = calloc(1, RECORDS_BUFFER + SLACK);
    if (!r->fields || !r->buf) {
        records_free(r);
        return ST_NOMEM;
    }
    r->cap = RECORDS_BUFFER;
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
    const size_t most = (size_t)LINE_MAX_BYTES + 2; /* a line end */
    const size_t cap = r->cap * 2 < most ? r->cap * 2 : most;
    char *buf;

    if (r->cap == most)
        return ST_RANGE;
    buf = realloc(r->buf, cap + SLACK);
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
    } else if (r->end == r->cap) {
        st = grow(r);
    }
    while (st == ST_OK && !r->eof && r->end < r->cap) {
        ssize_t n = read(r->fd, r->buf + r->end, r->cap - r->end);

        if (n > 0)
            r->end += (size_t)n;
        else if (n == 0)
            r->eof = true;
        else if (errno != EINTR)
            st = err_set(err, ST_IO, "%s: %s", r->name, strerror(errno));
    }
    memset(r->buf + r->end, 0, SLACK);
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
    return ST_OK;
}

/* Whether a field that is not quoted ends at p. */
static inline bool ends(const char *p, unsigned char separator, const char *end)
{
    return (unsigned char)*p == separator || *p == '\n' || *p == '\r' ||
           p == end;
}

/* What is behind the closing quote of the field whose opening one is at p; the
 * end of the data when there is none. */
static char *skip_quoted(const struct records *r, struct record *found, char *p,
                         uint64_t *lines)
{
    static const bool special[256] = {
        ['\0'] = true, ['\n'] = true, ['\r'] = true, ['"'] = true};
    const char *const end = r->buf + r->end;
    const uint64_t opened = r->line + *lines;
    unsigned char seen = 0;

    found->quoted = true;
    for (p++;;) {
        unsigned char b;

        while (!special[b = (unsigned char)*p]) {
            seen |= b;
            p++;
        }
        if (p == end)
            found->open = opened;
        found->ascii = found->ascii && seen < 0x80;
        if (p == end)
            return p;
        if (b == '"' && p[1] != '"')
            return p + 1;
        found->nul = found->nul || b == '\0';
        *lines += b == '\n' || (b == '\r' && p[1] != '\n');
        p += b == '"' ? 2 : 1;
    }
}

/* Go on behind a stop at p, in the field that begins at `from`, that does not
 * end the record: only there does a quote open anything. */
static char *step(const struct records *r, struct record *found, char *from,
                  char *p, uint64_t *lines)
{
    if (p > from || *p != '"') {
        found->nul = found->nul || *p == '\0';
        return p + 1;
    }
    p = skip_quoted(r, found, from, lines);
    found->ragged = found->ragged || !ends(p, r->separator, r->buf + r->end);
    return p;
}

/* Note the fields of the record at `begin` and put NUL in the place of the
 * separators between them; gives where the last one ends. */
static char *cut(struct records *r, struct record *found, uint64_t *lines)
{
    const unsigned char separator = r->separator;
    const char *const end = r->buf + r->end;
    struct csv_field *const fields = r->fields;
    char *from = r->buf + r->begin, *p;
    struct block b = block_look(from, separator);
    bool ascii = b.ascii;
    size_t n = 0;

    for (;;) {
        /* those before the next stop, or all when there is none */
        uint64_t plain = b.separators & ((b.stops & -b.stops) - 1);

        for (; plain; plain &= plain - 1) {
            p = b.at + __builtin_ctzll(plain);
            if (n <= CSV_COLUMNS_MAX) {
                fields[n] = (struct csv_field){from, (size_t)(p - from)};
                *p = '\0';
            }
            n++;
            from = p + 1;
        }
        if (b.stops) {
            p = b.at + __builtin_ctzll(b.stops);
            if (*p == '\n' || *p == '\r' || p == end)
                break;
            p = step(r, found, from, p, lines);
        } else {
            p = b.at + BLOCK;
        }
        block_pass(&b, p, separator);
        ascii = ascii && b.ascii;
    }
    if (n <= CSV_COLUMNS_MAX)
        fields[n] = (struct csv_field){from, (size_t)(p - from)};
    found->fields = n + 1;
    found->ascii = found->ascii && ascii;
    return p;
}

/* Where a noted field lies, to write. */
static char *text_of(const struct records *r, size_t i)
{
    return r->buf + (r->fields[i].text - r->buf);
}

/* Put the separators back. */
static void uncut(const struct records *r, const struct record *found)
{
    for (size_t i = 0; i + 1 < found->fields && i <= CSV_COLUMNS_MAX; i++)
        text_of(r, i)[r->fields[i].len] = (char)r->separator;
}

/* Cut the record at `begin`; where it ends, and the lines that it takes.
 * False, and nothing changed, when the data end before it does. */
static bool scan(struct records *r, struct record *found, size_t *behind,
                 uint64_t *lines)
{
    const char *const end = r->buf + r->end;
    char *p, *rest;

    *found = (struct record){.line = r->line, .ascii = true};
    *lines = 0;
    p = rest = cut(r, found, lines);
    if (!r->eof && (p == end || (*p == '\r' && p + 1 == end))) {
        uncut(r, found);
        return false;
    }
    if (p < end) {
        ++*lines;
        rest += *p == '\r' && p[1] == '\n' ? 2 : 1;
    }
    *p = '\0';
    *behind = (size_t)(rest - r->buf);
    return true;
}

/* Take the quotes off a field of `len` bytes; its new length. */
static size_t unquote(char *text, size_t len)
{
    const char *from = text + 1, *const end = text + len;
    char *to = text;

    for (; from < end; from++) {
        if (*from == '"' && (++from == end || *from != '"'))
            break; /* the closing one */
        *to++ = *from;
    }
    *to = '\0';
    return (size_t)(to - text);
}

enum status records_next(struct records *r, struct record *out, struct err *err)
{
    for (;;) {
        size_t behind;
        uint64_t lines;
        enum status st;

        if (!scan(r, out, &behind, &lines)) {
            st = records_fill(r, err);
            if (st != ST_OK)
                return st == ST_RANGE ? too_long(r, out->open, err) : st;
            continue;
        }
        if (r->begin == r->end)
            return ST_NOTFOUND;
        if (behind - r->begin > LINE_MAX_BYTES)
            return too_long(r, 0, err);
        r->begin = behind;
        r->line += lines;
        if (out->fields > 1 || r->fields[0].len)
            break; /* not a blank line */
    }
    for (size_t i = 0; out->quoted && i < out->fields && i <= CSV_COLUMNS_MAX;
         i++)
        if (r->fields[i].text[0] == '"')
            r->fields[i].len = unquote(text_of(r, i), r->fields[i].len);
    return ST_OK;
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
