/* drawing_read.c - the first pass over a feed: every row is looked at before
 * anybody is drawn. */
#include "drawing.h"
#include "settings.h"

#define BAD_SHOWN 20

enum status drawing_open_feed(const struct drawing *d, struct feed **out,
                              struct err *err)
{
    const struct feed_options options = {
        .shown = d->spool >= 0 ? "standard input" : d->path,
        .encoding = d->options->encoding,
        .aliases = d->aliases,
        .survey = d->survey};

    return feed_open(d->path, &options, out, err);
}

static bool empty(const struct feed_row *row)
{
    for (size_t i = 0; i < FEED_SLOTS; i++)
        if (row->slot[i].len)
            return false;
    return true;
}

enum status drawing_row(struct feed *f, struct feed_row *out, struct err *err)
{
    enum status st;

    do
        st = feed_next(f, out, err);
    while (st == ST_OK && empty(out));
    return st;
}

enum status drawing_event(const struct drawing *d, const struct feed *f,
                          const struct feed_row *row, struct event *out,
                          struct err *err)
{
    const struct event_reader how = {.plan = d->plan,
                                     .survey = d->survey,
                                     .codes = d->codes,
                                     .key = &d->person,
                                     .now = d->now};
    struct err cause;
    enum status st = event_read(&how, row, out, &cause);

    return st == ST_OK ? ST_OK
                       : err_set(err, st, "%s:%llu: %s",
                                 d->spool >= 0 ? "standard input" : d->path,
                                 (unsigned long long)feed_line(f), cause.text);
}

/* Say what is wrong with a row, after some only count; keep it to be mended. */
static enum status complain(struct drawing *d, const struct feed *f,
                            uint64_t from, const struct err *cause,
                            struct err *err)
{
    progress_end(&d->progress);
    if (++d->note.bad <= BAD_SHOWN)
        fprintf(stderr, "%s\n", cause->text);
    if (!d->options->skip_bad || d->options->only_look)
        return ST_OK;
    return bad_add(&d->bad, d->path, feed_header(f), from, feed_offset(f), err);
}

static enum status look(struct drawing *d, const struct feed *f)
{
    const uint64_t size = feed_size(f);

    if (d->note.rows % 1024)
        return ST_OK;
    progress_tell(&d->progress, d->note.rows,
                  size ? (double)feed_offset(f) / (double)size : 0, NULL,
                  invite_clock());
    return invite_stopped() ? ST_STOPPED : ST_OK;
}

static enum status read_all(struct drawing *d, struct feed *f, struct err *err)
{
    enum status st = ST_OK;

    while (st == ST_OK) {
        const uint64_t from =
            d->note.rows + d->note.bad ? feed_offset(f) : feed_header(f);
        struct feed_row row;
        struct event e;
        struct err cause;

        st = drawing_row(f, &row, &cause);
        if (st == ST_NOTFOUND)
            return ST_OK;
        if (st == ST_OK)
            st = drawing_event(d, f, &row, &e, &cause);
        d->note.rows++;
        if (st == ST_INVALID)
            st = complain(d, f, from, &cause, err);
        else if (st != ST_OK)
            return err_set(err, st, "%s", cause.text);
        else
            st = audience_take(&d->audience, &e, err);
        if (st == ST_OK && look(d, f) == ST_STOPPED)
            st = err_set(err, ST_STOPPED, "stopped; nothing is drawn");
    }
    return st;
}

/* What a human should know of the file, and whether it may be drawn from. */
static enum status sum_up(struct drawing *d, struct feed *f, struct err *err)
{
    const unsigned long long bad = d->note.bad;
    const char *names;

    d->ignored = feed_ignored(f, &names);
    if (bad > BAD_SHOWN)
        fprintf(stderr, "%llu more bad rows\n", bad - BAD_SHOWN);
    if (d->ignored)
        fprintf(stderr, "%llu columns ignored: %s\n",
                (unsigned long long)d->ignored, names);
    if (!d->note.rows)
        return err_set(err, ST_INVALID, "%s: no rows", d->options->feed);
    if (bad && !d->options->skip_bad)
        return err_set(err, ST_INVALID,
                       "%s: %llu bad row%s: nothing is drawn (--skip-bad "
                       "draws from the others)",
                       d->options->feed, bad, bad == 1 ? "" : "s");
    if (d->bad.path)
        fprintf(stderr, "%llu bad row%s in %s\n", bad,
                bad == 1 ? " is" : "s are", d->bad.path);
    return ST_OK;
}

enum status drawing_read(struct drawing *d, struct err *err)
{
    struct audience_sums sums;
    struct feed *f = NULL;
    enum status st = drawing_open_feed(d, &f, err);

    if (st != ST_OK)
        return st;
    progress_begin(&d->progress, "reading", 0, 0, invite_clock());
    st = read_all(d, f, err);
    progress_end(&d->progress);
    if (st == ST_OK)
        st = source_same(d->path, &d->source, err);
    if (st == ST_OK)
        st = sum_up(d, f, err);
    feed_close(&f);
    if (st == ST_OK)
        st = audience_select(&d->audience, err);
    if (st != ST_OK)
        return st;
    audience_sums(&d->audience, &sums);
    memcpy(d->note.campaign, d->plan->wire.campaign, sizeof d->note.campaign);
    memcpy(d->note.seed, d->audience.seed, PLAN_SEED_SIZE);
    memcpy(d->note.feed, d->source.hash, HASH_SIZE);
    memcpy(d->note.excluded, sums.excluded, sizeof sums.excluded);
    d->note.at = d->now;
    d->note.seen = d->audience.seen;
    d->note.events = sums.events;
    d->note.eligible = sums.eligible;
    d->note.drawn = sums.drawn;
    return ST_OK;
}
