/* fit_folds.c - see fit_folds.h. */
#include "fit_folds.h"

#include <stdlib.h>

#include "scorer/predict.h"

struct reader {
    const char *path;
    struct csv *csv;
    size_t row_column, fold_column;
    size_t rows, folds;
    uint32_t *fold; /* UINT32_MAX: not told yet */
};

/* A whole number from 1 to `most`. */
static bool read_number(const struct csv_field *f, size_t most, size_t *out)
{
    char *end;
    unsigned long long value;

    if (f->len == 0 || f->text[0] < '0' || f->text[0] > '9')
        return false;
    value = strtoull(f->text, &end, 10);
    *out = (size_t)value;
    return *end == '\0' && value >= 1 && value <= most;
}

static enum status place(const struct reader *r, const char *cause,
                         size_t number, struct err *err)
{
    return err_set(err, ST_INVALID, "%s:%llu: %s%zu", r->path,
                   (unsigned long long)csv_line(r->csv), cause, number);
}

static enum status take(struct reader *r, const struct csv_field *fields,
                        struct err *err)
{
    size_t row, fold;

    if (!read_number(&fields[r->row_column], r->rows, &row))
        return place(r, "row: a whole number from 1 to ", r->rows, err);
    if (!read_number(&fields[r->fold_column], PREDICT_FOLDS_MAX, &fold))
        return place(r, "fold: a whole number from 1 to ", PREDICT_FOLDS_MAX,
                     err);
    if (r->fold[row - 1] != UINT32_MAX)
        return place(r, "told before: row ", row, err);
    r->fold[row - 1] = (uint32_t)fold - 1;
    if (fold > r->folds)
        r->folds = fold;
    return ST_OK;
}

static enum status read_all(struct reader *r, struct err *err)
{
    for (;;) {
        const struct csv_field *fields;
        enum status st = csv_next(r->csv, &fields, err);

        if (st == ST_NOTFOUND)
            break;
        if (st == ST_OK)
            st = take(r, fields, err);
        if (st != ST_OK)
            return st;
    }
    for (size_t i = 0; i < r->rows; i++)
        if (r->fold[i] == UINT32_MAX)
            return err_set(err, ST_INVALID, "%s: row %zu has no fold", r->path,
                           i + 1);
    return ST_OK;
}

enum status fit_folds_read(const char *path, size_t rows, uint32_t *fold,
                           size_t *folds, struct err *err)
{
    const struct csv_options options = {0};
    struct reader r = {.path = path, .rows = rows, .fold = fold};
    enum status st = csv_open(path, &options, &r.csv, err);

    if (st != ST_OK)
        return st;
    for (size_t i = 0; i < rows; i++)
        fold[i] = UINT32_MAX;
    r.row_column = csv_find(r.csv, "row");
    r.fold_column = csv_find(r.csv, "fold");
    st = r.row_column == SIZE_MAX || r.fold_column == SIZE_MAX
             ? err_set(err, ST_INVALID,
                       "%s:1: the columns row and fold are "
                       "needed",
                       path)
             : read_all(&r, err);
    csv_close(&r.csv);
    if (st == ST_OK)
        *folds = r.folds;
    return st;
}
