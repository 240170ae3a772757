/* cells_bench.c - the scorer on a store of many responses.
 *
 *     cells_bench moments|cells|cell|memory|store [rows]
 *
 * A month of a nation: six products, 31 provinces, three channels, 24 items,
 * 2 % of the answers missing, days in order.  What must not depend on the
 * number of responses is measured with 100 000 and with `rows` (ROWS, or a
 * million unless said).  Stores are made in the working folder and removed; in
 * the folder BENCH_STORES, if that is said, they stay for other lines.  `store`
 * makes one and prints its name.
 */
#include "bare.h"

#include <sys/resource.h>
#include <sys/wait.h>

#include "scorer/query.h"
#include "surveys/period.h"

enum { ITEMS = 24, PRODUCTS = 6, PROVINCES = 31, SMALL = 100000 };
enum { MONTH = 2026 * 12 + 9, DAYS = 31, BATCH = 10000 };

static const char *const products[PRODUCTS] = {"FIX", "MOB", "BBD",
                                               "IPT", "DLN", "CLD"};
static struct survey *survey[PRODUCTS];

static void must(enum status st, const struct err *err)
{
    if (st != ST_OK) {
        fprintf(stderr, "cells_bench: %s\n", err->text);
        exit(1);
    }
}

static void print(const char *name, double value, const char *unit,
                  double limit, size_t rows)
{
    printf("{\"bench\": \"%s\", \"value\": %.4g, \"unit\": \"%s\", \"limit\": "
           "%.4g, \"ratio\": %.3f, \"rows\": %zu}\n",
           name, value, unit, limit, value / limit, rows);
    fflush(stdout);
}

/* ---- the nation ---- */

/* The tcsi questionnaire's shape: 7 constructs, 12 paths. */
static void define(size_t product)
{
    static const struct {
        const char *code;
        int items;
    } blocks[] = {{"IMG", 4}, {"EXP", 3}, {"QUA", 7}, {"VAL", 2},
                  {"SAT", 3}, {"COM", 2}, {"LOY", 3}};
    char text[8192];
    struct err err = {""};
    int at = snprintf(text, sizeof text,
                      "survey: bench-%zu\nfamily: bench\nproduct: %s\n"
                      "title: {en: x}\nitems:\n",
                      product, products[product]);

    for (size_t c = 0; c < 7; c++)
        for (int i = 1; i <= blocks[c].items; i++)
            at += snprintf(text + at, sizeof text - (size_t)at,
                           "  - {code: %s%d, scale: {min: 1, max: 10}, text: "
                           "{en: rate it}}\n",
                           blocks[c].code, i);
    at += snprintf(text + at, sizeof text - (size_t)at,
                   "model:\n  scheme: path\n  missing: mean\n"
                   "  constructs:\n");
    for (size_t c = 0; c < 7; c++) {
        at += snprintf(text + at, sizeof text - (size_t)at,
                       "    - {code: %s, mode: A, title: {en: x}, items: [",
                       blocks[c].code);
        for (int i = 1; i <= blocks[c].items; i++)
            at += snprintf(text + at, sizeof text - (size_t)at, "%s%s%d",
                           i > 1 ? ", " : "", blocks[c].code, i);
        at += snprintf(text + at, sizeof text - (size_t)at, "]}\n");
    }
    snprintf(text + at, sizeof text - (size_t)at,
             "  paths:\n    - {from: IMG, to: [EXP, SAT, LOY]}\n"
             "    - {from: EXP, to: [QUA, VAL, SAT]}\n"
             "    - {from: QUA, to: [VAL, SAT]}\n    - {from: VAL, to: [SAT]}\n"
             "    - {from: SAT, to: [COM, LOY]}\n    - {from: COM, to: [LOY]}\n"
             "  index: SAT\n");
    must(survey_parse("bench", text, strlen(text), NULL, NULL, &survey[product],
                      &err),
         &err);
}

/* Row `n` of `rows`: answers round a level of the person's own. */
static void make(struct bare_source *g, size_t n, size_t rows,
                 struct bare_row *row)
{
    struct response *r = &row->r;
    const uint64_t who = bare_random(g);
    const unsigned product = (unsigned)(who % PRODUCTS);
    const unsigned level = (unsigned)(who >> 20) % 5;
    uint8_t random[ID_SIZE];

    memset(row, 0, sizeof *row);
    bare_bytes(g, random);
    r->event_at = period_start(period_first(MONTH)) +
                  (int64_t)((double)n / (double)rows * DAYS * 86400000.0);
    response_id(r->event_at, random, r->id);
    memcpy(r->version, survey[product]->version, HASH_SIZE);
    r->answered_at = r->received_at = r->event_at + 5000;
    bare_code(r->context.operator, "CT");
    bare_code(r->context.product, products[product]);
    snprintf(r->context.province, CODE_MAX + 1, "%u",
             11 + (unsigned)(who >> 8) % PROVINCES);
    r->context.channel = (uint8_t)((who >> 16) % CHANNELS);
    r->rate_ppm = 12345;
    bare_bytes(g, r->respondent);
    bare_bytes(g, r->salt);
    r->items = ITEMS;
    for (size_t i = 0; i < ITEMS; i++) {
        const uint64_t a = bare_random(g);

        row->answers[i] = a % 50 ? (uint8_t)(1 + level + (a >> 8) % 6) : 0;
    }
    r->answers = row->answers;
    r->comment = "";
}

static void submit(struct store *s, const struct bare_row *row)
{
    enum verdict verdict = VERDICT_DUPLICATE;
    struct err err = {""};
    struct response r = row->r;

    r.answers = row->answers;
    must(store_submit(s, &r, false, &verdict, &err), &err);
}

/* ---- the store ---- */

static struct place {
    char store[512], cube[520], url[520];
} place;

static void stand_at(size_t rows)
{
    const char *folder = getenv("BENCH_STORES");

    snprintf(place.store, sizeof place.store, "%s/bench-cells-%zu.db",
             folder ? folder : ".", rows);
    snprintf(place.cube, sizeof place.cube, "%s-cube.db", place.store);
    snprintf(place.url, sizeof place.url, "sqlite:%s", place.store);
}

static void fill_batches(struct store *s, size_t rows)
{
    struct bare_source g = {.state = rows};
    struct err err = {""};
    struct bare_row row;

    for (size_t n = 0; n < rows;) {
        must(store_begin(s, &err), &err);
        for (size_t end = n + BATCH < rows ? n + BATCH : rows; n < end; n++) {
            make(&g, n, rows, &row);
            submit(s, &row);
        }
        must(store_commit(s, &err), &err);
        store_care(s, false);
    }
    store_care(s, true);
}

static void remove_store(void)
{
    bare_unlink(place.store);
    bare_unlink(place.cube);
}

/* Unless it is there: an unfinished one has another name. */
static void fill(size_t rows)
{
    struct store *s = NULL;
    struct err err = {""};
    char part[600], url[620];

    stand_at(rows);
    if (access(place.store, F_OK) == 0)
        return;
    snprintf(part, sizeof part, "%s.part", place.store);
    snprintf(url, sizeof url, "sqlite:%s", part);
    bare_unlink(part);
    must(store_open(url, STORE_WRITE, &s, &err), &err);
    must(store_begin(s, &err), &err);
    for (size_t p = 0; p < PRODUCTS; p++)
        must(store_put(s, TABLE_DEFINITIONS,
                       (struct store_key){survey[p]->version, HASH_SIZE},
                       survey[p]->source, survey[p]->source_len, &err),
             &err);
    must(store_commit(s, &err), &err);
    fill_batches(s, rows);
    store_close(&s);
    bare_must(rename(part, place.store) == 0, "rename");
}

static void clean(void)
{
    if (!getenv("BENCH_STORES"))
        remove_store();
}

/* ---- the questions ---- */

static struct query whole_month(void)
{
    return (struct query){.survey = "bench",
                          .from = period_first(MONTH),
                          .to = period_last(MONTH)};
}

static double ask(struct engine *e, const struct query *q, size_t want)
{
    struct scores s = {0};
    struct err err = {""};
    const double began = bare_now();

    must(engine_scores(e, q, &s, &err), &err);
    bare_must(s.count == want, "the number of records");
    scores_free(&s);
    return bare_now() - began;
}

static const enum dimension lattice[] = {DIM_PROVINCE, DIM_PRODUCT,
                                         DIM_CHANNEL};
enum { ALL_CELLS = PROVINCES * PRODUCTS * 3 * 7 };

static double ask_all(struct engine *e)
{
    struct query q = whole_month();

    q.by = lattice;
    q.by_count = 3;
    return ask(e, &q, ALL_CELLS);
}

static double ask_one(struct engine *e, unsigned province)
{
    static const enum dimension dims[] = {DIM_PROVINCE, DIM_CHANNEL};
    char code[8];
    const char *const home = code, *const channel = "web";
    const struct query_filter where[] = {{dims[0], 1, &home},
                                         {dims[1], 1, &channel}};
    struct query q = whole_month();

    snprintf(code, sizeof code, "%u", 11 + province);
    q.survey = "bench-1";
    q.filters = 2;
    q.filter = where;
    return ask(e, &q, 7);
}

static struct engine *open_engine(void)
{
    struct engine *e = NULL;
    struct err err = {""};

    must(engine_open(place.url, NULL, &e, &err), &err);
    return e;
}

/* ---- the lines ---- */

static void bench_moments(size_t rows)
{
    double bare = 1e9, ours = 1e9;

    fill(rows);
    for (int i = 0; i < 3; i++) {
        struct err err = {""};
        struct store *s = NULL;
        struct cells *c = NULL;
        uint64_t sum = 0, read = 0;
        double began = bare_now(), took;

        bare_must(bare_scan(place.store, &sum) == rows, "bare scan");
        took = bare_now() - began;
        bare = took < bare ? took : bare;
        bare_unlink(place.cube);
        must(store_open(place.url, STORE_READ, &s, &err), &err);
        must(cells_open(s, place.cube, &c, &err), &err);
        began = bare_now();
        must(cells_update(c, &read, &err), &err);
        took = bare_now() - began;
        ours = took < ours ? took : ours;
        bare_must(read == rows, "update");
        cells_close(&c);
        store_close(&s);
    }
    print("moments", (double)rows / ours, "rows/s", (double)rows / bare, rows);
}

/* Each asks anew: a first answer fits the item weights, later ones have
 * them. */
static void bench_cells(size_t rows)
{
    const size_t sizes[] = {SMALL, rows};

    for (size_t i = 0; i < 2; i++) {
        struct engine *e;

        fill(sizes[i]);
        e = open_engine();
        (void)ask_one(e, 0); /* brings the cells up to date */
        engine_close(&e);
        e = open_engine();
        print("cells", 1e3 * ask_all(e), "ms", 1000, sizes[i]);
        engine_close(&e);
    }
}

static void bench_cell(size_t rows)
{
    const size_t sizes[] = {SMALL, rows};

    for (size_t i = 0; i < 2; i++) {
        struct engine *e;
        double first;

        fill(sizes[i]);
        e = open_engine();
        (void)ask_one(e, 0);
        engine_close(&e);
        e = open_engine();
        first = ask_one(e, 3);
        print("cell", 1e3 * first, "ms", 10, sizes[i]);
        print("cell_again", 1e3 * ask_one(e, 4), "ms", 10, sizes[i]);
        engine_close(&e);
    }
}

/* The whole work of a scorer, in a process of its own. */
static void bench_memory(size_t rows)
{
    struct rusage usage;
    int status = 0;
    pid_t child;

    fill(rows);
    child = fork();
    bare_must(child >= 0, "fork");
    if (child == 0) {
        struct engine *e = open_engine();

        (void)ask_all(e);
        engine_close(&e);
        _exit(0);
    }
    bare_must(waitpid(child, &status, 0) == child && status == 0, "scorer");
    bare_must(getrusage(RUSAGE_CHILDREN, &usage) == 0, "getrusage");
    print("memory", (double)usage.ru_maxrss / 1024, "MB", 256, rows);
}

static void print_store(size_t rows)
{
    fill(rows);
    puts(place.store);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(size_t rows);
    } lines[] = {{"moments", bench_moments},
                 {"cells", bench_cells},
                 {"cell", bench_cell},
                 {"memory", bench_memory},
                 {"store", print_store}};
    const char *word = argc > 1 ? argv[1] : "";
    const char *count = argc > 2 ? argv[2] : getenv("ROWS");
    const size_t rows = count ? strtoull(count, NULL, 10) : 1000000;

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (!streq(word, lines[i].name))
            continue;
        for (size_t p = 0; p < PRODUCTS; p++)
            define(p);
        lines[i].run(rows);
        clean();
        for (size_t p = 0; p < PRODUCTS; p++)
            survey_free(&survey[p]);
        return 0;
    }
    fprintf(stderr,
            "usage: cells_bench moments|cells|cell|memory|store [rows]\n");
    return 2;
}
