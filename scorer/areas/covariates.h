/* covariates.h - what is known of areas from elsewhere: one CSV line each.
 *
 *     province,users_million,urban_share
 *     11,21.5,0.87
 */
#ifndef AREAS_COVARIATES_H
#define AREAS_COVARIATES_H

#include "scorer/areas.h"
#include "scorer/cells.h"

struct covariates {
    size_t names; /* without the constant */
    char name[COVARIATES_MAX][64];
    size_t areas;
    struct covariate_row {
        char code[CODE_MAX + 1];
        double x[COVARIATES_MAX]; /* x[0] = 1 */
    } * row;
};

/* The column named as the dimension is the code; all others are numbers.
 * ST_INVALID with file:line and cause: no such column, a field that is no
 * number, an area told twice. */
MUST_USE enum status covariates_read(const char *path, enum dimension over,
                                     struct covariates *out, struct err *err);
void covariates_free(struct covariates *c);

/* NULL: the file does not tell of it. */
const double *covariates_find(const struct covariates *c, const char *code);

#endif
