/* fields.c - see fields.h. */
#include "fields.h"

#include <assert.h>

#include "surveys/utf8.h"

struct wire_value fields_next(struct fields *f)
{
    struct wire_value v = {0};
    const bool there = wire_token(&f->at, f->end, &v);

    assert(there); /* wire_scan has been here */
    return v;
}

void fields_skip(struct fields *f)
{
    f->at = wire_skip(f->at, f->end);
}

bool value_is(const struct wire_value *v, const char *name)
{
    return v->kind == WIRE_STR && v->len == strlen(name) &&
           memcmp(v->data, name, v->len) == 0;
}

bool value_text(const struct wire_value *v, size_t size, char *out)
{
    const char *text = (const char *)v->data;

    if (v->kind != WIRE_STR || v->len >= size || memchr(text, 0, v->len) ||
        utf8_valid(text, v->len) != v->len)
        return false;
    memcpy(out, text, v->len);
    out[v->len] = '\0';
    return true;
}

bool value_integer(const struct wire_value *v, int64_t *out)
{
    if (v->kind != WIRE_NEGATIVE &&
        (v->kind != WIRE_UINT || v->number > INT64_MAX))
        return false;
    *out = (int64_t)v->number;
    return true;
}
