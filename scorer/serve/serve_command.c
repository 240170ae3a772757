/* serve_command.c - `manyi-scorer serve`: its options. */
#include <unistd.h>

#include "base/limits.h"
#include "collector/address.h"
#include "collector/log.h"
#include "collector/program.h"
#include "collector/settings.h"
#include "scorer/commands.h"
#include "scorer/warn.h"
#include "serve.h"

static struct serve_settings settings = {.listen = "tcp://127.0.0.1:7020",
                                         .store = "sqlite:manyi.db",
                                         .cube = "",
                                         .key = "scorer.key",
                                         .clients = "clients.yaml",
                                         .metrics = "",
                                         .limit = 10,
                                         .watch = "",
                                         .watch_by = "",
                                         .false_alarms = 1,
                                         .watch_every = 60,
                                         .publish = "",
                                         .webhook = "",
                                         .webhook_key = "webhook.key",
                                         .webhook_days = 7};
static int log_level = LEVEL_INFO;

static const char *const levels[] = {"error", "warn", "info", "debug", NULL};

enum { OWN = 16 };
static struct option_spec options[OWN + FILES_MAX] = {
    {"listen", OPTION_TEXT, &settings.listen, "URL",
     "address for those who ask: tcp://HOST:PORT", NULL, 0, 0, false},
    {"store", OPTION_TEXT, &settings.store, "URL", "sqlite:FILE", NULL, 0, 0,
     false},
    {"cube", OPTION_TEXT, &settings.cube, "FILE",
     "sums kept between runs (default: beside the store)", NULL, 0, 0, false},
    {"key", OPTION_TEXT, &settings.key, "FILE", "our key, made by manyi-keys",
     NULL, 0, 0, false},
    {"clients", OPTION_TEXT, &settings.clients, "FILE",
     "who may ask what, kept by manyi-keys", NULL, 0, 0, false},
    {"metrics", OPTION_TEXT, &settings.metrics, "ADDRESS",
     "loopback address of /metrics and /healthz (default: none)", NULL, 0, 0,
     false},
    {"time-limit", OPTION_COUNT, &settings.limit, "SECONDS",
     "that a question may take", NULL, 1, 3600, false},
    {"watch", OPTION_TEXT, &settings.watch, "CODE",
     "survey or family whose cells are watched (default: none)", NULL, 0, 0,
     false},
    {"watch-by", OPTION_TEXT, &settings.watch_by, "DIMENSIONS",
     "which cells: province,product", NULL, 0, 0, false},
    {"watch-false-alarms", OPTION_REAL, &settings.false_alarms, "N",
     "expected a year in each series", NULL, 0, 0, false},
    {"watch-every", OPTION_COUNT, &settings.watch_every, "MINUTES",
     "between two looks at new answers to days that are over", NULL, 1, 1440,
     false},
    {"publish", OPTION_TEXT, &settings.publish, "URL",
     "address for those who listen to warnings (default: none)", NULL, 0, 0,
     false},
    {"webhook", OPTION_TEXT, &settings.webhook, "URLS",
     "where warnings are posted to: https://..., with commas between", NULL, 0,
     0, false},
    {"webhook-key", OPTION_TEXT, &settings.webhook_key, "FILE",
     "secret that they are signed with, made by manyi-keys hash", NULL, 0, 0,
     false},
    {"webhook-days", OPTION_COUNT, &settings.webhook_days, "DAYS",
     "after which a warning that a webhook refuses is given up", NULL, 1, 365,
     false},
    {"log-level", OPTION_CHOICE, &log_level, "LEVEL", "what to log", levels, 0,
     0, false},
};

static enum status check_store(const char *text, struct err *cause)
{
    static const char scheme[] = "sqlite:";
    const char *file = text + sizeof scheme - 1;

    if (strncmp(text, scheme, sizeof scheme - 1) != 0 || !*file)
        return err_set(cause, ST_INVALID, "'%s' is not a store (sqlite:FILE)",
                       text);
    return setting_folder_of(file, F_OK, cause);
}

static enum status check_listen(const char *text, struct err *cause)
{
    if (!address_legal(text, true))
        return err_set(cause, ST_INVALID,
                       "'%s' is not an address (tcp://HOST:PORT)", text);
    return ST_OK;
}

static enum status check_publish(const char *text, struct err *cause)
{
    return *text ? check_listen(text, cause) : ST_OK;
}

static enum status check_by(const char *text, struct err *cause)
{
    enum dimension by[DIMENSIONS];
    size_t count;

    return watch_dimensions(text, by, &count, cause);
}

static bool is_file(const char *option)
{
    for (size_t i = 0; i < settings.files; i++)
        if (streq(settings.file[i].option, option))
            return true;
    return false;
}

enum status serve_check(const char *option, const char *text, struct err *cause)
{
    static const struct setting table[] = {{"listen", check_listen},
                                           {"metrics", setting_loopback},
                                           {"store", check_store},
                                           {"key", setting_file},
                                           {"clients", setting_file},
                                           {"watch-by", check_by},
                                           {"publish", check_publish},
                                           {"webhook", watch_targets},
                                           {NULL, NULL}};

    if (streq(option, "ledger")) /* is made by the watch */
        return *text ? setting_folder_of(text, F_OK, cause) : ST_OK;
    if (is_file(option))
        return setting_file(text, cause);
    return settings_check(table, option, text, cause);
}

/* What no message can name: files that questions rest on. */
static size_t add_file(size_t count, const char *name, const char *argument,
                       const char *help)
{
    struct teller_file *f = &settings.file[settings.files];

    if (is_file(name) || settings.files == FILES_MAX)
        return count;
    *f = (struct teller_file){name, ""};
    options[count] = (struct option_spec){.name = name,
                                          .kind = OPTION_TEXT,
                                          .value = &f->path,
                                          .argument = argument,
                                          .help = help};
    settings.files++;
    return count + 1;
}

static size_t add_files(void)
{
    size_t count =
        add_file(OWN, "rollup-file", "CSV", "columns product, users, revenue");

    count = add_file(count, "population", "CSV",
                     "dimensions, period and population");
    for (size_t i = 0; query_kinds[i]; i++)
        for (size_t k = 0; k < query_kinds[i]->options; k++) {
            const struct kind_option *o = &query_kinds[i]->option[k];

            if (o->file)
                count = add_file(count, o->name, o->argument, o->help);
        }
    return count;
}

/* Beside the store. */
static void name_ledger(char *path, size_t size)
{
    const char *file = strchr(settings.store, ':');

    snprintf(path, size, "%s-warnings.db", file ? file + 1 : settings.store);
    for (size_t i = 0; i < settings.files; i++)
        if (streq(settings.file[i].option, "ledger") &&
            !settings.file[i].path[0])
            settings.file[i].path = path;
}

/* What hangs together. */
static enum status check_watch(struct err *err)
{
    if (!settings.watch[0] && (settings.publish[0] || settings.webhook[0]))
        return err_set(err, ST_INVALID,
                       "publish and webhook tell of what is watched: there is "
                       "no --watch");
    if (!(settings.false_alarms >= 0.01 && settings.false_alarms <= 12))
        return err_set(err, ST_RANGE, "watch-false-alarms is from 0.01 to 12");
    return ST_OK;
}

static enum status act(struct service *service, int count, char **operand,
                       struct err *err)
{
    char ledger[4096];
    enum status st;

    if (count > 0)
        return err_set(err, ST_INVALID, "'%s': takes options only (see --help)",
                       operand[0]);
    st = check_watch(err);
    name_ledger(ledger, sizeof ledger);
    return st == ST_OK ? serve_run(&settings, service, err) : st;
}

int command_serve(int argc, char **argv)
{
    const struct program program = {
        .name = "manyi-scorer serve",
        .section = "scorer",
        .usage = "[-c FILE] [OPTION]...",
        .summary = "Keep the scores of a store up to date, and answer "
                   "questions about them over ZeroMQ.",
        .options = options,
        .count = add_files(),
        .check = serve_check};

    return program_main(&program, &log_level, act, argc, argv);
}
