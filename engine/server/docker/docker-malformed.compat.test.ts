import { stat } from 'node:fs/promises';

import { expect, test } from 'vitest';

import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { makeImageOf } from '#engine/testing/image-fixture.ts';
import { residentBytes } from '#engine/testing/engine-weight.ts';
import { rawRequest } from '#engine/testing/raw-request.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';
import { tarOf } from '#engine/testing/tar-fixture.ts';

const MiB = 1024 * 1024;
const someText: unknown = expect.stringMatching(/\S/);
const containing = (sentence: string): unknown => expect.stringContaining(sentence);

describeWith(['root', 'launcher', 'busybox'], 'requests that are malformed', () => {
  const { engine, image } = storyScene();

  const post = (path: string, body: unknown): ReturnType<typeof engine.ask> =>
    engine.ask(path, { method: 'POST', body, type: 'application/json' });

  test.each([
    ['no HTTP', 'hello\r\n\r\n', '400 Bad Request'],
    ['a method that is none', 'FROB / HTTP/1.1\r\nHost: x\r\n\r\n', '400 Bad Request'],
    ['a zero in the address', 'GET /_ping\0 HTTP/1.1\r\nHost: x\r\n\r\n', '400 Bad Request'],
    ['a header without a name', 'GET /_ping HTTP/1.1\r\n: x\r\n\r\n', '400 Bad Request'],
    ['two lengths', 'POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', '400 Bad Request'],
    ['a negative length', 'POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n', '400 Bad Request'],
    [
      'a length and chunks',
      'POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      '400 Bad Request',
    ],
    [
      'giant headers',
      `GET /_ping HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(200_000)}\r\n\r\n`,
      '431 Request Header Fields Too Large',
    ],
  ])('%s', async (_, request, status) => {
    const answer = await rawRequest(engine.socketPath, request);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status}\r\n`));
    expect(answer).toContain(`\r\n\r\n${status}`);
  });

  test('bad chunks end the connection, whatever was being sent', async () => {
    for (const [path, type] of [
      ['/build', 'application/x-tar'],
      ['/images/load', 'application/x-tar'],
      ['/containers/create', 'application/json'],
    ]) {
      const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n`;
      expect(await rawRequest(engine.socketPath, head, '5\r\nhello\r\nzz\r\n')).toMatch(/^(?:HTTP\/1.1 4\d\d |$)/);
    }
    expect((await engine.ask('/_ping')).status).toBe(200);
  });

  test.each([
    ['/v1.52/info', 'client version 1.52 is too new. Maximum supported API version is 1.51'],
    ['/v1.21/info', 'client version 1.21 is too old. Minimum supported API version is 1.22'],
    ['/v99999999999999999999.1/info', 'is too new'],
    ['/v0/info', 'is too old'],
  ])('a version that nobody speaks: %s', async (path, sentence) => {
    const { status, body } = await engine.ask(path);
    expect([status, JSON.parse(body)]).toEqual([400, { message: containing(sentence) }]);
  });

  test.each([
    ['/v1.51/../../etc/passwd', 404],
    ['/containers/..%2f..%2fetc/json', 404],
    ['/images/..%2f..%2fetc%2fpasswd/json', 404],
    ['/volumes/..%2f..', 404],
    ['/networks/%00', 404],
    ['/containers/%zz/json', 400],
    ['/containers/json?filters=%7B', 400],
    ['/containers/json?limit=x', 400],
    ['/containers/json?limit=1&limit=2', 400],
    ['/events?since=never', 400],

    ['/nothing/here', 404],
  ])('GET %s is answered in a sentence', async (path, status) => {
    const answer = await engine.ask(path);
    expect([answer.status, JSON.parse(answer.body)]).toEqual([status, { message: someText }]);
  });

  test('a name longer than any is nobody’s', async () => {
    const { status, body } = await engine.ask(`/containers/${'x'.repeat(4000)}/json`);
    expect([status, JSON.parse(body)]).toEqual([404, { message: containing('No such container') }]);
  });

  test.each([
    ['text', 'x'],
    ['a list', []],
    ['null', null],
    ['a number', 1],
    ['no image', {}],
    ['an image that is a number', { Image: 1 }],
    ['a command of numbers', { Image: 'story:1.0', Cmd: [1] }],
    ['labels that are a list', { Image: 'story:1.0', Labels: ['a'] }],
    ['half a byte', { Image: 'story:1.0', HostConfig: { ShmSize: 0.5 } }],
    ['a zero in a command', { Image: 'story:1.0', Cmd: ['a\0b'] }],
    ['a zero in the environment', { Image: 'story:1.0', Env: ['A=\0'] }],
    ['a way out of a volume', { Image: 'story:1.0', HostConfig: { Binds: ['../../etc:/x'] } }],
    ['a port beyond all', { Image: 'story:1.0', HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '70000' }] } } }],
  ])('a container of %s is 400', async (_, body) => {
    const { status, body: said } = await post('/containers/create', body);
    expect([status, JSON.parse(said)]).toEqual([400, { message: someText }]);
  });

  test.each([
    ['no end', '{"Image":"story:1.0"'],
    ['other words', 'Image=story:1.0'],
    ['a prototype', '{"__proto__":{"Image":"story:1.0"}}'],
    ['a hundred thousand lists in each other', '['.repeat(100_000)],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00])],
  ])('JSON that is none: %s', async (_, body) => {
    const { status, body: said } = await post('/containers/create', Buffer.from(body));
    expect([status, JSON.parse(said)]).toEqual([400, { message: someText }]);
  });

  test('a hundred megabytes of JSON are refused, and not kept', async () => {
    const before = await residentBytes(engine.pid);
    const piece = Buffer.alloc(MiB, 'x');
    const head = 'POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
    const pieces = Array.from({ length: 100 }, () => piece);
    const ping = 'GET /_ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    const whole = await rawRequest(engine.socketPath, `${head}Content-Length: ${100 * MiB}\r\n\r\n`, ...pieces, ping);
    expect(whole).toMatch(/^HTTP\/1.1 413 [^]*The request body is too large[^]*HTTP\/1.1 200 OK/);
    const size = `${MiB.toString(16)}\r\n`;
    const chunks = pieces.flatMap((each) => [size, each, '\r\n']);
    const chunked = await rawRequest(
      engine.socketPath,
      `${head}Transfer-Encoding: chunked\r\n\r\n`,
      ...chunks,
      '0\r\n\r\n',
      ping,
    );
    expect(chunked).toMatch(/^HTTP\/1.1 413 [^]*The request body is too large/);
    // What was read is garbage, and goes back to the machine.
    const grown = async (): Promise<number> => (await residentBytes(engine.pid)) - before;
    await expect.poll(grown, { timeout: 60_000 }).toBeLessThan(64 * MiB);
  });

  test.each(['9007199254740993', 'a b', 'me@there', '\0', '[::1', 'a:99999'])(
    '%j is no registry',
    async (serveraddress) => {
      const { status, body } = await post('/auth', { username: 'a', password: 'b', serveraddress });
      expect([status, JSON.parse(body)]).toEqual([400, { message: containing('is no registry') }]);
    },
  );

  test('a tar that is none is the sender’s fault, wherever it is sent', async () => {
    await post('/containers/create?name=box', { Image: image });
    const archive = await dockerArchive({ image: await makeImageOf(1), names: ['a:1'] });
    const bad = [Buffer.from('no tar at all'), Buffer.alloc(2048, 7), archive.subarray(0, 700)];
    for (const body of bad) {
      for (const path of ['/images/load', '/build']) {
        expect([path, (await engine.ask(path, { method: 'POST', body })).status]).toEqual([path, 400]);
      }
      expect((await engine.ask('/containers/box/archive?path=/tmp', { method: 'PUT', body })).status).toBe(400);
    }
  });

  test('a tar does not leave the place it is for', async () => {
    await post('/containers/create?name=box', { Image: image });
    const body = await tarOf(
      { name: 'out', type: 'symlink', linkname: '/proc/1/root/tmp' },
      { name: 'out/estrato-escaped', body: 'x' },
      { name: '../../../../../../tmp/estrato-escaped', body: 'x' },
    );
    await engine.ask('/containers/box/archive?path=/tmp', { method: 'PUT', body });
    await expect(stat('/tmp/estrato-escaped')).rejects.toThrow('ENOENT');
  });
});
