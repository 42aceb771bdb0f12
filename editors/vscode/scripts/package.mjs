// Builds the packages of the extension: one a platform, with the server inside,
// and a universal one without it, which looks for the server on the path.
//
//     npm run package                              all of them, into dist/
//     npm run package -- --out DIR linux-x64 …     some of them, into DIR
//
// A package is laid out in a directory of its own, so that it holds what is
// listed here and nothing else. Its settings are those of package.json and, in
// settings.json, those that the server reads.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const repository = path.join(here, '..', '..');

// VS Code's names of the platforms, and Go's.
const platforms = {
  'linux-x64': ['linux', 'amd64'],
  'linux-arm64': ['linux', 'arm64'],
  'darwin-x64': ['darwin', 'amd64'],
  'darwin-arm64': ['darwin', 'arm64'],
  'win32-x64': ['windows', 'amd64'],
  'win32-arm64': ['windows', 'arm64'],
  universal: undefined,
};

const content = ['README.md', 'dist/extension.cjs', 'dist/NOTICES.txt', 'images/icon.png', 'images/file.svg', 'languages', 'snippets', 'syntaxes', 'walkthrough'];

const { values, positionals } = parseArgs({ options: { out: { type: 'string', default: path.join(here, 'dist') } }, allowPositionals: true });
const wanted = positionals.length > 0 ? positionals : Object.keys(platforms);
const unknown = wanted.filter((name) => !(name in platforms));
if (unknown.length > 0) {
  console.error(`package: no such platform: ${unknown.join(', ')}; there are ${Object.keys(platforms).join(', ')}`);
  process.exit(2);
}

run(here, process.execPath, ['scripts/build.mjs']);
const manifest = JSON.parse(fs.readFileSync(path.join(here, 'package.json'), 'utf8'));
fs.mkdirSync(values.out, { recursive: true });
for (const platform of wanted) {
  const out = path.resolve(values.out, `specls-${platform}-${manifest.version}.vsix`);
  pack(platform, out);
  console.log(`${(fs.statSync(out).size / 1e6).toFixed(2)} MB ${out}`);
}

// pack lays a package out, and has vsce make it.
function pack(platform, out) {
  const stage = fs.mkdtempSync(path.join(os.tmpdir(), 'specls-vsix-'));
  try {
    for (const name of content) {
      fs.cpSync(path.join(here, name), path.join(stage, name), { recursive: true });
    }
    fs.copyFileSync(path.join(repository, 'LICENSE'), path.join(stage, 'LICENSE'));
    fs.copyFileSync(path.join(repository, 'CHANGELOG.md'), path.join(stage, 'CHANGELOG.md'));
    fs.writeFileSync(path.join(stage, 'package.json'), JSON.stringify(completeManifest(), undefined, 2));
    const target = platforms[platform];
    if (target !== undefined) buildServer(target, path.join(stage, 'server'));
    const vsce = path.join(here, 'node_modules', '@vscode', 'vsce', 'vsce');
    run(stage, process.execPath, [vsce, 'package', '--no-dependencies', '--out', out, ...target === undefined ? [] : ['--target', platform]]);
  } finally {
    fs.rmSync(stage, { recursive: true });
  }
}

// completeManifest returns package.json without what is of use to developers
// only, and with the settings that the server reads.
function completeManifest() {
  const settings = JSON.parse(fs.readFileSync(path.join(here, 'settings.json'), 'utf8'));
  const contributes = { ...manifest.contributes, configuration: [settings, ...manifest.contributes.configuration] };
  return { ...manifest, contributes, scripts: undefined, dependencies: undefined, devDependencies: undefined };
}

function buildServer([system, architecture], directory) {
  const binary = path.join(directory, system === 'windows' ? 'specls.exe' : 'specls');
  const environment = { GOOS: system, GOARCH: architecture, CGO_ENABLED: '0' };
  run(repository, 'go', ['build', '-trimpath', '-ldflags', '-s -w', '-o', binary, './cmd/specls'], environment);
}

// run runs a command, whose output is shown only where it fails.
function run(directory, command, args, environment = {}) {
  try {
    execFileSync(command, args, { cwd: directory, env: { ...process.env, ...environment }, stdio: 'pipe' });
  } catch (error) {
    console.error(`package: ${command} ${args.join(' ')}\n${error.stdout ?? ''}${error.stderr ?? ''}`);
    process.exit(1);
  }
}
