/* help.c - see help.h. */
#include "help.h"

#include "value.h"

/* Every line of the usage is one way to call the program. */
static void print_usage(const struct program *p, FILE *out)
{
    const char *line = p->usage;
    const char *label = "usage:";

    while (*line) {
        size_t len;

        line += strspn(line, " \n");
        len = strcspn(line, "\n");
        fprintf(out, "%-6s %s %.*s\n", label, p->name, (int)len, line);
        line += len;
        label = "";
    }
}

static void print_line(FILE *out, const char *left, const char *help)
{
    fprintf(out, "  %-26s %s", left, help);
}

static void print_choices(const struct option_spec *spec, FILE *out)
{
    fputs(": ", out);
    for (size_t i = 0; spec->choices[i]; i++)
        fprintf(out, "%s%s", i ? ", " : "", spec->choices[i]);
}

static void print_option(const struct option_spec *spec, FILE *out)
{
    char left[80], now[VALUE_PRINT_MAX];

    snprintf(left, sizeof left, "--%s%s%s", spec->name,
             spec->argument ? " " : "", spec->argument ? spec->argument : "");
    print_line(out, left, spec->help);
    if (spec->kind == OPTION_CHOICE)
        print_choices(spec, out);
    value_print(spec, now);
    if (strstr(spec->help, "(default"))
        now[0] = '\0'; /* its words say so, with what 0 stands for */
    if (now[0] && !(spec->kind == OPTION_FLAG && streq(now, "false")))
        fprintf(out, " (default %s)", now);
    fputc('\n', out);
}

void help_print(const struct program *p, FILE *out)
{
    print_usage(p, out);
    fprintf(out, "%s\n\noptions:\n", p->summary);
    if (p->section) {
        print_line(out, "-c FILE", "configuration (manyi.yaml)\n");
        print_line(out, "--check-config", "read it, say what is wrong, end\n");
    }
    for (size_t i = 0; i < p->count; i++)
        print_option(&p->options[i], out);
    print_line(out, "--help", "print this and end\n");
    print_line(out, "--version", "print the version and end\n");
}
