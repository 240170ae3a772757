/* passes.c - the two passes of an import over its file, and the wait for the
 * last acknowledgement. */
#include <stdlib.h>
#include <unistd.h>

#include "import_state.h"

#define SILENT_MS 2000 /* then we say what we wait for */
#define PAUSE_US  200000

enum status import_open(struct import *i, uint64_t offset, struct err *err)
{
    const struct csv_options options = {.encoding = i->options->encoding,
                                        .skip_to = offset};
    enum status st;

    csv_close(&i->csv);
    st = csv_open(i->path, &options, &i->csv, err);
    if (st != ST_OK)
        return st;
    i->rows.path = i->path;
    i->rows.survey = i->survey;
    i->rows.csv = i->csv;
    i->rows.codes = i->codes;
    if (offset == 0)
        i->header = csv_offset(i->csv);
    st = columns_find(i->path, i->csv, i->survey, i->aliases,
                      i->rows.given.channel == CHANNEL_SMS, &i->rows.columns,
                      err);
    return st == ST_OK ? rows_check(&i->rows, err) : st;
}

static bool empty(const struct import *i, const struct csv_field *fields)
{
    for (size_t c = 0; c < csv_columns(i->csv); c++)
        if (fields[c].len)
            return false;
    return true;
}

/* The next row that is not empty; note.rows counts records in any case.
 * ST_INVALID: a bad one; ST_NOTFOUND: the end. */
static enum status next_row(struct import *i, const struct row_space *space,
                            struct response *out, struct err *err)
{
    const struct csv_field *fields;
    enum status st;

    do {
        i->row_at = csv_offset(i->csv);
        st = csv_next(i->csv, &fields, err);
        if (st == ST_OK || st == ST_INVALID)
            i->note.rows++;
    } while (st == ST_OK && empty(i, fields));
    return st == ST_OK
               ? rows_read(&i->rows, fields, i->note.rows - 1, space, out, err)
               : st;
}

static bool times_given(const struct import *i)
{
    return i->rows.columns.field[FIELD_EVENT_AT] != NO_COLUMN ||
           i->rows.columns.field[FIELD_ANSWERED_AT] != NO_COLUMN;
}

static double part_read(const struct import *i)
{
    const uint64_t size = csv_size(i->csv);

    return size ? (double)csv_offset(i->csv) / (double)size : 0;
}

/* Say what is wrong with a row, after some only count; and keep it to be
 * mended. */
static enum status complain(struct import *i, const struct err *cause,
                            struct err *err)
{
    progress_end(&i->progress);
    if (++i->note.bad <= BAD_SHOWN)
        fprintf(stderr, "%s\n", cause->text);
    if (!i->options->skip_bad || i->options->dry_run)
        return ST_OK;
    return bad_add(&i->bad, i->path, i->header, i->row_at, csv_offset(i->csv),
                   err);
}

static void tell(const struct err *line)
{
    fprintf(stderr, "%s\n", line->text);
}

static enum status sum_up(const struct import *i, uint64_t rows, uint64_t bad,
                          struct err *err)
{
    const size_t ignored = i->rows.columns.ignored;
    struct err line;
    enum status st = ST_OK;

    if (bad > BAD_SHOWN)
        fprintf(stderr, "%s: %llu more bad row%s\n", i->path,
                (unsigned long long)(bad - BAD_SHOWN),
                bad == BAD_SHOWN + 1 ? "" : "s");
    if (ignored && rows > bad) {
        (void)err_set(&line, ST_OK, "%s:1: %zu column%s ignored: %s", i->path,
                      ignored, ignored == 1 ? "" : "s",
                      i->rows.columns.ignored_names);
        tell(&line);
    }
    if (i->bad.path)
        st = bad_save(&i->bad, err);
    if (i->bad.path && st == ST_OK) {
        (void)err_set(&line, ST_OK,
                      "%s: %llu bad row%s in %s: mend and import that file",
                      i->path, (unsigned long long)bad,
                      bad == 1 ? " is" : "s are", i->bad.path);
        tell(&line);
    }
    return st;
}

/* Ids stand near the time of the answers: that of the first row that tells
 * one. */
static enum status check_all(struct import *i, int64_t *first_ms,
                             struct err *err)
{
    struct row_space space = {i->answers, i->comments};
    struct response response;
    struct err cause;
    enum status st;

    i->rows.check_only = true;
    progress_begin(&i->progress, "checking", 0, 0, import_clock());
    while ((st = next_row(i, &space, &response, &cause)) != ST_NOTFOUND) {
        if (st == ST_INVALID) {
            st = complain(i, &cause, err);
            if (st != ST_OK)
                return st;
        } else if (st != ST_OK)
            return err_set(err, st, "%s", cause.text);
        else if (!*first_ms && times_given(i) &&
                 response.answered_at != i->rows.moment)
            *first_ms = response.answered_at;
        if (i->note.rows % 1024)
            continue;
        if (i->stop(i->ctx))
            return err_set(err, ST_STOPPED, "%s: stopped", i->path);
        progress_tell(&i->progress, i->note.rows, part_read(i), NULL,
                      import_clock());
    }
    progress_end(&i->progress);
    return ST_OK;
}

enum status import_check(struct import *i, struct err *err)
{
    int64_t first_ms = 0;
    enum status st = check_all(i, &first_ms, err);
    const uint64_t rows = i->note.rows, bad = i->note.bad;

    if (st == ST_OK)
        st = source_same(i->path, &i->source, err);
    if (st == ST_OK && !rows)
        st = err_set(err, ST_INVALID, "%s: a header and no rows", i->path);
    if (st == ST_OK)
        st = sum_up(i, rows, bad, err);
    if (st != ST_OK)
        return st;
    i->note.all = rows;
    if (bad && !i->options->skip_bad)
        return err_set(err, ST_INVALID, "%s", ""); /* all is said */
    row_ids_init(&i->rows.ids, &i->source, i->given, sizeof i->given, first_ms);
    i->note.clock = i->rows.ids.clock;
    if (i->options->dry_run)
        return ST_OK;
    i->note.rows = i->note.bad = 0;
    return import_open(i, 0, err);
}

/* ---- sending ---- */

static uint64_t heard(const struct import *i, struct outbox_counts *counts)
{
    sender_counts(i->sender, counts);
    return counts->accepted + counts->duplicate + counts->filled +
           counts->acknowledged + counts->refused;
}

static enum status stopped(const struct import *i, struct err *err)
{
    return err_set(err, ST_STOPPED,
                   "%s: stopped; the same command goes on from here", i->path);
}

/* Something is still owed, and `cause` says why: show it, and decide whether
 * to wait on. */
static enum status wait_on(struct import *i, double part,
                           const struct err *cause, struct err *err)
{
    const int64_t now = import_clock();
    struct outbox_counts counts;
    const uint64_t said = heard(i, &counts);
    int64_t silent;

    if (said != i->heard || !i->heard_at) {
        i->heard = said;
        i->heard_at = now;
    }
    silent = now - i->heard_at;
    progress_tell(&i->progress, i->note.rows, part,
                  silent > SILENT_MS ? cause->text : NULL, now);
    if (i->stop(i->ctx))
        return stopped(i, err);
    if (silent < i->options->timeout * 1000)
        return ST_OK;
    return err_set(err, ST_BUSY,
                   "%s: silent for %lld s; the same command goes on from here",
                   cause->text, (long long)i->options->timeout);
}

static bool may_pass(enum status st)
{
    return st == ST_BUSY || st == ST_FULL;
}

/* Send until there is room for more (`all`: until nothing is owed). */
static enum status work(struct import *i, bool all, double part,
                        struct err *err)
{
    struct err cause;
    enum status st;

    while ((st = sender_work(i->sender, all, TICK_MS, &cause)) != ST_OK) {
        if (!may_pass(st))
            return err_set(err, st, "%s", cause.text);
        if (st == ST_FULL)
            usleep(PAUSE_US);
        st = wait_on(i, part, &cause, err);
        if (st != ST_OK)
            return st;
    }
    progress_tell(&i->progress, i->note.rows, part, NULL, import_clock());
    return ST_OK;
}

static enum status put_group(struct import *i, struct err *err)
{
    const struct survey_name name = {i->survey->code, i->survey->version};
    struct buffer note = {0};
    const double part = part_read(i);
    struct err cause;
    enum status st;

    i->note.offset = csv_offset(i->csv);
    st = note_pack(&i->note, &note);
    if (st != ST_OK)
        st = err_set(err, st, "out of memory");
    while (st == ST_OK) {
        st = sender_put(i->sender, &name, i->list, i->count, note.data,
                        note.len, &cause);
        if (!may_pass(st)) {
            if (st != ST_OK)
                st = err_set(err, st, "%s", cause.text);
            break;
        }
        usleep(PAUSE_US);
        st = wait_on(i, part, &cause, err);
    }
    buffer_free(&note);
    i->count = 0;
    if (st == ST_OK)
        st = work(i, false, part, err);
    return st == ST_OK && i->stop(i->ctx) ? stopped(i, err) : st;
}

/* Rows were found good in the first pass; those that were not are passed
 * over. */
static enum status put_all(struct import *i, struct err *err)
{
    enum status st;

    do {
        struct row_space space = {i->answers + i->count * ITEMS_MAX,
                                  i->comments + i->count * COMMENT_MAX};
        struct err cause;

        i->list[i->count].correction = false;
        st = next_row(i, &space, &i->list[i->count].response, &cause);
        if (st == ST_OK)
            i->list[i->count++].place = csv_line(i->csv);
        else if (st == ST_INVALID)
            i->note.bad++;
        else if (st != ST_NOTFOUND)
            return err_set(err, st, "%s", cause.text);
        i->note.done = st == ST_NOTFOUND;
        if (i->count == GROUP || i->note.done) {
            const enum status put = put_group(i, err);

            if (put != ST_OK)
                return put;
        }
    } while (!i->note.done);
    return ST_OK;
}

enum status import_send(struct import *i, struct err *err)
{
    enum status st;

    i->rows.check_only = false;
    memcpy(i->note.how, i->how, HASH_SIZE);
    memcpy(i->note.form, i->survey->form, HASH_SIZE);
    row_ids_init(&i->rows.ids, &i->source, i->given, sizeof i->given,
                 i->note.clock);
    memcpy(i->rows.ids.secret, i->note.secret, HASH_SIZE);
    progress_begin(&i->progress, "sending", i->note.rows, part_read(i),
                   import_clock());
    st = put_all(i, err);
    if (st == ST_OK)
        st = source_same(i->path, &i->source, err);
    return st;
}

enum status import_finish(struct import *i, struct err *err)
{
    enum status st;

    if (!i->progress.what)
        progress_begin(&i->progress, "sending", i->note.rows, 1,
                       import_clock());
    st = work(i, true, 1, err);
    progress_end(&i->progress);
    return st;
}
