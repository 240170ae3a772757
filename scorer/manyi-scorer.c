/* manyi-scorer.c - what the answers mean: fit a model, score cells, and tell
 * whom they come from. */
#include "collector/commands.h"
#include "scorer/commands.h"

static const char usage[] =
    "usage: manyi-scorer fit --survey FILE --data FILE.csv [OPTION]...\n"
    "       manyi-scorer weigh --data FILE.csv --population FILE "
    "[OPTION]...\n"
    "       manyi-scorer QUESTION --store URL --survey CODE|FAMILY "
    "[OPTION]...\n"
    "       manyi-scorer serve [-c FILE] [OPTION]...\n"
    "       manyi-scorer fit|weigh|serve|QUESTION --help\n"
    "       manyi-scorer --version\n"
    "\n"
    "commands:\n"
    "  fit     estimate the model of a survey from a file of answers\n"
    "  weigh   weigh the rows of a file to a population\n"
    "  serve   keep scores up to date and answer questions over ZeroMQ\n"
    "\n"
    "questions to a store, or to a serve:\n"
    "  score   the indices of the answers\n"
    "  compare periods, provinces, channels ...: differences, and what they "
    "are\n"
    "          made of\n"
    "  ranks   provinces in order, with the interval of each rank\n"
    "  adjusted\n"
    "          provinces as if all had the same customers\n"
    "  modes   what the channel of an answer does to it\n"
    "  areas   modelled indices of small areas beside the direct ones\n"
    "  mend    what matters most for the index, and what mending it would be\n"
    "          worth\n"
    "  rates   who is satisfied, complains, stays, recommends: shares\n"
    "  exit    who complains, who says nothing and who is won back; with\n"
    "          outcomes, who leaves\n"
    "  outside indicators and standards beside what customers felt\n"
    "  warnings\n"
    "          what changed in the cells: control charts, weights that moved\n"
    "  funnel  who was asked, who answered, and who was not asked\n";

static const struct command commands[] = {
    {"fit", command_fit},       {"weigh", command_weigh},
    {"serve", command_serve},   {"score", command_kind},
    {"compare", command_kind},  {"ranks", command_kind},
    {"adjusted", command_kind}, {"modes", command_kind},
    {"areas", command_kind},    {"mend", command_kind},
    {"rates", command_kind},    {"exit", command_kind},
    {"outside", command_kind},  {"warnings", command_kind},
    {"funnel", command_kind}};

int main(int argc, char **argv)
{
    return commands_run("manyi-scorer", usage, commands,
                        sizeof commands / sizeof *commands, argc, argv);
}
