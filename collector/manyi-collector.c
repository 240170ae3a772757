/* manyi-collector.c - takes answers over ZeroMQ and keeps them; copies of the
 * store and back. */
#include "base/limits.h"
#include "collector/collector.h"
#include "collector/log.h"
#include "collector/program.h"
#include "collector/store.h"

static struct collector_settings settings = {
    .listen = "tcp://127.0.0.1:7010",
    .store = "sqlite:manyi.db",
    .surveys = "/usr/local/share/manyi/definitions",
    .codes = "",
    .org = "",
    .key = "collector.key",
    .clients = "clients.yaml",
    .metrics = "",
    .messages = 16,
    .commit_rows = 8192,
    .commit_ms = 2};
static int log_level = LEVEL_INFO;

static const char *const levels[] = {"error", "warn", "info", "debug", NULL};

static const struct option_spec options[] = {
    {"listen", OPTION_TEXT, &settings.listen, "URL",
     "address for gateways, tcp://HOST:PORT", NULL, 0, 0, false},
    {"store", OPTION_TEXT, &settings.store, "URL", "sqlite:FILE", NULL, 0, 0,
     false},
    {"surveys", OPTION_TEXT, &settings.surveys, "DIR",
     "folder of survey definitions", NULL, 0, 0, false},
    {"codes", OPTION_TEXT, &settings.codes, "DIR",
     "folder of code tables (default: codes beside the surveys)", NULL, 0, 0,
     false},
    {"org", OPTION_TEXT, &settings.org, "FILE",
     "tree of the operator's units (default: any unit is taken)", NULL, 0, 0,
     false},
    {"key", OPTION_TEXT, &settings.key, "FILE", "our key, made by manyi-keys",
     NULL, 0, 0, false},
    {"clients", OPTION_TEXT, &settings.clients, "FILE",
     "who may send what, kept by manyi-keys", NULL, 0, 0, false},
    {"metrics", OPTION_TEXT, &settings.metrics, "ADDRESS",
     "loopback address of /metrics and /healthz (default: none)", NULL, 0, 0,
     false},
    {"messages", OPTION_COUNT, &settings.messages, "N",
     "messages in memory at once", NULL, 2, 256, false},
    {"commit-rows", OPTION_COUNT, &settings.commit_rows, "N",
     "end a transaction at so many rows", NULL, 1, 1 << 20, false},
    {"commit-ms", OPTION_COUNT, &settings.commit_ms, "N",
     "or so many milliseconds after it began", NULL, 0, 1000, false},
    {"log-level", OPTION_CHOICE, &log_level, "LEVEL", "what to log", levels, 0,
     0, false},
};

static const struct program program = {
    .name = "manyi-collector",
    .section = "collector",
    .usage = "[-c FILE] [OPTION]...\n"
             "       backup [--store URL] FILE\n"
             "       restore [--store URL] FILE",
    .summary = "Take answers over ZeroMQ, keep them, and acknowledge them once "
               "they are on disk.",
    .options = options,
    .check = collector_check,
    .count = sizeof options / sizeof *options};

static enum status backup(const char *path, struct err *err)
{
    struct store *store = NULL;
    enum status st = store_open(settings.store, STORE_READ, &store, err);

    if (st == ST_OK)
        st = store_backup(store, path, err);
    store_close(&store);
    return st;
}

static enum status act(struct service *service, int count, char **operand,
                       struct err *err)
{
    if (count == 0)
        return collector_run(&settings, service, err);
    if (count == 2 && streq(operand[0], "backup"))
        return backup(operand[1], err);
    if (count == 2 && streq(operand[0], "restore"))
        return store_restore(settings.store, operand[1], err);
    return err_set(err, ST_INVALID,
                   "'%s': not a command with its file (see --help)",
                   operand[0]);
}

int main(int argc, char **argv)
{
    return program_main(&program, &log_level, act, argc, argv);
}
