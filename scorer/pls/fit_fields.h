/* fit_fields.h - the fields of a CSV record as stored answers.
 *
 * Answers are one or two digits, and a million rows hold tens of millions of
 * them: what answer_parse makes of each such text is worked out once for each
 * scale and looked up from then on.
 */
#ifndef SCORER_PLS_FIT_FIELDS_H
#define SCORER_PLS_FIT_FIELDS_H

#include "scorer/pls.h"
#include "surveys/csv.h"

struct fit_fields {
    const struct pls_model *model;
    size_t column[ITEMS_MAX];         /* of the file, by model item */
    const uint32_t *known[ITEMS_MAX]; /* what is known of its scale */
    uint32_t *tables;
};

/* Find the model's items among the columns.  ST_INVALID names the one that is
 * not there. */
MUST_USE enum status fit_fields_find(const struct pls_model *m,
                                     const struct csv *csv,
                                     struct fit_fields *out, struct err *err);
void fit_fields_free(struct fit_fields *f);

/* One record.  ST_INVALID with "item: cause". */
MUST_USE enum status fit_fields_read(const struct fit_fields *f,
                                     const struct csv_field *fields,
                                     uint8_t *row, struct err *err);

#endif
