/* feed.c - see feed.h. */
#include "feed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "collector/files.h"
#include "feed_state.h"

static const char *const names[FEED_COLUMN_COUNT] = {
#define X(symbol, name) name,
    FEED_COLUMNS(X)
#undef X
};

static size_t find(const struct survey *s, const char *name)
{
    /* aliases.csv calls it as an import does */
    if (streq(name, "phone"))
        return FEED_CONTACT;
    for (size_t i = 0; i < FEED_COLUMN_COUNT; i++)
        if (streq(name, names[i]))
            return i;
    for (size_t a = 0; a < s->attributes; a++)
        if (streq(name, s->attribute[a].code))
            return FEED_COLUMN_COUNT + a;
    return NO_SLOT;
}

size_t feed_slot(const struct feed *f, const char *name)
{
    const struct aliases *aliases = f->options.aliases;
    const char *meant = aliases ? aliases_find(aliases, name) : NULL;
    const size_t slot = find(f->options.survey, name);

    return slot == NO_SLOT && meant ? find(f->options.survey, meant) : slot;
}

const char *feed_slot_name(const struct feed *f, size_t slot)
{
    return slot < FEED_COLUMN_COUNT
               ? names[slot]
               : f->options.survey->attribute[slot - FEED_COLUMN_COUNT].code;
}

void feed_ignore(struct feed *f, const char *name)
{
    const size_t used = strlen(f->ignored_names);

    if (f->ignored++ == 0 || used + strlen(name) + 3 < sizeof f->ignored_names)
        (void)snprintf(f->ignored_names + used, sizeof f->ignored_names - used,
                       "%s%s", used ? ", " : "", name);
}

size_t feed_ignored(const struct feed *f, const char **out)
{
    *out = f->ignored_names;
    return f->ignored;
}

/* The first byte that counts tells JSON from CSV. */
static enum status sniff(const struct feed *f, bool *json, struct err *err)
{
    const int fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char head[256];
    ssize_t n;
    size_t i = 0;

    if (fd < 0)
        return file_failed(f->options.shown, errno, err);
    n = read(fd, head, sizeof head);
    close(fd);
    if (n < 0)
        return file_failed(f->options.shown, errno, err);
    if (n >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0)
        i = 3;
    while (i < (size_t)n && head[i] && strchr(" \t\r\n", head[i]))
        i++;
    *json = i < (size_t)n && head[i] == '{';
    return ST_OK;
}

enum status feed_open(const char *path, const struct feed_options *o,
                      struct feed **out, struct err *err)
{
    struct feed *f = calloc(1, sizeof *f);
    bool json = false;
    enum status st;

    if (!f)
        return err_set(err, ST_NOMEM, "out of memory");
    f->options = *o;
    f->path = path;
    if (!f->options.shown)
        f->options.shown = path;
    st = sniff(f, &json, err);
    if (st == ST_OK)
        st = json ? feed_json_open(f, err) : feed_csv_open(f, err);
    if (st == ST_OK)
        *out = f;
    else
        feed_close(&f);
    return st;
}

void feed_close(struct feed **f)
{
    if (!*f)
        return;
    csv_close(&(*f)->csv);
    feed_lines_close(&(*f)->lines);
    json_free(&(*f)->document);
    buffer_free(&(*f)->list);
    free(*f);
    *f = NULL;
}

enum status feed_next(struct feed *f, struct feed_row *out, struct err *err)
{
    return f->csv ? feed_csv_next(f, out, err) : feed_json_next(f, out, err);
}

uint64_t feed_line(const struct feed *f)
{
    return f->csv ? csv_line(f->csv) : feed_lines_number(f->lines);
}

uint64_t feed_offset(const struct feed *f)
{
    return f->csv ? csv_offset(f->csv) : feed_lines_offset(f->lines);
}

uint64_t feed_header(const struct feed *f)
{
    return f->header;
}

uint64_t feed_size(const struct feed *f)
{
    return f->csv ? csv_size(f->csv) : feed_lines_size(f->lines);
}
