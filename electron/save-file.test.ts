import { EventEmitter } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { askSave } from './ask-save.ts';
import { offeredName, saveFromPort } from './save-file.ts';

const stack = new AsyncDisposableStack();
let dir = '';

beforeAll(async () => {
  dir = stack.use(await temporaryDirectory('save')).path;
});
afterAll(() => stack.disposeAsync());

/** The main process's end of a port, as Electron has it. */
class MainEnd extends EventEmitter {
  readonly #port: MessagePort;

  constructor(port: MessagePort) {
    super();
    this.#port = port;
    port.addEventListener('message', ({ data }: MessageEvent<unknown>) => this.emit('message', { data }));
    port.addEventListener('close', () => this.emit('close'));
  }

  postMessage(message: unknown): void {
    this.#port.postMessage(message);
  }

  start(): void {
    this.#port.start();
  }

  close(): void {
    this.#port.close();
  }
}

function asked(choose: () => Promise<string | undefined>) {
  const { port1: here, port2: there } = new MessageChannel();
  let saving = Promise.resolve();
  const outcome = askSave(here, () => {
    saving = saveFromPort(new MainEnd(there), choose);
  });
  return { outcome, ended: () => saving };
}

async function fileAt(path: string) {
  const { outcome, ended } = asked(async () => path);
  const answer = await outcome;
  if (!answer.ok || answer.file === undefined) throw new Error('there is no file');
  return { file: answer.file, ended };
}

test('a file is there when it is closed, and not before', async () => {
  const path = join(dir, 'whole.tar');
  const { file, ended } = await fileAt(path);
  expect(await file.write(Buffer.from('one '))).toMatchObject({ ok: true });
  expect(await file.write(Buffer.from('two'))).toMatchObject({ ok: true });
  expect(await readdir(dir)).not.toContain('whole.tar');
  expect(await file.close()).toMatchObject({ ok: true });
  await ended();
  expect(await readFile(path, 'utf8')).toBe('one two');
});

test('what is left in the middle leaves what was there, and nothing else', async () => {
  const path = join(dir, 'left.tar');
  await writeFile(path, 'before');
  const { file, ended } = await fileAt(path);
  await file.write(Buffer.from('half'));
  file.abort();
  await ended();
  expect(await readFile(path, 'utf8')).toBe('before');
  expect((await readdir(dir)).filter((name) => name.includes('partial'))).toEqual([]);
});

test('nobody has to choose a file', async () => {
  expect(await asked(async () => undefined).outcome).toEqual({ ok: true, file: undefined });
});

test('a file that can not be written says why', async () => {
  const outcome = await asked(async () => join(dir, 'none/x.tar')).outcome;
  expect(outcome.ok ? '' : outcome.message).toMatch(/ENOENT: .*none\/x\.tar/);
});

test.each([
  ['app-1.tar', 'app-1.tar'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\x\\y.tar', 'y.tar'],
  ['a\u0000b\n.tar', 'ab.tar'],
  ['..', 'estrato.tar'],
  [7, 'estrato.tar'],
  ['x'.repeat(300), 'x'.repeat(200)],
])('%j is offered as %s', (wish, name) => {
  expect(offeredName(wish)).toBe(name);
});
