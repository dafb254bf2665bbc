import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

import { describeWith } from '#engine/testing/requires.ts';
import { TestEngine, type Answer } from '#engine/testing/test-engine.ts';

const IMAGE = 'story:1.0';

interface Change {
  readonly what: string;
  /** The first version that has it so. */
  readonly since: string;
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  /** Whether an answer is what versions before `since` give. */
  readonly isOld: (answer: Answer) => boolean;
}

/** Whether something of that name is anywhere in a body. */
const has =
  (name: string) =>
  ({ body }: Answer): boolean =>
    body.includes(`"${name}":`);

/** What the version history of the API has changed or taken away, and clients could stumble over. What was added is there for all. */
const CHANGES: readonly Change[] = [
  {
    what: 'a failure is text',
    since: '1.24',
    path: '/containers/none/json',
    isOld: ({ headers, body }) =>
      headers['content-type'] === 'text/plain; charset=utf-8' && body === 'No such container: none\n',
  },
  {
    what: 'a list of networks says who is in them',
    since: '1.28',
    path: '/networks?filters={"name":["bridge"]}',
    isOld: ({ body }) => body.includes('"Name":"walker"'),
  },
  {
    what: 'nobody waits for more than an end',
    since: '1.30',
    method: 'POST',
    path: '/containers/ended/wait?condition=sleep',
    isOld: ({ status, body }) => status === 200 && body === '{"StatusCode":0}',
  },
  {
    what: 'images are found by a filter of one',
    since: '1.41',
    path: '/images/json?filter=nothing',
    isOld: ({ body }) => body === '[]',
  },
  {
    what: 'numbers are taken twice',
    since: '1.41',
    path: '/containers/walker/stats?stream=0&one-shot=1',
    isOld: ({ body }) =>
      z.object({ precpu_stats: z.object({ system_cpu_usage: z.number().optional() }) }).parse(JSON.parse(body))
        .precpu_stats.system_cpu_usage !== undefined,
  },
  { what: 'usage is told of everything', since: '1.42', path: '/system/df?type=image', isOld: has('Volumes') },
  { what: 'usage is told of the classic builder', since: '1.42', path: '/system/df', isOld: has('BuilderSize') },
  {
    what: 'a log is of no kind',
    since: '1.42',
    path: '/containers/walker/logs?stdout=1',
    isOld: ({ headers }) => headers['content-type'] === 'application/vnd.docker.raw-stream',
  },
  { what: 'an image has a virtual size', since: '1.44', path: `/images/${IMAGE}/json`, isOld: has('VirtualSize') },
  { what: 'images have virtual sizes', since: '1.44', path: '/images/json', isOld: has('VirtualSize') },
  { what: 'images have virtual sizes in what is used', since: '1.44', path: '/system/df', isOld: has('VirtualSize') },
  {
    what: 'an image has what a container of it had',
    since: '1.45',
    path: `/images/${IMAGE}/json`,
    isOld: has('ContainerConfig'),
  },
  {
    what: 'a short id is among the aliases',
    since: '1.45',
    path: '/containers/walker/json',
    isOld: ({ body }) => /"Aliases":\["[0-9a-f]{12}"\]/.test(body),
  },
  {
    what: "an image's configuration has fields of a container's",
    since: '1.50',
    path: `/images/${IMAGE}/json`,
    isOld: has('AttachStdin'),
  },
  {
    what: 'the engine says what bridges pass to iptables',
    since: '1.50',
    path: '/info',
    isOld: has('BridgeNfIptables'),
  },
];

describeWith(['root', 'launcher', 'busybox'], 'versions of the API', () => {
  const engine = new TestEngine();
  beforeAll(async () => {
    await engine.start();
    await engine.loadStory(IMAGE);
    for (const [name, command] of Object.entries({ walker: ['sleep', '1000'], ended: ['true'] })) {
      await post(`/containers/create?name=${name}`, { Image: IMAGE, Cmd: command });
      await post(`/containers/${name}/start`);
    }
    await post('/containers/ended/wait');
  });
  afterAll(() => engine[Symbol.asyncDispose]());

  async function post(path: string, body?: unknown): Promise<Answer> {
    return engine.ask(path, { method: 'POST', ...(body === undefined ? {} : { body }) });
  }

  test.each(CHANGES)('before $since $what', async ({ since, method = 'GET', path, isOld }) => {
    const [, minor] = since.split('.');
    const asked = async (version: string): Promise<boolean> =>
      isOld(await engine.ask(`/v${version}${encodeURI(path)}`, { method }));
    expect([await asked(`1.${Number(minor) - 1}`), await asked(since)]).toEqual([true, false]);
    expect([await asked('1.22'), await asked('1.51')]).toEqual([true, false]);
  });

  test('before 1.25 a client removes by itself what it wanted removed at its end', async () => {
    const body = { Image: IMAGE, Cmd: ['true'], HostConfig: { AutoRemove: true } };
    for (const [version, left] of [
      ['1.24', 200],
      ['1.25', 404],
    ] as const) {
      await post(`/v${version}/containers/create?name=gone`, body);
      const removed = post('/containers/gone/wait?condition=next-exit');
      await post('/containers/gone/start');
      await removed;
      // One that goes by itself is gone when its removal has been waited for.
      if (left === 404) await post('/containers/gone/wait?condition=removed');
      expect((await engine.ask('/containers/gone/json')).status).toBe(left);
      await engine.ask('/containers/gone', { method: 'DELETE' });
    }
  });
});
