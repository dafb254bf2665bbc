import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { toEngineError } from '#engine/contract/errors.ts';

import type { StartOptions } from './choose-front.ts';
import { chooseFront, parseStartOptions, wantsElectron } from './choose-front.ts';
import { fetchElectron, findElectron } from './electron-binary.ts';

/*
 * `npm start`: the desktop window where there can be one, otherwise the same screens for a browser. Plain Node; set-up has
 * built what is started here.
 */

const topDir = fileURLToPath(new URL('..', import.meta.url));

/** The person's own, not npm's folder: what they name is relative to it. */
const workingDir = process.env['INIT_CWD'] ?? process.cwd();

async function main(): Promise<void> {
  const options = parseStartOptions(process.argv.slice(2));
  const { env, platform } = process;
  const here = { platform, env, isRoot: process.getuid?.() === 0 };
  if (!options.isBrowserWanted && wantsElectron(here) && findElectron(topDir, env) === undefined) {
    await fetchElectron(topDir);
  }
  const electron = findElectron(topDir, env);
  const front = options.isBrowserWanted
    ? ({ kind: 'browser', why: 'Serves the screens to a browser, as asked.' } as const)
    : chooseFront({ ...here, hasElectron: electron !== undefined });
  process.stdout.write(`${front.why}\n`);
  if (front.kind === 'desktop' && electron !== undefined) startDesktop(electron, options);
  else startBrowserFront(options);
}

function startDesktop(electron: string, { dataRoot, host }: StartOptions): void {
  handOver(electron, ['dist/electron/main.js'], {
    ...process.env,
    ESTRATO_NODE: process.execPath,
    ...(dataRoot === undefined ? {} : placeWithin(resolve(workingDir, dataRoot))),
    ...(host === undefined ? {} : { ESTRATO_HOST: host }),
  });
}

function placeWithin(dataRoot: string): Record<string, string> {
  return { ESTRATO_DATA_ROOT: dataRoot, ESTRATO_HOST: `unix://${dataRoot}/estrato.sock` };
}

function startBrowserFront({ dataRoot, host, port }: StartOptions): void {
  const args = [
    'serve',
    ...(dataRoot === undefined ? [] : ['--data-root', resolve(workingDir, dataRoot)]),
    ...(host === undefined ? [] : ['--host', host]),
    ...(port === undefined ? [] : ['--port', port]),
  ];
  handOver(process.execPath, ['engine/cli/estrato.mjs', ...args], process.env);
}

/** Gives this process's place to the program: its streams, its signals, its end. */
function handOver(program: string, args: readonly string[], env: NodeJS.ProcessEnv): void {
  const child = spawn(program, args, { cwd: topDir, env, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // A terminal's Ctrl-C reaches both already.
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', (error) => fail(`${program} can't be started: ${error.message}.`));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

function fail(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

await main().catch((error: unknown) => fail(toEngineError(error).message));
