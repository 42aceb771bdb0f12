// Turns a terminal's screen, as tmux captures it with its colours, into HTML.
// Usage: screen.mjs COLUMNS ROWS <screen >page

import { readFileSync } from 'node:fs';

const [columns, rows] = process.argv.slice(2).map(Number);
const cell = { width: 8.4, height: 19 };
const margin = 18, bar = 30;
const width = Math.ceil(columns * cell.width + 2 * margin);
const height = Math.ceil(rows * cell.height + 2 * margin + bar);
const [background, foreground] = ['#1c1c1c', '#ebdbb2'];

const basic = ['1c1c1c', 'fb5944', 'b8bb26', 'fabd2f', '83a598', 'd3869b', '8ec07c', 'ebdbb2'];
const palette = (n) => {
  if (n < 16) return `#${basic[n % 8]}`;
  if (n >= 232) return `rgb(${Array(3).fill(8 + 10 * (n - 232))})`;
  const level = (i) => (i === 0 ? 0 : 55 + 40 * i);
  return `rgb(${[Math.floor((n - 16) / 36), Math.floor((n - 16) / 6) % 6, (n - 16) % 6].map(level)})`;
};

// A style is what the escape sequences so far have switched on.
function select(style, parameters) {
  const p = parameters.split(/[;:]/).map(Number);
  for (let i = 0; i < p.length; i++) {
    const colour = () => {
      if (p[i + 1] === 5) { i += 2; return palette(p[i]); }
      i += 4;
      return `rgb(${p.slice(i - 2, i + 1)})`;
    };
    if (p[i] === 0) style = {};
    else if (p[i] === 1) style = { ...style, bold: true };
    else if (p[i] === 3) style = { ...style, italic: true };
    else if (p[i] === 4) { style = { ...style, underline: true }; if (parameters.startsWith('4:')) break; }
    else if (p[i] === 7) style = { ...style, reverse: true };
    else if (p[i] === 22) style = { ...style, bold: false };
    else if (p[i] === 23) style = { ...style, italic: false };
    else if (p[i] === 24) style = { ...style, underline: false };
    else if (p[i] === 27) style = { ...style, reverse: false };
    else if (p[i] >= 30 && p[i] <= 37) style = { ...style, fg: palette(p[i] - 30) };
    else if (p[i] === 38) style = { ...style, fg: colour() };
    else if (p[i] === 39) style = { ...style, fg: undefined };
    else if (p[i] >= 40 && p[i] <= 47) style = { ...style, bg: palette(p[i] - 40) };
    else if (p[i] === 48) style = { ...style, bg: colour() };
    else if (p[i] === 49) style = { ...style, bg: undefined };
    else if (p[i] === 58) style = { ...style, line: colour() };
    else if (p[i] >= 90 && p[i] <= 97) style = { ...style, fg: palette(p[i] - 90) };
  }
  return style;
}

function css({ fg = foreground, bg = background, bold, italic, underline, line, reverse }) {
  if (reverse) [fg, bg] = [bg, fg];
  return [
    `color:${fg}`,
    bg !== background && `background:${bg}`,
    bold && 'font-weight:bold',
    italic && 'font-style:italic',
    underline && `text-decoration:underline wavy 1.2px ${line ?? '#fb5944'};text-underline-offset:3px`,
  ].filter(Boolean).join(';');
}

const escape = (text) => text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);

let style = {};
const lines = readFileSync(0, 'utf8').replace(/\n$/, '').split('\n').map((line) => {
  let html = '';
  // eslint-disable-next-line no-control-regex
  for (const [, parameters, text] of line.matchAll(/(?:\x1b\[([\d;:]*)m)|([^\x1b]+)|\x1b[^m]*m?/g)) {
    if (parameters !== undefined) style = select(style, parameters || '0');
    else if (text) html += `<span style="${css(style)}">${escape(text.replace(/[\x0e\x0f]/g, ''))}</span>`;
  }
  return `<div>${html}</div>`;
});

console.log(`<!doctype html><meta charset="utf-8"><body data-size="${width} ${height}"><style>
body { margin: 0; background: ${background}; }
header { height: ${bar}px; background: #2a2a2a; display: flex; align-items: center; gap: 8px; padding-left: 14px; }
header i { width: 12px; height: 12px; border-radius: 6px; }
main { padding: ${margin}px; font: 14px/${cell.height}px 'JetBrains Mono', monospace; font-variant-ligatures: none; color: ${foreground}; }
main div { height: ${cell.height}px; white-space: pre; }
span { display: inline-block; height: ${cell.height}px; }
</style><header><i style="background:#fb5944"></i><i style="background:#fabd2f"></i><i style="background:#8ec07c"></i></header>
<main>${lines.join('\n')}</main>`);
