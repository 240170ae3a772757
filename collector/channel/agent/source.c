/* source.c - see source.h. */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "surveys/response.h"

#define CLOCK_FIRST INT64_C(1577836800000) /* 2020-01-01 */
#define CLOCK_SPAN  (UINT64_C(5) * 365 * 86400 * 1000)

enum { CHUNK = 256 * 1024 };

static enum status hash_all(const char *path, int fd, struct source *s,
                            struct err *err)
{
    crypto_generichash_state state;
    uint8_t *chunk = malloc(CHUNK);
    enum status st = ST_OK;
    ssize_t n;

    if (!chunk)
        return err_set(err, ST_NOMEM, "out of memory");
    (void)crypto_generichash_init(&state, NULL, 0, sizeof s->hash);
    while ((n = read(fd, chunk, CHUNK)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            st = err_set(err, ST_IO, "%s: %s", path, strerror(errno));
            break;
        }
        (void)crypto_generichash_update(&state, chunk, (size_t)n);
    }
    (void)crypto_generichash_final(&state, s->hash, sizeof s->hash);
    free(chunk);
    return st;
}

static void note_identity(const struct stat *is, struct source *s)
{
    s->device = is->st_dev;
    s->inode = is->st_ino;
    s->size = is->st_size;
    s->changed = is->st_mtim;
}

enum status source_read(const char *path, struct source *out, struct err *err)
{
    /* O_NONBLOCK: a pipe without a writer would hold us here. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct source s = {.size = 0};
    struct stat is;
    enum status st;

    if (fd < 0 && errno == ENOENT)
        return err_set(err, ST_NOTFOUND, "%s: no such file", path);
    if (fd < 0 && errno == EACCES)
        return err_set(err, ST_REFUSED, "%s: no permission to read it", path);
    if (fd < 0)
        return err_set(err, ST_IO, "%s: %s", path, strerror(errno));
    if (fstat(fd, &is) != 0)
        st = err_set(err, ST_IO, "%s: %s", path, strerror(errno));
    else if (!S_ISREG(is.st_mode))
        st = err_set(err, ST_INVALID,
                     "%s: not a regular file, and it must be read twice", path);
    else
        st = hash_all(path, fd, &s, err);
    if (st == ST_OK) {
        note_identity(&is, &s);
        *out = s;
    }
    close(fd);
    return st;
}

enum status source_same(const char *path, const struct source *s,
                        struct err *err)
{
    struct stat is;

    if (stat(path, &is) == 0 && is.st_dev == s->device &&
        is.st_ino == s->inode && is.st_size == s->size &&
        is.st_mtim.tv_sec == s->changed.tv_sec &&
        is.st_mtim.tv_nsec == s->changed.tv_nsec)
        return ST_OK;
    return err_set(err, ST_INVALID, "%s: changed while it was read", path);
}

void row_ids_init(struct row_ids *ids, const struct source *s,
                  const void *given, size_t len, int64_t first_ms)
{
    (void)crypto_generichash(ids->key, sizeof ids->key, given, len, s->hash,
                             sizeof s->hash);
    ids->clock =
        first_ms > 0
            ? first_ms
            : CLOCK_FIRST + (int64_t)(bytes_get64(s->hash) % CLOCK_SPAN);
}

static void draw(const uint8_t key[HASH_SIZE], uint64_t row,
                 uint8_t out[ID_SIZE])
{
    uint8_t number[8];

    bytes_put64(number, row);
    (void)crypto_generichash(out, ID_SIZE, number, sizeof number, key,
                             HASH_SIZE);
}

void row_id(const struct row_ids *ids, uint64_t row, uint8_t out[ID_SIZE])
{
    uint8_t random[ID_SIZE];

    draw(ids->key, row, random);
    response_id(ids->clock + (int64_t)row, random, out);
}

void row_person_id(const struct row_person *p, uint8_t out[ID_SIZE])
{
    static const char kind[] = "row of a person";
    crypto_generichash_state state;
    uint8_t moments[16], random[ID_SIZE];

    bytes_put64(moments, (uint64_t)p->event_at);
    bytes_put64(moments + 8, (uint64_t)p->answered_at);
    (void)crypto_generichash_init(&state, NULL, 0, sizeof random);
    (void)crypto_generichash_update(&state, (const uint8_t *)kind, sizeof kind);
    (void)crypto_generichash_update(&state, (const uint8_t *)p->survey,
                                    strlen(p->survey) + 1);
    (void)crypto_generichash_update(&state, &p->entry, 1);
    (void)crypto_generichash_update(&state, p->respondent, ID_SIZE);
    (void)crypto_generichash_update(&state, moments, sizeof moments);
    (void)crypto_generichash_final(&state, random, sizeof random);
    response_id(p->answered_at, random, out);
}

void row_salt(const struct row_ids *ids, uint64_t row, uint8_t out[ID_SIZE])
{
    draw(ids->secret, row, out);
}
