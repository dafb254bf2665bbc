import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';
import { z } from 'zod';

import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';
import { tarOf } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { WatchedProcess } from '#engine/testing/watched-process.ts';

const run = promisify(execFile);
const idOf = (made: string): string => z.object({ Id: z.string() }).parse(JSON.parse(made)).Id;

describeWith(['root', 'launcher', 'busybox', 'curl'], 'curl', () => {
  const { engine, image } = storyScene();

  const words = (path: string, options: readonly string[]): readonly string[] => [
    '--silent',
    '--show-error',
    '--unix-socket',
    engine.socketPath,
    ...options,
    `http://localhost/v1.51${path}`,
  ];
  const curl = async (path: string, ...options: readonly string[]): Promise<string> =>
    (await run('curl', words(path, options))).stdout;
  const follow = (path: string): WatchedProcess =>
    new WatchedProcess('curl', words(path, ['--no-buffer']), process.env);
  const post = (path: string, body: unknown, ...options: readonly string[]): Promise<string> =>
    curl(path, '--header', 'Content-Type: application/json', '--data', JSON.stringify(body), ...options);
  const create = async (command: string, more: object = {}): Promise<string> => {
    const made = await post('/containers/create', { Image: image, Cmd: ['sh', '-c', command], ...more });
    return idOf(made);
  };

  test('a container is made, started, waited for, read and removed', async () => {
    const id = await create('echo out; exit 3');
    expect(await curl(`/containers/${id}/start`, '-X', 'POST', '-w', '%{http_code}')).toBe('204');
    expect(JSON.parse(await curl(`/containers/${id}/wait`, '-X', 'POST'))).toEqual({ StatusCode: 3 });
    expect(await curl(`/containers/${id}/logs?stdout=1`, '--output', '-')).toBe('\x01\0\0\0\0\0\0\x04out\n');
    expect(await curl(`/containers/${id}`, '-X', 'DELETE', '-w', '%{http_code}')).toBe('204');
    expect(await curl(`/containers/${id}/json`, '-w', ' %{http_code} %{content_type}')).toBe(
      `{"message":"No such container: ${id}"} 404 application/json`,
    );
  });

  test.each([['--http1.0'], ['--http1.1'], ['--head']])('a ping by %s', async (option) => {
    expect(await curl('/_ping', option, '-w', ' %{http_code}')).toMatch(/(?:OK|\r\n) 200$/);
  });

  test('a tar is sent whole, in chunks, and after "100 Continue" is waited for', async () => {
    await using folder = await temporaryDirectory('curl');
    const tar = `${folder.path}/context.tar`;
    const dockerfile = `FROM ${image}\nCOPY big /big\n`;
    const items = [
      { name: 'Dockerfile', body: dockerfile },
      { name: 'big', body: Buffer.alloc(2_000_000, 1) },
    ];
    await writeFile(tar, await tarOf(...items));
    const type = ['--header', 'Content-Type: application/x-tar', '-X', 'POST'];
    const ways = [
      ['--data-binary', `@${tar}`],
      ['--upload-file', tar, '--header', 'Transfer-Encoding: chunked'],
      ['--data-binary', `@${tar}`, '--header', 'Expect: 100-continue', '--expect100-timeout', '60'],
    ];
    for (const [at, way] of ways.entries()) {
      expect(await curl(`/build?t=curl:${at}`, ...type, ...way)).toContain(`Successfully tagged curl:${at}`);
    }
  });

  test('events and logs come as they happen', async () => {
    await using events = follow('/events?filters=%7B%22type%22%3A%5B%22container%22%5D%7D');
    const id = await create('while [ ! -e /asked ]; do sleep 0.05; done; echo answered; sleep 1000', { Tty: true });
    await curl(`/containers/${id}/start`, '-X', 'POST');
    await events.until(/"Action":"create"[^]*"Action":"start"/);
    await using logs = follow(`/containers/${id}/logs?stdout=1&follow=1`);
    const exec = idOf(await post(`/containers/${id}/exec`, { Cmd: ['touch', '/asked'] }));
    await post(`/exec/${exec}/start`, { Detach: true });
    await logs.until(/answered\r\n/);
  });

  test('files are put into a container and got out of it', async () => {
    const id = await create('sleep 1000');
    const tar = await tarOf({ name: 'note.txt', body: 'by curl\n' });
    await using folder = await temporaryDirectory('curl');
    await writeFile(`${folder.path}/note.tar`, tar);
    await curl(`/containers/${id}/archive?path=/tmp`, '--upload-file', `${folder.path}/note.tar`, '--fail');
    const { stdout } = await run('sh', [
      '-c',
      'curl "$@" | tar -xO',
      'sh',
      ...words(`/containers/${id}/archive?path=/tmp/note.txt`, []),
    ]);
    expect(stdout).toBe('by curl\n');
    const headers = await curl(`/containers/${id}/archive?path=/tmp/note.txt`, '--head');
    expect(headers.toLowerCase()).toContain('x-docker-container-path-stat: ');
  });
});
