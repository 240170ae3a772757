/* answer.c - a result as messages.
 *
 * The first part has what is said once; rows fill it and as many more as they
 * need.  A row is packed by itself first, so that none is cut.
 */
#include <math.h>
#include <stdlib.h>

#include "collector/wire_pack.h"
#include "surveys/period.h"
#include "surveys/utf8.h"
#include "wire.h"

enum { PART_HEAD = 64 }; /* type, ask, part, more and the list's own head */

static const char *const types[] = {"text", "code", "count", "number", "words"};

/* An answer while it is packed. */
struct packing {
    const struct question *question;
    const struct result *result;
    struct answer *answer;
    struct buffer once, rows, row;
    size_t count; /* rows in `rows` */
};

void answer_free(struct answer *a)
{
    for (size_t i = 0; i < a->parts; i++)
        buffer_free(&a->part[i]);
    a->parts = 0;
}

static void pack_head(struct pack *p, size_t pairs, const char *type,
                      uint64_t ask)
{
    pack_map(p, pairs);
    pack_text(p, "v");
    pack_number(p, ASK_VERSION);
    pack_text(p, "type");
    pack_text(p, type);
    pack_text(p, "ask");
    pack_number(p, ask);
}

/* ---- what is said once ---- */

static void pack_day(struct pack *p, const char *key, int32_t day)
{
    char text[PERIOD_TEXT];

    period_format_day(day, text);
    pack_text(p, key);
    pack_text(p, text);
}

static void pack_columns(struct pack *p, const struct result *r)
{
    pack_text(p, "columns");
    pack_list(p, r->columns);
    for (size_t i = 0; i < r->columns; i++) {
        const struct column *c = &r->column[i];
        const bool code = c->type == VALUE_CODE;

        pack_map(p, code ? 5 : 4);
        pack_text(p, "name");
        pack_text(p, c->name);
        pack_text(p, "type");
        pack_text(p, types[c->type]);
        pack_text(p, "place");
        pack_number(p, c->place);
        pack_text(p, "digits");
        pack_number(p, c->digits);
        if (code) {
            pack_text(p, "dimension");
            pack_text(p, dimension_name(c->dimension));
        }
    }
}

static void pack_met(struct pack *p, const struct packing *a)
{
    const struct query *q = &a->question->query;
    size_t codes = 1;

    for (size_t i = 0; i < q->filters; i++)
        codes += q->filter[i].count;
    pack_text(p, "met");
    pack_list(p, codes);
    for (size_t i = 0; i < codes; i++)
        pack_bool(p, a->result->met[i]);
}

/* Keys and values; the number of pairs stands in the head of the part. */
enum { ONCE_PAIRS = 9 };
static enum status pack_once(struct packing *a)
{
    const struct result *r = a->result;
    struct pack p;

    pack_begin(&p, &a->once);
    pack_text(&p, "kind");
    pack_text(&p, a->question->kind->name);
    pack_text(&p, "query");
    pack_text(&p, r->query);
    pack_text(&p, "watermark");
    pack_bytes(&p, r->watermark.bytes, r->watermark.len);
    pack_day(&p, "from", a->question->query.from);
    pack_day(&p, "to", a->question->query.to);
    pack_columns(&p, r);
    pack_text(&p, "cell");
    if (r->has_cell) {
        pack_list(&p, 2);
        pack_number(&p, r->cell);
        pack_number(&p, r->cells);
    } else {
        pack_nil(&p);
    }
    pack_text(&p, "notes");
    pack_list(&p, r->notes);
    for (size_t i = 0; i < r->notes; i++)
        pack_text(&p, r->note[i]);
    pack_text(&p, "elsewhere");
    pack_text(&p, r->elsewhere);
    if (r->met)
        pack_met(&p, a);
    return pack_end(&p);
}

/* ---- rows ---- */

static void pack_value(struct pack *p, enum value_type type,
                       const struct value *v)
{
    if (type == VALUE_NUMBER && !isnan(v->number))
        pack_real(p, v->number);
    else if (type == VALUE_COUNT && v->count != COUNT_NONE)
        pack_signed(p, v->count);
    else if (type == VALUE_NUMBER || type == VALUE_COUNT)
        pack_nil(p);
    else
        pack_text(p, v->text);
}

static enum status pack_row(struct packing *a, size_t row)
{
    struct pack p;

    a->row.len = 0;
    pack_begin(&p, &a->row);
    pack_list(&p, a->result->columns);
    for (size_t i = 0; i < a->result->columns; i++)
        pack_value(&p, a->result->column[i].type, result_at(a->result, row, i));
    return pack_end(&p);
}

/* What is waiting, as the next part. */
static enum status end_part(struct packing *a, bool more)
{
    const size_t number = a->answer->parts;
    struct buffer *out = &a->answer->part[number];
    size_t pairs = 6;
    struct pack p;
    enum status st;

    if (number == ANSWER_PARTS_MAX)
        return ST_RANGE;
    if (number == 0)
        pairs += ONCE_PAIRS + (a->result->met != NULL);
    a->answer->parts++;
    *out = (struct buffer){.max = MESSAGE_MAX};
    pack_begin(&p, out);
    pack_head(&p, pairs, "result", a->question->ask);
    pack_text(&p, "part");
    pack_number(&p, number);
    pack_text(&p, "more");
    pack_bool(&p, more);
    if (number == 0)
        pack_raw(&p, a->once.data, a->once.len);
    pack_text(&p, "rows");
    pack_list(&p, a->count);
    pack_raw(&p, a->rows.data, a->rows.len);
    st = pack_end(&p);
    a->rows.len = 0;
    a->count = 0;
    return st;
}

static bool fits(const struct packing *a)
{
    const size_t once = a->answer->parts ? 0 : a->once.len;

    return a->count < BATCH_MAX &&
           PART_HEAD + once + a->rows.len + a->row.len <= MESSAGE_MAX;
}

static enum status pack_all(struct packing *a)
{
    enum status st = pack_once(a);

    for (size_t row = 0; row < a->result->rows && st == ST_OK; row++) {
        st = pack_row(a, row);
        if (st == ST_OK && !fits(a))
            st = end_part(a, true);
        if (st == ST_OK)
            st = buffer_add(&a->rows, a->row.data, a->row.len);
        a->count++;
    }
    return st == ST_OK ? end_part(a, false) : st;
}

enum status answer_result(const struct question *q, const struct result *r,
                          struct answer *out)
{
    struct packing a = {.question = q, .result = r, .answer = out};
    enum status st;

    out->parts = 0;
    st = pack_all(&a);
    if (st != ST_OK)
        answer_free(out);
    buffer_free(&a.once);
    buffer_free(&a.rows);
    buffer_free(&a.row);
    return st;
}

enum status answer_trouble(uint64_t ask, enum trouble t, const char *text,
                           struct answer *out)
{
    struct pack p;
    enum status st;

    out->parts = 1;
    out->part[0] = (struct buffer){0};
    pack_begin(&p, &out->part[0]);
    pack_head(&p, 5, "error", ask);
    pack_text(&p, "code");
    pack_text(&p, trouble_word(t));
    pack_text(&p, "text"); /* an err cuts it anywhere */
    pack_chars(&p, text, utf8_valid(text, strlen(text)));
    st = pack_end(&p);
    if (st != ST_OK)
        answer_free(out);
    return st;
}
