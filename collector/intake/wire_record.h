/* wire_record.h - a msgpack map with known keys, as a C struct and back.
 *
 * A table says for each key where it lives in the struct and what it may hold;
 * one reader and one writer serve every kind of record.  Senders mostly write
 * keys in the table's order, so the reader's first guess is the next one.
 */
#ifndef INTAKE_WIRE_RECORD_H
#define INTAKE_WIRE_RECORD_H

#include "collector/wire.h"
#include "collector/wire_pack.h"

enum field_kind {
    FIELD_BYTES,  /* bin of exactly `size` bytes; all zero = absent */
    FIELD_UPTO,   /* bin of at most `size` bytes, zero-filled */
    FIELD_CODE,   /* str of printable ASCII, shorter than `size` */
    FIELD_TEXT,   /* str of UTF-8 without control characters, likewise */
    FIELD_WORD,   /* str that `parse` knows, as uint8_t */
    FIELD_U8,     /* whole numbers */
    FIELD_U16,    /**/
    FIELD_U32,    /**/
    FIELD_U64,    /**/
    FIELD_TIME,   /* int64_t, ms since 1970; may be negative */
    FIELD_BOOL,   /**/
    FIELD_POINT,  /* bin of exactly `size` bytes, as a pointer into the frame */
    FIELD_BIN,    /* bin, as pointer and length; at most `size` when not 0 */
    FIELD_STR,    /* str, likewise */
    FIELD_LIST,   /* list, as struct wire_list; in a frame's own map only */
    FIELD_RECORD, /* map of the `record` */
};

struct record;

struct field {
    const char *name;
    size_t name_len;
    enum field_kind kind;
    bool required;
    size_t offset, size;
    size_t len_offset; /* BIN, STR: of the length */
    bool (*parse)(const char *name, uint8_t *out);
    const char *(*word)(unsigned value);
    const struct record *record;
};

struct record {
    const struct field *field;
    size_t count; /* <= 32 */
};

#define FIELD(KIND, TYPE, NAME, MEMBER)                                        \
    .name = NAME, .name_len = sizeof NAME - 1, .kind = KIND,                   \
    .offset = offsetof(struct TYPE, MEMBER),                                   \
    .size = sizeof(((struct TYPE *)0)->MEMBER)

struct record_found {
    uint32_t fields;   /* a bit for each that was there and right */
    const char *wrong; /* the first that was not: its name, one of the tables'
                          "unknown field" or "not a map" */
};

/* Read the map at *at of bytes that passed wire_scan; *at moves behind it
 * whatever the result.  `out` is zero-filled by the caller.  REASON_FIELD when
 * a key is unknown or there twice, a value is wrong, or a required one is
 * missing. */
MUST_USE enum reason record_read(const struct record *r, const uint8_t **at,
                                 const uint8_t *end, void *out,
                                 struct record_found *found);

/* Write it: required fields, and the others that are not zero or empty (a
 * list or an inner record only when required). */
void record_pack(const struct record *r, const void *in, struct pack *p);

#endif
