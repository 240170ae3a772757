#include "style.h"

#include <stddef.h>

/* The style of all pages.
 *
 * Written small, since it travels with each of them (2 kB gzipped).  It holds
 * no less-than sign, so it needs no escaping within <style>.
 *
 * Choices are native radio buttons: on a scale the button lies transparent
 * over its whole tile, in a list it is shown.  Colours of the system replace
 * ours where somebody asked for them (forced-colors); a chosen tile then has
 * to keep its own two, or nothing would tell it from the others.
 */
#define LIGHT(name, light, dark) "--" #name ":" light ";"
#define DARK(name, light, dark)  "--" #name ":" dark ";"

/* clang-format off */
const char *const style_parts[] = {
    ":root{color-scheme:light dark;" STYLE_COLOURS(LIGHT) "}"
    "@media(prefers-color-scheme:dark){:root{" STYLE_COLOURS(DARK) "}}"
    "@media print{:root{" STYLE_COLOURS(LIGHT) "}}"

    "*{box-sizing:border-box}"
    "html{font:112.5%/1.6 system-ui,-apple-system,\"PingFang SC\","
    "\"HarmonyOS Sans SC\",\"Microsoft YaHei\",\"Noto Sans CJK SC\","
    "\"Noto Sans\",sans-serif;-webkit-text-size-adjust:100%;"
    "text-size-adjust:100%}"
    "body{margin:0;background:var(--ground);color:var(--ink);"
    "overflow-wrap:break-word}"
    "header,main,footer{max-width:42rem;margin:0 auto;padding:0 1rem}"
    "header,footer{color:var(--quiet);font-size:.875rem}"
    "header{display:flex;flex-wrap:wrap;justify-content:space-between;"
    "align-items:baseline;gap:0 1rem;padding-top:.25rem;padding-bottom:.25rem}"
    "main{background:var(--sheet);padding-top:1.25rem;padding-bottom:1.5rem}"
    "footer{padding-top:1rem;padding-bottom:2rem}"
    "h1{font-size:1.5rem;line-height:1.35;margin:0 0 .5rem}"
    "h2{font-size:1.125rem;line-height:1.4;margin:1.75rem 0 .5rem}"
    "p,ul,dl{margin:0 0 .75rem}"
    "ul{padding-inline-start:1.25rem}"
    ".k a{display:inline-block;padding:.375rem 0}"
    "a{color:var(--link);text-underline-offset:.2em}"
    "header a,header b,.g a{display:inline-block;padding:.5rem 0;"
    "min-height:2.75rem}"
    "header b{font-weight:600;color:var(--ink)}"
    "footer bdi{white-space:nowrap}footer a{display:inline-block;"
    "padding:.25rem 0}"
    "nav,.g{display:flex;flex-wrap:wrap;gap:0 1.25rem}"
    "nav [aria-current]{color:var(--ink);text-decoration:none;font-weight:600}"
    ".q{color:var(--quiet)}"
    ":focus-visible{outline:3px solid var(--link);outline-offset:3px;"
    "border-radius:.2rem}"

    /* progress */
    ".at{margin:0;color:var(--quiet);font-size:.875rem}"
    "progress{display:block;width:100%;height:.5rem;margin:.25rem 0 1rem;"
    "border:1px solid var(--edge);border-radius:.25rem;overflow:hidden;"
    "-webkit-appearance:none;appearance:none;background:var(--sheet)}"
    "progress::-webkit-progress-bar{background:var(--sheet)}"
    "progress::-webkit-progress-value{background:var(--link)}"
    "progress::-moz-progress-bar{background:var(--link)}"

    /* questions */
    "fieldset,.f{border:0;border-top:1px solid var(--line);margin:1.5rem 0 0;"
    "padding:1.25rem 0 0;min-width:0}"
        "legend,.f>label{display:block;width:100%;padding:0;font-size:1.0625rem;"
    "font-weight:600;line-height:1.5}"
    /* a legend that floats lies within its fieldset's border box */
    "legend{float:left;margin-bottom:.5rem}legend+*{clear:both}"
    "legend>span+span+span{display:block}"
    ".f>label{margin-bottom:.25rem}"
    ".n{color:var(--quiet);font-weight:400}"
    ".c{font-weight:400;color:var(--quiet)}"
    ".e{display:flex;justify-content:space-between;gap:1rem;margin:0 0 .375rem;"
    "font-size:.9375rem;color:var(--quiet)}"
    ".e span+span{text-align:end}",

    /* the choices of a scale: tiles; of a list: lines */
    ".s{display:grid;gap:.375rem;"
    "grid-template-columns:repeat(auto-fill,minmax(2.75rem,1fr))}"
    ".s5{grid-template-columns:repeat(5,1fr)}"
    ".s6{grid-template-columns:repeat(6,1fr)}"
    "label.o{position:relative;display:flex;align-items:center;gap:.625rem;"
    "min-height:2.75rem;padding:.375rem .75rem;border:1px solid var(--edge);"
    "border-radius:.375rem;cursor:pointer}"
    ".s label{display:block;position:relative;cursor:pointer}"
    ".s span{display:flex;align-items:center;justify-content:center;"
    "height:100%;min-height:2.75rem;border:1px solid var(--edge);"
    "border-radius:.375rem;font-variant-numeric:tabular-nums}"
    ".s input{position:absolute;inset:0;width:100%;height:100%;margin:0;"
    "opacity:0;cursor:pointer}"
    "label.o{margin-top:.375rem}"
    "label.o input{flex:none;width:1.25rem;height:1.25rem;margin:0;"
    "accent-color:var(--link)}"
    "input{scroll-margin-top:9rem}"
    ".s label:hover span,label.o:hover{background:var(--tint)}"
    ".s :checked+span,.s label:hover :checked+span{background:var(--link);"
    "border-color:var(--link);color:var(--on);font-weight:700}"
    "label.u{border-color:transparent;color:var(--quiet);"
    "padding-inline-start:0}"
    ".s :focus+span,.o:focus-within{outline:3px solid var(--link);"
    "outline-offset:2px}"
    ".o :focus{outline:0}"
    "textarea{display:block;width:100%;min-height:7rem;padding:.625rem;"
    "font:inherit;color:inherit;background:var(--sheet);"
    "border:1px solid var(--edge);border-radius:.375rem;resize:vertical}"

    /* notes, errors */
    ".i,.w{padding:.75rem 1rem;margin:1rem 0;border-radius:.375rem;"
    "border-inline-start:.25rem solid var(--link);background:var(--tint)}"
    ".w{border-color:var(--wrong);background:var(--wrongtint)}"
    ".w h2{margin:0 0 .25rem;color:var(--wrong)}"
    ".w ul{margin:0;padding:0;list-style:none}.w a{display:block;padding:.3rem 0;"
    "color:var(--wrong)}"
    ".x{margin:0 0 .375rem;color:var(--wrong);font-weight:600}"
    ".b{border-inline-start:4px solid var(--wrong);margin-inline-start:-12px;"
    "padding-inline-start:8px}",

    /* what one does next */
    ".d{display:flex;flex-wrap:wrap;gap:.75rem;margin:2rem 0 0}"
    "button,.a{font:inherit;font-weight:600;display:inline-flex;"
    "align-items:center;justify-content:center;min-height:3rem;"
    "padding:.5rem 1.5rem;border:1px solid var(--link);"
    "border-radius:.375rem;background:var(--sheet);color:var(--link);"
    "text-decoration:none;cursor:pointer}"
    ".p{background:var(--link);color:var(--on);flex:1 1 12rem}"
    ".r{border-color:var(--wrong);background:var(--wrong);color:var(--sheet)}"
    "button:hover,.a:hover{text-decoration:underline}"
    "nav button{border:0;border-radius:0;background:none;padding:.5rem 0;"
    "min-height:2.75rem;font-weight:400;text-decoration:underline;"
    "text-underline-offset:.2em}"

    /* review and copy */
    ".l div{padding:.75rem 0;border-top:1px solid var(--line)}"
    ".l dt{color:var(--quiet);font-size:.9375rem}"
    ".l dd{margin:0;display:flex;flex-wrap:wrap;gap:0 1rem;"
    "justify-content:space-between;align-items:baseline}"
    ".l dd span{white-space:pre-line;font-weight:600;min-width:0;"
    "overflow-wrap:anywhere}"
    ".l a{padding:.5rem 0}"

    ".v{position:absolute;width:1px;height:1px;overflow:hidden;"
    "clip-path:inset(50%);white-space:nowrap}"

    /* the large-type version: text over 18 px, choices over 30, targets 60 */
    ".big{font-size:137.5%}"
    ".big header,.big main,.big footer{padding-left:16px;padding-right:16px}"
    ".big footer a{line-height:60px}"
    ".big header,.big footer,.big .at,.big .e,.big .l dt{font-size:1rem}"
    ".big legend,.big .f>label{font-size:1.25rem}"
    ".big .s{gap:6px;"
    "grid-template-columns:repeat(auto-fill,minmax(60px,1fr))}"
    ".big .s span,.big label.o,.big button,.big .a,.big header a,"
    ".big .w a,.big .l a,.big .k a{min-height:60px}"
    ".big .s span,.big label.o{font-size:1.4rem;line-height:1.35}"
    ".big label.o input{width:2rem;height:2rem}"
    ".big button,.big .a{font-size:1.4rem}.big nav button{font-size:1rem}"
    ".big textarea{font-size:1.4rem}"

    "@media(min-width:36rem){"
    ".s5,.s6{grid-template-columns:repeat(auto-fit,minmax(2.75rem,1fr))}"
    ".big .s5,.big .s6{grid-template-columns:repeat(5,1fr)}"
    "main{padding-left:2rem;padding-right:2rem;border-radius:.75rem}"
    "header,footer{padding-left:2rem;padding-right:2rem}"
    ".p{flex:0 1 auto}}"

    "@media(forced-colors:active){"
    ".s :checked+span{forced-color-adjust:none;background:Highlight;"
    "color:HighlightText;border-color:Highlight}"
    "main{border:1px solid}label.u{border-color:Canvas}}"

    "@media(prefers-reduced-motion:no-preference){"
    ".s span,label.o,button{transition:background-color .12s}}"

    "@media print{body{background:none}nav,.d,progress,.at{display:none}"
    "fieldset,.f,.l div{break-inside:avoid}"
    ".s span{min-height:1.75rem}"
    ".s :checked+span{print-color-adjust:exact;"
    "-webkit-print-color-adjust:exact;border-width:3px}}",
    NULL};
/* clang-format on */
