#!/usr/bin/env node
// pages_test.js - the sample pages in a real browser: axe finds nothing, the
// policy lets the style through and nothing else, nothing is cut off at 320 px
// or at twice the text size, targets are large enough, the keyboard does it all.
'use strict';
const assert = require('assert');
const fs = require('fs');
const path = require('path');
const { launch, axe, overflow, listen, together } = require('./browser.js');
const { render } = require('./look.js');

const folder = path.join(process.cwd(), 'pages');

// A window in which pages are opened with the policy of the product, and what
// the browser said about them.
async function openWindow(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 360, height: 800 }, ...options });
  const page = await context.newPage();
  const complaints = [];
  const policy = fs.readFileSync(path.join(folder, 'csp.txt'), 'utf8');
  listen(page, 'pages.test', complaints);
  await page.route('**/*', (route) => {
    const url = new URL(route.request().url());
    if (url.pathname === '/favicon.ico') return route.fulfill({ status: 204 });
    return route.fulfill({
      contentType: 'text/html; charset=utf-8',
      headers: { 'content-security-policy': policy },
      body: fs.readFileSync(path.join(folder, `${url.pathname.slice(1)}.html`)),
    });
  });
  const show = (name) => page.goto(`http://pages.test/${name}`);
  return { page, context, complaints, show };
}

async function open(browser, name, options) {
  const w = await openWindow(browser, options);
  await w.show(name);
  return w;
}

// Each page, light on a telephone or dark on a desk; in its first language and
// normal size both.
async function everyPage(browser, names, dark) {
  const { page, context, complaints, show } = await openWindow(
    browser, dark ? { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' } : {});
  for (const name of names) {
    await show(name);
    await axe(page, name);
    assert.deepStrictEqual(complaints, [], name);
    assert.notStrictEqual(
      await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgba(0, 0, 0, 0)', name);
  }
  await context.close();
}

// Reflow (1.4.10) at 320 px, which is also 400 % on a desk; and text alone
// twice as large (1.4.4).
async function reflow(browser, names, width, scale) {
  const { page, context, show } = await openWindow(browser, { viewport: { width, height: 640 }, bypassCSP: true });
  for (const name of names) {
    await show(name);
    if (scale > 1) await page.addStyleTag({ content: 'html{font-size:225%!important}' });
    assert.deepStrictEqual(await overflow(page), [0], `${name} at ${width} px, text × ${scale}`);
  }
  await context.close();
}

// What can be pressed, and the sizes of it and of the text.  A link within a
// sentence is as high as its line.
function sizes() {
  const inSentence = (e) => e.matches('footer p a');
  const of = (e) => {
    const r = (e.closest('label') || e).getBoundingClientRect();
    return { height: r.height, width: r.width, html: e.outerHTML.slice(0, 100) };
  };
  const seen = (e) => !e.closest('[aria-hidden]');
  return {
    targets: [...document.querySelectorAll('a,button,input:not([type=hidden]),textarea')]
      .filter((e) => seen(e) && !inSentence(e)).map(of),
    links: [...document.querySelectorAll('footer p a')].map(of),
    choices: [...document.querySelectorAll('label:has([type=radio]) span:last-child')]
      .map((e) => parseFloat(getComputedStyle(e).fontSize)),
    texts: [...document.querySelectorAll('body *')].filter((e) => seen(e) &&
      [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
      .map((e) => parseFloat(getComputedStyle(e).fontSize)),
  };
}

async function targets(browser, names) {
  const { page, context, show } = await openWindow(browser);
  for (const name of names) {
    await show(name);
    const s = await page.evaluate(sizes);
    const large = name.endsWith('-large');
    const least = large ? 59.9 : 31;
    assert.deepStrictEqual(s.targets.filter((t) => Math.min(t.height, t.width) < least), [], name);
    assert.ok(s.links.every((t) => t.height >= (large ? 59.9 : 24)), `${name}: ${JSON.stringify(s.links)}`);
    assert.ok(Math.min(...s.texts) >= (large ? 18 : 14), `${name}: text of ${Math.min(...s.texts)} px`);
    if (large && s.choices.length) {
      assert.ok(Math.min(...s.choices) >= 30, `${name}: choices of ${Math.min(...s.choices)} px`);
    }
  }
  await context.close();
}

async function keyboard(browser) {
  const { page, context } = await open(browser, 'error');
  const seen = [];
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      const shown = e.matches('.s input') ? e.nextElementSibling : e.closest('label') || e;
      const style = getComputedStyle(shown);
      return e === document.body ? null : { name: e.name || e.textContent, outline: parseFloat(style.outlineWidth), kind: style.outlineStyle };
    });
    if (!at) break;
    assert.ok(at.kind !== 'none' && at.outline >= 2, `no focus to be seen on ${at.name}`);
    seen.push(at.name);
  }
  assert.ok(!seen.includes('website'), 'the trap is reached by keyboard');
  for (const code of ['REP1', 'REP2', 'REP4A', 'REP6', 'do']) assert.ok(seen.includes(code), code);

  // the arrows choose, and a link of the summary leads to its question
  await page.focus('[name=REP3][value="10"]');
  await page.keyboard.press('ArrowLeft');
  assert.strictEqual(await page.evaluate(() => document.querySelector('[name=REP3]:checked').value), '9');
  await page.click('.w a[href="#REP4A"]');
  await page.keyboard.press('Space');
  assert.strictEqual(await page.evaluate(() => document.querySelector('[name=REP4A]:checked').value), '1');
  await context.close();
}

// A tile is chosen by touching it anywhere, and drafts come back as chosen.
async function drafts(browser) {
  const { page, context } = await open(browser, 'construct', { hasTouch: true });
  assert.strictEqual(await page.inputValue('[name=EXP1]:checked'), '7');
  assert.strictEqual(await page.inputValue('[name=EXP2]:checked'), '-');
  await page.tap('label:has([name=EXP3][value="4"])', { position: { x: 3, y: 3 } });
  assert.strictEqual(await page.inputValue('[name=EXP3]:checked'), '4');
  await context.close();
}

// The browser's own idea of the page: names, groups, languages.
async function spoken(browser) {
  const { page, context } = await open(browser, 'tongues-ug');
  assert.deepStrictEqual(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]), ['ug', 'rtl']);
  assert.strictEqual(await page.evaluate(() =>
    document.querySelector('main button').firstElementChild.lang), 'zh-CN');
  await page.getByRole('group', { name: /بىزنى/ }).getByRole('radio', { name: '10' }).check();
  assert.strictEqual(await page.inputValue('[name=NPS]:checked'), '10');
  await page.getByRole('progressbar', { name: '第1页' }).waitFor();
  await context.close();
  const other = await open(browser, 'error');
  await other.page.getByRole('alert').waitFor();
  assert.match(await other.page.title(), /^有误/);
  const about = await other.page.evaluate(() => document.querySelector('fieldset.b').getAttribute('aria-describedby'));
  assert.ok(about.includes('REP2-e'));
  await other.context.close();
}

async function main() {
  const names = render(folder);
  const long = names.filter((n) => !n.startsWith('notice'));
  // notices are of one make: in other languages a few will do
  const few = names.filter((n) => !/^notice\d+-/.test(n) || /^notice(0|8|14)-/.test(n));
  const browser = await launch();
  try {
    await together([
      () => everyPage(browser, few.filter((n) => !n.endsWith('-en')), false),
      () => everyPage(browser, few.filter((n) => n.endsWith('-en') || (long.includes(n) && !n.endsWith('-large'))), true),
      () => reflow(browser, long, 320, 1),
      () => reflow(browser, long, 640, 2),
      () => targets(browser, long),
      () => keyboard(browser),
      () => drafts(browser),
      () => spoken(browser),
    ]);
    console.log(`${names.length} pages`);
  } finally {
    await browser.close();
    fs.rmSync(folder, { recursive: true });
  }
}

main().catch((e) => {
  console.error(e);
  process.exit(1);
});
