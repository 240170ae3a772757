/* fit_fields.c - see fit_fields.h.  A field takes a nanosecond. */
#include "fit_fields.h"

#include <string.h>

#include "surveys/answer.h"

enum { WIDE = 16, MOST = 99 /* two digits */ };

/* GCC's and clang's word for sixteen bytes that are worked on at once. */
typedef uint8_t wide __attribute__((vector_size(WIDE)));

static const struct item *item_of(const struct fit_fields *f, size_t i)
{
    return &f->model->survey->item[f->model->item[i]];
}

static void learn(struct fit_fields *f, size_t i)
{
    const struct item *it = item_of(f, i);
    const int least = it->min > 0 ? it->min : 0;
    const int most = it->max < MOST ? it->max : MOST;

    if (it->kind != ITEM_SCALE || least > most) {
        f->least[i] = UINT8_MAX; /* for answer_parse alone */
        return;
    }
    f->least[i] = (uint8_t)least;
    f->span[i] = (uint8_t)(most - least);
    f->shift[i] = (uint8_t)(1 - it->min);
}

enum status fit_fields_find(const struct pls_model *m, const struct csv *csv,
                            struct fit_fields *out, struct err *err)
{
    struct fit_fields f = {.model = m};

    for (size_t i = 0; i < m->items; i++) {
        f.column[i] = csv_find(csv, pls_item_code(m, i));
        if (f.column[i] == SIZE_MAX)
            return err_set(err, ST_INVALID, "no column for item %s",
                           pls_item_code(m, i));
        learn(&f, i);
    }
    *out = f;
    return ST_OK;
}

static enum status read_slowly(const struct fit_fields *f,
                               const struct csv_field *fields, uint8_t *row,
                               struct err *err)
{
    for (size_t i = 0; i < f->model->items; i++) {
        const struct csv_field *field = &fields[f->column[i]];
        struct err cause;
        enum status st = answer_parse(item_of(f, i), field->text, field->len,
                                      &row[i], &cause);

        if (st != ST_OK)
            return err_set(err, st,
                           "%s: %s; a missing answer is an empty field",
                           item_of(f, i)->code, cause.text);
    }
    return ST_OK;
}

static wide load(const void *from)
{
    wide w;

    memcpy(&w, from, sizeof w);
    return w;
}

/* Comparisons give 0 or all ones in each byte. */
static wide as_mask(__typeof__((wide){0} == (wide){0}) is)
{
    return (wide)is;
}

/* Sixteen answers from their two characters each, NUL behind a single one; ones
 * in the bytes of those that are none. */
static wide convert(wide first, wide second, wide least, wide span, wide shift,
                    uint8_t *row)
{
    const wide two = as_mask(second != 0), none = as_mask(first == 0);
    const wide tens = first - '0', twice = tens + tens;
    const wide ten_times = twice + twice + twice + twice + twice;
    const wide ones = second - '0';
    const wide value = (two & (ten_times + ones)) | (~two & tens);
    const wide good = as_mask(tens <= 9) & (as_mask(ones <= 9) | ~two) &
                      as_mask(value - least <= span);
    const wide stored = (value + shift) & ~none;

    memcpy(row, &stored, sizeof stored);
    return ~(good | none);
}

/* The even and the odd bytes of 32. */
static wide even(const char *pairs)
{
    return __builtin_shufflevector(load(pairs), load(pairs + WIDE), 0, 2, 4, 6,
                                   8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28,
                                   30);
}

static wide odd(const char *pairs)
{
    return __builtin_shufflevector(load(pairs), load(pairs + WIDE), 1, 3, 5, 7,
                                   9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29,
                                   31);
}

enum status fit_fields_read(const struct fit_fields *f,
                            const struct csv_field *fields, uint8_t *row,
                            struct err *err)
{
    static const char nothing[2];
    const size_t n = f->model->items;
    char pairs[2 * (ITEMS_MAX + WIDE)];
    size_t longer = 0;
    wide bad = {0};
    uint64_t any[2];

    for (size_t i = 0; i < n; i++) {
        const struct csv_field *field = &fields[f->column[i]];

        memcpy(pairs + 2 * i, field->len ? field->text : nothing, 2);
        longer |= field->len + 1; /* 3 at most up to two characters */
    }
    memset(pairs + 2 * n, 0, (size_t)2 * WIDE);
    for (size_t i = 0; i < n; i += WIDE)
        bad |=
            convert(even(pairs + 2 * i), odd(pairs + 2 * i), load(f->least + i),
                    load(f->span + i), load(f->shift + i), row + i);
    memcpy(any, &bad, sizeof any);
    return any[0] | any[1] || longer > 3 ? read_slowly(f, fields, row, err)
                                         : ST_OK;
}
