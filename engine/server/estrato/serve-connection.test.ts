import { describe, expect, test, vi } from 'vitest';

import { adaptWindowApi } from '#engine/contract/adapt-window-api.ts';
import type { EngineClient } from '#engine/contract/client.ts';
import { Connection } from '#engine/contract/connection.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { exposeConnection } from '#engine/contract/expose-connection.ts';
import {
  CREDIT_WINDOW,
  encodeBytesFrame,
  MAX_CHUNK,
  MAX_OPEN_STREAMS,
  MAX_REQUEST_FRAME,
} from '#engine/contract/bytes-frame.ts';
import { parseAnswerFrame } from '#engine/contract/frames.ts';
import { findMethod } from '#engine/contract/method-areas.ts';
import { typedClient } from '#engine/contract/typed-client.ts';
import { inMemoryTransports } from './testing/in-memory-transports.ts';
import { unansweredHandlers } from './testing/unanswered-handlers.ts';

import type { Handlers } from './handler.ts';
import { serveConnection } from './serve-connection.ts';

const size = { columns: 80, rows: 24 };
const attached = { id: 'c', session: 'main', size };

type Fakes = { readonly [K in keyof Handlers]?: Partial<Handlers[K]> };

/** A client of an engine that answers with `handlers`, over every way there is to reach one. */
const reaches = [
  { over: 'a connection', connect: (handlers: Fakes) => direct(handlers) },
  { over: 'window.estrato', connect: (handlers: Fakes) => throughWindow(handlers) },
];

function serving(handlers: Fakes) {
  const [here, there] = inMemoryTransports();
  const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  serveConnection(there, unansweredHandlers(handlers), log);
  return { transport: here, log };
}

function direct(handlers: Fakes): { client: EngineClient; drop: () => void } {
  const { transport } = serving(handlers);
  return {
    client: typedClient(new Connection(transport, parseAnswerFrame), findMethod),
    drop: () => transport.drop('the cable was pulled'),
  };
}

function throughWindow(handlers: Fakes): { client: EngineClient; drop: () => void } {
  const { transport } = serving(handlers);
  const dials = [() => Promise.resolve(transport), () => new Promise<never>(() => undefined)];
  const api = exposeConnection({
    dial: () => dials.shift()?.() ?? Promise.reject(new Error('no more')),
    wait: () => new Promise(() => undefined),
  });
  return { client: adaptWindowApi(api), drop: () => transport.drop('the cable was pulled') };
}

function* numbered(count: number): Generator<{ stream: 'stdout'; time: number; text: string }[]> {
  for (let time = 0; time < count; time++) yield [{ stream: 'stdout', time, text: 'x'.repeat(1000) }];
}

describe.each(reaches)('over $over', ({ connect }) => {
  test('an answer comes back as the handler gave it', async () => {
    const { client } = connect({ calls: { 'containers.exec': async () => ({ session: 's1' }) } });
    const answer = await client.call('containers.exec', { id: 'c', command: ['sh'], tty: true, size });
    expect(answer).toEqual({ session: 's1' });
  });

  test('a failure keeps its code and its sentence', async () => {
    const { client } = connect({
      calls: {
        'images.remove': async () => {
          throw new EngineError('conflict', 'The image is in use by web.');
        },
      },
    });
    await expect(client.call('images.remove', { image: 'a' })).rejects.toMatchObject({
      name: 'EngineError',
      code: 'conflict',
      message: 'The image is in use by web.',
    });
  });

  test('parameters of another shape never reach the handler', async () => {
    const handler = vi.fn();
    const { client } = connect({ calls: { 'jobs.cancel': handler } });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a client that nobody compiled
    await expect(client.call('jobs.cancel', { id: 7 } as never)).rejects.toMatchObject({ code: 'invalid-argument' });
    expect(handler).not.toHaveBeenCalled();
  });

  test('an answer of another shape than promised is not handed on', async () => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a handler that breaks its promise
    const { client } = connect({ calls: { 'jobs.list': async () => [{ id: 5 }] as never } });
    await expect(client.call('jobs.list', {})).rejects.toMatchObject({ code: 'internal' });
  });

  test.each(['images.frobnicate', '__proto__', 'toString'])('%s is not a method', async (method) => {
    const { client } = connect({});
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a client that nobody compiled
    await expect(client.call(method as never, {} as never)).rejects.toMatchObject({ code: 'unsupported' });
  });

  test('items come in order and all of them', async () => {
    const { client } = connect({
      streams: {
        'containers.logs': async function* () {
          yield* numbered(5000);
        },
      },
    });
    let expected = 0;
    for await (const [entry] of client.stream('containers.logs', { id: 'c', tail: 0, follow: false })) {
      expect(entry?.time).toBe(expected++);
    }
    expect(expected).toBe(5000);
  });

  test('a stream that fails midway gives what it had, then the failure', async () => {
    const { client } = connect({
      streams: {
        'containers.logs': async function* () {
          yield* numbered(3);
          throw new EngineError('corrupt', 'The log is broken.');
        },
      },
    });
    const seen: number[] = [];
    const read = async (): Promise<void> => {
      for await (const [entry] of client.stream('containers.logs', { id: 'c', tail: 0, follow: false })) {
        seen.push(entry?.time ?? -1);
      }
    };
    await expect(read()).rejects.toMatchObject({ code: 'corrupt' });
    expect(seen).toEqual([0, 1, 2]);
  });

  test('a stream that nobody reads stops its handler', async () => {
    let produced = 0;
    const { client } = connect({
      streams: {
        'containers.logs': async function* () {
          for (const entry of numbered(100_000)) {
            produced++;
            yield entry;
          }
        },
      },
    });
    const stream = client.stream('containers.logs', { id: 'c', tail: 0, follow: false })[Symbol.asyncIterator]();
    await stream.next();
    await settled(() => produced);
    expect(produced * 1000).toBeLessThan(4 * CREDIT_WINDOW);
    await stream.return?.();
  });

  test('leaving a stream fires the signal of its handler', async () => {
    const left = Promise.withResolvers<string>();
    const { client } = connect({
      streams: {
        'system.watch': async function* (_, signal) {
          signal.addEventListener('abort', () => left.resolve('left'));
          yield { event: { type: 'image', action: 'tag', id: 'i', attributes: {}, time: 1 } };
          await left.promise;
        },
      },
    });
    for await (const _ of client.stream('system.watch', {})) break;
    await expect(left.promise).resolves.toBe('left');
  });

  test('cancelling a call fires the signal of its handler and rejects', async () => {
    const left = Promise.withResolvers<string>();
    const started = Promise.withResolvers<void>();
    const { client } = connect({
      calls: {
        'containers.stop': async (_, signal) => {
          signal.addEventListener('abort', () => left.resolve('left'));
          started.resolve();
          await left.promise;
          return {};
        },
      },
    });
    const leaving = new AbortController();
    const answer = client.call('containers.stop', { id: 'c' }, leaving.signal);
    await started.promise;
    leaving.abort();
    await expect(answer).rejects.toMatchObject({ code: 'cancelled' });
    await expect(left.promise).resolves.toBe('left');
  });

  test('bytes and messages go both ways and the answer ends them', async () => {
    const { client } = connect({
      duplexes: {
        'containers.attach': async (params, peer) => {
          expect(params).toEqual(attached);
          for await (const message of peer.messages) {
            expect(message).toEqual({ resize: { columns: 100, rows: 30 } });
            break;
          }
          peer.send({ replayed: true });
          for await (const bytes of peer.bytes) await peer.write(bytes.map((byte) => byte + 1));
          peer.send({ exited: { exitCode: 3 } });
          return { exitCode: 3 };
        },
      },
    });
    const duplex = client.duplex('containers.attach', attached);
    duplex.send({ resize: { columns: 100, rows: 30 } });
    await duplex.write(Uint8Array.of(1, 2, 3));
    duplex.end();
    expect(await bytesOf(duplex.bytes)).toEqual(Buffer.of(2, 3, 4));
    expect(await Array.fromAsync(duplex.messages)).toEqual([{ replayed: true }, { exited: { exitCode: 3 } }]);
    await expect(duplex.answer).resolves.toEqual({ exitCode: 3 });
  });

  test('16 MiB arrive whole in both directions', async () => {
    const { client } = connect({
      duplexes: {
        'containers.attach': async (_, peer) => {
          for await (const bytes of peer.bytes) await peer.write(bytes);
          return { exitCode: 0 };
        },
      },
    });
    const duplex = client.duplex('containers.attach', attached);
    const sent = new Uint8Array(16 * 1024 * 1024).map((_, index) => index % 251);
    const written = duplex.write(sent).then(() => duplex.end());
    expect(Buffer.compare(await bytesOf(duplex.bytes), sent)).toBe(0);
    await written;
  });

  test('an unread duplex stops its writer, and reading lets it go on', async () => {
    let written = 0;
    const { client } = connect({
      duplexes: {
        'containers.attach': async (_, peer) => {
          for (; written < 8 * 1024 * 1024; written += 64 * 1024) await peer.write(new Uint8Array(64 * 1024));
          return { exitCode: 0 };
        },
      },
    });
    const duplex = client.duplex('containers.attach', attached);
    await settled(() => written);
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThanOrEqual(CREDIT_WINDOW + MAX_CHUNK);
    expect((await bytesOf(duplex.bytes)).length).toBe(8 * 1024 * 1024);
  });

  test('a handler that does not read stops the client from writing', async () => {
    const { client } = connect({ duplexes: { 'containers.attach': () => new Promise(() => undefined) } });
    const duplex = client.duplex('containers.attach', attached);
    let written = 0;
    void (async () => {
      for (;;) {
        await duplex.write(new Uint8Array(64 * 1024));
        written += 64 * 1024;
      }
    })().catch(() => undefined);
    await settled(() => written);
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThanOrEqual(CREDIT_WINDOW + MAX_CHUNK);
    duplex.close();
  });

  test('a lost connection fails everything pending with unavailable', async () => {
    const never = new Promise<never>(() => undefined);
    const { client, drop } = connect({
      calls: { 'containers.stop': () => never },
      streams: {
        'system.watch': async function* () {
          yield { event: { type: 'image', action: 'tag', id: 'i', attributes: {}, time: 1 } };
          await never;
        },
      },
      duplexes: { 'containers.attach': () => never },
    });
    const call = client.call('containers.stop', { id: 'c' });
    const stream = client.stream('system.watch', {})[Symbol.asyncIterator]();
    const duplex = client.duplex('containers.attach', attached);
    await stream.next();
    const outcomes = Promise.allSettled([call, stream.next(), duplex.answer, bytesOf(duplex.bytes)]);
    drop();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
    }
  });
});

describe('what breaks the protocol', () => {
  const open = (stream: number): string => JSON.stringify({ type: 'open', stream, method: 'jobs.list', params: {} });
  const bytesOfOne = (size: number): Uint8Array => encodeBytesFrame({ stream: 1, bytes: new Uint8Array(size) });
  const hanging = { calls: { 'jobs.list': () => new Promise<never>(() => undefined) } };

  test.each([
    ['text that is not JSON', ['{nope']],
    ['JSON that is no frame', ['{"type":"hello"}']],
    ['a frame above the limit', [`{"type":"open","x":"${'x'.repeat(MAX_REQUEST_FRAME)}"}`]],
    ['a stream number used twice', [open(1), open(1)]],
    ['a frame for a stream that was never opened', ['{"type":"cancel","stream":9}']],
    ['bytes without a stream', [Uint8Array.of(1, 2)]],
    ['bytes of stream 0', [Uint8Array.of(0, 0, 0, 0, 1)]],
    ['bytes above the limit', [open(1), bytesOfOne(MAX_CHUNK + 1)]],
    ['more streams than allowed', Array.from({ length: MAX_OPEN_STREAMS + 1 }, (_, index) => open(index + 1))],
    ['bytes without credit', [open(1), ...Array.from({ length: 3 }, () => bytesOfOne(MAX_CHUNK))]],
    [
      'messages that nobody reads',
      [open(1), ...Array.from({ length: 1001 }, () => '{"type":"send","stream":1,"message":{}}')],
    ],
  ])('%s closes the connection with a reason', async (_, frames) => {
    const { transport, log } = serving(hanging);
    const closed = new Promise<string>((resolve) => transport.onClose(resolve));
    for (const frame of frames) transport.send(frame);
    expect(await closed).not.toBe('');
    expect(log.warn).toHaveBeenCalledOnce();
  });

  test('garbage never does more than close the connection', async () => {
    let seed = 42;
    const random = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % below;
    };
    const pieces = [
      '{',
      '}',
      '"type"',
      ':',
      '"open"',
      ',',
      '"stream"',
      '1',
      '-1',
      '4294967296',
      '[',
      ']',
      'null',
      '\u0000',
      '"params"',
    ];
    for (let round = 0; round < 500; round++) {
      const { transport } = serving(hanging);
      const closed = new Promise((resolve) => transport.onClose(resolve));
      for (let frame = 0; frame < 5; frame++) {
        const text = Array.from({ length: random(12) }, () => pieces[random(pieces.length)]).join('');
        transport.send(random(2) === 0 ? text : Uint8Array.from({ length: random(40) }, () => random(256)));
      }
      transport.send('{"type":"the end"}');
      await closed;
    }
  });

  test('garbage from the engine closes the connection of the client', async () => {
    const [here, there] = inMemoryTransports();
    const connection = new Connection(here, parseAnswerFrame);
    const answer = connection.call('jobs.list', {});
    there.send('{"type":"result","stream":"one"}');
    await expect(answer).rejects.toMatchObject({ code: 'unavailable' });
    expect(await connection.closed).toContain('not understood');
  });
});

async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return Buffer.concat(await Array.fromAsync(source));
}

/** Waits until a number stops growing over many turns of the event loop. */
async function settled(read: () => number): Promise<void> {
  let calm = 0;
  for (let last = -1; calm < 200;) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    calm = read() === last ? calm + 1 : 0;
    last = read();
  }
}
