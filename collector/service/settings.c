/* settings.c - see collector/settings.h. */
#include "collector/settings.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/address.h"

enum status settings_check(const struct setting *table, const char *option,
                           const char *text, struct err *cause)
{
    for (; table->option; table++)
        if (streq(table->option, option))
            return table->check(text, cause);
    return ST_OK;
}

enum status setting_collector(const char *text, struct err *cause)
{
    if (*text && !address_legal(text, false))
        return err_set(cause, ST_INVALID,
                       "'%s' is not an address (tcp://HOST:PORT)", text);
    return ST_OK;
}

enum status setting_loopback(const char *text, struct err *cause)
{
    return *text ? address_loopback(text, cause) : ST_OK;
}

static enum status look(const char *text, bool folder, int mode,
                        struct err *cause)
{
    struct stat st;

    if (!*text)
        return ST_OK;
    if (stat(text, &st) != 0 || access(text, mode) != 0)
        return err_set(cause, ST_NOTFOUND, "%s: %s", text, strerror(errno));
    if (!!S_ISDIR(st.st_mode) != folder)
        return err_set(cause, ST_INVALID,
                       folder ? "%s: not a folder" : "%s: a folder", text);
    return ST_OK;
}

enum status setting_file(const char *text, struct err *cause)
{
    return look(text, false, R_OK, cause);
}

enum status setting_folder(const char *text, int mode, struct err *cause)
{
    return look(text, true, mode, cause);
}

enum status setting_folder_of(const char *file, int mode, struct err *cause)
{
    char *copy = strdup(file);
    enum status st;

    if (!copy)
        return err_set(cause, ST_NOMEM, "out of memory");
    st = look(dirname(copy), true, mode, cause);
    free(copy);
    return st;
}
