/* fit_folds.h - a file that says which fold each row belongs to. */
#ifndef SCORER_FIT_FOLDS_H
#define SCORER_FIT_FOLDS_H

#include "base/err.h"
#include "surveys/csv.h"

/* CSV with the columns `row` (of the data, from 1) and `fold` (from 1); every
 * one of the `rows` rows stands there once.  `fold` gets their folds from 0,
 * *folds the highest.  ST_INVALID with file, line and cause. */
MUST_USE enum status fit_folds_read(const char *path, size_t rows,
                                    uint32_t *fold, size_t *folds,
                                    struct err *err);

#endif
