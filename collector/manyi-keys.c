/* manyi-keys.c - makes keys, and keeps the list of who may use which.
 *
 * Secrets go from the random generator into a file of mode 0600 and nowhere
 * else: not to stdout, not to the command line, never over an old one.
 */
#include <stdio.h>
#include <stdlib.h>

#include "collector/files.h"
#include "collector/keys.h"
#include "collector/options.h"
#include "surveys/table.h"

#define UNITS_MAX 256

struct rights_text {
    const char *types, *channels, *frames, *units;
};

typedef enum status command_fn(char **operand, const struct rights_text *rights,
                               struct err *err);

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

/* ---- clients ---- */

/* "a,b,c" cut in place; the number of words, or max + 1 when there are more. */
static size_t cut_words(char *text, char **word, size_t max)
{
    size_t n = 0;
    char *at = text;

    while (*at) {
        if (n == max)
            return max + 1;
        word[n++] = at;
        at += strcspn(at, ",");
        if (*at)
            *at++ = '\0';
    }
    return n;
}

typedef bool parse_fn(const char *name, uint8_t *out);

static enum status take_set(const char *option, const char *list,
                            parse_fn *parse, uint32_t *out, struct err *err)
{
    char text[256], *word[32];
    uint32_t set = 0;
    uint8_t bit;
    size_t n;

    if (snprintf(text, sizeof text, "%s", list) >= (int)sizeof text)
        return err_set(err, ST_INVALID, "--%s: too long", option);
    n = cut_words(text, word, 32);
    for (size_t i = 0; i < n && i < 32; i++) {
        if (!parse(word[i], &bit))
            return err_set(err, ST_INVALID, "--%s: '%s' is unknown", option,
                           word[i]);
        set |= 1u << bit;
    }
    *out = set;
    return ST_OK;
}

static int compare_texts(const void *a, const void *b)
{
    const char *const *x = a;
    const char *const *y = b;

    return strcmp(*x, *y);
}

static enum status add_client(char **operand, const struct rights_text *rights,
                              struct err *err)
{
    struct client c = {0};
    char *unit[UNITS_MAX];
    const char *sorted[UNITS_MAX];
    char *units = NULL;
    enum status st = key_load_public(operand[2], c.key, err);

    if (st == ST_OK && strlen(operand[1]) >= sizeof c.name)
        st = err_set(err, ST_INVALID, "%s: the name is too long", operand[1]);
    if (st == ST_OK)
        st = take_set("types", rights->types, right_parse, &c.types, err);
    if (st == ST_OK)
        st = take_set("channels", rights->channels, channel_parse, &c.channels,
                      err);
    if (st == ST_OK)
        st = take_set("frames", rights->frames, frame_parse, &c.frames, err);
    if (st != ST_OK)
        return st;
    memcpy(c.name, operand[1], strlen(operand[1]) + 1);
    units = strdup(rights->units);
    if (!units)
        return err_set(err, ST_NOMEM, "out of memory");
    c.units = cut_words(units, unit, UNITS_MAX);
    if (c.units > UNITS_MAX)
        st = err_set(err, ST_RANGE, "--units: more than %d", UNITS_MAX);
    for (size_t i = 0; st == ST_OK && i < c.units; i++)
        sorted[i] = unit[i];
    if (st == ST_OK) {
        qsort(sorted, c.units, sizeof *sorted, compare_texts);
        c.unit = sorted;
        st = clients_add(operand[0], &c, err);
    }
    free(units);
    return st;
}

static enum status
remove_client(char **operand, const struct rights_text *rights, struct err *err)
{
    (void)rights;
    return clients_remove(operand[0], operand[1], err);
}

enum {
    COL_NAME,
    COL_KEY,
    COL_TYPES,
    COL_CHANNELS,
    COL_FRAMES,
    COL_UNITS,
    COLS
};

static enum status add_word(struct buffer *list, const char *word)
{
    enum status st = list->len ? buffer_byte(list, ',') : ST_OK;

    return st == ST_OK ? buffer_add(list, word, strlen(word)) : st;
}

static enum status join_rights(const struct client *c, struct buffer cell[COLS])
{
    enum status st = add_word(&cell[COL_NAME], c->name);

    if (st == ST_OK)
        st = add_word(&cell[COL_KEY], c->key);
    for (unsigned i = 0; st == ST_OK && i < RIGHTS; i++)
        if (c->types & 1u << i)
            st = add_word(&cell[COL_TYPES], right_name((enum right)i));
    for (unsigned i = 0; st == ST_OK && i < CHANNELS; i++)
        if (c->channels & 1u << i)
            st = add_word(&cell[COL_CHANNELS], channel_name((enum channel)i));
    for (unsigned i = 0; st == ST_OK && i < FRAMES; i++)
        if (c->frames & 1u << i)
            st = add_word(&cell[COL_FRAMES], frame_name((enum frame)i));
    for (size_t i = 0; st == ST_OK && i < c->units; i++)
        st = add_word(&cell[COL_UNITS], c->unit[i]);
    return st;
}

static enum status add_row(struct table *t, const struct client *c)
{
    struct buffer cell[COLS] = {0};
    const char *text[COLS];
    enum status st = join_rights(c, cell);

    for (size_t i = 0; st == ST_OK && i < COLS; i++) {
        st = buffer_byte(&cell[i], 0);
        text[i] = (const char *)cell[i].data;
    }
    if (st == ST_OK)
        st = table_row(t, text);
    for (size_t i = 0; i < COLS; i++)
        buffer_free(&cell[i]);
    return st;
}

static enum status
list_clients(char **operand, const struct rights_text *rights, struct err *err)
{
    static const char *const titles[COLS] = {"name",     "key",    "types",
                                             "channels", "frames", "units"};
    struct clients *c = NULL;
    struct table *t = NULL;
    enum status st = clients_load(operand[0], &c, err);

    (void)rights;
    if (st != ST_OK)
        return st;
    st = table_new(COLS, titles, &t);
    for (size_t i = 0; st == ST_OK && i < clients_count(c); i++)
        st = add_row(t, clients_at(c, i));
    if (st == ST_OK)
        st = table_print(t, stdout);
    if (st != ST_OK)
        err_set(err, st, "the list can not be printed");
    table_free(&t);
    clients_free(&c);
    return st;
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
    command_fn *run;
} commands[] = {
    {"server", 1, 1, make_curve}, {"client", 1, 1, make_curve},
    {"hash", 1, 1, make_hash},    {"signing", 1, 1, make_signing},
    {"add", 3, 3, add_client},    {"remove", 2, 2, remove_client},
    {"list", 1, 1, list_clients}, {"check", 1, 0, check_files},
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
                            "hash | signing FILE\n"
                            "add [OPTION]... CLIENTS.yaml NAME PUBLIC-FILE\n"
                            "remove CLIENTS.yaml NAME\n"
                            "list CLIENTS.yaml\n"
                            "check FILE...";

int main(int argc, char **argv)
{
    struct rights_text rights = {"submit,describe", "", "", ""};
    const struct option_spec specs[] = {
        {.name = "types",
         .kind = OPTION_TEXT,
         .value = &rights.types,
         .argument = "LIST",
         .command_line_only = true,
         .help = "add: message types that the key may send"},
        {.name = "channels",
         .kind = OPTION_TEXT,
         .value = &rights.channels,
         .argument = "LIST",
         .command_line_only = true,
         .help = "add: channels that it may submit for"},
        {.name = "frames",
         .kind = OPTION_TEXT,
         .value = &rights.frames,
         .argument = "LIST",
         .command_line_only = true,
         .help = "add: frames that it may submit for"},
        {.name = "units",
         .kind = OPTION_TEXT,
         .value = &rights.units,
         .argument = "LIST",
         .command_line_only = true,
         .help = "add: provinces or org codes; none given: all"},
    };
    const struct program program = {
        .name = "manyi-keys",
        .usage = usage,
        .summary = "Makes CURVE, hash and signing keys, and keeps the list of "
                   "clients and their rights.",
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
