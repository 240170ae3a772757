/* store_bench.c - the store against SQLite alone.
 *
 *     store_bench insert|insert_invited|scan [rows]
 *
 * Batches of both go by turns, so that whatever else the machine does meets
 * both alike.  Files are made in the working folder and removed.
 */
#include "bare.h"

#include "base/bytes.h"
#include "collector/store.h"

#define STORE_FILE "bench-store.db"
#define BARE_FILE  "bench-bare.db"

static void must(enum status st, const struct err *err)
{
    if (st != ST_OK) {
        fprintf(stderr, "store_bench: %s\n", err->text);
        exit(1);
    }
}

static void print(const char *name, double value, double limit)
{
    printf("{\"bench\": \"%s\", \"value\": %.0f, \"unit\": \"rows/s\", "
           "\"limit\": %.0f, \"ratio\": %.3f}\n",
           name, value, limit, value / limit);
}

static void store_batch(struct store *s, const struct bare_row *row,
                        size_t rows, uint64_t batch)
{
    struct err err = {{0}};
    const struct journal j = {.peer = "bench",
                              .batch = batch,
                              .rows = (uint32_t)rows,
                              .at = row[0].r.received_at};
    enum verdict verdict = VERDICT_DUPLICATE;

    must(store_begin(s, &err), &err);
    must(store_journal(s, &j, &err), &err);
    for (size_t i = 0; i < rows; i++) {
        must(store_submit(s, &row[i].r, false, &verdict, &err), &err);
        bare_must(verdict == VERDICT_ACCEPTED, "submit");
    }
    must(store_commit(s, &err), &err);
    store_care(s, false);
}

static struct store *open_store(enum store_mode mode)
{
    struct store *s = NULL;
    struct err err = {{0}};

    must(store_open("sqlite:" STORE_FILE, mode, &s, &err), &err);
    return s;
}

/* Fill both files; seconds by turns in seconds[0] (bare) and [1]. */
static void fill(size_t rows, bool invited, double seconds[2])
{
    struct bare_source g = {.ms = INT64_C(1767225600000), .invited = invited};
    struct bare_row *row = calloc(BARE_BATCH, sizeof *row);
    struct bare b = {0};
    struct store *s;

    bare_must(row != NULL, "malloc");
    bare_unlink(STORE_FILE);
    s = open_store(STORE_WRITE);
    bare_open(&b, BARE_FILE);
    for (size_t done = 0; done < rows; done += BARE_BATCH) {
        double began;

        for (size_t i = 0; i < BARE_BATCH; i++)
            bare_make(&g, &row[i]);
        began = bare_now();
        bare_batch(&b, row, BARE_BATCH, done);
        seconds[0] += bare_now() - began;
        began = bare_now();
        store_batch(s, row, BARE_BATCH, done);
        seconds[1] += bare_now() - began;
    }
    bare_close(&b);
    store_close(&s);
    free(row);
}

static void bench_insert(const char *name, size_t rows, bool invited)
{
    double seconds[2] = {0};

    fill(rows, invited, seconds);
    print(name, (double)rows / seconds[1], (double)rows / seconds[0]);
}

static enum status add_row(void *ctx, const struct store_row *row)
{
    uint64_t *sum = ctx;

    *sum += row->entry.response.answers[0];
    return ST_OK;
}

/* The best of three of each, by turns: the files are in memory then. */
static void bench_scan(size_t rows)
{
    double seconds[2] = {0}, best[2] = {1e9, 1e9};
    uint64_t sum = 0;
    struct store *s;

    fill(rows, false, seconds);
    s = open_store(STORE_READ);
    for (int turn = 0; turn < 3; turn++) {
        struct watermark w = {0};
        struct err err = {{0}};
        double began = bare_now();

        bare_must(bare_scan(STORE_FILE, &sum) == rows, "scan");
        seconds[0] = bare_now() - began;
        began = bare_now();
        must(store_scan(s, &w, SCAN_NUMBERS, 0, add_row, &sum, &w, &err), &err);
        seconds[1] = bare_now() - began;
        for (int i = 0; i < 2; i++)
            best[i] = seconds[i] < best[i] ? seconds[i] : best[i];
    }
    store_close(&s);
    bare_must(sum != 0, "sum");
    print("scan", (double)rows / best[1], (double)rows / best[0]);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    const size_t rows = argc > 2 ? strtoull(argv[2], NULL, 10) : 500000;

    if (rows == 0 || rows % BARE_BATCH != 0) {
        fprintf(stderr, "store_bench: rows come by the %d\n", BARE_BATCH);
        return 2;
    }
    if (streq(what, "insert"))
        bench_insert("insert", rows, false);
    else if (streq(what, "insert_invited"))
        bench_insert("insert_invited", rows, true);
    else if (streq(what, "scan"))
        bench_scan(rows);
    else {
        fprintf(stderr,
                "usage: store_bench insert|insert_invited|scan [rows]\n");
        return 2;
    }
    bare_unlink(STORE_FILE);
    bare_unlink(BARE_FILE);
    return 0;
}
