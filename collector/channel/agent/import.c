/* import.c - see import.h: the order of things. */
#include "import.h"

#include <sodium.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "import_state.h"

int64_t import_clock(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t wall_clock(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static enum status open_sender(struct import *i, struct err *err)
{
    const struct client_options client = {.collector = i->options->collector,
                                          .server_key = i->server_key,
                                          .key = &i->key,
                                          .outbox = i->outbox,
                                          .program = "manyi-agent",
                                          .window = WINDOW};

    if (i->sender)
        return ST_OK;
    return sender_open(&client, &i->sender, err);
}

/* Whether the outbox holds this import, or none any more: what was refused and
 * dropped to the last row makes room for another try. */
static enum status check_same(struct import *i, struct err *err)
{
    const bool same_file = memcmp(i->note.file, i->source.hash, HASH_SIZE) == 0;
    const bool same_how = memcmp(i->note.how, i->how, HASH_SIZE) == 0;
    struct outbox_counts counts;

    sender_counts(i->sender, &counts);
    if (!counts.taken && !counts.pending && !counts.refused) {
        i->resumed = false;
        return ST_OK;
    }
    if (same_file && same_how)
        return ST_OK;
    if (!counts.taken)
        return err_set(err, ST_INVALID,
                       "%s: holds an import of %s that was begun with %s, of "
                       "which no row was taken yet: manyi-agent outbox %s drop "
                       "forgets what was refused, or give another --outbox",
                       i->outbox, i->path,
                       same_file ? "other options" : "another content",
                       i->outbox);
    if (same_file)
        return err_set(err, ST_INVALID,
                       "%s: holds an import of %s that was begun with other "
                       "options; with these it is a new import and needs "
                       "another --outbox, and rows already sent will count "
                       "again unless they name person and moment",
                       i->outbox, i->path);
    return err_set(err, ST_INVALID,
                   "%s: holds the import of another content of %s; what "
                   "changed is a new import and needs another --outbox, and "
                   "rows already sent will count again unless they name "
                   "person and moment",
                   i->outbox, i->path);
}

/* What an earlier call has left, if there was one. */
static enum status resume(struct import *i, struct err *err)
{
    struct buffer packed = {0};
    enum status st;

    if (i->options->dry_run || access(i->outbox, F_OK) != 0)
        return ST_OK;
    st = open_sender(i, err);
    if (st != ST_OK)
        return st;
    st = sender_note(i->sender, &packed, err);
    if (st == ST_OK) {
        st = note_unpack(&packed, &i->note);
        i->resumed = st == ST_OK;
        if (st != ST_OK)
            st = err_set(err, st,
                         "%s: not the outbox of an import, or of a "
                         "newer version",
                         i->outbox);
    } else if (st == ST_NOTFOUND) {
        st = ST_OK; /* stopped before its first commit */
    }
    buffer_free(&packed);
    return st == ST_OK && i->resumed ? check_same(i, err) : st;
}

static enum status make_group(struct import *i, struct err *err)
{
    i->list = calloc(GROUP, sizeof *i->list);
    i->answers = malloc((size_t)GROUP * ITEMS_MAX);
    i->comments = malloc((size_t)GROUP * COMMENT_MAX);
    return i->list && i->answers && i->comments
               ? ST_OK
               : err_set(err, ST_NOMEM, "out of memory");
}

/* Read what is still to be read of the file. */
static enum status read_file(struct import *i, struct err *err)
{
    enum status st = import_prepare(i, err);

    if (st == ST_OK && i->resumed &&
        memcmp(i->note.form, i->survey->form, HASH_SIZE) != 0)
        st = err_set(err, ST_INVALID,
                     "%s: the definition of %s has changed since this import "
                     "was begun",
                     i->outbox, i->survey->code);
    if (st == ST_OK)
        st = make_group(i, err);
    if (st == ST_OK)
        st = import_open(i, i->note.offset, err);
    if (st == ST_OK && !i->resumed)
        st = import_check(i, err);
    if (st != ST_OK || i->options->dry_run)
        return st;
    st = open_sender(i, err);
    return st == ST_OK ? import_send(i, err) : st;
}

static enum status begin(struct import *i, struct err *err)
{
    enum status st;

    if (!i->options->survey)
        return err_set(err, ST_INVALID, "--survey CODE is missing");
    if (!i->options->collector && !i->options->dry_run)
        return err_set(err, ST_INVALID, "--collector URL is missing");
    if (asprintf(&i->outbox, "%s%s",
                 i->options->outbox ? i->options->outbox : i->path,
                 i->options->outbox ? "" : ".outbox") < 0)
        return err_set(err, ST_NOMEM, "out of memory");
    st = source_read(i->path, &i->source, err);
    if (st == ST_OK)
        st = import_keys(i, err);
    if (st == ST_OK)
        st = resume(i, err);
    if (st == ST_OK && !i->resumed) {
        i->note = (struct note){.begun = wall_clock()};
        memcpy(i->note.file, i->source.hash, HASH_SIZE);
        randombytes_buf(i->note.secret, sizeof i->note.secret);
    }
    return st;
}

static void report(const struct import *i, bool before,
                   struct import_result *out)
{
    struct outbox_counts counts = {0};

    if (i->sender)
        sender_counts(i->sender, &counts);
    *out = (struct import_result){.rows = i->note.rows,
                                  .all = i->note.all,
                                  .bad = i->note.bad,
                                  .accepted = counts.accepted,
                                  .duplicate = counts.duplicate,
                                  .filled = counts.filled,
                                  .refused = counts.refused,
                                  .owed = counts.pending,
                                  .dry_run = i->options->dry_run,
                                  .before = before};
}

static enum status tell_one(void *ctx, const struct rejection *why,
                            uint64_t line, int64_t at)
{
    struct import *i = ctx;

    (void)at;
    if (line)
        fprintf(stderr, "%s:%llu: refused by the collector: %s\n", i->path,
                (unsigned long long)line, reason_word(why->reason));
    return ++i->told < BAD_SHOWN ? ST_OK : ST_STOPPED;
}

/* The first rows that were refused, and where the others are listed. */
static enum status tell_refused(struct import *i, struct err *err)
{
    struct outbox_counts counts;
    enum status st;

    sender_counts(i->sender, &counts);
    if (counts.refused == 0)
        return ST_OK;
    st = sender_refused(i->sender, tell_one, i, err);
    fprintf(stderr,
            "manyi-agent: %s: the collector refused %llu response%s: "
            "manyi-agent outbox %s list\n",
            i->path, (unsigned long long)counts.refused,
            counts.refused == 1 ? "" : "s", i->outbox);
    return st;
}

static void clean(struct import *i)
{
    progress_end(&i->progress);
    sender_close(&i->sender);
    csv_close(&i->csv);
    survey_free(&i->survey);
    codes_free(&i->codes);
    aliases_free(&i->aliases);
    free(i->list);
    free(i->answers);
    free(i->comments);
    free(i->outbox);
    bad_free(&i->bad);
    sodium_memzero(&i->person, sizeof i->person);
    sodium_memzero(&i->key, sizeof i->key);
}

enum status import_file(const struct import_options *options, const char *path,
                        import_stop_fn *stop, void *ctx,
                        struct import_result *out, struct err *err)
{
    struct import i = {
        .options = options, .path = path, .stop = stop, .ctx = ctx};
    enum status st;
    bool before;

    if (sodium_init() < 0)
        return err_set(err, ST_IO, "no random numbers");
    st = begin(&i, err);
    before = i.note.done;
    if (st == ST_OK && !before)
        st = read_file(&i, err);
    if (st == ST_OK && i.sender)
        st = import_finish(&i, err);
    if (st == ST_OK && i.sender)
        st = tell_refused(&i, err);
    report(&i, before, out);
    clean(&i);
    return st;
}
