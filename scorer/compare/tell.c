/* tell.c - see tell.h. */
#include "tell.h"

#include "base/bytes.h"

void tell_cell_columns(const struct query *q, enum dimension last,
                       struct result *out)
{
    enum dimension cell[DIMENSIONS + 1];

    for (size_t i = 0; i < q->by_count; i++)
        cell[i] = q->by[i];
    cell[q->by_count] = last;
    result_column(out, &(struct column){
                           .name = "survey", .type = VALUE_TEXT, .place = 1});
    result_column(out, &(struct column){.name = "form", .type = VALUE_TEXT});
    result_cell(out, cell, q->by_count + (last != DIMENSIONS), 2);
}

void tell_cell(const struct cell_estimate *e, size_t codes, struct result *out)
{
    char form[2 * HASH_SIZE + 1];

    bytes_hex(e->form, HASH_SIZE, form);
    result_text(out, e->survey);
    result_text(out, form);
    for (size_t i = 0; i < codes; i++)
        result_text(out, e->cell[i]);
    result_text(out, e->construct);
}

void tell_interval(const struct finding *f, bool value, struct result *out)
{
    if (value)
        result_number(out, f->value);
    result_number(out, f->interval.se);
    result_number(out, f->interval.low);
    result_number(out, f->interval.high);
}
