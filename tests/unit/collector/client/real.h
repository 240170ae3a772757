/* real.h - a real collector in a process of its own, for tests of the client;
 * it lives in the test's folder. */
#ifndef TESTS_CLIENT_REAL_H
#define TESTS_CLIENT_REAL_H

#include "samples.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "collector/collector.h"

#define URL          "ipc://collector.sock"
#define STORE        "sqlite:store.db"
#define OUTBOX       "box"
#define REPAIR_ITEMS 7

static struct key_pair server_key, gateway_key, chief_key;
static uint8_t repair[HASH_SIZE];

static inline const char *in_tree(const char *path)
{
    static char full[4096];
    const char *root = getenv("ROOT");

    (void)snprintf(full, sizeof full, "%s/%s", root ? root : ".", path);
    return full;
}

/* ---- the collector ---- */

static inline int collect(void)
{
    char surveys[4096], codes[4096];
    const struct collector_settings settings = {.listen = URL,
                                                .store = STORE,
                                                .surveys = surveys,
                                                .codes = codes,
                                                .org = "",
                                                .key = "server.key",
                                                .clients = "clients.yaml",
                                                .metrics = "",
                                                .messages = 64,
                                                .commit_rows = 1000,
                                                .commit_ms = 2};
    struct service service;
    struct err err;
    enum status st = service_start(&service, &err);

    (void)snprintf(surveys, sizeof surveys, "%s",
                   in_tree("surveys/definitions"));
    (void)snprintf(codes, sizeof codes, "%s", in_tree("surveys/codes"));
    if (st == ST_OK)
        st = collector_run(&settings, &service, &err);
    return status_exit(st);
}

static inline pid_t start_collector(void)
{
    const pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

        (void)dup2(null, STDERR_FILENO);
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        _exit(collect());
    }
    return pid;
}

static inline void kill_it(pid_t pid)
{
    int code;

    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, &code, 0), pid);
    assert_true(WIFSIGNALED(code)); /* it had not given up by itself */
}

static inline void ends_well(pid_t pid)
{
    int code;

    assert_int_equal(waitpid(pid, &code, 0), pid);
    if (!WIFEXITED(code) || WEXITSTATUS(code) != 0)
        fail_msg("it ended with %d", code);
}

static inline void add_key(const char *name, struct key_pair *k)
{
    struct client client = {.types = (1u << RIGHT_ASK) - 1,
                            .channels = (1u << CHANNELS) - 1,
                            .frames = (1u << FRAMES) - 1};
    struct err err = {""};

    assert_int_equal(key_make(k), ST_OK);
    (void)snprintf(client.name, sizeof client.name, "%s", name);
    memcpy(client.key, k->public_key, sizeof client.key);
    assert_int_equal(clients_add("clients.yaml", &client, &err), ST_OK);
}

static inline void make_places(void)
{
    struct survey *survey = NULL;
    struct err err = {""};

    assert_int_equal(key_make(&server_key), ST_OK);
    assert_int_equal(key_save(&server_key, "server.key", &err), ST_OK);
    add_key("sms-1", &gateway_key);
    add_key("chief", &chief_key);
    if (survey_load(in_tree("surveys/definitions/repair.yaml"), NULL, NULL,
                    &survey, &err) != ST_OK)
        fail_msg("%s", err.text);
    memcpy(repair, survey->version, sizeof repair);
    survey_free(&survey);
}

static inline void remove_places(void)
{
    static const char *const names[] = {
        "server.key",   "server.key.pub", "clients.yaml",
        "box",          "box-wal",        "store.db",
        "store.db-wal", "store.db-shm",   "collector.sock"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        (void)unlink(names[i]);
}

/* A response to `repair`, whole and open. */
static inline void fill_repair(struct submission *one, uint32_t number)
{
    static const uint8_t answers[REPAIR_ITEMS] = {9, 1, 8, 10, 7, 2, 0};
    struct response *r = &one->response;

    sample_fill(one, 1, 1, 0);
    sample_id(number, r->id);
    r->answers = answers;
    r->items = REPAIR_ITEMS;
    r->context.entry = ENTRY_OWN;
    r->context.frame = FRAME_OPEN;
    memcpy(r->context.product, "BBD", 3);
}

#endif
