#!/usr/bin/env node
// look.js - pictures of the sample pages, for eyes: tests/web/look.js FOLDER
// [NAME...] writes a PNG of each page (all, or those named) as on a telephone
// and on a desk, light and dark.  Also what pages_test.js is made of.
'use strict';
const fs = require('fs');
const path = require('path');
const { execFileSync } = require('child_process');
const { launch } = require('./browser.js');

const root = process.env.ROOT || path.resolve(__dirname, '..', '..');
const bin = process.env.BIN || path.join(root, 'build/release/bin');

// Let the C test write its pages into the folder.
function render(folder) {
  const program = path.join(bin, '..', 'tests/unit/collector/channel/web/page_look_test');
  fs.mkdirSync(folder, { recursive: true });
  execFileSync(program, { env: { ...process.env, ROOT: root, PAGES: folder }, stdio: 'ignore' });
  return fs.readdirSync(folder).filter((f) => f.endsWith('.html')).map((f) => f.slice(0, -5)).sort();
}

async function main([folder, ...names]) {
  const all = render(folder);
  const browser = await launch();
  for (const name of names.length ? names : all) {
    for (const [width, colorScheme] of [[360, 'light'], [1280, 'light'], [360, 'dark']]) {
      const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme, javaScriptEnabled: false });
      const page = await context.newPage();
      await page.goto(`file://${path.resolve(folder)}/${name}.html`);
      await page.screenshot({ path: path.join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      await context.close();
    }
  }
  await browser.close();
}

module.exports = { render };
if (require.main === module) {
  if (process.argv.length < 3) {
    console.error('usage: tests/web/look.js FOLDER [NAME...]');
    process.exit(2);
  }
  main(process.argv.slice(2));
}
