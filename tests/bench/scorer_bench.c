/* scorer_bench.c - the estimator's budgets.
 *
 *     scorer_bench kernel|fit|bootstrap|fit_million
 *
 * Run from the top of the tree, with BIN naming the folder of the programs.
 * Each figure is the best of several rounds, ours and the bare one in turn.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "scorer/moments.h"
#include "scorer/pls.h"
#include "surveys/csv.h"

#define SURVEY "surveys/definitions/ecsi-mobile.yaml"
#define DATA   "tests/gold/data/mobi.csv"

enum { ITEMS = 24, ROUNDS = 7 };

static double now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void must(bool good, const char *what)
{
    if (good)
        return;
    (void)fprintf(stderr, "scorer_bench: %s\n", what);
    exit(1);
}

static void print(const char *name, double value, const char *unit,
                  double limit, const char *more)
{
    printf("{\"bench\": \"%s\", \"value\": %.4g, \"unit\": \"%s\", \"limit\": "
           "%.4g, \"ratio\": %.3f%s}\n",
           name, value, unit, limit, value / limit, more);
}

/* ---- kernel ---- */

enum { BLOCKS = 16, KERNEL_ROWS = BLOCKS * BLOCK_ROWS_MAX };

/* Of CBLAS: dsyrk, row-major, upper, transposed.  Loaded by name, so that
 * nothing else needs OpenBLAS to be there. */
typedef void dsyrk_fn(int order, int uplo, int trans, int n, int k,
                      double alpha, const double *a, int lda, double beta,
                      double *c, int ldc);
typedef void threads_fn(int threads);

static dsyrk_fn *find_dsyrk(void)
{
    void *blas = dlopen("libopenblas.so.0", RTLD_NOW);
    threads_fn *threads = NULL;
    dsyrk_fn *dsyrk = NULL;

    must(blas != NULL, "OpenBLAS is not installed (libopenblas0-pthread)");
    *(void **)&threads = dlsym(blas, "openblas_set_num_threads");
    *(void **)&dsyrk = dlsym(blas, "cblas_dsyrk");
    must(threads && dsyrk, "libopenblas.so.0 lacks dsyrk");
    threads(1);
    return dsyrk;
}

static double time_dsyrk(dsyrk_fn *dsyrk, const double *x)
{
    double c[ITEMS * ITEMS], start = now();

    for (size_t b = 0; b < BLOCKS; b++)
        dsyrk(101, 121, 112, ITEMS, BLOCK_ROWS_MAX, 1,
              x + b * BLOCK_ROWS_MAX * ITEMS, ITEMS, b > 0, c, ITEMS);
    return now() - start;
}

static double time_moments(const uint8_t *x)
{
    struct moments *m = NULL;
    double start;

    must(moments_new(ITEMS, false, &m) == ST_OK, "no memory");
    start = now();
    must(moments_add(m, x, ITEMS, KERNEL_ROWS) == ST_OK, "moments refused");
    start = now() - start;
    moments_free(&m);
    return start;
}

static void bench_kernel(void)
{
    const size_t n = (size_t)KERNEL_ROWS * ITEMS;
    uint8_t *full = malloc(n), *holes = malloc(n);
    double *x = malloc(n * sizeof *x);
    dsyrk_fn *dsyrk = find_dsyrk();
    double best[3] = {1e9, 1e9, 1e9};
    uint64_t seed = 88172645463325252u;
    char more[64];

    must(full && holes && x, "no memory");
    for (size_t i = 0; i < n; i++) {
        seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
        full[i] = (uint8_t)(1 + seed % 10);
        holes[i] = (seed >> 32) % 50 ? full[i] : 0;
        x[i] = full[i];
    }
    for (size_t r = 0; r < ROUNDS; r++) {
        const double times[3] = {time_dsyrk(dsyrk, x), time_moments(full),
                                 time_moments(holes)};

        for (size_t k = 0; k < 3; k++)
            best[k] = times[k] < best[k] ? times[k] : best[k];
    }
    (void)snprintf(more, sizeof more, ", \"kernel\": \"%s\"", moments_kernel());
    print("kernel", KERNEL_ROWS / best[1], "rows/s", KERNEL_ROWS / best[0],
          more);
    print("kernel_missing", KERNEL_ROWS / best[2], "rows/s",
          KERNEL_ROWS / best[0], ", \"missing\": 0.02");
    free(full);
    free(holes);
    free(x);
}

/* ---- fit ---- */

/* The answers of DATA, columns in the model's order. */
static void read_answers(const struct survey *s, uint8_t *x, size_t rows)
{
    const struct csv_field *fields;
    size_t item[ITEMS];
    struct csv *csv = NULL;
    struct err err = {""};

    must(csv_open(DATA, NULL, &csv, &err) == ST_OK, err.text);
    for (size_t c = 0; c < ITEMS; c++)
        item[c] = survey_item(s, csv_column(csv, c));
    for (size_t r = 0; r < rows; r++) {
        must(csv_next(csv, &fields, &err) == ST_OK, err.text);
        for (size_t c = 0; c < ITEMS; c++)
            x[r * ITEMS + item[c]] = (uint8_t)strtoul(fields[c].text, NULL, 10);
    }
    csv_close(&csv);
}

/* From 250 rows of bytes to paths and total effects. */
static void fit(const struct pls_model *model, const uint8_t *x, size_t rows,
                struct moments *m)
{
    double mean[ITEMS], cov[ITEMS * ITEMS];
    struct pls_fit out;

    moments_clear(m);
    must(moments_add(m, x, ITEMS, rows) == ST_OK &&
             moments_covariance(m, MISSING_MEAN, NULL, NULL, mean, cov, NULL) ==
                 ST_OK &&
             pls_estimate(model, m->rows, mean, cov, NULL, &out, NULL) == ST_OK,
         "no estimate");
}

static void bench_fit(void)
{
    enum { ROWS = 250, TIMES = 50, MANY = 20 * ROUNDS };
    static uint8_t x[ROWS * ITEMS];
    struct survey *survey = NULL;
    struct pls_model model;
    struct moments *m = NULL;
    struct err err = {""};
    double best = 1e9;

    must(survey_load(SURVEY, NULL, NULL, &survey, &err) == ST_OK, err.text);
    read_answers(survey, x, ROWS);
    pls_model_of(survey, &model);
    must(moments_new(ITEMS, false, &m) == ST_OK, "no memory");
    for (size_t r = 0; r < MANY; r++) {
        double start = now();

        for (size_t k = 0; k < TIMES; k++)
            fit(&model, x, ROWS, m);
        start = (now() - start) / TIMES;
        best = start < best ? start : best;
    }
    print("fit", best * 1e3, "ms", 0.05, "");
    moments_free(&m);
    survey_free(&survey);
}

/* ---- the program ---- */

struct spent {
    double seconds;
    long resident; /* kB at most */
};

static struct spent run(char *const argv[])
{
    const double start = now();
    struct rusage usage;
    struct spent spent;
    int status = 0;
    pid_t child = fork();

    must(child >= 0, "cannot fork");
    if (child == 0) {
        const int nowhere = open("/dev/null", O_WRONLY);

        (void)dup2(nowhere, STDOUT_FILENO);
        (void)execv(argv[0], argv);
        _exit(127);
    }
    must(wait4(child, &status, 0, &usage) == child && status == 0,
         "manyi-scorer fit failed");
    spent.seconds = now() - start;
    spent.resident = usage.ru_maxrss;
    return spent;
}

static char *program(void)
{
    const char *bin = getenv("BIN");
    char *path = NULL;

    must(asprintf(&path, "%s/manyi-scorer", bin ? bin : "build/release/bin") >
             0,
         "no memory");
    return path;
}

static void bench_bootstrap(void)
{
    char *path = program();
    char *const argv[] = {path,
                          (char[]){"fit"},
                          (char[]){"--survey"},
                          (char[]){SURVEY},
                          (char[]){"--data"},
                          (char[]){DATA},
                          (char[]){"--bootstrap"},
                          (char[]){"1000"},
                          (char[]){"--threads"},
                          (char[]){"1"},
                          NULL};
    double best = 1e9;

    for (size_t r = 0; r < ROUNDS; r++) {
        const double seconds = run(argv).seconds;

        best = seconds < best ? seconds : best;
    }
    print("bootstrap", best, "s", 0.1, "");
    free(path);
}

/* ---- a million rows ---- */

static void write_million(int to)
{
    static char line[251][256];
    uint64_t seed = 88172645463325252u;
    FILE *in = fopen(DATA, "r"), *out = fdopen(dup(to), "w");

    must(in && out, "cannot write the file");
    for (size_t i = 0; i < 251; i++)
        must(fgets(line[i], sizeof line[i], in) != NULL, DATA ": too short");
    (void)fputs(line[0], out);
    for (size_t i = 0; i < 1000000; i++) {
        seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
        (void)fputs(line[1 + seed % 250], out);
    }
    (void)fclose(in);
    must(fclose(out) == 0, "cannot write the file");
}

struct field {
    const char *text;
    size_t len;
};

/* Whoever would take a record. */
__attribute__((noinline)) static size_t take(const struct field *fields,
                                             size_t n)
{
    must(n == ITEMS && fields[n - 1].len > 0, "a record of another length");
    return 1;
}

/* Read the file and split every line into its fields; what a program does that
 * does nothing with them. */
static double bare_split(const char *path)
{
    enum { SIZE = 1 << 16 };
    static char buffer[SIZE];
    static struct field fields[ITEMS + 1];
    const double start = now();
    const int in = open(path, O_RDONLY);
    size_t left = 0, records = 0;
    ssize_t got;

    must(in >= 0, "cannot read the file");
    while ((got = read(in, buffer + left, SIZE - left)) > 0) {
        const char *const end = buffer + left + got;
        const char *field = buffer, *line = buffer;
        size_t n = 0;

        for (const char *p = buffer; p < end; p++) {
            if (*p != ',' && *p != '\n')
                continue;
            fields[n++] = (struct field){field, (size_t)(p - field)};
            field = p + 1;
            if (*p == '\n') {
                records += take(fields, n);
                n = 0;
                line = field;
            }
        }
        left = (size_t)(end - line);
        memmove(buffer, line, left);
    }
    (void)close(in);
    must(records == 1000001, "not a million rows");
    return now() - start;
}

static void bench_fit_million(void)
{
    char name[] = "fit_million_XXXXXX", data[64], more[64], *path = program();
    char *const argv[] = {path,
                          (char[]){"fit"},
                          (char[]){"--survey"},
                          (char[]){SURVEY},
                          (char[]){"--data"},
                          data,
                          NULL};
    const int file = mkstemp(name);
    double best = 1e9, bare = 1e9;
    long resident = 0;

    /* gone by name at once, so that nothing is left behind */
    must(file >= 0 && unlink(name) == 0, "cannot make a file");
    (void)snprintf(data, sizeof data, "/proc/self/fd/%d", file);
    write_million(file);
    for (size_t r = 0; r < ROUNDS; r++) {
        const double split = bare_split(data);
        const struct spent spent = run(argv);

        bare = split < bare ? split : bare;
        best = spent.seconds < best ? spent.seconds : best;
        resident = spent.resident > resident ? spent.resident : resident;
    }
    (void)close(file);
    (void)snprintf(more, sizeof more, ", \"resident_mb\": %.1f",
                   (double)resident / 1024);
    print("fit_million", best, "s", bare, more);
    free(path);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } benches[] = {{"kernel", bench_kernel},
                   {"fit", bench_fit},
                   {"bootstrap", bench_bootstrap},
                   {"fit_million", bench_fit_million}};

    for (size_t i = 0; i < sizeof benches / sizeof *benches; i++)
        if (argc == 2 && streq(argv[1], benches[i].name)) {
            benches[i].run();
            return 0;
        }
    (void)fprintf(stderr,
                  "usage: scorer_bench kernel|fit|bootstrap|fit_million\n");
    return 2;
}
