/*
 * What set-up builds from the sources, and whether it is still what they say. Plain JavaScript: it runs before there is
 * anything else.
 */
import { createHash } from 'node:crypto';
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

/** Changes when one of the files that matter beneath the paths appears, goes or is saved. */
function fingerprint(top, paths) {
  const hash = createHash('sha256');
  const visit = (path) => {
    const about = statSync(path, { throwIfNoEntry: false });
    if (about === undefined) return;
    if (about.isDirectory()) {
      for (const name of readdirSync(path).sort()) visit(join(path, name));
    } else if (!/(\.(test|suite)\.tsx?|\.[cho])$/.test(path)) {
      hash.update(`${path} ${about.size} ${about.mtimeMs}\n`);
    }
  };
  for (const path of paths) visit(join(top, path));
  return hash.digest('hex');
}

function stampPath(top, name) {
  return join(top, 'dist', `.${name}-stamp`);
}

export function isFresh(top, name) {
  const { inputs, output } = builds[name];
  try {
    return existsSync(join(top, output)) && readFileSync(stampPath(top, name), 'utf8') === fingerprint(top, inputs);
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
}
