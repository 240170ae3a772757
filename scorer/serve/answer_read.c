/* answer_read.c - the parts of an answer, put together again.
 *
 * Whoever answers is known by its key, and still nothing here believes it: what
 * an answer does not look like is ST_CORRUPT.
 */
#include <math.h>
#include <stdlib.h>

#include "fields.h"

enum { COLUMNS_MAX = 256, NOTES_MAX = 1000, LONG_TEXT = 4096 };

/* The values of one message, by name; NULL: not there. */
struct message {
    const uint8_t *end;
    const uint8_t *v, *type, *ask, *part, *more, *rows; /* of each */
    const uint8_t *code, *text;                         /* of an error */
    const uint8_t *query, *watermark, *columns, *cell, *notes, *elsewhere, *met;
};

static const struct place {
    const char *name;
    size_t at;
} places[] = {
#define PLACE(name)                                                            \
    {                                                                          \
#name, offsetof(struct message, name)                                  \
    }
    PLACE(v),     PLACE(type),      PLACE(ask),     PLACE(part),
    PLACE(more),  PLACE(rows),      PLACE(code),    PLACE(text),
    PLACE(query), PLACE(watermark), PLACE(columns), PLACE(cell),
    PLACE(notes), PLACE(elsewhere), PLACE(met),
#undef PLACE
};

static bool open_message(const uint8_t *frame, size_t len, struct message *m)
{
    struct fields in = {frame, frame + len};
    struct wire_value map;

    if (wire_scan(frame, len) != REASON_NONE)
        return false;
    map = fields_next(&in);
    if (map.kind != WIRE_MAP)
        return false;
    m->end = in.end;
    for (size_t i = 0; i < map.len; i++) {
        const struct wire_value key = fields_next(&in);

        for (size_t k = 0; k < sizeof places / sizeof *places; k++)
            if (value_is(&key, places[k].name))
                memcpy((char *)m + places[k].at, &in.at, sizeof in.at);
        fields_skip(&in);
    }
    return true;
}

/* The value at a place; of kind NIL when it is not there. */
static struct wire_value at(const struct message *m, const uint8_t *place)
{
    struct fields in = {place, m->end};

    return place ? fields_next(&in) : (struct wire_value){.kind = WIRE_NIL};
}

static struct fields list_at(const struct message *m, const uint8_t *place,
                             size_t *count)
{
    struct fields in = {place, m->end};
    struct wire_value v = {.kind = WIRE_NIL};

    if (place)
        v = fields_next(&in);
    *count = v.kind == WIRE_ARRAY ? v.len : 0;
    return in;
}

/* ---- what is said once ---- */

static bool read_type(const struct wire_value *v, enum value_type *out)
{
    static const char *const types[] = {"text", "code", "count", "number",
                                        "words"};

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (value_is(v, types[i])) {
            *out = (enum value_type)i;
            return true;
        }
    return false;
}

static bool read_column(struct fields *in, struct result *r)
{
    const struct wire_value map = fields_next(in);
    char name[64] = "";
    struct column c = {.name = name};
    bool good = map.kind == WIRE_MAP;

    for (size_t i = 0; good && i < map.len; i++) {
        const struct wire_value key = fields_next(in);
        struct fields value = *in;
        const struct wire_value v = fields_next(&value);

        if (value_is(&key, "name"))
            good = value_text(&v, sizeof name, name);
        else if (value_is(&key, "type"))
            good = read_type(&v, &c.type);
        else if (value_is(&key, "place"))
            c.place = (unsigned)v.number;
        else if (value_is(&key, "digits"))
            c.digits = v.number < 18 ? (unsigned)v.number : 0;
        else if (value_is(&key, "dimension"))
            good = v.kind == WIRE_STR &&
                   dimension_find((const char *)v.data, v.len, &c.dimension);
        fields_skip(in);
    }
    if (good)
        result_column(r, &c);
    return good && *name;
}

static bool read_columns(const struct message *m, struct result *r)
{
    size_t count, cell;
    struct fields in = list_at(m, m->columns, &count);
    bool good = count > 0 && count <= COLUMNS_MAX;

    for (size_t i = 0; good && i < count; i++)
        good = read_column(&in, r);
    in = list_at(m, m->cell, &cell);
    if (!good || cell != 2)
        return good && cell == 0;
    r->has_cell = true;
    r->cell = fields_next(&in).number;
    r->cells = fields_next(&in).number;
    return r->cell <= count && r->cells <= count - r->cell;
}

static bool read_notes(const struct message *m, struct result *r)
{
    char text[LONG_TEXT];
    size_t count;
    struct fields in = list_at(m, m->notes, &count);
    bool good = count <= NOTES_MAX;

    for (size_t i = 0; good && i < count; i++) {
        const struct wire_value v = fields_next(&in);

        good = value_text(&v, sizeof text, text);
        if (good)
            result_note(r, "%s", text);
    }
    return good;
}

static bool read_met(const struct message *m, struct result *r)
{
    size_t count;
    struct fields in = list_at(m, m->met, &count);

    if (!count)
        return true;
    r->met = calloc(count, sizeof(bool));
    if (!r->met) {
        r->failed = ST_NOMEM;
        return true;
    }
    for (size_t i = 0; i < count; i++)
        r->met[i] = fields_next(&in).number != 0;
    return true;
}

static bool read_once(const struct message *m, struct result *r)
{
    const struct wire_value query = at(m, m->query);
    const struct wire_value watermark = at(m, m->watermark);
    const struct wire_value elsewhere = at(m, m->elsewhere);

    if (!value_text(&query, sizeof r->query, r->query) ||
        !value_text(&elsewhere, sizeof r->elsewhere, r->elsewhere) ||
        watermark.kind != WIRE_BIN || watermark.len > WATERMARK_MAX)
        return false;
    r->watermark.len = watermark.len;
    memcpy(r->watermark.bytes, watermark.data, watermark.len);
    return read_columns(m, r) && read_notes(m, r) && read_met(m, r);
}

/* ---- rows ---- */

static bool read_value(struct fields *in, enum value_type type,
                       struct result *r)
{
    const struct wire_value v = fields_next(in);
    char text[LONG_TEXT];
    int64_t whole;

    if (type == VALUE_NUMBER) {
        result_number(r, v.kind == WIRE_FLOAT ? v.real : NAN);
        return v.kind == WIRE_FLOAT || v.kind == WIRE_NIL;
    }
    if (type == VALUE_COUNT) {
        if (v.kind == WIRE_NIL)
            whole = COUNT_NONE;
        else if (!value_integer(&v, &whole))
            return false;
        result_count(r, whole);
        return true;
    }
    if (!value_text(&v, sizeof text, text))
        return false;
    result_text(r, text);
    return true;
}

static bool read_rows(const struct message *m, struct result *r)
{
    size_t rows;
    struct fields in = list_at(m, m->rows, &rows);
    bool good = true;

    for (size_t row = 0; good && row < rows; row++) {
        const struct wire_value list = fields_next(&in);

        good = list.kind == WIRE_ARRAY && list.len == r->columns;
        for (size_t c = 0; good && c < r->columns && r->failed == ST_OK; c++)
            good = read_value(&in, r->column[c].type, r);
        if (r->failed != ST_OK)
            break;
    }
    return good;
}

/* ---- messages ---- */

static enum status take_error(const struct message *m, struct answer_reader *r,
                              struct err *err)
{
    const struct wire_value code = at(m, m->code), text = at(m, m->text);
    char word[32], words[ERR_MAX];

    if (!value_text(&code, sizeof word, word) ||
        !value_text(&text, sizeof words, words) ||
        !trouble_parse(word, &r->trouble))
        return ST_CORRUPT;
    return err_set(err, trouble_status(r->trouble), "%s", words);
}

static enum status take_part(const struct message *m, struct answer_reader *r)
{
    const struct wire_value part = at(m, m->part), more = at(m, m->more);

    if (part.kind != WIRE_UINT || part.number != r->part ||
        r->part == ANSWER_PARTS_MAX || more.kind != WIRE_BOOL ||
        (r->part == 0 && !read_once(m, &r->result)) ||
        !read_rows(m, &r->result))
        return r->result.failed != ST_OK ? r->result.failed : ST_CORRUPT;
    r->part++;
    r->done = !more.number;
    return r->result.failed;
}

enum status answer_take(struct answer_reader *r, const uint8_t *frame,
                        size_t len, struct err *err)
{
    struct message m = {0};
    struct wire_value v, type, ask;
    enum status st = ST_CORRUPT;

    if (open_message(frame, len, &m)) {
        v = at(&m, m.v);
        type = at(&m, m.type);
        ask = at(&m, m.ask);
        if (ask.kind == WIRE_UINT && ask.number != 0 && ask.number != r->ask)
            return ST_OK;
        if (v.kind != WIRE_UINT || v.number != ASK_VERSION)
            st = ST_CORRUPT;
        else if (value_is(&type, "error"))
            st = take_error(&m, r, err);
        else if (value_is(&type, "result") && ask.kind == WIRE_UINT)
            st = take_part(&m, r);
    }
    if (st == ST_CORRUPT)
        return err_set(err, ST_CORRUPT, "the answer is not one of ours");
    return st;
}
