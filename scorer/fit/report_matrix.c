/* report_matrix.c - numbers by item or construct, and construct. */
#include <string.h>

#include "report.h"

enum { WIDTH = 96, NUMBER = 6, GAP = 2 };

static size_t wider(size_t width, const char *code)
{
    const size_t len = strlen(code);

    return len > width ? len : width;
}

/* How many columns from `first` on fit on a line; one at least. */
static size_t abreast(const struct report_matrix *x, size_t first)
{
    size_t width = strlen(x->title), n = 0;

    for (size_t row = 0; row < x->rows; row++)
        width = wider(width, x->code(x->model, row));
    for (size_t c = first; c < x->model->constructs; c++, n++) {
        width += GAP + wider(NUMBER, pls_construct_code(x->model, c));
        if (n && width > WIDTH)
            break;
    }
    return n;
}

static size_t shown(const struct report_matrix *x, size_t row)
{
    return x->lower ? row + 1 : x->model->constructs;
}

static enum status write_row(const struct report_matrix *x, size_t row,
                             size_t first, size_t columns, struct table *t)
{
    const double *value = x->value + row * x->model->constructs;
    const char *cells[1 + CONSTRUCTS_MAX];
    char text[CONSTRUCTS_MAX][FIT_CELL];

    cells[0] = x->code(x->model, row);
    for (size_t c = 0; c < columns; c++)
        cells[1 + c] = first + c < shown(x, row)
                           ? fit_cell(text[c], value[first + c], x->digits)
                           : "";
    return table_row(t, cells);
}

/* The columns from `first` on. */
static enum status write_band(const struct report_matrix *x, size_t first,
                              size_t columns, FILE *out)
{
    const char *titles[1 + CONSTRUCTS_MAX];
    char text[CONSTRUCTS_MAX][ITEM_CODE_MAX + 2];
    struct table *t = NULL;
    enum status st;

    titles[0] = x->title;
    for (size_t c = 0; c < columns; c++) {
        (void)snprintf(text[c], sizeof text[c], ">%s",
                       pls_construct_code(x->model, first + c));
        titles[1 + c] = text[c];
    }
    st = table_new(1 + columns, titles, &t);
    for (size_t row = 0; row < x->rows && st == ST_OK; row++)
        if (!x->lower || row >= first)
            st = write_row(x, row, first, columns, t);
    return fit_table_end(&t, st, out);
}

enum status report_matrix_text(const struct report_matrix *x, FILE *out)
{
    const size_t k = x->model->constructs;
    enum status st = ST_OK;

    for (size_t first = 0, n; first < k && st == ST_OK; first += n) {
        n = abreast(x, first);
        if (first)
            (void)fputc('\n', out);
        st = write_band(x, first, n, out);
    }
    return st;
}

void report_matrix_json(const struct report_matrix *x, const char *key,
                        struct json *j)
{
    const size_t k = x->model->constructs;

    json_put_object(j, key);
    for (size_t row = 0; row < x->rows; row++) {
        json_put_object(j, x->code(x->model, row));
        for (size_t c = 0; c < shown(x, row); c++)
            json_put_number(j, pls_construct_code(x->model, c),
                            x->value[row * k + c]);
        json_close(j);
    }
    json_close(j);
}
