/* web_settings.c - see web.h: what can be told of a setting without beginning
 * anything. */
#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/address.h"
#include "web.h"

enum status web_read_open(const char *text, struct web *web, struct err *err)
{
    const char *at = text;

    while (*at) {
        const size_t len = strcspn(at, ",");
        char *code = web->open[web->opens];

        if (len == 0 || len > SURVEY_CODE_MAX ||
            strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789-") < len)
            return err_set(err, ST_INVALID,
                           "open: '%s': survey codes with commas between",
                           text);
        if (web->opens == OPEN_SURVEYS_MAX)
            return err_set(err, ST_RANGE, "open: more than %d surveys",
                           OPEN_SURVEYS_MAX);
        memcpy(code, at, len);
        code[len] = '\0';
        web->opens++;
        at += len;
        if (*at == ',' && at[1])
            at++;
    }
    return ST_OK;
}

static enum status check_open(const char *text, struct err *cause)
{
    struct web *w = calloc(1, sizeof *w);
    enum status st = w ? web_read_open(text, w, cause) : ST_NOMEM;

    free(w);
    return st;
}

static enum status check_collector(const char *text, struct err *cause)
{
    if (*text && !address_legal(text, false))
        return err_set(cause, ST_INVALID,
                       "'%s' is not an address (tcp://HOST:PORT)", text);
    return ST_OK;
}

static enum status check_metrics(const char *text, struct err *cause)
{
    return *text ? address_loopback(text, cause) : ST_OK;
}

static enum status check_kind(const char *text, bool folder, struct err *cause)
{
    struct stat st;

    if (!*text)
        return ST_OK;
    if (stat(text, &st) != 0 || access(text, R_OK) != 0)
        return err_set(cause, ST_NOTFOUND, "%s: %s", text, strerror(errno));
    if (!!S_ISDIR(st.st_mode) != folder)
        return err_set(cause, ST_INVALID,
                       folder ? "%s: not a folder" : "%s: a folder", text);
    return ST_OK;
}

static enum status check_file(const char *text, struct err *cause)
{
    return check_kind(text, false, cause);
}

static enum status check_folder(const char *text, struct err *cause)
{
    return check_kind(text, true, cause);
}

/* The file itself may be yet to be made. */
static enum status check_place(const char *text, struct err *cause)
{
    char *copy = strdup(text);
    enum status st;

    if (!copy)
        return err_set(cause, ST_NOMEM, "out of memory");
    st = check_kind(dirname(copy), true, cause);
    free(copy);
    return st;
}

static const struct {
    const char *option;
    enum status (*check)(const char *text, struct err *cause);
} checks[] = {{"collector", check_collector},
              {"metrics", check_metrics},
              {"server-key", check_file},
              {"key", check_file},
              {"token-key", check_file},
              {"outbox", check_place},
              {"open", check_open},
              {"api-keys", check_file},
              {"codes", check_folder},
              {"root-files", check_folder},
              {"tls-certificate", check_file},
              {"tls-key", check_file},
              {"tls-clients", check_file}};

enum status web_check(const char *option, const char *text, struct err *cause)
{
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        if (streq(checks[i].option, option))
            return checks[i].check(text, cause);
    return ST_OK;
}
