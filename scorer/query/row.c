/* row.c - see row.h. */
#include "row.h"

#include <assert.h>
#include <stdarg.h>

#include "surveys/csv.h"

void row_format(struct row *r, const char *format, ...)
{
    char *to = r->text[r->count];
    va_list args;

    assert(r->count < ROW_COLUMNS);
    va_start(args, format);
    vsnprintf(to, ROW_TEXT, format, args);
    va_end(args);
    r->cell[r->count++] = to;
}

void row_put(struct row *r, const char *text)
{
    row_format(r, "%s", text);
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

void row_put_code(struct row *r, const struct query *q, enum dimension d,
                  const char *code, const struct codes *names)
{
    const enum code_table table = dimension_table(d);
    const struct code *known = NULL;

    if (names && table != CODES_TABLES)
        known = codes_find(names, table, code, q->to);
    if (known && known->name_zh && known->name_zh[0])
        row_format(r, "%s %s", code, known->name_zh);
    else
        row_put(r, code);
}

enum status row_write_csv(const struct row *r, FILE *out)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < r->count && st == ST_OK; i++)
        st = csv_write(out, r->cell[i], i + 1 == r->count);
    return st;
}
