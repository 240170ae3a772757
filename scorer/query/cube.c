/* cube.c - see cube.h. */
#include "cube.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "collector/log.h"

#define APPLICATION UINT32_C(0x6d594362) /* "mYCb" */
enum { FORMAT = 2 };
static const struct cell_key header_key = {.len = 1, .bytes = {'h'}};

enum status cube_told(struct cube *c, enum status st)
{
    if (st == ST_CORRUPT)
        c->damaged = true;
    return st;
}

enum status cube_bad(struct cube *c, struct err *err)
{
    return cube_told(c, err_set(err, ST_CORRUPT, "%s: damaged", c->path));
}

static struct durable_key key_of(uint32_t space, const struct cell_key *k)
{
    return (struct durable_key){space, k->bytes, k->len};
}

enum status cube_put(struct cube *c, uint32_t space, const struct cell_key *key,
                     const struct buffer *value, struct err *err)
{
    const struct durable_key k = key_of(space, key);

    if (value->len)
        return cube_told(
            c, durable_put(c->table, k, value->data, value->len, err));
    return cube_told(c, durable_delete(c->table, k, err));
}

enum status cube_get(struct cube *c, uint32_t space, const struct cell_key *key,
                     struct buffer *out, struct err *err)
{
    enum status st;

    out->len = 0;
    st = durable_get(c->table, key_of(space, key), out, err);
    return st == ST_NOTFOUND ? ST_OK : cube_told(c, st);
}

enum status cube_put_watermark(struct cube *c, const struct watermark *w,
                               struct err *err)
{
    struct buffer b = {0};
    enum status st = buffer_varint(&b, FORMAT);

    if (st == ST_OK)
        st = buffer_add(&b, w->bytes, w->len);
    if (st == ST_OK)
        st = cube_put(c, SPACE_HEADER, &header_key, &b, err);
    buffer_free(&b);
    return st;
}

static bool parse_header(const struct buffer *b, struct watermark *out)
{
    const uint8_t *at = b->data, *end = b->data + b->len;
    uint64_t format;

    if (bytes_varint(&at, end, &format) != ST_OK || format != FORMAT ||
        at == end || end - at > WATERMARK_MAX)
        return false;
    out->len = (size_t)(end - at);
    memcpy(out->bytes, at, out->len);
    return true;
}

/* A file without a header is new: it is written with the first sums. */
static enum status read_header(struct cube *c, struct err *err)
{
    struct buffer b = {0};
    enum status st = cube_get(c, SPACE_HEADER, &header_key, &b, err);

    memset(&c->watermark, 0, sizeof c->watermark);
    if (st == ST_OK && b.len && !parse_header(&b, &c->watermark))
        st = cube_bad(c, err);
    buffer_free(&b);
    return st;
}

static bool ends_with(const char *text, const char *end)
{
    const size_t a = strlen(text), b = strlen(end);

    return a >= b && streq(text + a - b, end);
}

/* SQLite keeps the application's mark at byte 68 of the file. */
static bool is_ours(const char *path)
{
    static const uint8_t mark[4] = {
        (uint8_t)(APPLICATION >> 24), (uint8_t)(APPLICATION >> 16),
        (uint8_t)(APPLICATION >> 8), (uint8_t)APPLICATION};
    uint8_t head[72];
    FILE *f;
    bool whole;

    if (ends_with(path, "-cube.db"))
        return true;
    f = fopen(path, "rb");
    if (!f)
        return false;
    whole = fread(head, 1, sizeof head, f) == sizeof head;
    fclose(f);
    return whole && memcmp(head + 68, mark, sizeof mark) == 0;
}

/* The file and what SQLite may have left beside it. */
static void remove_files(const char *path)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    char name[4096];

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (snprintf(name, sizeof name, "%s%s", path, ends[i]) <
            (int)sizeof name)
            (void)unlink(name);
}

static enum status open_table(struct cube *c, struct err *err)
{
    enum status st = durable_open(c->path, APPLICATION, &c->table, err);

    return st == ST_OK ? read_header(c, err) : st;
}

enum status cube_discard(struct cube *c, struct err *err)
{
    durable_close(&c->table);
    remove_files(c->path);
    c->damaged = false;
    return open_table(c, err);
}

static enum status make_temporary(char **path, struct err *err)
{
    const char *folder = getenv("TMPDIR");
    char name[4096];
    int fd;

    snprintf(name, sizeof name, "%s/manyi-cube-XXXXXX",
             folder && *folder ? folder : "/tmp");
    fd = mkstemp(name);
    if (fd < 0)
        return err_set(err, ST_IO, "%s: %s", name, strerror(errno));
    close(fd);
    *path = strdup(name);
    if (*path)
        return ST_OK;
    (void)unlink(name);
    return ST_NOMEM;
}

enum status cube_open(struct cube *c, const char *path, struct err *err)
{
    char quoted[LOG_QUOTE_MAX];
    enum status st = ST_OK;

    *c = (struct cube){.temporary = !path};
    if (!path)
        st = make_temporary(&c->path, err);
    else if (!(c->path = strdup(path)))
        st = ST_NOMEM;
    if (st == ST_OK)
        st = open_table(c, err);
    if ((st == ST_CORRUPT || st == ST_NEWER) && is_ours(c->path)) {
        log_event(LEVEL_WARN, "cube_discarded", "file=%s cause=%s",
                  log_quote(c->path, quoted),
                  st == ST_NEWER ? "version" : "damaged");
        st = cube_discard(c, err);
    }
    if (st != ST_OK)
        cube_close(c);
    return st;
}

void cube_close(struct cube *c)
{
    durable_close(&c->table);
    if (c->temporary && c->path)
        remove_files(c->path);
    free(c->path);
    c->path = NULL;
}
