import { expect, test, vi } from 'vitest';

import { Queue } from '#engine/async/queue.ts';
import { Connection } from '#engine/contract/connection.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { CREDIT_WINDOW } from '#engine/contract/bytes-frame.ts';
import { parseAnswerFrame } from '#engine/contract/frames.ts';
import { findMethod } from '#engine/contract/method-areas.ts';
import { typedClient } from '#engine/contract/typed-client.ts';
import type { AttachOptions, ExitStatus, OutputChunk, TakeChunks } from '#engine/runtime/runtime.ts';

import { attachTerminal } from './attach-terminal.ts';
import { serveConnection } from './serve-connection.ts';
import { inMemoryTransports } from './testing/in-memory-transports.ts';
import { unansweredHandlers } from './testing/unanswered-handlers.ts';

const size = { columns: 120, rows: 40 };

/** A process whose shim is played by the test, and a terminal attached to it over a real connection. */
function attached({ hasEnded = false } = {}) {
  const output = new Queue<OutputChunk>();
  const exit = Promise.withResolvers<ExitStatus>();
  const seen = { sizes: [] as unknown[], input: '', isInputEnded: false, isDetached: false, readChunks: 0 };
  let options: AttachOptions | undefined;
  const attachment = {
    output: (async function* () {
      for await (const chunk of output) {
        seen.readChunks += 1;
        yield chunk;
      }
    })(),
    relay: async (take: TakeChunks) => {
      for await (const chunk of output) await take([chunk]);
    },
    write: async (bytes: Uint8Array) => {
      seen.input += new TextDecoder().decode(bytes);
    },
    endInput: async () => {
      seen.isInputEnded = true;
    },
    [Symbol.asyncDispose]: async () => {
      seen.isDetached = true;
      output.end();
    },
  };
  const process = {
    pid: 1,
    attach: async () => attachment,
    resize: async (wanted: unknown) => {
      if (hasEnded) throw new EngineError('internal', 'the session has no terminal that could be resized');
      seen.sizes.push(wanted);
    },
    signal: async () => undefined,
    wait: () => exit.promise,
  };
  const [here, there] = inMemoryTransports();
  const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const handlers = unansweredHandlers({
    duplexes: {
      'containers.attach': (params, peer, signal) => {
        const attach = async (asked: AttachOptions) => {
          options = asked;
          return { attachment, process, tty: true };
        };
        return attachTerminal(attach, { size: params.size, peer }, signal);
      },
    },
  });
  serveConnection(there, handlers, log);
  const terminal = typedClient(new Connection(here, parseAnswerFrame), findMethod).duplex('containers.attach', {
    id: 'c',
    session: 'main',
    size,
  });
  return {
    terminal,
    seen,
    print: (text: string) => output.push({ stream: 'stdout', bytes: new TextEncoder().encode(text) }),
    endReplay: () => options?.onReplayed?.(),
    end: (exitCode: number) => {
      output.end();
      exit.resolve({ exitCode, oomKilled: false, finishedAt: 0 });
    },
    fail: (error: Error) => output.fail(error),
    drop: () => here.drop('the cable was pulled'),
  };
}

test('the size is set first, output comes, and the exit code is the answer', async () => {
  const { terminal, seen, print, end } = attached();
  print('hello');
  await vi.waitFor(() => expect(seen.sizes).toEqual([size]));
  end(7);
  const chunks = await Array.fromAsync(terminal.bytes);
  expect(Buffer.concat(chunks).toString()).toBe('hello');
  expect(await Array.fromAsync(terminal.messages)).toEqual([{ exited: { exitCode: 7 } }]);
  expect(await terminal.answer).toEqual({ exitCode: 7 });
});

test('the mark stands after the replayed bytes and before what is live', async () => {
  const { terminal, seen, print, endReplay, end } = attached();
  const order: unknown[] = [];
  const reading = (async () => {
    for await (const bytes of terminal.bytes) order.push(Buffer.from(bytes).toString());
  })();
  const messages = (async () => {
    for await (const message of terminal.messages) order.push(message);
  })();
  print('before');
  await vi.waitFor(() => expect(order).toEqual(['before']));
  endReplay();
  await vi.waitFor(() => expect(order).toHaveLength(2));
  print('after');
  await vi.waitFor(() => expect(order).toHaveLength(3));
  end(0);
  await Promise.all([reading, messages]);
  expect(order).toEqual(['before', { replayed: true }, 'after', { exited: { exitCode: 0 } }]);
  expect(seen.isDetached).toBe(true);
});

test('input, sizes and the end of input reach the process', async () => {
  const { terminal, seen, end } = attached();
  await terminal.write(new TextEncoder().encode('ls\n'));
  terminal.send({ resize: { columns: 90, rows: 20 } });
  terminal.end();
  await vi.waitFor(() => expect(seen.isInputEnded).toBe(true));
  await vi.waitFor(() => expect(seen.sizes).toEqual([size, { columns: 90, rows: 20 }]));
  expect(seen.input).toBe('ls\n');
  end(0);
  await terminal.answer;
});

test('a terminal that does not draw stops the reading, and loses nothing', async () => {
  const { terminal, seen, print, end } = attached();
  const line = 'x'.repeat(64 * 1024);
  const lines = 40;
  for (let printed = 0; printed < lines; printed++) print(line);
  end(0);
  await vi.waitFor(() => expect(seen.readChunks).toBeGreaterThan(CREDIT_WINDOW / line.length));
  expect(seen.readChunks).toBeLessThan(CREDIT_WINDOW / line.length + 3);
  const chunks = await Array.fromAsync(terminal.bytes);
  expect(Buffer.concat(chunks)).toHaveLength(lines * line.length);
});

test('a session that has ended meanwhile still shows its output and its exit code', async () => {
  const { terminal, print, end } = attached({ hasEnded: true });
  print('last words');
  end(3);
  expect(Buffer.concat(await Array.fromAsync(terminal.bytes)).toString()).toBe('last words');
  expect(await terminal.answer).toEqual({ exitCode: 3 });
});

test('leaving detaches, though the process stays silent', async () => {
  const { terminal, seen } = attached();
  await vi.waitFor(() => expect(seen.sizes).toHaveLength(1));
  terminal.close();
  await vi.waitFor(() => expect(seen.isDetached).toBe(true));
});

test('a lost connection detaches', async () => {
  const { seen, drop } = attached();
  await vi.waitFor(() => expect(seen.sizes).toHaveLength(1));
  drop();
  await vi.waitFor(() => expect(seen.isDetached).toBe(true));
});

test('a shim that dies is told', async () => {
  const { terminal, seen, fail } = attached();
  await vi.waitFor(() => expect(seen.sizes).toHaveLength(1));
  fail(new EngineError('unavailable', 'The shim is gone.'));
  await expect(terminal.answer).rejects.toMatchObject({ code: 'unavailable', message: 'The shim is gone.' });
});
