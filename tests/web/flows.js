// flows.js - customers with a browser, for browser_test.py: reads what there is
// to answer as JSON from stdin, answers it in every way that pages allow, and
// writes as JSON what must be stored of each link now.
'use strict';
const assert = require('assert');
const fs = require('fs');
const http = require('http');
const net = require('net');
const path = require('path');
const { launch, axe, overflow, listen, together } = require('./browser.js');

const given = JSON.parse(fs.readFileSync(0, 'utf8'));
const done = {}; // token -> what must be stored
const LIMIT = 14000;
let browser;

// ---- a customer ----

const axed = new Set();

class Customer {
  constructor(name, options) {
    this.name = name;
    this.options = options;
    this.pictures = 0;
    this.complaints = [];
    this.answers = {};
  }

  // `site`: one or construct.
  static async come(name, site, survey, options = {}) {
    const c = new Customer(name, options);
    const width = options.width || 360;
    c.site = given[site];
    c.survey = survey;
    c.context = await browser.newContext({
      viewport: { width, height: options.height || 800 },
      deviceScaleFactor: options.zoom || 1,
      hasTouch: width < 1000,
      locale: options.language || 'zh-CN',
      colorScheme: options.dark ? 'dark' : 'light',
      javaScriptEnabled: !options.plain,
    });
    c.query = `?${options.language ? `lang=${options.language}` : ''}${options.large ? '&size=large' : ''}`;
    await c.tab();
    c.token = given[survey].shift();
    return c;
  }

  // A further tab of the same browser.
  async tab() {
    this.page = await this.context.newPage();
    listen(this.page, new URL(this.site).host, this.complaints);
    return this.page;
  }

  async open(query = this.query, token = this.token) {
    const r = await this.page.goto(`${this.site}/s/${token}${query}`);
    return r.status();
  }

  // What holds of each page.  A page like one before it is not asked again.
  async look(what) {
    const { page, options } = this;
    const name = `${this.name}: ${what}`;
    const id = JSON.stringify([await page.content(), options.width, options.dark, options.zoom]);
    assert.deepStrictEqual(this.complaints, [], name);
    assert.deepStrictEqual(await overflow(page), [0], name);
    if (process.env.PICTURES) {
      const file = `${this.name}-${String(++this.pictures).padStart(2, '0')}-${what}.png`.replace(/[ /]/g, '-');
      await page.screenshot({ path: path.join(process.env.PICTURES, file), fullPage: true });
    }
    if (!options.plain && !axed.has(id)) {
      axed.add(id);
      await axe(page, name);
    }
  }

  // Press what leads to another page; its status.
  async press(selector, page = this.page) {
    const [r] = await Promise.all([
      page.waitForResponse((x) => x.request().isNavigationRequest() && x.status() !== 303),
      page.click(selector),
    ]);
    await page.waitForLoadState();
    return r.status();
  }

  act(word) {
    return this.press(`main button[value=${word}]`);
  }

  // The questions of this page: [[code, values]].
  async questions() {
    const all = await this.page.$$eval('main input[type=radio]', (list) => list.map((e) => [e.name, e.value]));
    const groups = new Map();
    for (const [code, value] of all) groups.set(code, [...(groups.get(code) || []), value]);
    return [...groups];
  }

  async choose(code, value) {
    await this.page.check(`[name=${code}][value="${value}"]`);
    this.answers[code] = value;
  }

  // The same at once, not by mouse or finger.
  async click(answers) {
    await this.page.$$eval('main input[type=radio]', (list, want) => {
      for (const e of list) if (want[e.name] === e.value) e.click();
    }, answers);
    Object.assign(this.answers, answers);
  }

  // Answer every question of this page but those to leave out.
  async fill(leave = []) {
    const answers = {};
    for (const [code, values] of await this.questions()) {
      if (!leave.includes(code)) answers[code] = values[Math.floor(Math.random() * values.length)];
    }
    const [first] = Object.keys(answers);
    if (first) await this.choose(first, answers[first]);
    await this.click(answers);
    if (await this.page.$('textarea')) await this.comment(`说"好" & <b>${this.name}</b>\n第二行`);
  }

  async comment(text) {
    await this.page.fill('textarea', text);
    this.said = text;
  }

  async chosen() {
    return Object.fromEntries(await this.page.$$eval('input[type=radio]:checked', (l) => l.map((e) => [e.name, e.value])));
  }

  async says(word) {
    const text = await this.page.innerText('main');
    assert.ok(text.includes(word), `${this.name}: '${word}' is not in '${text}'`);
  }

  async thanked() {
    assert.match(await this.page.innerText('h1'), /谢谢|Thank/, this.name);
  }

  // From wherever it stands to the review.
  async toReview() {
    for (let i = 0; i < 20; i++) {
      if (!await this.page.$('main input[type=radio],textarea')) return;
      await this.fill();
      assert.strictEqual(await this.act(await this.page.$('main button[value=next]') ? 'next' : 'review'), 200);
    }
    throw new Error('no end to it');
  }

  // This is what must be stored; `rows` with all that came before it.
  gave(rows = [this.answers]) {
    done[this.token] = { survey: this.survey, rows, comment: this.said || '' };
  }

  async leave() {
    assert.deepStrictEqual(this.complaints, [], this.name);
    await this.context.close();
  }
}

// ---- whole surveys ----

// From the link to the thanks: something is left out and asked for, one answer
// is changed from the review, and the whole is sent.
async function whole(site, survey, options) {
  const words = [survey, site, options.width || 360, options.plain && 'plain', options.large && 'large',
    options.dark && 'dark', options.language].filter(Boolean);
  const c = await Customer.come(words.join('-'), site, survey, options);
  assert.strictEqual(await c.open(), 200);
  await c.look('form');
  const asked = await c.questions();
  const [[first], [last, values]] = [asked[0], asked[asked.length - 1]];
  await c.fill([first]);
  const act = await c.page.$('main button[value=next]') ? 'next' : 'submit';
  assert.strictEqual(await c.act(act), 422);
  assert.match(await c.page.title(), /^(有误|Error)/);
  await c.look('error');
  const kept = await c.chosen();
  for (const code of Object.keys(kept)) assert.strictEqual(kept[code], c.answers[code], code);
  await c.choose(first, '1');
  assert.strictEqual(await c.act(act === 'next' ? 'next' : 'review'), 200);
  for (let i = 0; await c.page.$('main input[type=radio]'); i++) {
    await c.fill();
    if (i < 2) await c.look('next');
    assert.strictEqual(await c.act(await c.page.$('main button[value=next]') ? 'next' : 'review'), 200);
  }
  await c.look('review');
  if (c.said) await c.says('第二行');

  // one answer is changed, from the review
  assert.strictEqual(await c.press(`main a[href$="#${last}"]`), 200);
  assert.strictEqual((await c.chosen())[last], c.answers[last]);
  await c.choose(last, values[c.answers[last] === values[0] ? 1 : 0]);
  while (await c.page.$('main input[type=radio]')) {
    assert.strictEqual(await c.act(await c.page.$('main button[value=next]') ? 'next' : 'review'), 200);
  }
  assert.strictEqual(await c.act('submit'), 200);
  await c.thanked();
  await c.look('thanks');
  const seen = await c.page.evaluate(() => [document.documentElement.className, document.documentElement.lang]);
  assert.deepStrictEqual(seen, [options.large ? 'big' : '', options.language || 'zh-CN']);
  c.gave();
  await c.leave();
}

// Each of the 4 kinds of form on each kind of screen: any two of survey,
// setting, width, script, type and light meet (an orthogonal array of 8).
function wholes() {
  const all = [];
  for (let i = 0; i < 8; i++) {
    const [a, b, w] = [i >> 2 & 1, i >> 1 & 1, i & 1];
    all.push(() => whole(b ? 'construct' : 'one', a ? 'tcsi-mobile' : 'repair', {
      width: w ? 1280 : 360, plain: !!(a ^ b), large: !!(a ^ w), dark: !!(b ^ w), language: i % 4 === 3 ? 'en' : '' }));
  }
  return all;
}

// ---- coming back ----

// What is kept is kept of the link: another browser has it, and somebody
// else's link in this one has nothing of it.
async function resume() {
  const c = await Customer.come('resume', 'construct', 'tcsi-mobile', {});
  await c.open();
  await c.fill();
  assert.strictEqual(await c.act('next'), 200);
  const [[half]] = await c.questions();
  await c.choose(half, '4');
  assert.strictEqual(await c.act('save'), 200);
  await c.look('saved');

  const other = given['tcsi-mobile'].shift();
  assert.strictEqual(await c.open('', other), 200);
  assert.deepStrictEqual(await c.chosen(), {});
  assert.deepStrictEqual(await c.context.cookies(), []);
  assert.deepStrictEqual(await c.page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0]);

  const d = await Customer.come('resume elsewhere', 'construct', 'tcsi-mobile', { width: 1280, plain: true });
  given['tcsi-mobile'].unshift(d.token);
  Object.assign(d, { token: c.token, answers: c.answers });
  assert.strictEqual(await d.open(), 200);
  assert.deepStrictEqual(await d.chosen(), { [half]: '4' });
  await d.look('resumed');
  await d.toReview();
  assert.strictEqual(await d.act('submit'), 200);
  await d.thanked();
  d.gave();
  done[other] = { survey: 'tcsi-mobile', rows: [], unseen: true };

  // the first browser is told so when it comes back
  assert.strictEqual(await c.open(), 200);
  await c.thanked();
  await c.leave();
  await d.leave();
}

// Another language in the middle, with what was chosen; from right to left too.
async function languages() {
  for (const site of ['one', 'construct']) {
    const c = await Customer.come(`languages ${site}`, site, 'tongues', { dark: site === 'one' });
    await c.open();
    assert.strictEqual(await c.page.getAttribute('html', 'lang'), 'zh-CN');
    await c.choose('NPS', '7');
    assert.strictEqual(await c.press('header [lang=ug]'), 200);
    assert.deepStrictEqual(await c.page.$eval('html', (e) => [e.lang, e.dir]), ['ug', 'rtl']);
    assert.strictEqual((await c.chosen()).NPS, '7');
    await c.look('ug');
    await c.fill(['NPS']);
    assert.strictEqual(await c.press('header [lang=en]'), 200);
    assert.strictEqual(await c.page.getAttribute('html', 'lang'), 'en');
    assert.deepStrictEqual(await c.chosen(), Object.fromEntries(Object.entries(c.answers)));
    assert.strictEqual(await c.press('header [lang=ug]'), 200);
    // and in large type
    assert.strictEqual(await c.press('header button:has-text("大字版")'), 200);
    assert.deepStrictEqual(await c.page.$eval('html', (e) => [e.lang, e.dir, e.className]), ['ug', 'rtl', 'big']);
    assert.deepStrictEqual(await c.chosen(), c.answers);
    await c.look('large');
    while (await c.page.$('main input[type=radio],textarea')) {
      if (site === 'construct') await c.fill(Object.keys(c.answers));
      assert.strictEqual(await c.act(await c.page.$('main button[value=next]') ? 'next' : 'review'), 200);
    }
    await c.look('review');
    assert.strictEqual(await c.act('submit'), 200);
    await c.look('thanks');
    assert.strictEqual(await c.page.getAttribute('html', 'lang'), 'ug');
    c.gave();
    await c.leave();
  }
}

// The browser's own back button, and another answer then.  The link itself
// leads to where one was.
async function back() {
  const c = await Customer.come('back', 'construct', 'tcsi-mobile', {});
  await c.open();
  await c.fill();
  const [[first]] = await c.questions();
  await c.act('next');
  await c.fill();
  await c.act('next');
  const [[third]] = await c.questions();
  await c.page.goBack();
  const [[second]] = await c.questions();
  assert.strictEqual((await c.chosen())[second], c.answers[second]);
  await c.choose(second, c.answers[second] === '3' ? '8' : '3');
  assert.strictEqual(await c.act('next'), 200);
  assert.strictEqual((await c.questions())[0][0], third);
  // the page's own
  assert.strictEqual(await c.act('back'), 200);
  assert.strictEqual(await c.act('back'), 200);
  assert.strictEqual((await c.chosen())[first], c.answers[first]);
  await c.choose(first, c.answers[first] === '3' ? '8' : '3');
  await c.toReview();
  assert.strictEqual(await c.act('submit'), 200);
  await c.thanked();
  // from the thanks it leads nowhere new
  await c.page.goBack();
  await c.page.goForward();
  await c.thanked();
  c.gave();
  await c.leave();
}

// ---- twice ----

async function doubleClick() {
  const c = await Customer.come('double', 'one', 'repair', {});
  await c.open();
  await c.fill();
  await c.page.dblclick('main button[value=submit]');
  await c.page.waitForURL(/show=done/);
  await c.thanked();
  c.gave();
  await c.leave();
}

async function twoTabs() {
  const c = await Customer.come('tabs', 'one', 'repair', {});
  const tabs = [c.page, await c.tab()];
  const both = [];
  for (c.page of tabs) {
    await c.open();
    await c.fill();
    both.push({ ...c.answers });
  }
  await Promise.all(tabs.map((t) => c.press('main button[value=submit]', t)));
  for (c.page of tabs) await c.thanked();
  done[c.token] = { survey: 'repair', rows: [both[0]], or: both[1], comment: c.said };
  await c.leave();
}

// The answer arrived, the thanks did not; somebody presses reload.
async function lost() {
  const c = await Customer.come('lost', 'one', 'repair', {});
  await c.open();
  await c.fill();
  await c.page.route('**/s/*', async (route) => {
    if (route.request().method() === 'POST') await route.fetch({ maxRedirects: 0 });
    await route.abort('connectionreset');
  });
  await c.page.click('main button[value=submit]');
  await c.page.waitForURL(/^chrome-error/, { waitUntil: 'commit' });
  await c.page.unroute('**/s/*');
  c.complaints.splice(0); // that the connection was lost
  await c.page.reload();
  await c.page.waitForURL(/show=done/);
  await c.thanked();
  // and in a further window
  await c.tab();
  await c.open();
  await c.thanked();
  c.gave();
  await c.leave();
}

async function correct() {
  const c = await Customer.come('correct', 'one', 'repair', { large: true, dark: true });
  await c.open();
  await c.fill();
  await c.choose('REP1', '9');
  await c.act('submit');
  await c.thanked();
  const before = { ...c.answers };
  assert.strictEqual(await c.press('main a[href*="show=form"]'), 200);
  assert.deepStrictEqual(await c.chosen(), before);
  assert.strictEqual(await c.page.inputValue('textarea'), c.said);
  await c.look('correction');
  await c.choose('REP1', '3');
  assert.strictEqual(await c.act('review'), 200);
  await c.look('correction review');
  assert.strictEqual(await c.act('submit'), 200);
  await c.thanked();
  await c.look('corrected');
  assert.strictEqual(await c.page.$('main a[href*="show=form"]'), null);
  await c.open('?show=form');
  assert.deepStrictEqual(await c.questions(), []);
  c.gave([before, c.answers]);
  await c.leave();
}

// ---- what a link may say ----

async function notices() {
  for (const options of [{}, { width: 1280, dark: true, language: 'en' }, { large: true }]) {
    const c = await Customer.come(`notices ${options.width || 360}${options.large ? ' large' : ''}`, 'one', 'repair', options);
    given.repair.unshift(c.token);
    for (const [what, status] of [['answered', 200], ['expired', 410], ['unknown', 404], ['broken', 404], ['closed', 410]]) {
      assert.strictEqual(await c.open(c.query, given[what]), status, what);
      await c.look(what);
      assert.deepStrictEqual(await c.questions(), [], what);
      assert.strictEqual(await c.page.$('main form'), null, what);
    }
    const r = await c.page.goto(`${c.site}/nothing`);
    assert.strictEqual(r.status(), 404);
    await c.look('missing');
    await c.leave();
  }
}

// The customer's own pages, looked at and used.
async function own() {
  const c = await Customer.come('own', 'one', 'repair', {});
  await c.open('?show=privacy');
  await c.look('privacy');
  await c.open('?show=copy');
  await c.look('no copy');
  await c.open('');
  await c.fill();
  await c.act('submit');
  await c.open('?show=copy');
  await c.says('第二行');
  await c.look('copy');
  await c.open('?show=delete');
  await c.look('delete');
  assert.strictEqual(await c.act('delete'), 200);
  await c.look('deleted');
  c.answers = {};
  c.said = '';
  done[c.token] = { survey: 'repair', erased: true };
  c.token = given.repair.shift();
  await c.open('?show=stop');
  await c.look('stop');
  assert.strictEqual(await c.act('stop'), 200);
  await c.look('stopped');
  assert.strictEqual(await c.page.$('main a[href*="show=stop"]'), null);
  done[c.token] = { survey: 'repair', rows: [], unseen: true };
  await c.leave();
}

// ---- without a mouse ----

async function keyboard() {
  const c = await Customer.come('keyboard', 'one', 'repair', { width: 1280 });
  const { page } = c;
  const at = () => page.evaluate(() => {
    const e = document.activeElement;
    const shown = e.matches('.s input') ? e.nextElementSibling : e.closest('label') || e;
    const style = getComputedStyle(shown);
    const r = shown.getBoundingClientRect();
    return { tag: e.tagName, name: e.name, type: e.type, value: e.value,
      seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && r.bottom > 0 && r.top < innerHeight };
  });
  // Tab until there
  const go = async (name, value) => {
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab');
      const e = await at();
      if (e.tag !== 'BODY') assert.ok(e.seen, `no focus to be seen on ${JSON.stringify(e)}`);
      if (e.name === name && (!value || e.value === value)) return;
    }
    throw new Error(`${name} can not be reached`);
  };
  await c.open();
  for (const [code, values] of await c.questions()) {
    const n = Math.floor(Math.random() * values.length);
    await go(code);
    await page.keyboard.press('Space');
    for (let i = 0; i < n; i++) await page.keyboard.press(i % 2 ? 'ArrowDown' : 'ArrowRight');
    c.answers[code] = values[n];
  }
  assert.deepStrictEqual(await c.chosen(), c.answers);
  await go('REP6');
  await page.keyboard.type('typed');
  c.said = 'typed';
  await go('do', 'review');
  await Promise.all([page.waitForURL(/show=review/), page.keyboard.press('Enter')]);
  await go('do', 'submit');
  await Promise.all([page.waitForURL(/show=done/), page.keyboard.press('Space')]);
  await c.thanked();
  c.gave();
  await c.leave();

  // Enter on an answer is the button at the end, not one before
  const d = await Customer.come('enter', 'construct', 'repair', {});
  await d.open();
  await d.fill();
  const [[first]] = await d.questions();
  await d.page.focus(`[name=${first}]:checked`);
  await Promise.all([d.page.waitForURL(/show=form/), d.page.keyboard.press('Enter')]);
  assert.notStrictEqual((await d.questions())[0][0], first);
  await d.toReview();
  await d.act('submit');
  d.gave();
  await d.leave();
}

// ---- zoomed ----

// A window zoomed to 200 % has half the width, and twice the dots.
async function zoomed() {
  for (const width of [1280, 640]) {
    const c = await Customer.come(`zoom ${width}`, 'one', 'repair', { width: width / 2, height: 400, zoom: 2, large: width === 640 });
    await c.open();
    await c.look('form');
    await c.fill();
    await c.act('review');
    await c.look('review');
    await c.act('submit');
    await c.look('thanks');
    c.gave();
    await c.leave();
  }
}

// ---- robots, and the wire ----

function ask(method, url, headers) {
  return new Promise((resolve, reject) => {
    http.request(url, { method, headers, agent: false }, (r) => {
      r.resume();
      r.on('end', () => resolve(r.statusCode));
    }).on('error', reject).end();
  });
}

// Those who look at a link before the customer does.
async function robots() {
  const token = given.repair.shift();
  const agents = ['Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.49 MMWEBID/1', 'WhatsApp/2.23.20.0', 'facebookexternalhit/1.1'];
  for (const agent of agents) {
    for (const method of ['GET', 'HEAD']) {
      for (const query of ['', '?show=review', '?show=delete', '?show=stop&do=stop', '?do=submit&REP1=10']) {
        assert.strictEqual(await ask(method, `${given.one}/s/${token}${query}`, { 'User-Agent': agent }), 200);
      }
    }
  }
  done[token] = { survey: 'repair', rows: [], unseen: true };
}

// All bytes of an answer, with its head.
function bytes(url) {
  const { hostname, port, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const all = [];
    const s = net.connect(port, hostname, () => s.write(
      `GET ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n`));
    s.on('data', (d) => all.push(d)).on('error', reject).on('end', () => resolve(Buffer.concat(all)));
  });
}

async function wire() {
  const [token] = given['tcsi-mobile'];
  let most = 0;
  for (const query of ['', '?lang=en', '?size=large', '?lang=en&size=large']) {
    const all = await bytes(`${given.one}/s/${token}${query}`);
    assert.match(all.toString('latin1'), /^HTTP\/1.1 200 [^]*content-encoding: gzip/i);
    most = Math.max(most, all.length);
  }
  assert.ok(most <= LIMIT, `24 items are ${most} bytes`);
  process.stderr.write(`24 items: ${most} bytes\n`);
}

async function main() {
  const jobs = [...wholes(), languages, resume, back, doubleClick, twoTabs, lost, correct, notices, own, keyboard, zoomed, robots, wire];
  const word = process.env.FLOW || '';
  browser = await launch();
  try {
    await together(jobs.filter((j) => (j.name || 'wholes').includes(word)).map((j) => async () => {
      const start = Date.now();
      await j();
      process.stderr.write(`${j.name || 'whole'} ${Date.now() - start} ms\n`);
    }));
  } finally {
    await browser.close();
  }
  process.stdout.write(JSON.stringify(done));
}

main().catch((e) => {
  console.error(e);
  process.exit(1);
});
