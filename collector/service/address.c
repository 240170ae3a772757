/* address.c - see collector/address.h. */
#include "collector/address.h"

#include <string.h>

#include "base/status.h"

bool port_legal(const char *text)
{
    unsigned long port = 0;
    size_t i = 0;

    for (; text[i] >= '0' && text[i] <= '9' && port <= 65535; i++)
        port = port * 10 + (unsigned long)(text[i] - '0');
    return i > 0 && text[i] == '\0' && port <= 65535;
}

/* What follows `prefix`, or NULL. */
static const char *behind(const char *url, const char *prefix)
{
    const size_t len = strlen(prefix);

    return strncmp(url, prefix, len) == 0 ? url + len : NULL;
}

bool address_legal(const char *url, bool any)
{
    const char *path = behind(url, "ipc://");
    const char *host = behind(url, "tcp://");
    const char *colon = host ? strrchr(host, ':') : NULL;

    if (path)
        return *path != '\0';
    if (!colon || colon == host || strpbrk(host, " \t,"))
        return false;
    if (streq(colon + 1, "*") || strspn(colon + 1, "0") == strlen(colon + 1))
        return any && colon[1];
    return port_legal(colon + 1);
}
