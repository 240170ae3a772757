/* commands.c - see collector/commands.h. */
#include "collector/commands.h"

#include <stdio.h>

#include "base/status.h"
#include "collector/options.h"

int commands_run(const char *program, const char *usage,
                 const struct command *list, size_t count, int argc,
                 char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "%s: a command is missing (--help tells more)\n",
                program);
        return 2;
    }
    for (size_t i = 0; i < count; i++)
        if (streq(argv[1], list[i].name))
            return list[i].run(argc - 1, argv + 1);
    if (streq(argv[1], "--version")) {
        printf("%s %s\n", program, manyi_version);
        return 0;
    }
    if (streq(argv[1], "--help")) {
        fputs(usage, stdout);
        return 0;
    }
    fprintf(stderr, "%s: no such command: '%s' (--help tells more)\n", program,
            argv[1]);
    return 2;
}
