/* bare.h - what SQLite alone does with the rows of the store: the limit that
 * the store's benches are held against.
 *
 * The same columns, the same index, the same batches, WAL and
 * synchronous=FULL, SQLite's own defaults for the rest (automatic checkpoints
 * among them), one prepared statement, nothing looked up, nothing checked.
 * Header only; link with -lsqlite3.
 */
#ifndef BENCH_BARE_H
#define BENCH_BARE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "surveys/response.h"

#define BARE_BATCH 1000

static inline double bare_now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static inline void bare_must(bool done, const char *what)
{
    if (!done) {
        fprintf(stderr, "bench: %s failed\n", what);
        exit(1);
    }
}

/* ---- rows ---- */

/* A response of a national survey: 24 answers, a comment in one of ten. */
struct bare_row {
    struct response r;
    uint8_t answers[24];
    char comment[48];
};

struct bare_source {
    uint64_t state; /* of the random numbers */
    int64_t ms;     /* its clock: three responses a ms */
    uint64_t made;
    bool invited; /* ids are up to a day old, in random order */
};

static inline uint64_t bare_random(struct bare_source *g)
{
    /* splitmix64, Steele, Lea & Flood 2014 */
    uint64_t z = g->state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline void bare_bytes(struct bare_source *g, uint8_t out[ID_SIZE])
{
    const uint64_t random[2] = {bare_random(g), bare_random(g) | 1};

    memcpy(out, random, ID_SIZE);
}

static inline void bare_code(char out[CODE_MAX + 1], const char *code)
{
    (void)snprintf(out, CODE_MAX + 1, "%s", code);
}

static inline void bare_make(struct bare_source *g, struct bare_row *row)
{
    static const char *const operators[] = {"CT", "CM", "CU", "CB"};
    static const char *const products[] = {"FIX", "MOB", "BBD"};
    static const char *const places[] = {"HALL_OWN", "HOTLINE", "ONLINE"};
    struct response *r = &row->r;
    uint8_t random[ID_SIZE];
    int64_t drawn;

    memset(row, 0, sizeof *row);
    g->ms += g->made++ % 3 == 0;
    drawn = g->ms - (g->invited ? (int64_t)(bare_random(g) % 86400000) : 0);
    bare_bytes(g, random);
    response_id(drawn, random, r->id);
    memset(r->version, 0x5c, HASH_SIZE);
    r->event_at = drawn;
    r->answered_at = g->ms - 2000;
    r->received_at = g->ms;
    bare_code(r->context.operator, operators[bare_random(g) % 4]);
    bare_code(r->context.product, products[bare_random(g) % 3]);
    (void)snprintf(r->context.province, CODE_MAX + 1, "%u",
                   11 + (unsigned)(bare_random(g) % 55));
    bare_code(r->context.touchpoint, places[bare_random(g) % 3]);
    (void)snprintf(r->context.stratum, CODE_MAX + 1, "S%u",
                   (unsigned)(bare_random(g) % 31));
    r->context.channel = (uint8_t)(bare_random(g) % CHANNELS);
    r->context.attributes[0] = (uint8_t)(1 + bare_random(g) % 6);
    r->rate_ppm = 12345;
    r->duration_ms = (uint32_t)(bare_random(g) % 600000);
    bare_bytes(g, r->respondent);
    bare_bytes(g, r->device);
    bare_bytes(g, r->salt);
    r->items = sizeof row->answers;
    for (size_t i = 0; i < r->items; i++)
        row->answers[i] = (uint8_t)(1 + bare_random(g) % 10);
    r->answers = row->answers;
    if (bare_random(g) % 10 == 0)
        r->comment_len =
            (size_t)snprintf(row->comment, sizeof row->comment, "师傅很好 %u",
                             (unsigned)bare_random(g));
    r->comment = row->comment;
}

/* ---- the loop ---- */

struct bare {
    sqlite3 *db;
    sqlite3_stmt *insert;
};

static inline void bare_exec(struct bare *b, const char *sql)
{
    bare_must(sqlite3_exec(b->db, sql, NULL, NULL, NULL) == SQLITE_OK, sql);
}

static inline void bare_unlink(const char *path)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    char name[4096];

    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(name, sizeof name, "%s%s", path, endings[i]);
        (void)unlink(name);
    }
}

static inline void bare_open(struct bare *b, const char *path)
{
    static const char insert[] =
        "INSERT INTO log (id, nth, entry, revision, replaces, state, version,"
        " event_at, answered_at, received_at, operator, product, province,"
        " org, touchpoint, class, stratum, channel, frame, attributes,"
        " rate_ppm, flags, respondent, answers, duration_ms, staff, device,"
        " salt, comment, batch) VALUES (?, 0, ?, 0, NULL, 0, 1, ?, ?, ?, ?, ?,"
        " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    bare_unlink(path);
    bare_must(sqlite3_open_v2(path, &b->db,
                              SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                                  SQLITE_OPEN_NOMUTEX,
                              NULL) == SQLITE_OK,
              path);
    bare_exec(b, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    bare_exec(b, "CREATE TABLE log (seq INTEGER PRIMARY KEY, id BLOB NOT NULL,"
                 " nth INTEGER NOT NULL, entry INTEGER NOT NULL,"
                 " revision INTEGER NOT NULL, replaces INTEGER,"
                 " state INTEGER NOT NULL, version INTEGER, event_at INTEGER,"
                 " answered_at INTEGER, received_at INTEGER, operator TEXT,"
                 " product TEXT, province TEXT, org TEXT, touchpoint TEXT,"
                 " class TEXT, stratum TEXT, channel INTEGER, frame INTEGER,"
                 " attributes BLOB, rate_ppm INTEGER, flags INTEGER,"
                 " respondent BLOB, answers BLOB, duration_ms INTEGER,"
                 " staff BLOB, device BLOB, salt BLOB, comment TEXT,"
                 " batch INTEGER)");
    bare_exec(b, "CREATE UNIQUE INDEX log_id ON log (id, nth)");
    bare_must(sqlite3_prepare_v3(b->db, insert, -1, SQLITE_PREPARE_PERSISTENT,
                                 &b->insert, NULL) == SQLITE_OK,
              insert);
}

static inline void bare_close(struct bare *b)
{
    sqlite3_finalize(b->insert);
    sqlite3_close(b->db);
}

static inline void bare_text(sqlite3_stmt *s, int i, const char *text)
{
    if (*text)
        sqlite3_bind_text(s, i, text, -1, SQLITE_STATIC);
    else
        sqlite3_bind_null(s, i);
}

static inline void bare_insert(struct bare *b, const struct response *r,
                               uint64_t batch)
{
    sqlite3_stmt *s = b->insert;
    int i = 1;

    sqlite3_bind_blob(s, i++, r->id, ID_SIZE, SQLITE_STATIC);
    sqlite3_bind_int(s, i++, r->context.entry);
    sqlite3_bind_int64(s, i++, r->event_at);
    sqlite3_bind_int64(s, i++, r->answered_at);
    sqlite3_bind_int64(s, i++, r->received_at);
    bare_text(s, i++, r->context.operator);
    bare_text(s, i++, r->context.product);
    bare_text(s, i++, r->context.province);
    bare_text(s, i++, r->context.org);
    bare_text(s, i++, r->context.touchpoint);
    bare_text(s, i++, r->context.class);
    bare_text(s, i++, r->context.stratum);
    sqlite3_bind_int(s, i++, r->context.channel);
    sqlite3_bind_int(s, i++, r->context.frame);
    sqlite3_bind_blob(s, i++, r->context.attributes, ATTRIBUTES_MAX,
                      SQLITE_STATIC);
    sqlite3_bind_int64(s, i++, r->rate_ppm);
    sqlite3_bind_int64(s, i++, r->flags);
    sqlite3_bind_blob(s, i++, r->respondent, ID_SIZE, SQLITE_STATIC);
    sqlite3_bind_blob(s, i++, r->answers, (int)r->items, SQLITE_STATIC);
    sqlite3_bind_int64(s, i++, r->duration_ms);
    sqlite3_bind_null(s, i++); /* staff: a self-service contact */
    sqlite3_bind_blob(s, i++, r->device, ID_SIZE, SQLITE_STATIC);
    sqlite3_bind_blob(s, i++, r->salt, ID_SIZE, SQLITE_STATIC);
    if (r->comment_len)
        sqlite3_bind_text(s, i++, r->comment, (int)r->comment_len,
                          SQLITE_STATIC);
    else
        sqlite3_bind_null(s, i++);
    sqlite3_bind_int64(s, i++, (sqlite3_int64)batch);
    bare_must(sqlite3_step(s) == SQLITE_DONE, "insert");
    sqlite3_reset(s);
}

/* One durable batch. */
static inline void bare_batch(struct bare *b, const struct bare_row *row,
                              size_t rows, uint64_t batch)
{
    bare_exec(b, "BEGIN IMMEDIATE");
    for (size_t i = 0; i < rows; i++)
        bare_insert(b, &row[i].r, batch);
    bare_exec(b, "COMMIT");
}

/* Durable rows a second of a whole run, in a file of its own; making the rows
 * is not counted. */
static inline double bare_rate(const char *path, size_t rows, bool invited)
{
    struct bare_source g = {.ms = INT64_C(1767225600000), .invited = invited};
    struct bare_row *row = calloc(BARE_BATCH, sizeof *row);
    struct bare b = {0};
    double seconds = 0;

    bare_must(row != NULL, "malloc");
    bare_open(&b, path);
    for (size_t done = 0; done < rows; done += BARE_BATCH) {
        double began;

        for (size_t i = 0; i < BARE_BATCH; i++)
            bare_make(&g, &row[i]);
        began = bare_now();
        bare_batch(&b, row, BARE_BATCH, done);
        seconds += bare_now() - began;
    }
    bare_close(&b);
    bare_unlink(path);
    free(row);
    return (double)rows / seconds;
}

/* ---- the scan ---- */

/* Read what SCAN_NUMBERS reads from a table `log`, and nothing is done with
 * it.  *sum keeps the compiler honest. */
static inline size_t bare_scan(const char *path, uint64_t *sum)
{
    static const char select[] =
        "SELECT seq, id, entry, revision, replaces, state, version, event_at,"
        " answered_at, received_at, operator, product, province, org,"
        " touchpoint, class, stratum, channel, frame, attributes, rate_ppm,"
        " flags, respondent, answers FROM log ORDER BY seq";
    static const char kind[] = "ibiiiiiiiitttttttiibiibb";
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    size_t rows = 0;

    bare_must(sqlite3_open_v2(path, &db,
                              SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
                              NULL) == SQLITE_OK &&
                  sqlite3_prepare_v2(db, select, -1, &s, NULL) == SQLITE_OK,
              path);
    for (; sqlite3_step(s) == SQLITE_ROW; rows++) {
        for (int i = 0; kind[i]; i++) {
            if (kind[i] == 'i') {
                *sum += (uint64_t)sqlite3_column_int64(s, i);
            } else {
                const void *data = kind[i] == 'b' ? sqlite3_column_blob(s, i)
                                                  : sqlite3_column_text(s, i);

                *sum += (uintptr_t)data & 1;
                *sum += (uint64_t)sqlite3_column_bytes(s, i);
            }
        }
    }
    sqlite3_finalize(s);
    sqlite3_close(db);
    return rows;
}

#endif
