/* note.c - see note.h. */
#include "note.h"

#define FORMAT 2 /* 1 had no `all` */

enum { HASHES = 4 * HASH_SIZE };

enum status note_pack(const struct note *n, struct buffer *out)
{
    const uint64_t numbers[] = {(uint64_t)n->clock,
                                (uint64_t)n->begun,
                                n->offset,
                                n->rows,
                                n->bad,
                                n->done,
                                n->all};
    enum status st = buffer_byte(out, FORMAT);

    if (st == ST_OK)
        st = buffer_add(out, n->file, HASH_SIZE);
    if (st == ST_OK)
        st = buffer_add(out, n->how, HASH_SIZE);
    if (st == ST_OK)
        st = buffer_add(out, n->form, HASH_SIZE);
    if (st == ST_OK)
        st = buffer_add(out, n->secret, HASH_SIZE);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers && st == ST_OK; i++)
        st = buffer_varint(out, numbers[i]);
    return st;
}

enum status note_unpack(const struct buffer *in, struct note *out)
{
    const uint8_t *at = in->data, *const end = at + in->len;
    uint64_t number[7] = {0};
    size_t numbers = sizeof number / sizeof *number;
    struct note n;

    if (in->len < 1 + HASHES)
        return ST_CORRUPT;
    if (*at == 0 || *at > FORMAT)
        return ST_NEWER;
    numbers -= *at++ == 1;
    memcpy(n.file, at, HASH_SIZE);
    memcpy(n.how, at + HASH_SIZE, HASH_SIZE);
    memcpy(n.form, at + 2 * HASH_SIZE, HASH_SIZE);
    memcpy(n.secret, at + 3 * HASH_SIZE, HASH_SIZE);
    at += HASHES;
    for (size_t i = 0; i < numbers; i++)
        if (bytes_varint(&at, end, &number[i]) != ST_OK)
            return ST_CORRUPT;
    n.clock = (int64_t)number[0];
    n.begun = (int64_t)number[1];
    n.offset = number[2];
    n.rows = number[3];
    n.bad = number[4];
    n.done = number[5] != 0;
    n.all = number[6];
    *out = n;
    return ST_OK;
}
