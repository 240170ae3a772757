/* manyi-keys.c - makes keys, and keeps the lists of who may use which.
 *
 * Secrets go from the random generator into a file of mode 0600 and nowhere
 * else: not to stdout, not to the command line, never over an old one.  An API
 * key alone is printed, because it is somebody else's.
 */
#include <stdio.h>
#include <stdlib.h>

#include "collector/contact.h"
#include "collector/files.h"
#include "collector/keys.h"
#include "collector/options.h"
#include "keys_command.h"

/* ---- making ---- */

/* The public half goes beside the secret one, as FILE.pub, and to stdout.
 * Without it the secret file is taken back: both or none. */
static enum status publish(const char *path, const char *public,
                           struct err *err)
{
    char beside[4096], line[128];
    enum status st = ST_OK;

    snprintf(line, sizeof line, "%s\n", public);
    if (snprintf(beside, sizeof beside, "%s.pub", path) >= (int)sizeof beside)
        st = err_set(err, ST_RANGE, "%s: the name is too long", path);
    if (st == ST_OK)
        st = file_create(beside, 0644, line, strlen(line), err);
    if (st == ST_OK)
        puts(public);
    else
        (void)remove(path);
    return st;
}

static enum status make_curve(char **operand, const struct rights_text *rights,
                              struct err *err)
{
    struct key_pair k;
    enum status st = key_make(&k);

    (void)rights;
    if (st != ST_OK)
        return err_set(err, st, "this build of ZeroMQ has no CURVE");
    st = key_save(&k, operand[0], err);
    if (st == ST_OK)
        st = publish(operand[0], k.public_key, err);
    explicit_bzero(&k, sizeof k);
    return st;
}

static enum status
make_signing(char **operand, const struct rights_text *rights, struct err *err)
{
    char public[SIGNING_TEXT + 1];
    const enum status st = signing_key_make(operand[0], public, err);

    (void)rights;
    return st == ST_OK ? publish(operand[0], public, err) : st;
}

static enum status make_hash(char **operand, const struct rights_text *rights,
                             struct err *err)
{
    (void)rights;
    return hash_key_make(operand[0], err);
}

static enum status
make_contact(char **operand, const struct rights_text *rights, struct err *err)
{
    char public[2 * CONTACT_KEY_SIZE + 1];
    struct contact_key k;
    enum status st = contact_key_make(operand[0], err);

    (void)rights;
    if (st == ST_OK)
        st = contact_key_load(operand[0], &k, err);
    if (st != ST_OK)
        return st;
    bytes_hex(k.public_key, sizeof k.public_key, public);
    puts(public);
    explicit_bzero(&k, sizeof k);
    return ST_OK;
}

static enum status check_files(char **operand, const struct rights_text *rights,
                               struct err *err)
{
    const char *kind;
    enum status st = ST_OK;

    (void)rights;
    for (; *operand; operand++) {
        st = secret_check(*operand, &kind, err);
        if (st != ST_OK)
            break;
        printf("%s: %s\n", *operand, kind);
    }
    return st;
}

/* ---- the program ---- */

static const struct command {
    const char *name;
    int min, max; /* operands; max 0: any number */
    keys_command_fn *run;
} commands[] = {
    {"server", 1, 1, make_curve},    {"client", 1, 1, make_curve},
    {"hash", 1, 1, make_hash},       {"signing", 1, 1, make_signing},
    {"contact", 1, 1, make_contact}, {"add", 3, 3, keys_add},
    {"remove", 2, 2, keys_remove},   {"list", 1, 1, keys_list},
    {"api", 2, 3, keys_api},         {"check", 1, 0, check_files},
};

static enum status run(int count, char **operand,
                       const struct rights_text *rights, struct err *err)
{
    if (count == 0)
        return err_set(err, ST_INVALID,
                       "a command is missing (--help tells more)");
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        const struct command *c = &commands[i];

        if (!streq(c->name, operand[0]))
            continue;
        if (count - 1 < c->min || (c->max && count - 1 > c->max))
            return err_set(err, ST_INVALID,
                           "%s: wrong number of operands (--help tells more)",
                           c->name);
        return c->run(operand + 1, rights, err);
    }
    return err_set(err, ST_INVALID, "no such command: %.40s", operand[0]);
}

static const char usage[] = "server | client FILE\n"
                            "hash | signing | contact FILE\n"
                            "add [OPTION]... CLIENTS.yaml NAME PUBLIC-FILE\n"
                            "remove CLIENTS.yaml NAME\n"
                            "list CLIENTS.yaml\n"
                            "api API-KEYS.yaml add [OPTION]... NAME\n"
                            "api API-KEYS.yaml remove NAME\n"
                            "api API-KEYS.yaml list\n"
                            "check FILE...";

#define WORDS(option, where, what, text)                                       \
    {                                                                          \
        .name = option, .kind = OPTION_TEXT, .value = &rights.where,           \
        .argument = what, .help = text, .command_line_only = true              \
    }

int main(int argc, char **argv)
{
    struct rights_text rights = {"submit,describe", "", "", "", "", "", ""};
    const struct option_spec specs[] = {
        WORDS("types", types, "LIST",
              "add: message types that the key may send"),
        WORDS("channels", channels, "LIST",
              "add: channels that it may submit for"),
        WORDS("frames", frames, "LIST", "add: frames that it may submit for"),
        WORDS("units", units, "LIST",
              "add: provinces or org codes; none given: all"),
        WORDS("role", role, "ROLE",
              "add: of a key that may ask: analyst or reader"),
        WORDS("scope", scope, "\"DIMENSION=CODE,... ...\"",
              "add: all that it may ask about; none given: everything"),
        WORDS("surveys", surveys, "LIST",
              "api add: codes of surveys; none given: all"),
    };
    const struct program program = {
        .name = "manyi-keys",
        .usage = usage,
        .summary = "Makes CURVE, hash, signing and contact keys, and keeps the "
                   "lists of clients and API keys and their rights.",
        .options = specs,
        .count = sizeof specs / sizeof *specs};
    struct options *options = NULL;
    struct err err = {.text = ""};
    bool done = false;
    int first = argc;
    enum status st;

    st = options_read(&program, argc, argv, &options, &first, &done, &err);
    if (st == ST_OK && !done)
        st = run(argc - first, argv + first, &rights, &err);
    if (st == ST_OK && fflush(stdout) != 0)
        st = err_set(&err, ST_IO, "standard output can not be written");
    if (st != ST_OK)
        fprintf(stderr, "manyi-keys: %s\n", err.text);
    options_free(&options);
    return status_exit(st);
}
