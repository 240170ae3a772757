/* table.c - see surveys/table.h. */
#include "surveys/table.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "surveys/utf8.h"

struct table {
    size_t columns, rows; /* the titles are row 0 */
    bool *right;
    size_t *width;
    struct buffer cells; /* NUL-ended texts, row by row */
};

static enum status add(struct table *t, size_t column, const char *text)
{
    const size_t at = t->cells.len;
    const enum status st = buffer_add(&t->cells, text, strlen(text) + 1);
    size_t width;

    if (st != ST_OK)
        return st;
    for (uint8_t *p = t->cells.data + at; *p; p++)
        if (*p < 0x20 || *p == 0x7f)
            *p = ' '; /* a cell stays on its line */
    width = utf8_width((const char *)t->cells.data + at);
    if (width > t->width[column])
        t->width[column] = width;
    return ST_OK;
}

enum status table_new(size_t columns, const char *const *titles,
                      struct table **out)
{
    struct table *t = calloc(1, sizeof *t);
    enum status st = ST_NOMEM;

    if (!t)
        return ST_NOMEM;
    t->columns = columns;
    t->right = calloc(columns + 1, sizeof *t->right);
    t->width = calloc(columns + 1, sizeof *t->width);
    if (t->right && t->width)
        st = ST_OK;
    for (size_t i = 0; st == ST_OK && i < columns; i++) {
        t->right[i] = titles[i][0] == '>';
        st = add(t, i, titles[i] + t->right[i]);
    }
    if (st != ST_OK) {
        table_free(&t);
        return st;
    }
    t->rows = 1;
    *out = t;
    return ST_OK;
}

void table_free(struct table **t)
{
    struct table *own = *t;

    if (!own)
        return;
    free(own->right);
    free(own->width);
    buffer_free(&own->cells);
    free(own);
    *t = NULL;
}

enum status table_row(struct table *t, const char *const *cells)
{
    const size_t before = t->cells.len;

    for (size_t i = 0; i < t->columns; i++) {
        enum status st = add(t, i, cells[i]);

        if (st != ST_OK) {
            t->cells.len = before;
            return st;
        }
    }
    t->rows++;
    return ST_OK;
}

enum status table_print(const struct table *t, FILE *out)
{
    const char *cell = (const char *)t->cells.data;

    for (size_t row = 0; row < t->rows; row++) {
        int gap = 0; /* blanks owed before the next text: none at the end */

        for (size_t i = 0; i < t->columns; i++, cell += strlen(cell) + 1) {
            const int pad = (int)(t->width[i] - utf8_width(cell));
            const int before = t->right[i] ? pad : 0;

            if (*cell) {
                fprintf(out, "%*s%s", gap + before, "", cell);
                gap = pad - before + 2;
            } else {
                gap += pad + 2;
            }
        }
        fputc('\n', out);
    }
    return ferror(out) ? ST_IO : ST_OK;
}
