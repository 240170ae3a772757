/* ingest_bench.c - durable, acknowledged ingest through a real collector,
 * against SQLite alone.
 *
 *     ingest_bench ingest|ingest_invited [rows]
 *
 * The collector (BIN/manyi-collector) runs as its own process on loopback with
 * CURVE; batches are packed beforehand, and only sending, keeping and
 * acknowledging is timed.  Both commit BARE_BATCH rows at a time; stretches of
 * both go by turns, so that whatever else the machine does meets both alike.
 */
#include "bare.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/bytes.h"
#include "collector/keys.h"
#include "collector/wire.h"

#include <czmq.h>

#define MESSAGE_ROWS (BARE_BATCH / 2)
#define WINDOW       8 /* messages under way */
#define TURN         (50 * BARE_BATCH)
#define PATIENCE_MS  30000

struct bench {
    char folder[64];
    struct key_pair server, client;
    struct survey *survey;
    pid_t collector;
    zsock_t *socket;
    struct bare bare;
    struct bare_source source;
    bool invited;
    uint64_t batch;
};

static void must(enum status st, const struct err *err)
{
    if (st != ST_OK) {
        fprintf(stderr, "ingest_bench: %s\n", err->text);
        exit(1);
    }
}

static const char *in_folder(const struct bench *b, const char *name)
{
    static char paths[8][128];
    static unsigned next;
    char *path = paths[next++ % 8];

    (void)snprintf(path, sizeof paths[0], "%s/%s", b->folder, name);
    return path;
}

/* ---- the collector ---- */

/* 23 scale items and a comment: a row like that of the bare loop. */
static void write_survey(struct bench *b)
{
    FILE *f;
    struct err err;

    bare_must(mkdir(in_folder(b, "surveys"), 0700) == 0, "mkdir");
    f = fopen(in_folder(b, "surveys/bench.yaml"), "w");
    bare_must(f != NULL, "bench.yaml");
    fprintf(f, "survey: bench\ntitle: {en: Bench}\nattributes:\n"
               "  - {code: AGE, values: [{code: 1, text: {en: a}}, {code: 2, "
               "text: {en: b}}, {code: 3, text: {en: c}}, {code: 4, text: "
               "{en: d}}, {code: 5, text: {en: e}}, {code: 6, text: {en: "
               "f}}]}\nitems:\n");
    for (int i = 1; i < 24; i++)
        fprintf(f,
                "  - code: Q%d\n    scale: {min: 1, max: 10}\n"
                "    text: {en: Question %d}\n",
                i, i);
    fprintf(f, "  - {code: C, kind: text, text: {en: Anything else}}\n");
    fprintf(f, "model:\n  constructs:\n"
               "    - {code: QUA, items: [Q1, Q2, Q3]}\n"
               "    - {code: SAT, items: [Q4, Q5, Q6]}\n"
               "  paths:\n    - {from: QUA, to: [SAT]}\n  index: SAT\n");
    bare_must(fclose(f) == 0, "bench.yaml");
    must(survey_load(in_folder(b, "surveys/bench.yaml"), NULL, NULL, &b->survey,
                     &err),
         &err);
}

static void write_keys(struct bench *b)
{
    struct client c = {.name = "bench",
                       .types = 1u << RIGHT_SUBMIT,
                       .channels = (1u << CHANNELS) - 1,
                       .frames = (1u << FRAMES) - 1};
    struct err err = {""};

    bare_must(key_make(&b->server) == ST_OK && key_make(&b->client) == ST_OK,
              "keys");
    memcpy(c.key, b->client.public_key, sizeof c.key);
    must(key_save(&b->server, in_folder(b, "key"), &err), &err);
    must(clients_add(in_folder(b, "clients.yaml"), &c, &err), &err);
}

/* Its url stands in the first lines of its log. */
static void read_url(FILE *log, char url[128])
{
    char line[1024];

    while (fgets(line, sizeof line, log)) {
        const char *at = strstr(line, "event=listening url=");

        if (at && sscanf(at, "event=listening url=%127s", url) == 1)
            return;
        fputs(line, stderr);
    }
    bare_must(false, "collector");
}

static void start_collector(struct bench *b)
{
    const char *bin = getenv("BIN");
    char program[4096], url[128], rows[16], store[128];
    int pipes[2];

    bare_must(bin != NULL, "BIN in the environment");
    bare_must(pipe(pipes) == 0, "pipe");
    (void)snprintf(program, sizeof program, "%s/manyi-collector", bin);
    (void)snprintf(rows, sizeof rows, "%d", BARE_BATCH);
    (void)snprintf(store, sizeof store, "sqlite:%s", in_folder(b, "store.db"));
    b->collector = fork();
    if (b->collector == 0) {
        dup2(pipes[1], STDERR_FILENO);
        close(pipes[0]);
        execl(program, program, "--listen", "tcp://127.0.0.1:*", "--store",
              store, "--surveys", in_folder(b, "surveys"), "--codes",
              "surveys/codes", "--key", in_folder(b, "key"), "--clients",
              in_folder(b, "clients.yaml"), "--commit-rows", rows,
              (char *)NULL);
        _exit(127);
    }
    close(pipes[1]);
    read_url(fdopen(pipes[0], "r"), url);
    b->socket = zsock_new(ZMQ_DEALER);
    zsock_set_curve_serverkey(b->socket, b->server.public_key);
    zsock_set_curve_publickey(b->socket, b->client.public_key);
    zsock_set_curve_secretkey(b->socket, b->client.secret_key);
    zsock_set_rcvtimeo(b->socket, PATIENCE_MS);
    bare_must(zsock_connect(b->socket, "%s", url) == 0, url);
}

/* Its largest memory so far, in kB. */
static long peak(const struct bench *b)
{
    char path[64], line[256];
    long kb = 0;
    FILE *f;

    (void)snprintf(path, sizeof path, "/proc/%d/status", (int)b->collector);
    f = fopen(path, "r");
    bare_must(f != NULL, path);
    while (fgets(line, sizeof line, f))
        if (sscanf(line, "VmHWM: %ld", &kb) == 1)
            break;
    fclose(f);
    return kb;
}

static void stop_collector(struct bench *b)
{
    int status = 0;

    zsock_destroy(&b->socket);
    kill(b->collector, SIGTERM);
    bare_must(waitpid(b->collector, &status, 0) == b->collector && !status,
              "collector's end");
}

/* ---- one turn of each ---- */

static void make_rows(struct bench *b, struct bare_row *row)
{
    static const char *const provinces[] = {"11", "13", "31", "32", "37",
                                            "44", "51", "54", "61", "65"};

    for (size_t i = 0; i < TURN; i++) {
        struct response *r = &row[i].r;

        bare_make(&b->source, &row[i]);
        memcpy(r->version, b->survey->version, HASH_SIZE);
        bare_code(r->context.province, provinces[bare_random(&b->source) % 10]);
        r->context.frame = b->invited ? FRAME_INVITED : FRAME_OPEN;
        row[i].answers[23] = 0; /* the place of the comment */
    }
}

static void pack(struct bench *b, const struct bare_row *row,
                 struct buffer *frame)
{
    const struct survey_name name = {b->survey->code, b->survey->version};
    static struct submission list[MESSAGE_ROWS];

    for (size_t i = 0; i < MESSAGE_ROWS; i++)
        list[i].response = row[i].r;
    frame->len = 0;
    frame->max = MESSAGE_MAX;
    bare_must(wire_submit(++b->batch, &name, list, MESSAGE_ROWS, frame) ==
                  ST_OK,
              "pack");
}

static void take_ack(struct bench *b)
{
    zframe_t *reply = zframe_recv(b->socket);
    struct ack ack = {0};
    enum reason why;

    bare_must(reply != NULL, "acknowledgement");
    bare_must(wire_read_ack(zframe_data(reply), zframe_size(reply), &ack,
                            &why) == ST_OK &&
                  ack.accepted == MESSAGE_ROWS,
              ack.refused      ? reason_word(ack.refused)
              : ack.rejections ? reason_word(ack.rejected[0].reason)
                               : "acknowledgement");
    free(ack.rejected);
    zframe_destroy(&reply);
}

/* Seconds from the first send to the last acknowledgement. */
static double send_all(struct bench *b, const struct buffer *frames,
                       size_t count)
{
    const double began = bare_now();
    size_t sent = 0, taken = 0;

    while (taken < count) {
        if (sent < count && sent - taken < WINDOW) {
            bare_must(zmq_send(zsock_resolve(b->socket), frames[sent].data,
                               frames[sent].len, 0) >= 0,
                      "send");
            sent++;
        } else {
            take_ack(b);
            taken++;
        }
    }
    return bare_now() - began;
}

static double insert_all(struct bench *b, const struct bare_row *row)
{
    const double began = bare_now();

    for (size_t i = 0; i < TURN; i += BARE_BATCH)
        bare_batch(&b->bare, row + i, BARE_BATCH, b->batch + i);
    return bare_now() - began;
}

static void run(struct bench *b, const char *name, size_t rows)
{
    static struct buffer frames[TURN / MESSAGE_ROWS];
    struct bare_row *row = calloc(TURN, sizeof *row);
    double ours = 0, theirs = 0;

    bare_must(row != NULL, "malloc");
    for (size_t done = 0; done < rows; done += TURN) {
        make_rows(b, row);
        for (size_t i = 0; i < TURN / MESSAGE_ROWS; i++)
            pack(b, row + i * MESSAGE_ROWS, &frames[i]);
        theirs += insert_all(b, row);
        ours += send_all(b, frames, TURN / MESSAGE_ROWS);
    }
    printf("{\"bench\": \"%s\", \"value\": %.0f, \"unit\": \"responses/s\", "
           "\"limit\": %.0f, \"ratio\": %.3f, \"collector_kb\": %ld}\n",
           name, (double)rows / ours, (double)rows / theirs, theirs / ours,
           peak(b));
    for (size_t i = 0; i < TURN / MESSAGE_ROWS; i++)
        buffer_free(&frames[i]);
    free(row);
}

static void tidy(struct bench *b)
{
    static const char *const names[] = {
        "store.db", "store.db-wal", "store.db-shm",
        "bare.db",  "bare.db-wal",  "bare.db-shm",
        "key",      "clients.yaml", "surveys/bench.yaml"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        (void)unlink(in_folder(b, names[i]));
    (void)rmdir(in_folder(b, "surveys"));
    (void)rmdir(b->folder);
    survey_free(&b->survey);
}

int main(int argc, char **argv)
{
    struct bench b = {.folder = "/var/tmp/manyi-ingest-XXXXXX"};
    const size_t rows = argc > 2 ? strtoull(argv[2], NULL, 10) : 400000;
    const char *name = argc > 1 ? argv[1] : "";

    zsys_handler_set(NULL);
    if ((!streq(name, "ingest") && !streq(name, "ingest_invited")) ||
        rows == 0 || rows % TURN) {
        fprintf(stderr,
                "usage: ingest_bench ingest|ingest_invited [rows, by "
                "the %d]\n",
                TURN);
        return 2;
    }
    b.invited = streq(name, "ingest_invited");
    b.source = (struct bare_source){.ms = ((int64_t)time(NULL) - 86400) * 1000,
                                    .invited = b.invited};
    bare_must(mkdtemp(b.folder) != NULL, b.folder);
    write_survey(&b);
    write_keys(&b);
    bare_open(&b.bare, in_folder(&b, "bare.db"));
    start_collector(&b);
    run(&b, name, rows);
    stop_collector(&b);
    bare_close(&b.bare);
    tidy(&b);
    return 0;
}
