/* manyi-scorer.c - what the answers mean: fit a model, score cells. */
#include <stdio.h>

#include "base/status.h"
#include "collector/options.h"
#include "scorer/commands.h"

static const char usage[] =
    "usage: manyi-scorer fit --survey FILE --data FILE.csv [OPTION]...\n"
    "       manyi-scorer score --store URL --survey CODE|FAMILY [OPTION]...\n"
    "       manyi-scorer fit|score --help\n"
    "       manyi-scorer --version\n";

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} commands[] = {{"fit", command_fit}, {"score", command_score}};

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";

    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (streq(word, commands[i].name))
            return commands[i].run(argc - 1, argv + 1);
    if (streq(word, "--version")) {
        printf("manyi-scorer %s\n", manyi_version);
        return 0;
    }
    if (streq(word, "--help")) {
        fputs(usage, stdout);
        return 0;
    }
    fprintf(stderr, "manyi-scorer: no such command: '%s' (--help tells more)\n",
            word);
    return 2;
}
