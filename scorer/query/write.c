/* write.c - score records as a table for people, CSV and JSON for programs. */
#include <math.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "row.h"
#include "surveys/json.h"
#include "surveys/table.h"

static const struct {
    uint32_t flag;
    const char *name;
} flag_names[] = {
    {SCORE_SUPPRESSED, "suppressed"},    {SCORE_INDICATIVE, "indicative"},
    {SCORE_NO_WEIGHTS, "no_weights"},    {SCORE_THIN_FIT, "thin_fit"},
    {SCORE_NEGATIVE, "negative_weight"}, {SCORE_NO_INTERVAL, "no_interval"},
    {SCORE_INCOMPLETE, "incomplete"}};
enum { FLAG_NAMES = sizeof flag_names / sizeof *flag_names };

size_t score_flag_names(uint32_t flags, const char *names[32])
{
    size_t n = 0;

    for (size_t i = 0; i < FLAG_NAMES; i++)
        if (flags & flag_names[i].flag)
            names[n++] = flag_names[i].name;
    return n;
}

/* The shortest decimal that reads back as the same number; "" for NaN. */
static void put_exact(struct row *r, double v)
{
    char text[40] = "";

    for (int digits = 15; digits <= 17 && !isnan(v); digits++) {
        snprintf(text, sizeof text, "%.*g", digits, v);
        if (strtod(text, NULL) == v)
            break;
    }
    row_put(r, text);
}

static void put_rounded(struct row *r, double v)
{
    char text[40] = "-";

    if (!isnan(v))
        snprintf(text, sizeof text, "%.2f", v);
    row_put(r, text);
}

static void put_count(struct row *r, int64_t v)
{
    char text[24];

    snprintf(text, sizeof text, "%lld", (long long)v);
    row_put(r, text);
}

static void put_flags(struct row *r, uint32_t flags)
{
    const char *names[32];
    const size_t n = score_flag_names(flags, names);
    char text[ROW_TEXT] = "";

    for (size_t i = 0; i < n; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s",
                 i ? " " : "", names[i]);
    row_put(r, text);
}

static void hex_watermark(const struct scores *s,
                          char out[2 * WATERMARK_MAX + 1])
{
    bytes_hex(s->watermark.bytes, s->watermark.len, out);
}

static void table_titles(const struct query *q, struct row *r)
{
    static const char *const rest[] = {"construct", ">index", ">low",
                                       ">high",     ">se",    ">n",
                                       "method",    "status", "flags"};

    row_put(r, "survey");
    for (size_t i = 0; i < q->by_count; i++)
        row_put(r, dimension_name(q->by[i]));
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        row_put(r, rest[i]);
}

static void table_line(const struct query *q, const struct score *s,
                       const struct codes *names, struct row *r)
{
    row_put(r, s->survey);
    for (size_t i = 0; i < q->by_count; i++)
        row_put_code(r, q, q->by[i], *s->cell[i] ? s->cell[i] : "-", names);
    row_put(r, s->construct);
    put_rounded(r, s->index);
    put_rounded(r, s->interval.low);
    put_rounded(r, s->interval.high);
    put_rounded(r, s->interval.se);
    put_count(r, s->n);
    row_put(r, s->method);
    row_put(r, s->status);
    put_flags(r, s->flags);
}

static enum status write_table(const struct scores *s, const struct query *q,
                               const struct codes *names, FILE *out)
{
    struct row l = {0};
    struct table *t = NULL;
    enum status st;

    table_titles(q, &l);
    st = table_new(l.count, l.cell, &t);
    for (size_t i = 0; i < s->count && st == ST_OK; i++) {
        l.count = 0;
        table_line(q, &s->list[i], names, &l);
        st = table_row(t, l.cell);
    }
    if (st == ST_OK)
        st = table_print(t, out);
    table_free(&t);
    return st;
}

static void csv_titles(const struct query *q, struct row *r)
{
    static const char *const rest[] = {
        "construct", "index",     "n",      "n_eff",  "se",
        "low",       "high",      "method", "status", "weighting",
        "flags",     "watermark", "query"};

    row_put(r, "survey");
    row_put(r, "form");
    for (size_t i = 0; i < q->by_count; i++)
        row_put(r, dimension_name(q->by[i]));
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        row_put(r, rest[i]);
}

static void csv_line_of(const struct scores *all, const struct query *q,
                        const struct score *s, struct row *r)
{
    char form[2 * HASH_SIZE + 1], watermark[2 * WATERMARK_MAX + 1];

    bytes_hex(s->form, HASH_SIZE, form);
    hex_watermark(all, watermark);
    row_put(r, s->survey);
    row_put(r, form);
    for (size_t i = 0; i < q->by_count; i++)
        row_put(r, s->cell[i]);
    row_put(r, s->construct);
    put_exact(r, s->index);
    put_count(r, s->n);
    put_exact(r, s->n_eff);
    put_exact(r, s->interval.se);
    put_exact(r, s->interval.low);
    put_exact(r, s->interval.high);
    row_put(r, s->method);
    row_put(r, s->status);
    row_put(r, s->weighting);
    put_flags(r, s->flags);
    row_put(r, watermark);
    row_put(r, all->query);
}

static enum status write_csv(const struct scores *s, const struct query *q,
                             FILE *out)
{
    struct row l = {0};
    enum status st;

    csv_titles(q, &l);
    st = row_write_csv(&l, out);
    for (size_t i = 0; i < s->count && st == ST_OK; i++) {
        l.count = 0;
        csv_line_of(s, q, &s->list[i], &l);
        st = row_write_csv(&l, out);
    }
    return st;
}

static void json_score(struct json *j, const struct scores *all,
                       const struct query *q, const struct score *s)
{
    char form[2 * HASH_SIZE + 1], watermark[2 * WATERMARK_MAX + 1];
    const char *names[32];
    const size_t flags = score_flag_names(s->flags, names);

    bytes_hex(s->form, HASH_SIZE, form);
    hex_watermark(all, watermark);
    json_put_object(j, NULL);
    json_put_text(j, "survey", s->survey);
    json_put_text(j, "form", form);
    json_put_object(j, "cell");
    for (size_t i = 0; i < q->by_count; i++)
        json_put_text(j, dimension_name(q->by[i]), s->cell[i]);
    json_close(j);
    json_put_text(j, "construct", s->construct);
    json_put_number(j, "index", s->index);
    json_put_integer(j, "n", s->n);
    json_put_number(j, "n_eff", s->n_eff);
    json_put_number(j, "se", s->interval.se);
    json_put_number(j, "low", s->interval.low);
    json_put_number(j, "high", s->interval.high);
    json_put_text(j, "method", s->method);
    json_put_text(j, "status", s->status);
    json_put_text(j, "weighting", s->weighting);
    json_put_array(j, "flags");
    for (size_t i = 0; i < flags; i++)
        json_put_text(j, NULL, names[i]);
    json_close(j);
    json_put_text(j, "watermark", watermark);
    json_put_text(j, "query", all->query);
    json_close(j);
}

static enum status write_json(const struct scores *s, const struct query *q,
                              FILE *out)
{
    struct json *j = json_new();

    json_put_array(j, NULL);
    for (size_t i = 0; i < s->count; i++)
        json_score(j, s, q, &s->list[i]);
    json_close(j);
    return json_end(&j, out);
}

enum status scores_write(const struct scores *s, const struct query *q,
                         enum score_format format, const struct codes *names,
                         FILE *out)
{
    switch (format) {
    case SCORES_TABLE:
        return write_table(s, q, names, out);
    case SCORES_CSV:
        return write_csv(s, q, out);
    default:
        return write_json(s, q, out);
    }
}
