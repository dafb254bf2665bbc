/*
 * What set-up builds from the sources, and whether it is still what they say. Plain JavaScript: it runs before there is
 * anything else.
 */
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

const config = 'vite.node.config.ts';

/** By name: what it is made of, where it goes, and how vite is called for it. */
export const builds = {
  renderer: {
    inputs: ['renderer', 'engine/contract', 'assets', 'vite.renderer.config.ts', 'package-lock.json'],
    output: 'dist/renderer',
    modes: [['-c', 'vite.renderer.config.ts']],
  },
  electron: {
    inputs: ['electron', 'engine/client', 'engine/contract', config, 'package-lock.json'],
    output: 'dist/electron',
    modes: [
      ['-c', config, '--mode', 'main'],
      ['-c', config, '--mode', 'preload'],
    ],
  },
  engine: {
    inputs: ['engine', config, 'package.json', 'package-lock.json'],
    /** Laid out as a package is, with links to what is not bundled. */
    output: 'dist/app/engine',
    parts: 'dist/app/engine/cli',
    /** What V8 has made of it. */
    compiled: 'dist/app/compiled',
    // An engine that runs may still load a part of an older build.
    modes: [['-c', config, '--mode', 'engine', '--outDir', 'dist/app/engine', '--emptyOutDir', 'false']],
    links: {
      'dist/app/package.json': 'engine/package.json',
      'dist/app/assets': '../../assets',
      'dist/app/dist/renderer': '../../renderer',
      'dist/app/engine/launcher': '../../../engine/launcher',
    },
  },
};

/** What commands that only ask an engine are made of: what `engine/cli` may import, but for other runtimes' command line. */
export const commandInputs = [
  ...[
    'archive',
    'async',
    'certificates',
    'cli',
    'client',
    'compose',
    'contract',
    'docker-context',
    'dockerfile',
    'run-options',
  ].map((folder) => `engine/${folder}`),
  config,
  'package.json',
  'package-lock.json',
];

/** Tests and C are nothing that a build is made of. */
const IS_NO_INPUT = /(\.(test|suite)\.tsx?|\.[cho])$/;

/**
 * Changes when one of the files that matter beneath the paths appears, goes or is saved. Every command waits for it: what
 * is no input isn't looked at, and the lines are compared as they are.
 */
function fingerprint(top, paths) {
  const lines = [];
  const visit = (path) => {
    const about = statSync(join(top, path), { throwIfNoEntry: false });
    if (about === undefined) return;
    if (about.isDirectory()) visitAll(path);
    else lines.push(`${path} ${about.size} ${about.mtimeMs}`);
  };
  const visitAll = (folder) => {
    for (const name of readdirSync(join(top, folder)).sort()) if (!IS_NO_INPUT.test(name)) visit(`${folder}/${name}`);
  };
  for (const path of paths) visit(path);
  return lines.join('\n');
}

function stampPath(top, name) {
  return join(top, 'dist', `.${name}-stamp`);
}

export function isFresh(top, name) {
  return existsSync(join(top, builds[name].output)) && isStamped(top, name, builds[name].inputs);
}

/** Whether the engine's bundle is fresh as far as a command goes that only asks an engine. */
export function isCommandFresh(top) {
  return existsSync(join(top, builds.engine.output)) && isStamped(top, 'command', commandInputs);
}

function isStamped(top, name, inputs) {
  try {
    return readFileSync(stampPath(top, name), 'utf8') === fingerprint(top, inputs);
  } catch {
    return false;
  }
}

const LONGEST_RUN_MS = 30 * 24 * 60 * 60 * 1000;

function removeOld(dir) {
  for (const name of readdirSync(dir)) {
    const path = join(dir, name);
    const about = statSync(path);
    if (about.isFile() && about.mtimeMs < Date.now() - LONGEST_RUN_MS) rmSync(path);
  }
}

/** Says that a build has been made of the sources as they are. */
export function stamp(top, name) {
  const { inputs, parts, compiled, links = {} } = builds[name];
  for (const [path, target] of Object.entries(links)) {
    rmSync(join(top, path), { force: true });
    mkdirSync(dirname(join(top, path)), { recursive: true });
    symlinkSync(target, join(top, path));
  }
  if (compiled !== undefined) rmSync(join(top, compiled), { recursive: true, force: true });
  if (parts !== undefined) removeOld(join(top, parts));
  writeFileSync(stampPath(top, name), fingerprint(top, inputs));
  if (name === 'engine') writeFileSync(stampPath(top, 'command'), fingerprint(top, commandInputs));
}
