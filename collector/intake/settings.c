/* settings.c - what can be told of a collector's settings before it begins. */
#include "collector/settings.h"

#include <string.h>
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

static enum status check_folder(const char *text, struct err *cause)
{
    return setting_folder(text, F_OK, cause);
}

static enum status check_store(const char *text, struct err *cause)
{
    static const char scheme[] = "sqlite:";
    const char *file = text + sizeof scheme - 1;

    if (strncmp(text, scheme, sizeof scheme - 1) != 0 || !*file || *file == ':')
        return err_set(cause, ST_INVALID, "'%s' is not a store (sqlite:FILE)",
                       text);
    return setting_folder_of(file, F_OK, cause);
}

enum status collector_check(const char *option, const char *text,
                            struct err *cause)
{
    static const struct setting table[] = {{"listen", check_listen},
                                           {"metrics", setting_loopback},
                                           {"store", check_store},
                                           {"surveys", check_folder},
                                           {"codes", check_folder},
                                           {"org", setting_file},
                                           {"key", setting_file},
                                           {"clients", setting_file},
                                           {NULL, NULL}};

    return settings_check(table, option, text, cause);
}
