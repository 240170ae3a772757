/* records.h - the records of a delimited file, as bytes.
 *
 * Cuts a file into records and fields without knowing what they mean: no
 * header, no character set.  That works for UTF-8 and GB18030 alike, since
 * separators, quotes and line ends are never part of a longer character there
 * (the later bytes of GB18030 are digits or from 0x40 up).
 *
 * One buffer of RECORDS_BUFFER bytes, more only while a record needs it, at
 * most LINE_MAX_BYTES.
 */
#ifndef TEXT_RECORDS_H
#define TEXT_RECORDS_H

#include "base/limits.h"
#include "surveys/csv.h"

enum { RECORDS_BUFFER = 256 * 1024 };

struct records {
    const char *name; /* for messages; the caller's */
    int fd;           /* the caller's */
    char *buf;        /* cap bytes and some zeros behind end */
    size_t cap, begin, end;
    uint64_t base; /* where in the file buf[0] is */
    bool eof;
    uint64_t line; /* that the next record begins on, from 1 */
    unsigned char separator;
    struct csv_field *fields; /* of the last record: CSV_COLUMNS_MAX + 1 */
};

struct record {
    uint64_t line; /* it begins on */
    size_t fields; /* may be more than were noted */
    bool ascii;    /* all of it is; false may be a guess */
    bool quoted;   /* a field had quotes */
    bool nul;      /* there is a NUL byte */
    bool ragged;   /* there is text behind a closing quote */
    uint64_t open; /* line of a quote that is never closed, 0 = none */
};

/* ST_NOMEM leaves nothing behind. */
MUST_USE enum status records_init(struct records *r, const char *name, int fd);
void records_free(struct records *r);

/* Move what is left to the front and fill up behind it. */
MUST_USE enum status records_fill(struct records *r, struct err *err);

/* Find the separator in the line at hand: `,` `;` or tab, the one that it holds
 * most often outside quotes; `,` when it holds none. */
MUST_USE enum status records_sniff(struct records *r, struct err *err);

/* The next record that is not a blank line.  r->fields are its fields without
 * their quotes, valid until the next call.  ST_NOTFOUND at the end, ST_RANGE
 * when the record is longer than LINE_MAX_BYTES. */
MUST_USE enum status records_next(struct records *r, struct record *out,
                                  struct err *err);

/* Bytes of file behind the last record. */
uint64_t records_offset(const struct records *r);
/* Pass over bytes up to that offset, counting lines. */
MUST_USE enum status records_skip(struct records *r, uint64_t offset,
                                  struct err *err);

#endif
