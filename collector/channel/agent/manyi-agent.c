/* manyi-agent.c - answers that somebody else collected: files of call centres
 * and agencies. */
#include <stdio.h>

#include "base/status.h"
#include "collector/options.h"
#include "command.h"

static const char usage[] =
    "usage: manyi-agent import --collector URL --survey CODE [OPTION]... "
    "FILE.csv\n"
    "       manyi-agent outbox FILE list|retry|drop|replay [--since DATE]\n"
    "       manyi-agent import|outbox --help\n"
    "       manyi-agent --version\n";

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} commands[] = {{"import", command_import}, {"outbox", command_outbox}};

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";

    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (streq(word, commands[i].name))
            return commands[i].run(argc - 1, argv + 1);
    if (streq(word, "--version")) {
        printf("manyi-agent %s\n", manyi_version);
        return 0;
    }
    if (streq(word, "--help")) {
        fputs(usage, stdout);
        return 0;
    }
    if (argc < 2)
        fprintf(stderr,
                "manyi-agent: a command is missing (--help tells more)\n");
    else
        fprintf(stderr,
                "manyi-agent: no such command: '%s' (--help tells more)\n",
                word);
    return 2;
}
