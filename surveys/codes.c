/* codes.c - see surveys/codes.h.
 *
 * Rows lie in one array a table, and an index of hash chains over it finds the
 * rows of a code; a code has few rows (one for each span of its validity), so a
 * look-up costs one hash and a comparison or two.
 */
#include "surveys/codes.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "surveys/csv.h"
#include "surveys/period.h"

enum { ROWS_MAX = 1000000, LEVELS_MAX = 32, NO_ROW = -1 };

struct table {
    char *name; /* of its file, for messages */
    size_t count, cap;
    struct code *rows;
    uint64_t *lines; /* where each stands in the file */
    int32_t *next;   /* the row before it in its chain */
    size_t heads;    /* a power of two */
    int32_t *head;
};

struct codes {
    struct table tables[CODES_TABLES];
    bool any_org;
    struct arena names;
};

static const char *const files[CODES_TABLES] = {
    [CODES_OPERATOR] = "operators.csv", [CODES_PRODUCT] = "products.csv",
    [CODES_PROVINCE] = "provinces.csv", [CODES_TOUCHPOINT] = "touchpoints.csv",
    [CODES_CLASS] = "classes.csv",      [CODES_CHANNEL] = "channels.csv",
    [CODES_ENTRY] = "entries.csv",      [CODES_FRAME] = "frames.csv"};

enum column { CODE, PARENT, LEVEL, KIND, GB_CODE, ZH, EN, FROM, TO, COLUMNS };
static const char *const names[COLUMNS] = {"code",    "parent",     "level",
                                           "kind",    "gb_code",    "name_zh",
                                           "name_en", "valid_from", "valid_to"};

/* Where a row comes from. */
struct place {
    const char *file;
    uint64_t line;
    struct err *err;
};

static enum status fail(const struct place *p, const char *cause,
                        const char *what)
{
    return err_set(p->err, ST_INVALID, "%s:%llu: %s '%.40s'", p->file,
                   (unsigned long long)p->line, cause, what);
}

static size_t slot(const struct table *t, const char *code)
{
    uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */

    for (; *code; code++)
        h = (h ^ (unsigned char)*code) * UINT64_C(1099511628211);
    return (size_t)(h ^ h >> 32) & (t->heads - 1);
}

static bool valid(const struct code *row, int32_t day)
{
    return row->valid_from <= day && day < row->valid_to;
}

static bool known(const struct table *t, const char *code)
{
    int32_t i = t->head[slot(t, code)];

    while (i != NO_ROW && !streq(t->rows[i].code, code))
        i = t->next[i];
    return i != NO_ROW;
}

static const struct code *find_row(const struct table *t, const char *code,
                                   int32_t day)
{
    for (int32_t i = t->head[slot(t, code)]; i != NO_ROW; i = t->next[i])
        if (streq(t->rows[i].code, code) && valid(&t->rows[i], day))
            return &t->rows[i];
    return NULL;
}

static enum status grow(struct table *t)
{
    const size_t cap = t->cap ? t->cap * 2 : 64;
    struct code *rows = realloc(t->rows, cap * sizeof *rows);
    uint64_t *lines;

    if (!rows)
        return ST_NOMEM;
    t->rows = rows;
    lines = realloc(t->lines, cap * sizeof *lines);
    if (!lines)
        return ST_NOMEM;
    t->lines = lines;
    t->cap = cap;
    return ST_OK;
}

/* Chain all rows; the later stands first. */
static enum status build_index(struct table *t)
{
    for (t->heads = 16; t->heads < 2 * t->count;)
        t->heads *= 2;
    t->head = malloc(t->heads * sizeof *t->head);
    t->next = malloc((t->count + 1) * sizeof *t->next);
    if (!t->head || !t->next)
        return ST_NOMEM;
    for (size_t i = 0; i < t->heads; i++)
        t->head[i] = NO_ROW;
    for (size_t i = 0; i < t->count; i++) {
        int32_t *head = &t->head[slot(t, t->rows[i].code)];

        t->next[i] = *head;
        *head = (int32_t)i;
    }
    return ST_OK;
}

static enum status copy_code(const struct place *p, const struct csv_field *f,
                             char out[CODE_MAX + 1])
{
    if (f->len > CODE_MAX)
        return fail(p, "longer than 16 bytes:", f->text);
    memcpy(out, f->text, f->len + 1);
    return ST_OK;
}

static enum status read_day(const struct place *p, const struct csv_field *f,
                            int32_t none, int32_t *day)
{
    struct err cause;

    if (!f->len) {
        *day = none;
        return ST_OK;
    }
    if (period_parse_day(f->text, false, day, &cause) == ST_OK)
        return ST_OK;
    return err_set(p->err, ST_INVALID, "%s:%llu: %s", p->file,
                   (unsigned long long)p->line, cause.text);
}

static enum status read_row(struct codes *c, const struct place *p,
                            const struct csv_field *const field[COLUMNS],
                            struct code *row)
{
    char *const short_ones[] = {row->code, row->parent, row->level, row->kind,
                                row->gb_code};
    char *zh, *en;
    enum status st = ST_OK;

    for (size_t i = CODE; st == ST_OK && i <= GB_CODE; i++)
        st = copy_code(p, field[i], short_ones[i]);
    if (st == ST_OK && !row->code[0])
        return fail(p, "no code in front of", field[ZH]->text);
    if (st == ST_OK)
        st = read_day(p, field[FROM], INT32_MIN, &row->valid_from);
    if (st == ST_OK)
        st = read_day(p, field[TO], INT32_MAX, &row->valid_to);
    if (st != ST_OK)
        return st;
    if (row->valid_from >= row->valid_to)
        return fail(p, "valid_to is not after valid_from:", row->code);
    zh = arena_text(&c->names, field[ZH]->text, field[ZH]->len);
    en = arena_text(&c->names, field[EN]->text, field[EN]->len);
    row->name_zh = zh;
    row->name_en = en;
    return zh && en ? ST_OK : ST_NOMEM;
}

static enum status find_columns(const struct csv *csv, const char *file,
                                size_t at[COLUMNS], struct err *err)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        at[i] = csv_find(csv, names[i]);
        if (at[i] == SIZE_MAX)
            return err_set(err, ST_INVALID, "%s:1: no column '%s'", file,
                           names[i]);
    }
    return ST_OK;
}

static enum status read_rows(struct codes *c, struct table *t, struct csv *csv,
                             struct err *err)
{
    const struct csv_field *fields, *field[COLUMNS];
    size_t at[COLUMNS];
    enum status st = find_columns(csv, t->name, at, err);

    while (st == ST_OK) {
        struct place p = {.file = t->name, .err = err};

        st = csv_next(csv, &fields, err);
        if (st != ST_OK)
            return st == ST_NOTFOUND ? ST_OK : st;
        p.line = csv_line(csv);
        for (size_t i = 0; i < COLUMNS; i++)
            field[i] = &fields[at[i]];
        if (t->count == ROWS_MAX)
            return fail(&p, "more than a million rows at", field[CODE]->text);
        if (t->count == t->cap)
            st = grow(t);
        if (st == ST_OK) {
            t->rows[t->count] = (struct code){.valid_from = 0};
            t->lines[t->count] = p.line;
            st = read_row(c, &p, field, &t->rows[t->count]);
        }
        t->count += st == ST_OK;
    }
    return st;
}

/* No two rows of a code are valid on one day. */
static enum status check_overlaps(const struct table *t, struct err *err)
{
    for (size_t i = 0; i < t->count; i++)
        for (int32_t k = t->next[i]; k != NO_ROW; k = t->next[k]) {
            const struct code *a = &t->rows[i], *b = &t->rows[k];
            const struct place p = {t->name, t->lines[i], err};

            if (streq(a->code, b->code) && a->valid_from < b->valid_to &&
                b->valid_from < a->valid_to)
                return fail(&p, "valid twice on one day:", a->code);
        }
    return ST_OK;
}

/* Every parent is there, and no row is its own ancestor on the day it begins: a
 * circle that exists on any day begins with one of its rows. */
static enum status check_tree(const struct table *t, struct err *err)
{
    for (size_t i = 0; i < t->count; i++) {
        const struct code *row = &t->rows[i], *at = row;
        const struct place p = {t->name, t->lines[i], err};
        int level = 0;

        if (row->parent[0] && !known(t, row->parent))
            return fail(&p, "unknown parent", row->parent);
        while (at && at->parent[0] && level++ < LEVELS_MAX)
            at = find_row(t, at->parent, row->valid_from);
        if (level > LEVELS_MAX)
            return fail(
                &p, "its own ancestor, or too many levels above:", row->code);
    }
    return ST_OK;
}

static enum status load_table(struct codes *c, enum code_table which,
                              const char *path, struct err *err)
{
    struct table *t = &c->tables[which];
    struct csv *csv = NULL;
    enum status st;

    t->name = strdup(path);
    if (!t->name)
        return ST_NOMEM;
    st = csv_open(path, NULL, &csv, err);
    if (st == ST_OK)
        st = read_rows(c, t, csv, err);
    if (st == ST_OK)
        st = build_index(t);
    if (st == ST_OK)
        st = check_overlaps(t, err);
    if (st == ST_OK)
        st = check_tree(t, err);
    csv_close(&csv);
    return st;
}

enum status codes_load(const char *folder, const char *org_file,
                       struct codes **out, struct err *err)
{
    struct codes *c = calloc(1, sizeof *c);
    enum status st = ST_OK;

    if (!c)
        return ST_NOMEM;
    for (size_t i = 0; st == ST_OK && i < CODES_TABLES; i++) {
        char path[4096];

        if (!files[i])
            continue;
        if (snprintf(path, sizeof path, "%s/%s", folder, files[i]) >=
            (int)sizeof path)
            st = err_set(err, ST_RANGE, "%.64s…: the path is too long", folder);
        else
            st = load_table(c, (enum code_table)i, path, err);
    }
    c->any_org = !org_file;
    if (st == ST_OK && org_file)
        st = load_table(c, CODES_ORG, org_file, err);
    if (st == ST_OK)
        *out = c;
    else
        codes_free(&c);
    return st;
}

void codes_free(struct codes **c)
{
    struct codes *own = *c;

    if (!own)
        return;
    for (size_t i = 0; i < CODES_TABLES; i++) {
        struct table *t = &own->tables[i];

        free(t->name);
        free(t->rows);
        free(t->lines);
        free(t->next);
        free(t->head);
    }
    arena_free(&own->names);
    free(own);
    *c = NULL;
}

const struct code *codes_find(const struct codes *c, enum code_table table,
                              const char *code, int32_t day)
{
    static const struct code any = {
        .name_zh = "", .name_en = "", .valid_to = INT32_MAX};

    if (table == CODES_ORG && c->any_org)
        return &any;
    return find_row(&c->tables[table], code, day);
}

size_t codes_count(const struct codes *c, enum code_table table)
{
    return c->tables[table].count;
}

const struct code *codes_at(const struct codes *c, enum code_table table,
                            size_t i)
{
    return &c->tables[table].rows[i];
}
