// Makes icon.png, which marketplaces want, of icon.svg:
//
//     node images/make.mjs
//
// Needs chromium.

import { readFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';

const here = (name) => new URL(name, import.meta.url);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 128, height: 128 }, deviceScaleFactor: 2 });
await page.setContent(`<body style="margin:0">${await readFile(here('icon.svg'), 'utf8')}`);
await page.screenshot({ path: here('icon.png').pathname, omitBackground: true });
await browser.close();
