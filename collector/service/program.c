/* program.c - see collector/program.h. */
#include "collector/program.h"

#include <stdio.h>

#include "collector/log.h"

int program_main(const struct program *p, const int *log_level,
                 program_run_fn *run, int argc, char **argv)
{
    struct service service = {-1};
    struct options *options = NULL;
    struct err err = {""};
    bool done = false;
    int first = 1;
    enum status st = service_start(&service, &err);

    if (st == ST_OK)
        st = options_read(p, argc, argv, &options, &first, &done, &err);
    log_open((enum log_level) * log_level);
    if (st == ST_OK && !done)
        st = run(&service, argc - first, argv + first, &err);
    if (st != ST_OK)
        fprintf(stderr, "%s: %s\n", p->name, err.text);
    options_free(&options);
    service_stop(&service);
    return status_exit(st);
}
