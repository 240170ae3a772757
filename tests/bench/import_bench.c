/* import_bench.c - a file imported through a real collector, against SQLite
 * alone.
 *
 *     import_bench import [rows]
 *
 * Timed is the whole of `manyi-agent import` (BIN/manyi-agent): reading the
 * file twice, packing, the outbox with its commits, CURVE, the collector with
 * its store, and the acknowledgements, all on this machine's processors.  The
 * bare loop runs before and after, and its mean is the limit.
 */
#include "bare.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/bytes.h"
#include "collector/keys.h"

#define ROWS 300000

struct bench {
    char folder[32];
    pid_t collector;
    char url[64];
};

static const char *in_folder(const struct bench *b, const char *name)
{
    static char paths[16][128];
    static unsigned next;
    char *path = paths[next++ % 16];

    (void)snprintf(path, sizeof paths[0], "%s/%s", b->folder, name);
    return path;
}

static const char *program(const char *name)
{
    static char path[2][4096];
    static unsigned next;
    const char *bin = getenv("BIN");

    bare_must(bin != NULL, "BIN in the environment");
    (void)snprintf(path[next % 2], sizeof path[0], "%s/%s", bin, name);
    return path[next++ % 2];
}

/* ---- the file ---- */

static void write_row(FILE *f, const struct bare_row *row, unsigned n)
{
    static const char *const provinces[] = {"11", "13", "31", "32", "37",
                                            "44", "51", "54", "61", "65"};
    const struct response *r = &row->r;
    char respondent[2 * ID_SIZE + 1];

    bytes_hex(r->respondent, ID_SIZE, respondent);
    fprintf(f, "%lld,%lld,%s,%s,%s,%s,%s,0.012345,%u,%s",
            (long long)r->event_at, (long long)r->answered_at,
            r->context.operator, r->context.product, provinces[n % 10],
            r->context.touchpoint, r->context.stratum, r->duration_ms,
            respondent);
    for (size_t i = 0; i < r->items; i++)
        fprintf(f, ",%u", row->answers[i]);
    fputc('\n', f);
}

static void write_file(const struct bench *b, size_t rows)
{
    /* the questionnaire whose 24 items are all of one scale */
    static const char head[] =
        "event_at,answered_at,operator,product,province,touchpoint,stratum,"
        "rate,duration_ms,respondent,IMAG1,IMAG2,IMAG3,IMAG4,IMAG5,CUEX1,CUEX2,"
        "CUEX3,PERQ1,PERQ2,PERQ3,PERQ4,PERQ5,PERQ6,PERQ7,PERV1,PERV2,CUSA1,"
        "CUSA2,CUSA3,CUSCO,CUSL1,CUSL2,CUSL3\n";
    struct bare_source g = {.ms = INT64_C(1767225600000)};
    FILE *f = fopen(in_folder(b, "rows.csv"), "w");
    struct bare_row row;

    bare_must(f != NULL, "rows.csv");
    fputs(head, f);
    for (size_t n = 0; n < rows; n++) {
        bare_make(&g, &row);
        write_row(f, &row, (unsigned)n);
    }
    bare_must(fclose(f) == 0, "rows.csv");
}

/* ---- the programs ---- */

static void write_keys(const struct bench *b)
{
    struct client c = {.name = "bench",
                       .types = 1u << RIGHT_SUBMIT | 1u << RIGHT_DESCRIBE,
                       .channels = (1u << CHANNELS) - 1,
                       .frames = (1u << FRAMES) - 1};
    struct key_pair server, client;
    struct err err = {""};
    FILE *f = fopen(in_folder(b, "server.key.pub"), "w");

    bare_must(key_make(&server) == ST_OK && key_make(&client) == ST_OK && f,
              "keys");
    memcpy(c.key, client.public_key, sizeof c.key);
    fprintf(f, "%s\n", server.public_key);
    bare_must(
        fclose(f) == 0 &&
            key_save(&server, in_folder(b, "server.key"), &err) == ST_OK &&
            key_save(&client, in_folder(b, "client.key"), &err) == ST_OK &&
            clients_add(in_folder(b, "clients.yaml"), &c, &err) == ST_OK,
        err.text);
}

/* Its url stands in the first lines of its log. */
static void start_collector(struct bench *b)
{
    char store[128], line[1024];
    int pipes[2];
    FILE *log;

    (void)snprintf(store, sizeof store, "sqlite:%s", in_folder(b, "store.db"));
    bare_must(pipe(pipes) == 0, "pipe");
    b->collector = fork();
    if (b->collector == 0) {
        dup2(pipes[1], STDERR_FILENO);
        close(pipes[0]);
        execl(program("manyi-collector"), "manyi-collector", "--listen",
              "tcp://127.0.0.1:*", "--store", store, "--surveys",
              "surveys/definitions", "--key", in_folder(b, "server.key"),
              "--clients", in_folder(b, "clients.yaml"), (char *)NULL);
        _exit(127);
    }
    close(pipes[1]);
    log = fdopen(pipes[0], "r");
    while (!b->url[0] && fgets(line, sizeof line, log)) {
        const char *at = strstr(line, "event=listening url=");

        if (!at || sscanf(at, "event=listening url=%63s", b->url) != 1)
            fputs(line, stderr);
    }
    bare_must(b->url[0] != '\0', "collector");
}

static void stop_collector(const struct bench *b)
{
    int status = 0;

    kill(b->collector, SIGTERM);
    bare_must(waitpid(b->collector, &status, 0) == b->collector && !status,
              "collector's end");
}

/* Seconds of the whole import. */
static double import(const struct bench *b)
{
    const double begun = bare_now();
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        bare_must(freopen("/dev/null", "w", stdout) != NULL, "/dev/null");
        execl(program("manyi-agent"), "manyi-agent", "import", "--collector",
              b->url, "--server-key", in_folder(b, "server.key.pub"), "--key",
              in_folder(b, "client.key"), "--survey", "ecsi-mobile",
              "--surveys", "surveys/definitions", "--frame", "open",
              in_folder(b, "rows.csv"), (char *)NULL);
        _exit(127);
    }
    bare_must(waitpid(pid, &status, 0) == pid && !status, "import");
    return bare_now() - begun;
}

static void clean(const struct bench *b)
{
    static const char *const names[] = {
        "rows.csv",       "rows.csv.outbox", "rows.csv.outbox-wal",
        "server.key.pub", "server.key",      "client.key",
        "clients.yaml"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        (void)unlink(in_folder(b, names[i]));
    bare_unlink(in_folder(b, "store.db"));
    (void)rmdir(b->folder);
}

int main(int argc, char **argv)
{
    const size_t rows = argc > 2 ? strtoull(argv[2], NULL, 10) : ROWS;
    struct bench b = {.folder = "bench-import-XXXXXX"};
    double seconds, limit, value;

    if (argc < 2 || !streq(argv[1], "import") || rows == 0) {
        fprintf(stderr, "usage: import_bench import [ROWS]\n");
        return 2;
    }
    bare_must(mkdtemp(b.folder) != NULL, "a folder");
    write_file(&b, rows);
    write_keys(&b);
    limit = bare_rate(in_folder(&b, "bare.db"), rows, false);
    start_collector(&b);
    seconds = import(&b);
    stop_collector(&b);
    limit = (limit + bare_rate(in_folder(&b, "bare.db"), rows, false)) / 2;
    clean(&b);
    value = (double)rows / seconds;
    printf("{\"bench\": \"import\", \"value\": %.0f, \"unit\": "
           "\"responses/s\", \"limit\": %.0f, \"ratio\": %.3f}\n",
           value, limit, value / limit);
    return 0;
}
