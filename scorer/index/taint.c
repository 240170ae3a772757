/* taint.c - see scorer/taint.h. */
#include "scorer/taint.h"

#include <gsl/gsl_errno.h>

#include "collector/log.h"

static _Thread_local bool tainted;

static void handle(const char *reason, const char *file, int line, int code)
{
    char quoted[LOG_QUOTE_MAX];

    if (!tainted)
        log_event(LEVEL_ERROR, "gsl", "code=%d at=%s:%d reason=%s", code, file,
                  line, log_quote(reason, quoted));
    tainted = true;
}

void taint_install(void)
{
    (void)gsl_set_error_handler(handle);
}

bool taint_take(void)
{
    const bool was = tainted;

    tainted = false;
    return was;
}
