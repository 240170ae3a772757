/* event.c - see event.h. */
#include "event.h"

#include <math.h>

#include "base/bytes.h"
#include "surveys/period.h"

/* ---- writing ---- */

static void put_day(struct json *j, const char *key, int32_t day)
{
    char text[PERIOD_TEXT];

    period_format_day(day, text);
    json_put_text(j, key, text);
}

static void put_members(const struct warning *w, struct json *j)
{
    char form[2 * HASH_SIZE + 1];

    bytes_hex(w->form, HASH_SIZE, form);
    json_put_integer(j, "number", (int64_t)w->number);
    put_day(j, "day", w->day);
    json_put_text(j, "survey", w->survey);
    json_put_text(j, "form", form);
    json_put_object(j, "cell");
    for (size_t i = 0; i < w->by_count; i++)
        json_put_text(j, dimension_name(w->by[i]), w->cell[i]);
    json_close(j);
    json_put_text(j, "construct", w->construct);
    json_put_text(j, "item", w->item);
    json_put_text(j, "chart", w->chart);
    json_put_text(j, "direction", w->direction);
    json_put_text(j, "severity", w->severity);
    json_put_number(j, "statistic", w->statistic);
    json_put_number(j, "limit", w->limit);
    json_put_number(j, "value", w->value);
    json_put_number(j, "expected", w->expected);
    json_put_integer(j, "n", w->n);
    put_day(j, "since", w->since);
    json_put_number(j, "agreement", w->agreement);
    json_put_integer(j, "stored_at", w->stored_at);
}

void event_put(const struct warning *w, struct json *j, const char *key)
{
    json_put_object(j, key);
    put_members(w, j);
    json_close(j);
}

enum status event_write(const struct warning *w, struct buffer *out)
{
    struct json *j = json_new();

    event_put(w, j, NULL);
    return json_end_buffer(&j, out);
}

/* ---- reading ---- */

static const char *text_of(const struct json_value *v, const char *key)
{
    const struct json_value *m = json_get(v, key);
    const char *text = m ? json_text(m) : NULL;

    return text ? text : "";
}

static double number_of(const struct json_value *v, const char *key)
{
    const struct json_value *m = json_get(v, key);
    double x;

    return m && json_number(m, &x) ? x : NAN;
}

static bool whole_of(const struct json_value *v, const char *key, int64_t *out)
{
    const struct json_value *m = json_get(v, key);

    return m && json_whole(m, out);
}

static bool read_form(const char *text, uint8_t out[HASH_SIZE])
{
    static const char digits[] = "0123456789abcdef";

    if (strlen(text) != 2 * HASH_SIZE)
        return false;
    for (size_t i = 0; i < 2 * HASH_SIZE; i++) {
        const char *at = strchr(digits, text[i]);

        if (!at)
            return false;
        out[i / 2] = (uint8_t)(out[i / 2] << 4 | (at - digits));
    }
    return true;
}

static bool read_cell(const struct json_value *v, struct event *e)
{
    const struct json_value *cell = json_get(v, "cell"), *code;
    const char *name;
    void *at = NULL;
    size_t n = 0;

    if (!cell || json_kind(cell) != JSON_IS_OBJECT)
        return false;
    for (; json_next(cell, &at, &name, &code); n++) {
        if (n == DIMENSIONS || !json_text(code) ||
            !dimension_find(name, strlen(name), &e->by[n]))
            return false;
        e->cell[n] = json_text(code);
    }
    e->warning.by_count = n;
    return true;
}

static bool read_members(const struct json_value *v, struct event *e)
{
    struct warning *w = &e->warning;
    int64_t number = 0;

    if (json_kind(v) != JSON_IS_OBJECT || !whole_of(v, "number", &number) ||
        !whole_of(v, "n", &w->n) || !whole_of(v, "stored_at", &w->stored_at) ||
        !read_cell(v, e) || !read_form(text_of(v, "form"), w->form) ||
        period_parse_day(text_of(v, "day"), false, &w->day, NULL) != ST_OK ||
        period_parse_day(text_of(v, "since"), false, &w->since, NULL) != ST_OK)
        return false;
    w->number = (uint64_t)number;
    w->survey = text_of(v, "survey");
    w->construct = text_of(v, "construct");
    w->item = text_of(v, "item");
    w->chart = text_of(v, "chart");
    w->direction = text_of(v, "direction");
    w->severity = text_of(v, "severity");
    w->statistic = number_of(v, "statistic");
    w->limit = number_of(v, "limit");
    w->value = number_of(v, "value");
    w->expected = number_of(v, "expected");
    w->agreement = number_of(v, "agreement");
    w->by = e->by;
    w->cell = e->cell;
    return true;
}

enum status event_unpack(const uint8_t *text, size_t len, struct event *out,
                         struct err *err)
{
    enum status st;

    *out = (struct event){.document = NULL};
    st = json_read((const char *)text, len, &out->document, err);
    if (st == ST_OK && read_members(json_root(out->document), out))
        return ST_OK;
    event_close(out);
    return st == ST_NOMEM ? st
                          : err_set(err, ST_CORRUPT,
                                    "a stored warning is "
                                    "damaged");
}

void event_close(struct event *e)
{
    json_free(&e->document);
}

/* ---- order ---- */

int event_order(const void *x, const void *y)
{
    const struct warning *a = x, *b = y;
    int c = (a->day > b->day) - (a->day < b->day);

    if (!c)
        c = strcmp(a->survey, b->survey);
    for (size_t i = 0; i < a->by_count && i < b->by_count && !c; i++)
        c = strcmp(a->cell[i], b->cell[i]);
    if (!c)
        c = strcmp(a->construct, b->construct);
    if (!c)
        c = strcmp(a->item, b->item);
    if (!c)
        c = strcmp(a->chart, b->chart);
    return c ? c : memcmp(a->form, b->form, HASH_SIZE);
}

/* ---- rows ---- */

static const struct column head[] = {
    {.name = "number", .type = VALUE_COUNT},
    {.name = "day", .type = VALUE_TEXT, .place = 1},
    {.name = "survey", .type = VALUE_TEXT, .place = 2},
    {.name = "form", .type = VALUE_TEXT}};
static const struct column rest[] = {
    {.name = "construct", .type = VALUE_TEXT, .place = 101},
    {.name = "item", .type = VALUE_TEXT, .place = 102},
    {.name = "chart", .type = VALUE_TEXT, .place = 103},
    {.name = "direction", .type = VALUE_TEXT, .place = 104},
    {.name = "severity", .type = VALUE_TEXT, .place = 105},
    {.name = "statistic", .type = VALUE_NUMBER, .place = 106, .digits = 2},
    {.name = "limit", .type = VALUE_NUMBER, .place = 107, .digits = 2},
    {.name = "value", .type = VALUE_NUMBER, .place = 108, .digits = 2},
    {.name = "expected", .type = VALUE_NUMBER, .place = 109, .digits = 2},
    {.name = "n", .type = VALUE_COUNT, .place = 110},
    {.name = "since", .type = VALUE_TEXT, .place = 111},
    {.name = "agreement", .type = VALUE_NUMBER}};

void event_columns(const enum dimension *by, size_t count, struct result *r)
{
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        result_column(r, &head[i]);
    result_cell(r, by, count, 3);
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        result_column(r, &rest[i]);
}

static void row_day(struct result *r, int32_t day)
{
    char text[PERIOD_TEXT];

    period_format_day(day, text);
    result_text(r, text);
}

static const char *code_of(const struct warning *w, enum dimension d)
{
    for (size_t i = 0; i < w->by_count; i++)
        if (w->by[i] == d)
            return w->cell[i];
    return "";
}

void event_row(const struct warning *w, const enum dimension *by, size_t count,
               struct result *r)
{
    char form[2 * HASH_SIZE + 1];

    bytes_hex(w->form, HASH_SIZE, form);
    result_count(r, w->number ? (int64_t)w->number : COUNT_NONE);
    row_day(r, w->day);
    result_text(r, w->survey);
    result_text(r, form);
    for (size_t i = 0; i < count; i++)
        result_text(r, code_of(w, by[i]));
    result_text(r, w->construct);
    result_text(r, w->item);
    result_text(r, w->chart);
    result_text(r, w->direction);
    result_text(r, w->severity);
    result_number(r, w->statistic);
    result_number(r, w->limit);
    result_number(r, w->value);
    result_number(r, w->expected);
    result_count(r, w->n);
    row_day(r, w->since);
    result_number(r, w->agreement);
}
