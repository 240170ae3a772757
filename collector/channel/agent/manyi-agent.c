/* manyi-agent.c - answers that somebody else collected: files of call centres
 * and agencies. */
#include "collector/commands.h"
#include "command.h"

static const char usage[] =
    "usage: manyi-agent import --collector URL --survey CODE [OPTION]... "
    "FILE.csv\n"
    "       manyi-agent outbox FILE list|retry|drop|replay [--since DATE]\n"
    "       manyi-agent import|outbox --help\n"
    "       manyi-agent --version\n";

static const struct command commands[] = {{"import", command_import},
                                          {"outbox", command_outbox}};

int main(int argc, char **argv)
{
    return commands_run("manyi-agent", usage, commands,
                        sizeof commands / sizeof *commands, argc, argv);
}
