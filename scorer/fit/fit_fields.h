/* fit_fields.h - the fields of a CSV record as stored answers.
 *
 * Answers are one or two digits, and a million rows hold tens of millions of
 * them: these are worked out sixteen at a time.  A record with anything else
 * in it goes through answer_parse field by field.
 */
#ifndef SCORER_PLS_FIT_FIELDS_H
#define SCORER_PLS_FIT_FIELDS_H

#include "scorer/pls.h"
#include "surveys/csv.h"

struct fit_fields {
    const struct pls_model *model;
    size_t column[ITEMS_MAX]; /* of the file, by model item */
    /* A number v is on the scale when v - least <= span, as bytes, and is
     * stored as v + shift. */
    uint8_t least[ITEMS_MAX];
    uint8_t span[ITEMS_MAX];
    uint8_t shift[ITEMS_MAX];
};

/* Find the model's items among the columns.  ST_INVALID names the one that is
 * not there. */
MUST_USE enum status fit_fields_find(const struct pls_model *m,
                                     const struct csv *csv,
                                     struct fit_fields *out, struct err *err);

/* One record; `row` has room for ITEMS_MAX.  ST_INVALID with "item: cause". */
MUST_USE enum status fit_fields_read(const struct fit_fields *f,
                                     const struct csv_field *fields,
                                     uint8_t *row, struct err *err);

#endif
