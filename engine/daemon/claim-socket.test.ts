import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { claimSocket } from './claim-socket.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'estrato-socket-'));
});
afterEach(async () => {
  await chmod(dir, 0o700);
  await rm(dir, { recursive: true, force: true });
});

test('the directories above are made', async () => {
  await claimSocket(join(dir, 'a/b/estrato.sock'));
  expect((await stat(join(dir, 'a/b'))).isDirectory()).toBe(true);
});

test('a socket somebody answers at is left alone', async () => {
  const path = join(dir, 'estrato.sock');
  const server = createServer().listen(path);
  await new Promise((resolve) => server.once('listening', resolve));
  await expect(claimSocket(path)).rejects.toMatchObject({ code: 'conflict', message: /in use by another program/ });
  await new Promise((resolve) => server.close(resolve));
});

test('the socket of an engine that was killed makes room', async () => {
  const path = join(dir, 'estrato.sock');
  const source = `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('listening'))`;
  const child = spawn(process.execPath, ['--eval', source], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
  await claimSocket(path);
  await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a file in its place is not removed', async () => {
  const path = join(dir, 'estrato.sock');
  await writeFile(path, 'somebody needs this');
  await expect(claimSocket(path)).rejects.toMatchObject({ code: 'conflict', message: /not a socket/ });
});

test('a file above it is named', async () => {
  await writeFile(join(dir, 'file'), '');
  await expect(claimSocket(join(dir, 'file/estrato.sock'))).rejects.toMatchObject({ code: 'invalid-argument' });
});
