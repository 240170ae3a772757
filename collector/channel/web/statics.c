/* statics.c - see statics.h. */
#include "statics.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collector/files.h"

#define NAME_LENGTH_MAX 128

struct file {
    char name[NAME_LENGTH_MAX + 1];
    const char *type;
    struct http_page *page;
};

struct statics {
    size_t count;
    struct file file[STATICS_MAX];
};

static const char robots[] = "User-agent: *\nDisallow: /\n";

static bool plain(const char *name)
{
    size_t n = 0;

    for (; name[n]; n++) {
        const char c = name[n];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (c >= '0' && c <= '9') || c == '-' || c == '_' ||
              (c == '.' && n > 0)))
            return false;
    }
    return n > 0 && n <= NAME_LENGTH_MAX;
}

static const char *type_of(const char *name)
{
    static const struct {
        const char *ending, *type;
    } known[] = {{".txt", "text/plain; charset=utf-8"},
                 {".html", "text/html; charset=utf-8"},
                 {".htm", "text/html; charset=utf-8"},
                 {".json", "application/json"},
                 {".xml", "application/xml"},
                 {".svg", "image/svg+xml"},
                 {".png", "image/png"},
                 {".ico", "image/x-icon"}};
    const char *dot = strrchr(name, '.');

    for (size_t i = 0; dot && i < sizeof known / sizeof *known; i++)
        if (streq(dot, known[i].ending))
            return known[i].type;
    return "application/octet-stream";
}

static enum status add(struct statics *s, const char *name, const void *data,
                       size_t len)
{
    struct file *f = &s->file[s->count];
    enum status st = http_page_new(data, len, &f->page);

    if (st == ST_OK) {
        memcpy(f->name, name, strlen(name) + 1);
        f->type = type_of(name);
        s->count++;
    }
    return st;
}

static enum status read_one(struct statics *s, const char *folder,
                            const char *name, struct err *err)
{
    struct buffer text = {.max = STATIC_BYTES_MAX};
    const size_t size = strlen(folder) + strlen(name) + 2;
    char *path = NULL;
    enum status st = ST_OK;

    if (!plain(name))
        return err_set(err, ST_INVALID, "%s: '%s': not a plain file name",
                       folder, name);
    if (s->count == STATICS_MAX)
        return err_set(err, ST_RANGE, "%s: more than %d files", folder,
                       STATICS_MAX);
    path = malloc(size);
    if (!path)
        return err_set(err, ST_NOMEM, "out of memory");
    (void)snprintf(path, size, "%s/%s", folder, name);
    st = file_read(path, false, &text, err);
    if (st == ST_OK && add(s, name, text.data, text.len) != ST_OK)
        st = err_set(err, ST_NOMEM, "out of memory");
    buffer_free(&text);
    free(path);
    return st;
}

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static enum status read_folder(struct statics *s, const char *folder,
                               struct err *err)
{
    struct dirent **names = NULL;
    const int count = scandir(folder, &names, visible, alphasort);
    enum status st = ST_OK;

    if (count < 0)
        return file_failed(folder, errno, err);
    for (int i = 0; i < count; i++) {
        if (st == ST_OK)
            st = read_one(s, folder, names[i]->d_name, err);
        free(names[i]);
    }
    free(names);
    return st;
}

enum status statics_load(const char *folder, struct statics **out,
                         struct err *err)
{
    struct statics *s = calloc(1, sizeof *s);
    enum status st = ST_OK;

    if (!s)
        return err_set(err, ST_NOMEM, "out of memory");
    if (*folder)
        st = read_folder(s, folder, err);
    for (size_t i = 0; i < s->count && st == ST_OK; i++)
        if (streq(s->file[i].name, "robots.txt"))
            goto done; /* theirs counts */
    if (st == ST_OK && s->count == STATICS_MAX)
        st = err_set(err, ST_RANGE, "%s: more than %d files", folder,
                     STATICS_MAX - 1);
    if (st == ST_OK && add(s, "robots.txt", robots, sizeof robots - 1) != ST_OK)
        st = err_set(err, ST_NOMEM, "out of memory");
done:
    if (st == ST_OK)
        *out = s;
    else
        statics_free(&s);
    return st;
}

void statics_free(struct statics **s)
{
    if (!*s)
        return;
    for (size_t i = 0; i < (*s)->count; i++)
        http_page_free(&(*s)->file[i].page);
    free(*s);
    *s = NULL;
}

size_t statics_count(const struct statics *s)
{
    return s->count;
}

bool statics_answer(const struct statics *s, const char *path,
                    struct http_answer *answer)
{
    for (size_t i = 0; i < s->count; i++)
        if (path[0] == '/' && streq(path + 1, s->file[i].name)) {
            answer->type = s->file[i].type;
            answer->page = http_page_share(s->file[i].page);
            return true;
        }
    return false;
}
