import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { busyboxPath, describeWith, launcherPath } from '#engine/testing/requires.ts';

import { listSegments } from './log-segments.ts';
import type { LogChunk, LogLimits, LogOptions } from './runtime.ts';
import { Listener, makeBox, startBox, type Box } from './testing/busybox-container.ts';

const machine = { launcherPath, busyboxPath };
const KIB = 1024;
const MIB = 1024 * KIB;

/** Lines of which no two are the same, so that what is missing or there twice is seen. */
function numberedLines(bytes: number): Buffer {
  const width = 16;
  const lines = Buffer.alloc(bytes - (bytes % width), '.');
  for (let at = 0; at < lines.length; at += width) lines.write(`${String(at).padStart(width - 1)}\n`, at, 'latin1');
  return lines;
}

async function sizeOfLog(bundle: string): Promise<number> {
  const names = (await readdir(bundle)).filter((name) => name.startsWith('log'));
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(bundle, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** A container that writes a file so many times. */
async function writingBox(file: Buffer, times: number, log: LogLimits): Promise<Box> {
  return startBox({
    ...machine,
    args: ['sh', '-c', `n=0; while [ $n -lt ${times} ]; do cat /lines; n=$((n + 1)); done`],
    prepare: (rootfs) => writeFile(join(rootfs, 'lines'), file),
    request: { log },
  });
}

async function wordsOfNext(chunks: AsyncIterator<LogChunk>): Promise<string> {
  const next = await chunks.next();
  return next.done === true ? '' : Buffer.from(next.value.bytes).toString('utf8');
}

async function textOf(box: Box, options: LogOptions = { follow: false }): Promise<string> {
  const chunks = await Array.fromAsync(box.runtime.readLog(box.bundle, options));
  return Buffer.concat(chunks.map(({ bytes }) => bytes)).toString('utf8');
}

/** Holds what is read to what was written, wherever the chunks end. */
class Comparison {
  readonly #written: Buffer;
  at = 0;

  constructor(written: Buffer) {
    this.#written = written;
  }

  take({ bytes, missedBytes }: LogChunk): void {
    if (missedBytes !== undefined) throw new Error(`${missedBytes} bytes are missing at ${this.at}.`);
    for (let done = 0; done < bytes.length;) {
      const from = this.at % this.#written.length;
      const expected = this.#written.subarray(from, from + bytes.length - done);
      const got = Buffer.from(bytes.buffer, bytes.byteOffset + done, expected.length);
      if (!got.equals(expected)) throw new Error(`What was read at ${this.at} isn't what was written.`);
      done += expected.length;
      this.at += expected.length;
    }
  }
}

describeWith(['root', 'launcher', 'busybox'], 'a log that is rotated', () => {
  test('holds so much and no more, its newest lines', async () => {
    const lines = numberedLines(4 * MIB);
    await using box = await writingBox(lines, 1, { segmentBytes: 256 * KIB, segments: 3 });
    await box.container.wait();
    expect(await sizeOfLog(box.bundle)).toBeLessThanOrEqual(768 * KIB);
    expect(await listSegments(box.bundle)).toHaveLength(3);
    const [first, ...rest] = await Array.fromAsync(box.runtime.readLog(box.bundle, { follow: false }));
    const text = Buffer.concat([first, ...rest].map((chunk) => chunk?.bytes ?? Buffer.alloc(0)));
    expect(first?.missedBytes).toBe(lines.length - text.length);
    expect(lines.subarray(first?.missedBytes).equals(text)).toBe(true);
    expect(text.length % 16).toBe(0);
  });

  test('loses nothing and repeats nothing for who follows, however fast it is rotated', async () => {
    const lines = numberedLines(16 * MIB);
    await using box = await startBox({
      ...machine,
      args: ['sh', '-c', 'n=0; while [ $n -lt 128 ] && read line; do cat /lines; n=$((n + 1)); done'],
      prepare: (rootfs) => writeFile(join(rootfs, 'lines'), lines),
      request: { log: { segmentBytes: MIB, segments: 2 }, openStdin: true },
    });
    await using client = await box.container.attach({ replay: false, stdin: true });
    const seen = client.relay(() => undefined);
    // What is kept for a reader has its limit: so far ahead it never gets.
    const ahead = 4;
    await client.write(Buffer.from('\n'.repeat(ahead)));
    const read = new Comparison(lines);
    for await (const chunk of box.runtime.readLog(box.bundle, { follow: true })) {
      const before = Math.floor(read.at / lines.length);
      read.take(chunk);
      const times = Math.floor(read.at / lines.length);
      if (times > before && times <= 128 - ahead) await client.write(Buffer.from('\n'));
    }
    await seen;
    expect(read.at).toBe(128 * lines.length);
    await box.container.wait();
    expect(await listSegments(box.bundle)).toHaveLength(2);
  });

  test('is the same for several who follow, from the start and from the last line', async () => {
    const lines = numberedLines(MIB);
    await using box = await startBox({
      ...machine,
      args: ['sh', '-c', 'echo ready; read line; n=0; while [ $n -lt 100 ]; do cat /lines; n=$((n + 1)); done'],
      prepare: (rootfs) => writeFile(join(rootfs, 'lines'), lines),
      request: { log: { segmentBytes: 256 * KIB, segments: 2 }, openStdin: true },
    });
    const readers = [{}, {}, { tailLines: 1 }].map((options) =>
      box.runtime.readLog(box.bundle, { follow: true, ...options })[Symbol.asyncIterator](),
    );
    expect(await Promise.all(readers.map(wordsOfNext))).toEqual(Array(3).fill('ready\n'));
    await using client = await box.container.attach({ replay: false, stdin: true });
    const seen = client.relay(() => undefined);
    await client.write(Buffer.from('\n'));
    const readAll = async (reader: AsyncIterator<LogChunk>): Promise<number> => {
      const read = new Comparison(lines);
      for (let next = await reader.next(); next.done !== true; next = await reader.next()) read.take(next.value);
      return read.at;
    };
    expect(await Promise.all(readers.map(readAll))).toEqual(Array(3).fill(100 * lines.length));
    await seen;
  });

  test('that a reader holds back is cut as soon as the reader is gone', async () => {
    await using box = await startBox({
      ...machine,
      args: ['sh', '-c', 'echo ready; read line; seq 1 100000; echo asked; read line; seq 1 20000'],
      request: { log: { segmentBytes: 64 * KIB, segments: 2 }, openStdin: true },
    });
    const chunks = box.runtime.readLog(box.bundle, { follow: true })[Symbol.asyncIterator]();
    expect(await wordsOfNext(chunks)).toBe('ready\n');
    await using client = await box.container.attach({ replay: false, stdin: true });
    await client.write(Buffer.from('\n'));
    await new Listener(client).until('asked');
    const held = await listSegments(box.bundle);
    expect(held[0]).toBe(0);
    expect(held.length).toBeGreaterThan(4);
    await chunks.return?.(undefined);
    await client.write(Buffer.from('\n'));
    await box.container.wait();
    expect(await listSegments(box.bundle)).toHaveLength(2);
  });

  test('goes on where it was when the container is started again', async () => {
    await using box = await makeBox({
      ...machine,
      args: ['sh', '-c', 'seq 1 5000'],
      request: { log: { segmentBytes: 16 * KIB, segments: 100 } },
    });
    for (const _ of [1, 2, 3]) {
      await box.start();
      await box.container.wait();
      await box.runtime.destroy(box.id, box.bundle);
    }
    const once = Array.from({ length: 5000 }, (_, index) => `${index + 1}\n`).join('');
    expect(await textOf(box)).toBe(once.repeat(3));
    expect(await textOf(box, { follow: false, tailLines: 7000 })).toBe(once.slice(once.indexOf('\n3001\n') + 1) + once);
  });

  test('has whole characters, of a line that never ends too', async () => {
    await using box = await startBox({
      ...machine,
      args: ['sh', '-c', 'cat /line; cat /line; cat /line'],
      prepare: (rootfs) => writeFile(join(rootfs, 'line'), 'é€😀'.repeat(50_000)),
      request: { log: { segmentBytes: 16 * KIB, segments: 2 } },
    });
    await box.container.wait();
    const text = await textOf(box);
    expect(text).toMatch(/^[é€😀]+$/u);
    expect((await listSegments(box.bundle))[0]).toBeGreaterThan(0);
  });

  test('that its container doesn’t wait for is whole where the disk keeps up, run after run', async () => {
    const lines = numberedLines(MIB);
    // All of it fits in what may wait, however slow this disk is.
    await using box = await writingBox(lines, 1, { segmentBytes: 256 * KIB, segments: 100, roomBytes: 2 * MIB });
    const followed = textOf(box, { follow: true });
    await box.container.wait();
    expect(await followed).toBe(lines.toString('latin1'));
    expect(await textOf(box)).toBe(lines.toString('latin1'));
    expect((await listSegments(box.bundle)).length).toBeGreaterThan(3);
  });

  test('that nobody wants is not written', async () => {
    await using box = await startBox({
      ...machine,
      args: ['sh', '-c', 'seq 1 1000'],
      request: { log: { segmentBytes: 0, segments: 0 } },
    });
    await box.container.wait();
    expect(await sizeOfLog(box.bundle)).toBe(0);
    expect(await textOf(box, { follow: true })).toBe('');
  });
});
