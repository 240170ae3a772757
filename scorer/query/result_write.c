/* result_write.c - a result as a table for people, CSV and JSON for programs.
 */
#include <math.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "scorer/query.h"
#include "scorer/result.h"
#include "surveys/csv.h"
#include "surveys/json.h"
#include "surveys/table.h"

enum { CELL = 512 };

/* ---- a value as text ---- */

/* The shortest decimal that reads back as the same number. */
static void print_exact(char out[CELL], double v)
{
    *out = '\0';
    for (int digits = 15; digits <= 17 && !isnan(v); digits++) {
        snprintf(out, CELL, "%.*g", digits, v);
        if (strtod(out, NULL) == v)
            break;
    }
}

static const char *exact(char out[CELL], const struct column *c,
                         const struct value *v)
{
    if (c->type == VALUE_NUMBER)
        print_exact(out, v->number);
    else if (c->type == VALUE_COUNT && v->count == COUNT_NONE)
        return "";
    else if (c->type == VALUE_COUNT)
        snprintf(out, CELL, "%lld", (long long)v->count);
    else
        return v->text;
    return out;
}

enum code_table dimension_table(enum dimension d)
{
    static const enum code_table tables[DIM_ATTRIBUTE] = {
        [DIM_PERIOD] = CODES_TABLES,
        [DIM_OPERATOR] = CODES_OPERATOR,
        [DIM_PRODUCT] = CODES_PRODUCT,
        [DIM_PROVINCE] = CODES_PROVINCE,
        [DIM_ORG] = CODES_ORG,
        [DIM_CHANNEL] = CODES_CHANNEL,
        [DIM_ENTRY] = CODES_ENTRY,
        [DIM_FRAME] = CODES_FRAME,
        [DIM_TOUCHPOINT] = CODES_TOUCHPOINT,
        [DIM_CLASS] = CODES_CLASS,
        [DIM_STRATUM] = CODES_TABLES};

    return d < DIM_ATTRIBUTE ? tables[d] : CODES_TABLES;
}

/* A code, with its name behind it where one is known. */
static const char *named(char out[CELL], const struct column *c,
                         const char *code, int32_t day,
                         const struct codes *names)
{
    const enum code_table table = dimension_table(c->dimension);
    const struct code *known = NULL;

    if (!*code)
        return "-";
    if (names && table != CODES_TABLES)
        known = codes_find(names, table, code, day);
    if (!known || !known->name_zh || !*known->name_zh)
        return code;
    snprintf(out, CELL, "%s %s", code, known->name_zh);
    return out;
}

static const char *readable(char out[CELL], const struct result *r,
                            const struct column *c, const struct value *v,
                            const struct codes *names)
{
    if (c->type == VALUE_CODE)
        return named(out, c, v->text, r->day, names);
    if (c->type == VALUE_COUNT && v->count == COUNT_NONE)
        return "-";
    if (c->type != VALUE_NUMBER)
        return exact(out, c, v);
    if (isnan(v->number))
        return "-";
    snprintf(out, CELL, "%.*f", (int)c->digits, v->number);
    return out;
}

/* ---- for people ---- */

/* The columns that people see, in the order of their places. */
static size_t arrange(const struct result *r, size_t *order)
{
    size_t count = 0;

    for (size_t c = 0; c < r->columns; c++) {
        size_t at = count;

        if (!r->column[c].place)
            continue;
        while (at > 0 && r->column[order[at - 1]].place > r->column[c].place) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = c;
        count++;
    }
    return count;
}

struct sheet {
    size_t count;
    size_t *order;
    char (*text)[CELL];
    const char **cell;
    struct table *table;
};

static enum status titles(const struct result *r, struct sheet *s)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct column *c = &r->column[s->order[i]];
        const bool right = c->type == VALUE_COUNT || c->type == VALUE_NUMBER;

        snprintf(s->text[i], CELL, "%s%s", right ? ">" : "", c->name);
        s->cell[i] = s->text[i];
    }
    return table_new(s->count, s->cell, &s->table);
}

static enum status fill(const struct result *r, const struct codes *names,
                        struct sheet *s)
{
    enum status st = titles(r, s);

    for (size_t row = 0; row < r->rows && st == ST_OK; row++) {
        for (size_t i = 0; i < s->count; i++)
            s->cell[i] = readable(s->text[i], r, &r->column[s->order[i]],
                                  result_at(r, row, s->order[i]), names);
        st = table_row(s->table, s->cell);
    }
    return st;
}

static enum status write_table(const struct result *r,
                               const struct codes *names, FILE *out)
{
    const size_t n = r->columns + 1;
    struct sheet s = {.order = malloc(n * sizeof *s.order),
                      .text = malloc(n * sizeof *s.text),
                      .cell = malloc(n * sizeof(const char *))};
    enum status st = ST_NOMEM;

    if (s.order && s.text && s.cell) {
        s.count = arrange(r, s.order);
        st = fill(r, names, &s);
    }
    if (st == ST_OK)
        st = table_print(s.table, out);
    for (size_t i = 0; i < r->notes && st == ST_OK; i++)
        if (fprintf(out, "%s%s\n", i ? "" : "\n", r->note[i]) < 0)
            st = ST_IO;
    table_free(&s.table);
    free(s.order);
    free(s.text);
    free(s.cell);
    return st;
}

/* ---- for programs ---- */

static void hex_watermark(const struct result *r,
                          char out[2 * WATERMARK_MAX + 1])
{
    bytes_hex(r->watermark.bytes, r->watermark.len, out);
}

static enum status write_csv(const struct result *r, FILE *out)
{
    char watermark[2 * WATERMARK_MAX + 1], text[CELL];
    enum status st = ST_OK;

    hex_watermark(r, watermark);
    for (size_t c = 0; c < r->columns && st == ST_OK; c++)
        st = csv_write(out, r->column[c].name, false);
    if (st == ST_OK)
        st = csv_write(out, "watermark", false);
    if (st == ST_OK)
        st = csv_write(out, "query", true);
    for (size_t row = 0; row < r->rows && st == ST_OK; row++) {
        for (size_t c = 0; c < r->columns && st == ST_OK; c++)
            st = csv_write(
                out, exact(text, &r->column[c], result_at(r, row, c)), false);
        if (st == ST_OK)
            st = csv_write(out, watermark, false);
        if (st == ST_OK)
            st = csv_write(out, r->query, true);
    }
    return st;
}

static void put_words(struct json *j, const char *name, const char *words)
{
    json_put_array(j, name);
    while (*words) {
        const size_t len = strcspn(words, " ");
        char word[CELL];

        snprintf(word, sizeof word, "%.*s", (int)len, words);
        json_put_text(j, NULL, word);
        words += len + (words[len] == ' ');
    }
    json_close(j);
}

static void put_value(struct json *j, const struct column *c,
                      const struct value *v)
{
    if (c->type == VALUE_NUMBER)
        json_put_number(j, c->name, v->number);
    else if (c->type == VALUE_COUNT && v->count == COUNT_NONE)
        json_put_null(j, c->name);
    else if (c->type == VALUE_COUNT)
        json_put_integer(j, c->name, v->count);
    else if (c->type == VALUE_WORDS)
        put_words(j, c->name, v->text);
    else
        json_put_text(j, c->name, v->text);
}

static void put_row(struct json *j, const struct result *r, size_t row)
{
    const size_t behind = r->has_cell ? r->cell + r->cells : SIZE_MAX;

    for (size_t c = 0; c <= r->columns; c++) {
        if (r->has_cell && c == r->cell)
            json_put_object(j, "cell");
        if (c == behind)
            json_close(j);
        if (c < r->columns)
            put_value(j, &r->column[c], result_at(r, row, c));
    }
}

static enum status write_json(const struct result *r, FILE *out)
{
    char watermark[2 * WATERMARK_MAX + 1];
    struct json *j = json_new();

    hex_watermark(r, watermark);
    json_put_array(j, NULL);
    for (size_t row = 0; row < r->rows; row++) {
        json_put_object(j, NULL);
        put_row(j, r, row);
        json_put_text(j, "watermark", watermark);
        json_put_text(j, "query", r->query);
        json_close(j);
    }
    json_close(j);
    return json_end(&j, out);
}

enum status result_write(const struct result *r, enum result_format format,
                         const struct codes *names, FILE *out)
{
    if (format == RESULT_JSON)
        return write_json(r, out);
    return format == RESULT_CSV ? write_csv(r, out)
                                : write_table(r, names, out);
}
