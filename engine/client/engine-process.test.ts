import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { connectEngine } from './connect-engine.ts';
import type { EngineState } from './engine-process.ts';
import { EngineProcess } from './engine-process.ts';

const standIn = fileURLToPath(new URL('./testing/stand-in-engine.ts', import.meta.url));
const command = { program: process.execPath, args: [standIn] };

let dir = '';
let undo: AsyncDisposableStack;
beforeEach(async () => {
  // With a space: people have folders with one.
  dir = await mkdtemp(join(tmpdir(), 'estrato process-'));
  undo = new AsyncDisposableStack();
});
afterEach(async () => {
  await undo.disposeAsync();
  await rm(dir, { recursive: true, force: true });
});

async function placeNamed(name: string) {
  const dataRoot = join(dir, name);
  await mkdir(dataRoot);
  return { dataRoot, host: `unix://${dataRoot}/estrato.sock` };
}

async function pidIn(dataRoot: string): Promise<number> {
  return Number(await readFile(join(dataRoot, 'pid'), 'utf8'));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Resolves when the engine becomes what is waited for. */
function until(engine: EngineProcess, is: (state: EngineState) => boolean): Promise<EngineState> {
  const { promise, resolve } = Promise.withResolvers<EngineState>();
  engine.watch((state) => {
    if (is(state)) resolve(state);
  });
  return promise;
}

test('an engine is started where none is, and stopped with whoever started it', async () => {
  const place = await placeNamed('root');
  const engine = new EngineProcess({ place, command });
  undo.use(engine);
  engine.start();
  await engine.ready();
  using connected = await connectEngine(engine.socketPath);
  const pid = await pidIn(place.dataRoot);
  expect(isAlive(pid)).toBe(true);
  await engine[Symbol.asyncDispose]();
  expect(isAlive(pid)).toBe(false);
  expect(await connected.closed).toBeTruthy();
});

test('an engine that runs is found and left running', async () => {
  const place = await placeNamed('root');
  const owner = undo.use(new EngineProcess({ place, command }));
  owner.start();
  await owner.ready();
  const guest = new EngineProcess({ place, command });
  guest.start();
  expect(await until(guest, ({ status }) => status === 'running')).toEqual({ status: 'running', isOurs: false });
  await guest[Symbol.asyncDispose]();
  expect(isAlive(await pidIn(place.dataRoot))).toBe(true);
});

test('an engine that dies is started again', async () => {
  const place = await placeNamed('root');
  const engine = undo.use(new EngineProcess({ place, command }));
  engine.start();
  await engine.ready();
  const first = await pidIn(place.dataRoot);
  const restarting = until(engine, ({ status }) => status === 'restarting');
  process.kill(first, 'SIGKILL');
  expect(await restarting).toMatchObject({ reason: 'The engine was ended by SIGKILL.' });
  await engine.ready();
  expect(await pidIn(place.dataRoot)).not.toBe(first);
});

test('an engine that refuses to begin fails with its own sentence, and can be tried again', async () => {
  const engine = undo.use(new EngineProcess({ place: await placeNamed('root-refused'), command }));
  const sentence = 'The data root is in use by the engine with pid 1.';
  engine.start();
  await expect(engine.ready()).rejects.toMatchObject({ code: 'unavailable', message: sentence });
  const failed = await until(engine, ({ status }) => status === 'failed');
  expect(failed).toMatchObject({ log: [`estrato: ${sentence}`] });
  const again = until(engine, ({ status }) => status === 'starting');
  engine.start();
  await again;
  await expect(engine.ready()).rejects.toMatchObject({ message: sentence });
});

test('a program that is not there is named', async () => {
  const nowhere = { program: join(dir, 'no-such-node'), args: [] };
  const engine = undo.use(new EngineProcess({ place: await placeNamed('root'), command: nowhere }));
  engine.start();
  await expect(engine.ready()).rejects.toThrow(/no-such-node can't be started/);
});

test('the engine outlives whoever started it and was killed', async () => {
  const place = await placeNamed('root');
  const source = `
    import { EngineProcess } from '${fileURLToPath(new URL('./engine-process.ts', import.meta.url))}';
    const engine = new EngineProcess(${JSON.stringify({ place, command })});
    engine.start();
    await engine.ready();
    console.log('ready');
  `;
  const starter = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => starter.stdout.once('data', resolve));
  const gone = new Promise((resolve) => starter.once('exit', resolve));
  starter.kill('SIGKILL');
  await gone;
  const pid = await pidIn(place.dataRoot);
  expect(isAlive(pid)).toBe(true);
  process.kill(pid, 'SIGTERM');
});
