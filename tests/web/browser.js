// browser.js - Debian's Chromium, and what has to hold of every page in it:
// axe finds nothing, nothing is cut off, nothing is asked of anybody else.
'use strict';
const assert = require('assert');
const fs = require('fs');
const { chromium } = require('playwright-core');

const axeSource = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
}

async function axe(page, name) {
  await page.evaluate(axeSource);
  const found = await page.evaluate((tags) => axe.run(document, { runOnly: tags, resultTypes: ['violations'] }), TAGS);
  const wrong = found.violations.map((v) => `${name}: ${v.id}: ${v.nodes.map((n) => n.html).join('\n  ')}`);
  assert.deepStrictEqual(wrong, []);
}

// How far the page is wider than its window, and what sticks out of it; [0] is
// right.
async function overflow(page) {
  return page.evaluate(() => {
    const wide = [...document.querySelectorAll('body *')].filter((e) => {
      const r = e.getBoundingClientRect();
      return !e.closest('.v') && (r.right > innerWidth + 1 || r.left < -1);
    });
    return [document.documentElement.scrollWidth - innerWidth, ...wide.map((e) => e.outerHTML.slice(0, 120))];
  });
}

// What the browser says about its pages: console, errors of scripts, requests
// to anybody but `host`.  That a page has a status of its own is none.
function listen(page, host, complaints) {
  page.on('console', (m) => {
    if (!/the server responded with a status of 4\d\d/.test(m.text())) complaints.push(m.text());
  });
  page.on('pageerror', (e) => complaints.push(String(e)));
  page.on('request', (r) => {
    if (new URL(r.url()).host !== host) complaints.push(`asks for ${r.url()}`);
  });
}

// Run as many of the jobs at once as there are processors.
async function together(jobs, width = 2) {
  const left = [...jobs];
  const work = async () => {
    while (left.length) await left.shift()();
  };
  await Promise.all(Array.from({ length: width }, work));
}

module.exports = { launch, axe, overflow, listen, together };
