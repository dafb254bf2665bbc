import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { encodeFrame, FrameCutter, readFrames } from './shim-frames.ts';

/** Both ends of a connection. */
async function withSockets(body: (near: Socket, far: Socket) => Promise<void>): Promise<void> {
  await using dir = await temporaryDirectory('frames');
  const server = createServer();
  const path = join(dir.path, 'socket');
  server.listen(path);
  await once(server, 'listening');
  const { promise: accepted, resolve } = Promise.withResolvers<Socket>();
  server.once('connection', resolve);
  const near = connect(path);
  const far = await accepted;
  try {
    await body(near, far);
  } finally {
    near.destroy();
    far.destroy();
    server.close();
  }
}

async function readAll(socket: Socket): Promise<readonly string[]> {
  const frames: string[] = [];
  for await (const { type, payload } of readFrames(socket)) frames.push(`${type}:${payload.toString()}`);
  return frames;
}

test('a frame is its type, its length and its payload', () => {
  expect(encodeFrame('O', Buffer.from('abc')).toString('hex')).toBe('4f03000000616263');
  expect(encodeFrame('L').toString('hex')).toBe('4c00000000');
});

test('frames come out as they went in, however they are cut', async () => {
  const whole = Buffer.concat([
    encodeFrame('O', Buffer.from('one')),
    encodeFrame('K'),
    encodeFrame('X', Buffer.from('0')),
  ]);
  await withSockets(async (near, far) => {
    far.setNoDelay(true);
    const reading = readAll(near);
    for (const byte of whole) await new Promise((resolve) => far.write(Uint8Array.of(byte), resolve));
    far.end();
    expect(await reading).toEqual(['O:one', 'K:', 'X:0']);
  });
  await withSockets(async (near, far) => {
    far.end(whole);
    expect(await readAll(near)).toEqual(['O:one', 'K:', 'X:0']);
  });
});

test('a large frame comes whole', async () => {
  const payload = Buffer.alloc(3_000_000, 'z');
  await withSockets(async (near, far) => {
    far.end(encodeFrame('e', payload));
    const [frame] = await Array.fromAsync(readFrames(near));
    expect(frame?.payload.equals(payload)).toBe(true);
  });
});

test('half a frame at the end is none', async () => {
  await withSockets(async (near, far) => {
    far.end(Buffer.concat([encodeFrame('O', Buffer.from('one')), encodeFrame('O', Buffer.from('two')).subarray(0, 6)]));
    expect(await readAll(near)).toEqual(['O:one']);
  });
});

test('a connection that is lost ends the frames', async () => {
  await withSockets(async (near, far) => {
    far.write(encodeFrame('O', Buffer.from('one')));
    const frames = readFrames(near);
    const first = await frames.next();
    expect(first.done === true ? '' : first.value.payload.toString()).toBe('one');
    const next = frames.next();
    // What is closed with something unread is reset (unix(7)).
    await new Promise((resolve) => near.write('unread', resolve));
    far.destroy();
    expect((await next).done).toBe(true);
  });
});

test('output is cut as it comes, everything else when it is whole', () => {
  const cutter = new FrameCutter();
  const cut = (bytes: Buffer): string[] =>
    cutter.cut(bytes).map(({ type, payload }) => `${type}:${payload.toString()}`);
  const bytes = Buffer.concat([encodeFrame('O', Buffer.from('abcdef')), encodeFrame('X', Buffer.from('0 0'))]);
  expect(cut(bytes.subarray(0, 7))).toEqual(['O:ab']);
  expect(cut(bytes.subarray(7, 15))).toEqual(['O:cdef']);
  expect(cut(bytes.subarray(15, 17))).toEqual([]);
  expect(cut(bytes.subarray(17))).toEqual(['X:0 0']);
});

test('frames are the same wherever they are cut', () => {
  const sent = [
    encodeFrame('K'),
    encodeFrame('O', Buffer.from('abc')),
    encodeFrame('O'),
    encodeFrame('L'),
    encodeFrame('e', Buffer.from('def')),
    encodeFrame('X', Buffer.from('1')),
  ];
  const bytes = Buffer.concat(sent);
  for (let first = 0; first <= bytes.length; first += 1) {
    for (let second = first; second <= bytes.length; second += 1) {
      const cutter = new FrameCutter();
      const parts = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)];
      const frames = parts.flatMap((part) => cutter.cut(part));
      const said = frames.map(({ type, payload }) =>
        type === 'O' || type === 'e' ? payload.toString() : `[${type}${payload.toString()}]`,
      );
      expect(said.join('')).toBe('[K]abc[L]def[X1]');
    }
  }
});
