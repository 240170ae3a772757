/* manyi-scorer.c - what the answers mean: fit a model, score cells, and tell
 * whom they come from. */
#include "collector/commands.h"
#include "scorer/commands.h"

static const char usage[] =
    "usage: manyi-scorer fit --survey FILE --data FILE.csv [OPTION]...\n"
    "       manyi-scorer score --store URL --survey CODE|FAMILY [OPTION]...\n"
    "       manyi-scorer funnel --store URL --survey CODE|FAMILY "
    "[OPTION]...\n"
    "       manyi-scorer fit|score|funnel --help\n"
    "       manyi-scorer --version\n"
    "\n"
    "commands:\n"
    "  fit     estimate the model of a survey from a file of answers\n"
    "  score   print the indices of the answers in a store\n"
    "  funnel  print who was asked, who answered, and who was not asked\n";

static const struct command commands[] = {
    {"fit", command_fit}, {"score", command_kind}, {"funnel", command_funnel}};

int main(int argc, char **argv)
{
    return commands_run("manyi-scorer", usage, commands,
                        sizeof commands / sizeof *commands, argc, argv);
}
