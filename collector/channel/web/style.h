/* style.h - how the pages look: one style for all of them, and its colours.
 *
 * The colours stand in a table, once for light and once for dark, so that a
 * test can compute every contrast that the style makes (WCAG 2.2: 4.5 for
 * text, 3 for what must be seen to be used).
 */
#ifndef STYLE_H
#define STYLE_H

/* X(name, light, dark): the custom property --name. */
#define STYLE_COLOURS(X)                                                       \
    X(ground, "#eef1f4", "#11151a") /* behind the sheet */                     \
    X(sheet, "#ffffff", "#1a2027")  /* what one reads on */                    \
    X(ink, "#1b2430", "#e9edf2")    /* text */                                 \
    X(quiet, "#525e6b", "#a8b3bf")  /* text that may be passed over */         \
    X(line, "#d9dee4", "#343d48")   /* between questions; decoration */        \
    X(edge, "#7b8794", "#7f8b98")   /* of what can be chosen */                \
    X(link, "#0a55a3", "#90c2ff")   /* links, the chosen answer, focus */      \
    X(on, "#ffffff", "#0d1a29")     /* text upon that */                       \
    X(tint, "#e9f1fa", "#22303f")   /* a note; a choice under the pointer */   \
    X(wrong, "#ab1f17", "#ffb3a8")  /* what is missing or wrong */             \
    X(wrongtint, "#fdf0ee", "#3a2220") /* behind its summary */

/* The text of the <style> element, in parts; NULL behind the last. */
extern const char *const style_parts[];

#endif
