/* feed_csv.c - a feed as CSV. */
#include "feed_state.h"

/* csv.h calls the file what it was opened as. */
static enum status say(const struct feed *f, enum status st,
                       const struct err *cause, struct err *err)
{
    const size_t len = strlen(f->path);

    if (strncmp(cause->text, f->path, len) != 0)
        return err_set(err, st, "%s", cause->text);
    return err_set(err, st, "%s%s", f->options.shown, cause->text + len);
}

static enum status demand(const struct feed *f, struct err *err)
{
    static const enum feed_column needed[] = {FEED_EVENT_ID, FEED_CONTACT,
                                              FEED_BASIS, FEED_ADULT};

    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (f->column[needed[i]] == NO_SLOT)
            return err_set(err, ST_INVALID, "%s:1: no column '%s'",
                           f->options.shown, feed_slot_name(f, needed[i]));
    return ST_OK;
}

enum status feed_csv_open(struct feed *f, struct err *err)
{
    const struct csv_options options = {.encoding = f->options.encoding};
    struct err cause = {""};
    enum status st = csv_open(f->path, &options, &f->csv, &cause);

    if (st != ST_OK)
        return say(f, st, &cause, err);
    f->header = csv_offset(f->csv);
    for (size_t i = 0; i < FEED_SLOTS; i++)
        f->column[i] = NO_SLOT;
    for (size_t i = 0; i < csv_columns(f->csv); i++) {
        const char *name = csv_column(f->csv, i);
        const size_t slot = feed_slot(f, name);

        if (slot == NO_SLOT)
            feed_ignore(f, name);
        else if (f->column[slot] != NO_SLOT)
            return err_set(err, ST_INVALID,
                           "%s:1: columns '%s' and '%s' are the same thing",
                           f->options.shown,
                           csv_column(f->csv, f->column[slot]), name);
        else
            f->column[slot] = i;
    }
    return demand(f, err);
}

enum status feed_csv_next(struct feed *f, struct feed_row *out, struct err *err)
{
    const struct csv_field *fields;
    struct err cause = {""};
    enum status st = csv_next(f->csv, &fields, &cause);

    if (st != ST_OK)
        return say(f, st, &cause, err);
    for (size_t i = 0; i < FEED_SLOTS; i++)
        out->slot[i] = f->column[i] == NO_SLOT ? (struct csv_field){"", 0}
                                               : fields[f->column[i]];
    return ST_OK;
}
