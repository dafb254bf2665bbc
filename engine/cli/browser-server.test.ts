import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { WebSocket as ServerSocket } from 'ws';
import { WebSocket, WebSocketServer } from 'ws';

import type { BrowserServer } from './browser-server.ts';
import { startBrowserServer } from './browser-server.ts';

const RPC = '/estrato/v1/rpc';
const page = '<!doctype html><title>Estrato</title>';

let dir = '';
let server: BrowserServer;
let engine: { readonly sockets: ServerSocket[]; close(): Promise<void> };
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'estrato serve-'));
  await mkdir(join(dir, 'renderer/assets'), { recursive: true });
  await writeFile(join(dir, 'renderer/index.html'), page);
  await writeFile(join(dir, 'renderer/assets/app-1a2b.js'), 'export {};');
  await writeFile(join(dir, 'secret'), 'outside');
  engine = await startEngine();
  server = await startBrowserServer({
    rendererDir: join(dir, 'renderer'),
    socketPath: join(dir, 'engine.sock'),
    port: 0,
    engineState: () => ({ status: 'running', isOurs: true }),
  });
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await engine.close();
  await rm(dir, { recursive: true, force: true });
});

/** Something that speaks WebSocket at the engine's socket; what it says is up to each test. */
async function startEngine() {
  const sockets: ServerSocket[] = [];
  const http: Server = createServer();
  new WebSocketServer({ server: http, perMessageDeflate: false }).on('connection', (socket) => sockets.push(socket));
  await new Promise<void>((resolve) => http.listen(join(dir, 'engine.sock'), resolve));
  return {
    sockets,
    close: async () => {
      for (const socket of sockets) socket.terminate();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

function port(): number {
  return Number(new URL(server.url).port);
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** As a browser on this machine asks, unless told to ask otherwise. `fetch` would hide the host header. */
async function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(
      { host: '127.0.0.1', port: port(), path, method, headers: { host: `127.0.0.1:${port()}`, ...headers } },
      resolve,
    )
      .on('error', reject)
      .end();
  });
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
}

/** Goes in by the printed address. @returns the session's cookie. */
async function enter(): Promise<string> {
  const { pathname, search } = new URL(server.url);
  const { headers } = await ask(pathname + search);
  return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

describe('the door', () => {
  test('the token is exchanged for a cookie and leaves the address', async () => {
    const { pathname, search } = new URL(server.url);
    const answer = await ask(pathname + search);
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/');
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(new RegExp(`^estrato-${port()}=[\\w-]{43}; `));
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Strict');
  });

  test('the token dies with its first use', async () => {
    const { pathname, search } = new URL(server.url);
    await enter();
    const second = await ask(pathname + search);
    expect(second.status).toBe(403);
    expect(second.headers['set-cookie']).toBeUndefined();
    expect(second.body).toContain('estrato serve');
  });

  test('whoever is in already may open the printed address again', async () => {
    const cookie = await enter();
    const { pathname, search } = new URL(server.url);
    expect(await ask(pathname + search, { cookie })).toMatchObject({ status: 303, headers: { location: '/' } });
  });

  test('the session survives a reload', async () => {
    const cookie = await enter();
    for (let reload = 0; reload < 2; reload++) {
      expect(await ask('/', { cookie })).toMatchObject({ status: 200, body: page });
    }
  });

  test.each([
    ['without a cookie', {}],
    ['with an invented cookie', { cookie: `estrato-PORT=${'a'.repeat(43)}` }],
    ['with an empty cookie', { cookie: 'estrato-PORT=' }],
  ])('nothing is given %s', async (_, headers) => {
    const said = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace('PORT', String(port()))]),
    );
    for (const path of ['/', '/assets/app-1a2b.js', '/estrato/v1/state', '/?token=', '/?token=wrong', '/nothing']) {
      expect(await ask(path, said)).toMatchObject({ status: 403 });
    }
  });

  test.each(['evil.example', '127.0.0.1', '127.0.0.1.evil.example:PORT', '192.168.0.7:PORT'])(
    'whoever asks for the host "%s" gets nothing, with the cookie too',
    async (name) => {
      const cookie = await enter();
      const host = name.replace('PORT', String(port()));
      expect(await ask('/', { cookie, host })).toMatchObject({ status: 421 });
    },
  );

  test('nothing is written', async () => {
    const cookie = await enter();
    expect(await ask('/', { cookie }, 'POST')).toMatchObject({ status: 405 });
  });
});

describe('the renderer', () => {
  test('every answer says what the page may do', async () => {
    const cookie = await enter();
    for (const answer of [await ask('/', { cookie }), await ask('/'), await ask('/nothing', { cookie })]) {
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
      expect(answer.headers['content-security-policy']).toContain(`ws://127.0.0.1:${port()}`);
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(answer.headers['x-frame-options']).toBe('DENY');
    }
  });

  test('files with their hash in the name are kept by the browser, the page is not', async () => {
    const cookie = await enter();
    expect((await ask('/assets/app-1a2b.js', { cookie })).headers['cache-control']).toContain('immutable');
    expect((await ask('/', { cookie })).headers['cache-control']).toBe('no-store');
  });

  test.each(['/../secret', '/%2e%2e/secret', '/assets/..%2f..%2f..%2fsecret', '//secret'])(
    'nothing outside is served for %s',
    async (path) => {
      const cookie = await enter();
      const answer = await ask(path, { cookie });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.body).not.toContain('outside');
    },
  );

  test('a page that reaches no engine can ask how it is', async () => {
    const cookie = await enter();
    expect(JSON.parse((await ask('/estrato/v1/state', { cookie })).body)).toEqual({ status: 'running', isOurs: true });
  });

  test('a renderer that was never built is said before anything listens', async () => {
    const options = { rendererDir: join(dir, 'none'), socketPath: '', port: 0, engineState: () => ({}) };
    await expect(startBrowserServer(options)).rejects.toThrow('npm run build:renderer');
  });

  test('a port that is taken is said', async () => {
    const options = { rendererDir: join(dir, 'renderer'), socketPath: '', port: port(), engineState: () => ({}) };
    await expect(startBrowserServer(options)).rejects.toThrow(`Port ${port()} can't be used`);
  });
});

describe('the relay', () => {
  /** @returns the socket, or the HTTP status that refused it. */
  async function dial(headers: Record<string, string>, path = RPC): Promise<WebSocket | number> {
    const socket = new WebSocket(`ws://127.0.0.1:${port()}${path}`, { headers, perMessageDeflate: false });
    return new Promise((resolve, reject) => {
      socket.on('open', () => resolve(socket));
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
      socket.on('error', reject);
    });
  }

  async function connect(): Promise<{ browser: WebSocket; there: ServerSocket }> {
    const browser = await dial({ cookie: await enter(), origin: `http://127.0.0.1:${port()}` });
    const there = engine.sockets.at(-1);
    if (typeof browser === 'number' || there === undefined) throw new Error('refused');
    return { browser, there };
  }

  test.each([
    ['without a cookie', { origin: 'http://127.0.0.1:PORT' }],
    ['from another site', { origin: 'https://evil.example', cookie: 'COOKIE' }],
    ['from another port of this machine', { origin: 'http://127.0.0.1:1', cookie: 'COOKIE' }],
    ['from a page without an origin', { origin: 'null', cookie: 'COOKIE' }],
    ['by a program that says no origin', { cookie: 'COOKIE' }],
  ])('a WebSocket %s is refused', async (_, headers) => {
    const cookie = await enter();
    const said: Record<string, string> = {};
    for (const [name, value] of Object.entries(headers)) {
      said[name] = value.replace('PORT', String(port())).replace('COOKIE', cookie);
    }
    expect(await dial(said)).toBe(403);
    expect(engine.sockets).toHaveLength(0);
  });

  test('another host and another path are refused', async () => {
    const cookie = await enter();
    const origin = `http://127.0.0.1:${port()}`;
    expect(await dial({ cookie, origin: 'http://evil.example', host: 'evil.example' })).toBe(421);
    expect(await dial({ cookie, origin }, '/other')).toBe(404);
  });

  test('frames arrive as they were sent, text as text and bytes as bytes', async () => {
    const { browser, there } = await connect();
    const received: unknown[] = [];
    const four = new Promise<void>((resolve) => {
      const note = (data: unknown, isBinary: boolean): void => {
        received.push([String(data), isBinary]);
        if (received.length === 4) resolve();
      };
      browser.on('message', note);
      there.on('message', note);
    });
    there.send('{"not":"looked at');
    there.send(Buffer.from([104, 105]));
    browser.send('é'.repeat(10));
    browser.send(Buffer.from('bytes'));
    await four;
    expect(received).toEqual(
      expect.arrayContaining([
        ['{"not":"looked at', false],
        ['hi', true],
        ['é'.repeat(10), false],
        ['bytes', true],
      ]),
    );
    browser.terminate();
  });

  test('a window that does not read stops the engine from being read, and loses nothing', async () => {
    const { browser, there } = await connect();
    browser.pause();
    const frame = Buffer.alloc(256 * 1024, 7);
    const frames = 400;
    for (let sent = 0; sent < frames; sent++) there.send(frame);
    // More than all buffers between the two hold, so the rest has to wait where it was sent. However long one looks.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(there.bufferedAmount).toBeGreaterThan(0.5 * frames * frame.length);
    let bytes = 0;
    const all = new Promise<void>((resolve) => {
      browser.on('message', (data: Buffer) => {
        bytes += data.length;
        if (bytes === frames * frame.length) resolve();
      });
    });
    browser.resume();
    await all;
    browser.terminate();
  });

  test('the reason for which the engine hangs up reaches the window', async () => {
    const { browser, there } = await connect();
    const closed = new Promise((resolve) => browser.on('close', (code, reason) => resolve([code, String(reason)])));
    there.close(1001, 'The engine is stopping.');
    expect(await closed).toEqual([1001, 'The engine is stopping.']);
  });

  test('an engine that dies is told apart from one that stops', async () => {
    const { browser, there } = await connect();
    const closed = new Promise((resolve) => browser.on('close', (code, reason) => resolve([code, String(reason)])));
    there.terminate();
    expect(await closed).toEqual([1011, 'the engine is gone']);
  });

  test('a window that leaves leaves the engine too', async () => {
    const { browser, there } = await connect();
    const closed = new Promise((resolve) => there.on('close', resolve));
    browser.terminate();
    await closed;
  });

  test('while there is no engine the window is told to come again, and then it works', async () => {
    const cookie = await enter();
    const headers = { cookie, origin: `http://127.0.0.1:${port()}` };
    await engine.close();
    await rm(join(dir, 'engine.sock'), { force: true });
    expect(await dial(headers)).toBe(503);
    engine = await startEngine();
    expect(await dial(headers)).toBeInstanceOf(WebSocket);
  });
});
