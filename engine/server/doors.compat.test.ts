import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, stat } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

import Docker from 'dockerode';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';

import { DockerCli } from '#engine/testing/docker-cli.ts';
import { EstratoCli, estratoMain } from '#engine/testing/estrato-cli.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { spawnEngine, TestEngine } from '#engine/testing/test-engine.ts';

const run = promisify(execFile);

const AS_NOBODY = `
  exec setpriv --reuid 65534 --regid 65534 --groups "$1" curl -sS --unix-socket "$2" http://localhost/_ping`;

/** curl's exit codes for a connection that the other side ends: no handshake, no answer, not sent, not received. */
const CURL_CUT_OFF = [35, 52, 55, 56];

const cutOff = z.object({ code: z.int(), stdout: z.string() });

describeWith(['root', 'launcher', 'busybox', 'docker client', 'openssl', 'curl'], 'the doors of an engine', () => {
  const engine = new TestEngine();
  const place = new EstratoCli(engine);
  let folder: TemporaryDirectory;
  let dir = '';
  let image = '';
  beforeAll(async () => {
    folder = await temporaryDirectory('doors');
    dir = `${folder.path}/certs`;
    await certs('create', '--dir', dir, '--name', 'builder.example');
    await engine.start('--host', 'tcp://127.0.0.1:0', '--host', 'tcp://[::1]:0', '--certs', dir);
    image = await engine.loadStory();
  });
  afterEach(() => engine.removeContainers());
  afterAll(async () => {
    await engine[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  const port = (at = 1): number => Number(/:(\d+)$/.exec(engine.hosts[at] ?? '')?.[1]);
  const remote = (host: string, client = 'client'): DockerCli =>
    new DockerCli(host, { env: { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: `${dir}/${client}` } });

  describe('by TCP with TLS', () => {
    test('it answers at every address it was given', async () => {
      expect(engine.hosts).toEqual([engine.host, `tcp://127.0.0.1:${port(1)}`, `tcp://[::1]:${port(2)}`]);
      for (const host of engine.hosts.slice(1)) {
        expect(await remote(host).text('images', '-q', image)).not.toBe('');
      }
      expect(await new DockerCli(engine.host).text('images', '-q', image)).not.toBe('');
    });

    test("a container's streams go both ways, each ended by itself", async () => {
      const docker = remote(engine.hosts[1] ?? '');
      const counted = await docker.run(['run', '-i', '--rm', image, 'wc', '-c'], Buffer.alloc(1_000_000, 'x'));
      expect(counted).toMatchObject({ code: 0, stdout: '1000000\n' });
      await docker.text('run', '-d', '--name', 'box', image, 'sleep', '1000');
      const typed = await docker.run(['exec', '-i', 'box', 'sh', '-c', 'tr a-z A-Z; exit 3'], 'typed');
      expect(typed).toMatchObject({ code: 3, stdout: 'TYPED' });
    });

    test('one more client gets in; who has no certificate, or another authority’s, does not', async () => {
      await certs('client', 'laptop', '--dir', dir);
      expect(await remote(engine.hosts[1] ?? '', 'laptop').text('version', '-f', '{{.Server.Version}}')).not.toBe('');
      await certs('create', '--dir', `${folder.path}/others`);
      const ours = ['--cacert', `${dir}/client/ca.pem`];
      const theirs = [
        '--cert',
        `${folder.path}/others/client/cert.pem`,
        '--key',
        `${folder.path}/others/client/key.pem`,
      ];
      const address = `https://127.0.0.1:${port()}/_ping`;
      const mine = ['--cert', `${dir}/client/cert.pem`, '--key', `${dir}/client/key.pem`];
      expect((await run('curl', ['-sS', ...ours, ...mine, address])).stdout).toBe('OK');
      // Node lets the handshake of a stranger's certificate end before it hangs up: a request that is on its way by then
      // turns the end into a reset, so what is held is that nothing was answered.
      for (const stranger of [[], theirs]) {
        const refused = run('curl', ['-sS', ...ours, ...stranger, address]);
        const ending = cutOff.parse(await refused.catch((error: unknown) => error));
        expect(CURL_CUT_OFF).toContain(ending.code);
        expect(ending.stdout).toBe('');
      }
    });

    test('dockerode gets in, and speaks with what it runs', async () => {
      const [ca, cert, key] = await Promise.all(['ca', 'cert', 'key'].map((name) => read(`${dir}/client/${name}.pem`)));
      const client = new Docker({ protocol: 'https', host: '127.0.0.1', port: port(), ca, cert, key });
      const said = new PassThrough();
      const [{ StatusCode }] = z
        .tuple([z.object({ StatusCode: z.int() }), z.unknown()])
        .parse(await client.run(image, ['sh', '-c', 'echo over TLS; exit 3'], said.setEncoding('utf8'), { Tty: true }));
      expect([StatusCode, String(said.read())]).toEqual([3, 'over TLS\r\n']);
      const stranger = new Docker({ protocol: 'https', host: '127.0.0.1', port: port(), ca });
      await expect(stranger.ping()).rejects.toThrow();
    });

    test('the certificates are whole in the eyes of a strict reader', async () => {
      for (const name of ['server', 'client']) {
        const files = ['-CAfile', `${dir}/ca/cert.pem`, `${dir}/${name}/cert.pem`];
        const { stdout } = await run('openssl', ['verify', '-x509_strict', '-purpose', `ssl${name}`, ...files]);
        expect(stdout).toContain(': OK');
      }
    });

    test('without TLS there is no answer, and windows come in by the file system only', async () => {
      const socket = connect(port(), '127.0.0.1');
      socket.end('GET /containers/json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
      expect(await received(socket)).not.toContain('200');
      const files = await Promise.all(['ca', 'cert', 'key'].map((name) => read(`${dir}/client/${name}.pem`)));
      const [ca, cert, key] = files;
      const window = new WebSocket(`wss://127.0.0.1:${port()}/estrato/v1/rpc`, { ca, cert, key });
      await expect(once(window, 'open')).rejects.toThrow('403');
    });

    test('only by its own names', async () => {
      const options = ['--cacert', `${dir}/client/ca.pem`, '--cert', `${dir}/client/cert.pem`];
      const ask = async (name: string): Promise<string> => {
        const to = ['--connect-to', `::127.0.0.1:${port()}`, '-H', `Host: ${name}:${port()}`];
        const words = ['-sS', '-o', '/dev/null', '-w', '%{http_code}', ...options, '--key', `${dir}/client/key.pem`];
        return (await run('curl', [...words, ...to, 'https://builder.example/_ping'])).stdout;
      };
      expect([await ask('builder.example'), await ask('localhost'), await ask('evil.example')]).toEqual([
        '200',
        '200',
        '403',
      ]);
    });

    test('who has what is listed', async () => {
      expect(JSON.parse(await certs('ls', '--dir', dir, '--format', 'json'))).toMatchObject([
        { name: 'ca' },
        { name: 'server' },
        { name: 'client' },
        {},
      ]);
      expect(await certs('renew', '--dir', dir, '--days', '9')).toBe('server\nclient\nlaptop\n');
    });
  });

  test('a port without TLS is refused unless it is asked for twice, and never to strangers', async () => {
    const refusal = (...options: readonly string[]): Promise<string> =>
      text(spawnEngine(`${folder.path}/refused`, `unix://${folder.path}/refused.sock`, { options }).stderr);
    expect(await refusal('--host', 'tcp://127.0.0.1:0')).toContain('estrato certs create');
    expect(await refusal('--host', 'tcp://0.0.0.0:0', '--tcp-without-tls')).toContain('is root on this one');
    await using open = new TestEngine();
    await open.start('--host', 'tcp://127.0.0.1:0', '--tcp-without-tls');
    expect(await new DockerCli(open.hosts[1] ?? '').text('ps', '-aq')).toBe('');
    const answer = await fetch(`${open.hosts[1]?.replace('tcp', 'http')}/_ping`, {
      headers: { Origin: 'http://a.example' },
    });
    expect([answer.status, await answer.text()]).toEqual([403, '{"message":"No web page may ask this engine."}']);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('a unix socket is its owner’s and its group’s', async () => {
    const path = `${folder.path}/group.sock`;
    await chmod(folder.path, 0o755);
    await using other = new TestEngine();
    await other.start('--host', `unix://${path}`, '--group', '4242');
    const { mode, gid, uid } = await stat(path);
    expect([(mode & 0o777).toString(8), uid, gid]).toEqual(['660', 0, 4242]);
    const ask = (group: string): Promise<{ stdout: string }> => run('sh', ['-c', AS_NOBODY, 'sh', group, path]);
    expect((await ask('4242')).stdout).toBe('OK');
    await expect(ask('4243')).rejects.toThrow('curl: (7)');
  });

  test('standard input and output are a way in, with half of it closed', async () => {
    await using dialled = place.start(['system', 'dial-stdio']);
    dialled.endInput('GET /_ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    const { code, stdout } = await dialled.ended;
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^HTTP\/1.1 200 OK\r\n[^]*OK$/)]);
    await using nobody = new EstratoCli({ dataRoot: folder.path, host: `unix://${folder.path}/none.sock` }).start([
      'system',
      'dial-stdio',
    ]);
    nobody.endInput('GET');
    const { code: failed, stderr } = await nobody.ended;
    expect([failed, stderr]).toEqual([1, expect.stringContaining('No engine answers at')]);
  });
});

/** What needs no engine. */
async function certs(...words: readonly string[]): Promise<string> {
  return (await run(process.execPath, [estratoMain, 'certs', ...words])).stdout;
}

async function received(socket: Socket): Promise<string> {
  return text(socket).catch(String);
}

async function read(path: string): Promise<string> {
  return (await run('cat', [path])).stdout;
}
