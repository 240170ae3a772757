/* settings.c - what can be told of a setting without beginning anything. */
#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/address.h"
#include "collector/collector.h"

static enum status check_listen(const char *text, struct err *cause)
{
    if (!address_legal(text, true))
        return err_set(cause, ST_INVALID,
                       "'%s' is not an address (tcp://HOST:PORT)", text);
    return ST_OK;
}

static enum status check_metrics(const char *text, struct err *cause)
{
    return *text ? address_loopback(text, cause) : ST_OK;
}

static enum status check_folder(const char *text, struct err *cause)
{
    struct stat st;

    if (!*text)
        return ST_OK;
    if (stat(text, &st) != 0)
        return err_set(cause, ST_NOTFOUND, "%s: %s", text, strerror(errno));
    if (!S_ISDIR(st.st_mode))
        return err_set(cause, ST_INVALID, "%s: not a folder", text);
    return ST_OK;
}

static enum status check_file(const char *text, struct err *cause)
{
    struct stat st;

    if (!*text)
        return ST_OK;
    if (stat(text, &st) != 0 || access(text, R_OK) != 0)
        return err_set(cause, ST_NOTFOUND, "%s: %s", text, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return err_set(cause, ST_INVALID, "%s: a folder", text);
    return ST_OK;
}

/* The file itself may be yet to be made. */
static enum status check_store(const char *text, struct err *cause)
{
    static const char scheme[] = "sqlite:";
    const char *file = text + sizeof scheme - 1;
    enum status st;
    char *copy;

    if (strncmp(text, scheme, sizeof scheme - 1) != 0 || !*file || *file == ':')
        return err_set(cause, ST_INVALID, "'%s' is not a store (sqlite:FILE)",
                       text);
    copy = strdup(file);
    if (!copy)
        return err_set(cause, ST_NOMEM, "out of memory");
    st = check_folder(dirname(copy), cause);
    free(copy);
    return st;
}

static const struct {
    const char *option;
    enum status (*check)(const char *text, struct err *cause);
} checks[] = {{"listen", check_listen}, {"metrics", check_metrics},
              {"store", check_store},   {"surveys", check_folder},
              {"codes", check_folder},  {"org", check_file},
              {"key", check_file},      {"clients", check_file}};

enum status collector_check(const char *option, const char *text,
                            struct err *cause)
{
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        if (streq(checks[i].option, option))
            return checks[i].check(text, cause);
    return ST_OK;
}
