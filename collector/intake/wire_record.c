/* wire_record.c - see wire_record.h. */
#include "wire_record.h"

#include <assert.h>

#include "collector/wire_scan.h"
#include "collector/wire_value.h"
#include "surveys/utf8.h"

#define WORD_MAX 32 /* longest name of an enum's value, and one */

/* ---- reading ---- */

static bool copy_code(const struct wire_value *v, char *out, size_t size)
{
    if (v->kind != WIRE_STR || v->len >= size)
        return false;
    for (size_t i = 0; i < v->len; i++)
        if (v->data[i] <= ' ' || v->data[i] > '~')
            return false;
    memcpy(out, v->data, v->len);
    return true;
}

static bool copy_text(const struct wire_value *v, char *out, size_t size)
{
    if (v->kind != WIRE_STR || v->len >= size ||
        utf8_valid((const char *)v->data, v->len) < v->len)
        return false;
    for (size_t i = 0; i < v->len; i++)
        if (v->data[i] < ' ' || v->data[i] == 0x7f)
            return false;
    memcpy(out, v->data, v->len);
    return true;
}

static bool read_word(const struct field *f, const struct wire_value *v,
                      uint8_t *out)
{
    char word[WORD_MAX] = "";

    return copy_code(v, word, sizeof word) && f->parse(word, out);
}

static bool read_number(const struct field *f, const struct wire_value *v,
                        void *out)
{
    int64_t time = (int64_t)v->number;
    uint32_t narrow = (uint32_t)v->number;

    if (f->kind == FIELD_TIME) {
        if (v->kind != WIRE_NEGATIVE &&
            (v->kind != WIRE_UINT || v->number > INT64_MAX))
            return false;
        memcpy(out, &time, sizeof time);
        return true;
    }
    if (v->kind != WIRE_UINT)
        return false;
    if (f->kind == FIELD_U64) {
        memcpy(out, &v->number, sizeof v->number);
        return true;
    }
    if (v->number > (f->kind == FIELD_U8    ? UINT8_MAX
                     : f->kind == FIELD_U16 ? UINT16_MAX
                                            : UINT32_MAX))
        return false;
    if (f->kind == FIELD_U8)
        *(uint8_t *)out = (uint8_t)narrow;
    else if (f->kind == FIELD_U16)
        *(uint16_t *)out = (uint16_t)narrow;
    else
        memcpy(out, &narrow, sizeof narrow);
    return true;
}

static bool read_bytes(const struct field *f, const struct wire_value *v,
                       void *out)
{
    if (v->kind != WIRE_BIN || v->len > f->size ||
        (f->kind == FIELD_BYTES && v->len != f->size))
        return false;
    memcpy(out, v->data, v->len);
    return true;
}

static bool read_view(const struct field *f, const struct wire_value *v,
                      void *base)
{
    uint8_t *out = base;

    if (v->kind != (f->kind == FIELD_STR ? WIRE_STR : WIRE_BIN))
        return false;
    if (f->kind == FIELD_POINT ? v->len != f->size
                               : f->size && v->len > f->size)
        return false;
    memcpy(out + f->offset, &v->data, sizeof v->data);
    if (f->kind != FIELD_POINT)
        memcpy(out + f->len_offset, &v->len, sizeof v->len);
    return true;
}

/* The simple kinds: all of the value is in the token. */
static bool read_scalar(const struct field *f, const struct wire_value *v,
                        void *base)
{
    uint8_t *out = (uint8_t *)base + f->offset;

    switch (f->kind) {
    case FIELD_BYTES:
    case FIELD_UPTO:
        return read_bytes(f, v, out);
    case FIELD_CODE:
        return copy_code(v, (char *)out, f->size);
    case FIELD_TEXT:
        return copy_text(v, (char *)out, f->size);
    case FIELD_WORD:
        return read_word(f, v, out);
    case FIELD_BOOL:
        *(bool *)out = v->kind == WIRE_BOOL && v->number;
        return v->kind == WIRE_BOOL;
    case FIELD_POINT:
    case FIELD_BIN:
    case FIELD_STR:
        return read_view(f, v, base);
    default:
        return read_number(f, v, out);
    }
}

/* Read the value at *at for the field; *at moves behind it.  `last`: nothing
 * of the frame follows, so that nobody needs to know where a list ends. */
static bool read_value(const struct field *f, const uint8_t **at,
                       const uint8_t *end, bool last, void *base,
                       const char **wrong)
{
    const uint8_t *start = *at;
    struct wire_list list;
    struct record_found inner;
    struct wire_value v;

    *wrong = f->name;
    if (!wire_token(at, end, &v))
        return false;
    if (v.kind == WIRE_ARRAY && f->kind == FIELD_LIST) {
        list = (struct wire_list){.at = *at, .end = end, .count = v.len};
        memcpy((uint8_t *)base + f->offset, &list, sizeof list);
        *at = last ? end : wire_skip(start, end);
        return true;
    }
    if (v.kind == WIRE_MAP && f->kind == FIELD_RECORD) {
        *at = start;
        if (record_read(f->record, at, end, (uint8_t *)base + f->offset,
                        &inner) == REASON_NONE)
            return true;
        *wrong = inner.wrong ? inner.wrong : f->name;
        return false;
    }
    if (v.kind == WIRE_ARRAY || v.kind == WIRE_MAP) {
        *at = wire_skip(start, end);
        return false;
    }
    return f->kind != FIELD_LIST && f->kind != FIELD_RECORD &&
           read_scalar(f, &v, base);
}

/* The field of that key; `guess` is tried first. */
static size_t find(const struct record *r, const struct wire_value *key,
                   size_t guess)
{
    for (size_t k = 0; k < r->count; k++) {
        const size_t i =
            guess + k < r->count ? guess + k : guess + k - r->count;

        if (key->len == r->field[i].name_len &&
            memcmp(key->data, r->field[i].name, key->len) == 0)
            return i;
    }
    return r->count;
}

static void blame(struct record_found *found, const char *name)
{
    if (!found->wrong)
        found->wrong = name;
}

enum reason record_read(const struct record *r, const uint8_t **at,
                        const uint8_t *end, void *out,
                        struct record_found *found)
{
    const uint8_t *start = *at;
    struct wire_value map, key;
    const char *wrong;
    size_t guess = 0;

    *found = (struct record_found){0};
    if (!wire_token(at, end, &map) || map.kind != WIRE_MAP) {
        *at = wire_skip(start, end);
        blame(found, "not a map");
        return REASON_FIELD;
    }
    for (size_t left = map.len; left > 0; left--) {
        size_t i = r->count;

        if (wire_token(at, end, &key))
            i = find(r, &key, guess);
        if (i == r->count || found->fields & 1u << i) {
            *at = wire_skip(*at, end);
            blame(found, i == r->count ? "unknown field" : r->field[i].name);
        } else if (read_value(&r->field[i], at, end, left == 1, out, &wrong)) {
            found->fields |= 1u << i;
            guess = i + 1;
        } else {
            blame(found, wrong);
        }
    }
    for (size_t i = 0; i < r->count; i++)
        if (r->field[i].required && !(found->fields & 1u << i))
            blame(found, r->field[i].name);
    return found->wrong ? REASON_FIELD : REASON_NONE;
}

/* ---- writing ---- */

static uint64_t get_number(const struct field *f, const void *at)
{
    uint32_t narrow;
    uint64_t wide;

    switch (f->kind) {
    case FIELD_U8:
        return *(const uint8_t *)at;
    case FIELD_U16:
        return *(const uint16_t *)at;
    case FIELD_BOOL:
        return *(const bool *)at;
    case FIELD_U32:
        memcpy(&narrow, at, sizeof narrow);
        return narrow;
    default:
        memcpy(&wide, at, sizeof wide);
        return wide;
    }
}

static const void *get_view(const struct field *f, const void *in, size_t *len)
{
    const uint8_t *base = in;
    const void *data;

    memcpy(&data, base + f->offset, sizeof data);
    *len = f->size;
    if (f->kind != FIELD_POINT)
        memcpy(len, base + f->len_offset, sizeof *len);
    return data;
}

static bool present(const struct field *f, const void *in)
{
    const uint8_t *at = (const uint8_t *)in + f->offset;
    size_t len;

    switch (f->kind) {
    case FIELD_BYTES:
    case FIELD_UPTO:
        return !bytes_zero(at, f->size);
    case FIELD_CODE:
    case FIELD_TEXT:
        return *at != '\0';
    case FIELD_POINT:
        return get_view(f, in, &len) != NULL;
    case FIELD_BIN:
    case FIELD_STR:
        (void)get_view(f, in, &len);
        return len != 0;
    case FIELD_LIST:
    case FIELD_RECORD:
        return false;
    case FIELD_WORD:
        return *at != 0;
    default:
        return get_number(f, at) != 0;
    }
}

static void write_value(const struct field *f, const void *in, struct pack *p)
{
    const uint8_t *at = (const uint8_t *)in + f->offset;
    const void *data;
    size_t len;

    switch (f->kind) {
    case FIELD_BYTES:
    case FIELD_UPTO:
        pack_bytes(p, at, f->size);
        break;
    case FIELD_CODE:
    case FIELD_TEXT:
        pack_text(p, (const char *)at);
        break;
    case FIELD_WORD:
        pack_text(p, f->word(*at));
        break;
    case FIELD_BOOL:
        pack_bool(p, *(const bool *)at);
        break;
    case FIELD_TIME:
        pack_signed(p, (int64_t)get_number(f, at));
        break;
    case FIELD_POINT:
    case FIELD_BIN:
        data = get_view(f, in, &len);
        pack_bytes(p, data, len);
        break;
    case FIELD_STR:
        data = get_view(f, in, &len);
        pack_chars(p, data, len);
        break;
    case FIELD_RECORD:
        record_pack(f->record, at, p);
        break;
    case FIELD_LIST: /* its elements follow from the caller */
        break;
    default:
        pack_number(p, get_number(f, at));
    }
}

void record_pack(const struct record *r, const void *in, struct pack *p)
{
    uint32_t write = 0;
    size_t pairs = 0;

    for (size_t i = 0; i < r->count; i++)
        if (r->field[i].required || present(&r->field[i], in)) {
            write |= 1u << i;
            pairs++;
        }
    pack_map(p, pairs);
    for (size_t i = 0; i < r->count; i++)
        if (write & 1u << i) {
            pack_text(p, r->field[i].name);
            write_value(&r->field[i], in, p);
        }
}
