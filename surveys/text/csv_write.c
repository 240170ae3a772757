/* csv_write.c - the writer of surveys/csv.h.
 *
 * Formulas are not defused: a field is data, and what reads it back must find
 * the same bytes.
 */
#include "surveys/csv.h"

#include <string.h>

enum status csv_write(FILE *out, const char *text, bool last)
{
    bool fine = true;

    if (!text[strcspn(text, ",;\t\"\r\n")] && *text != ' ') {
        fine = fputs(text, out) != EOF;
    } else {
        fine = putc('"', out) != EOF;
        for (const char *p = text; fine && *p; p++)
            fine = (*p != '"' || putc('"', out) != EOF) && putc(*p, out) != EOF;
        fine = fine && putc('"', out) != EOF;
    }
    fine = fine && putc(last ? '\n' : ',', out) != EOF;
    return fine ? ST_OK : ST_IO;
}
