import { connect } from 'node:net';

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

import { startDebianRegistry, type DebianRegistry } from '#engine/testing/debian-registry.ts';
import { DockerCli } from '#engine/testing/docker-cli.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { TestEngine } from '#engine/testing/test-engine.ts';
import type { WatchedProcess } from '#engine/testing/watched-process.ts';

const told = z.object({
  Type: z.string(),
  Action: z.string(),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()) }),
});

const TITLE = 'org.opencontainers.image.title=story';
const OF_BOX = ['image=story:1.0', 'name=box', TITLE, 'own=yes'];
const IN_BACK = ['container=ID', 'name=back', 'type=bridge'];

const EMPTY_TAR = Buffer.alloc(1024);
const box = {
  Image: 'story:1.0',
  Cmd: ['sleep', '1000'],
  Tty: true,
  Labels: { own: 'yes' },
  HostConfig: { NetworkMode: 'back', Binds: ['data:/data:ro'] },
};

/**
 * What is done, and all that is told of it: type, action, id, attributes. The words were taken down from dockerd, told the same;
 * `execDuration` is of versions from 23 on.
 */
const LIFE: readonly (readonly [what: string, asked: readonly Asked[], told: readonly string[]])[] = [
  ['a network', [['POST /networks/create', { Name: 'back' }]], ['network create ID name=back type=bridge']],
  ['a volume', [['POST /volumes/create', { Name: 'data' }]], ['volume create data driver=local']],
  ['create', [['POST /containers/create?name=box', box]], [of('create')]],
  [
    'start',
    [['POST /containers/box/start']],
    [
      `network connect ID ${IN_BACK.join(' ')}`,
      'volume mount data container=ID destination=/data driver=local propagation= read/write=false',
      of('start'),
    ],
  ],
  ['resize', [['POST /containers/box/resize?h=30&w=90']], [of('resize', 'height=30', 'width=90')]],
  ['top', [['GET /containers/box/top']], [of('top')]],
  ['cp out of it', [['GET /containers/box/archive?path=/etc']], [of('archive-path')]],
  ['cp into it', [['PUT /containers/box/archive?path=/', EMPTY_TAR]], [of('extract-to-dir')]],
  [
    'a look at a path, at changes and at numbers',
    [
      ['HEAD /containers/box/archive?path=/etc'],
      ['GET /containers/box/changes'],
      ['GET /containers/box/stats?stream=0'],
    ],
    [],
  ],
  ['pause', [['POST /containers/box/pause']], [of('pause')]],
  ['unpause', [['POST /containers/box/unpause']], [of('unpause')]],
  ['update', [['POST /containers/box/update', { RestartPolicy: { Name: 'no' } }]], [of('update')]],
  ['export', [['GET /containers/box/export']], [of('export')]],
  ['rename', [['POST /containers/box/rename?name=case']], [of('rename', 'name=case', 'oldName=/box')]],
  ['rename again', [['POST /containers/case/rename?name=box']], [of('rename', 'oldName=/case')]],
  [
    'disconnect',
    [['POST /networks/back/disconnect', { Container: 'box' }]],
    [`network disconnect ID ${IN_BACK.join(' ')}`],
  ],
  ['connect', [['POST /networks/back/connect', { Container: 'box' }]], [`network connect ID ${IN_BACK.join(' ')}`]],
  ['a signal', [['POST /containers/box/kill?signal=USR1']], [of('kill', 'signal=10')]],
  [
    'stop, of one that does not listen',
    [['POST /containers/box/stop?t=0']],
    [
      of('kill', 'signal=15'),
      of('kill', 'signal=9'),
      of('die', 'execDuration=N', 'exitCode=137'),
      `network disconnect ID ${IN_BACK.join(' ')}`,
      'volume unmount data container=ID driver=local',
      of('stop'),
    ],
  ],
  ['rm', [['DELETE /containers/box']], [of('destroy')]],
  ['rm of a volume', [['DELETE /volumes/data']], ['volume destroy data driver=local']],
  ['rm of a network', [['DELETE /networks/back']], ['network destroy ID name=back type=bridge']],
  ['a tag', [['POST /images/story:1.0/tag?repo=two']], [`image tag ID name=two:latest ${TITLE}`]],
  ['save', [['GET /images/two/get']], [`image save ID name=ID ${TITLE}`]],
  ['rmi of one name', [['DELETE /images/two']], [`image untag ID name=ID ${TITLE}`]],
  [
    'import',
    [['POST /images/create?fromSrc=-&repo=made', EMPTY_TAR]],
    ['image tag ID name=made:latest', 'image import ID name=ID'],
  ],
  ['rmi of the last name', [['DELETE /images/made']], ['image untag ID name=ID', 'image delete ID name=ID']],
  ['prune of containers', [['POST /containers/prune']], ['container prune reclaimed=0']],
  ['prune of images', [['POST /images/prune']], ['image prune reclaimed=0']],
  ['prune of networks', [['POST /networks/prune']], ['network prune reclaimed=0']],
  ['prune of volumes', [['POST /volumes/prune']], ['volume prune reclaimed=0']],
  ['prune of builds', [['POST /build/prune']], ['builder prune reclaimed=0']],
];

type Asked = readonly [what: string, body?: unknown];

function of(action: string, ...more: readonly string[]): string {
  const names = new Set(more.map((each) => each.split('=')[0]));
  const attributes = [...OF_BOX.filter((each) => !names.has(each.split('=')[0])), ...more];
  return ['container', action, 'ID', ...attributes.toSorted()].join(' ');
}

describeWith(['root', 'launcher', 'busybox', 'docker client', 'registry'], 'events as Docker tells them', () => {
  const engine = new TestEngine();
  const docker = new DockerCli(engine.host);
  let registry: DebianRegistry;
  let events: WatchedProcess;
  beforeAll(async () => {
    registry = await startDebianRegistry();
    await engine.start();
    await engine.loadStory('story:1.0');
    events = docker.start(['events', '--since', '1', '--format', '{{json .}}']);
    await after(async () => {});
  });
  afterAll(async () => {
    await events[Symbol.asyncDispose]();
    await engine[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
  });

  let fences = 0;
  /** What is told of something that is done, up to a word of our own after it. */
  async function after(act: () => Promise<unknown>): Promise<readonly string[]> {
    await act();
    fences += 1;
    const name = `fence-${fences}`;
    await engine.ask('/volumes/create', { method: 'POST', body: { Name: name } });
    const [said] = await events.until(new RegExp(`[^]*"${name}"[^]*?\\n`));
    return said.trim().split('\n').slice(0, -1).map(spelled);
  }

  async function ask([what, body]: Asked): Promise<void> {
    const [method = '', path = ''] = what.split(' ');
    const { status, body: said } = await engine.ask(path, { method, body });
    if (status >= 400) throw new Error(`${what}: ${status} ${said}`);
  }

  test.each(LIFE)('%s', async (_what, asked, expected) => {
    const said = await after(async () => {
      for (const each of asked) await ask(each);
    });
    expect(said).toEqual(expected);
  });

  describe('and what is not done by one question', () => {
    afterEach(() => after(() => engine.removeContainers()));

    /** A run in the foreground or beside, and its removal; it is told after everything else. */
    async function runBox(options: readonly string[], ...command: readonly string[]): Promise<void> {
      await docker.run([
        'run',
        '--name',
        'box',
        '--network',
        'none',
        '--label',
        'own=yes',
        ...options,
        'story:1.0',
        ...command,
      ]);
    }

    test('an end by itself, of one that is looked at', async () => {
      const said = await after(() => runBox(['--rm'], 'sh', '-c', 'exit 3'));
      expect(said.filter((line) => !line.startsWith('network'))).toEqual([
        of('create'),
        of('attach'),
        of('start'),
        of('die', 'execDuration=N', 'exitCode=3'),
        of('destroy'),
      ]);
    });

    test('an end for want of memory', async () => {
      const said = await after(() => runBox(['--rm', '-m', '8m', '--memory-swap', '8m'], 'tail', '/dev/zero'));
      const died = said.indexOf(of('die', 'execDuration=N', 'exitCode=137'));
      expect(said[died - 1]).toBe(of('oom'));
    });

    test('sessions, and a client that leaves one by its keys', async () => {
      await after(() => runBox(['-d'], 'sleep', '1000'));
      const ran = await after(() => docker.text('exec', 'box', 'true'));
      expect(ran).toEqual([
        // The space before the arguments is Docker's, even where there are none.
        of('exec_create: true ', 'execID=ID'),
        of('exec_start: true ', 'execID=ID'),
        of('exec_die', 'execID=ID', 'exitCode=0'),
      ]);
      const left = await after(async () => {
        const body = { AttachStdin: true, AttachStdout: true, Tty: true, Cmd: ['sh', '-c', 'echo up; exec cat'] };
        const { body: made } = await engine.ask('/containers/box/exec', { method: 'POST', body });
        await leaveByKeys(`/exec/${z.object({ Id: z.string() }).parse(JSON.parse(made)).Id}/start`);
      });
      expect(left).toEqual([
        of('exec_create: sh -c echo up; exec cat', 'execID=ID'),
        of('exec_start: sh -c echo up; exec cat', 'execID=ID'),
        of('exec_detach', 'execID=ID'),
      ]);
    });

    test('a client that leaves a container by its keys', async () => {
      await after(() => runBox(['-dit'], 'sh', '-c', 'echo up; exec cat'));
      const left = await after(() => leaveByKeys('/containers/box/attach?stream=1&stdin=1&stdout=1&logs=1'));
      expect(left).toEqual([of('attach'), of('detach')]);
    });

    test('what a health check asks, and what it says', async () => {
      const started = await after(async () => {
        await runBox(['-d', '--health-cmd', 'true', '--health-interval', '100ms'], 'sleep', '1000');
        await expect.poll(() => events.stdout).toMatch(/health_status/);
      });
      expect(started.slice(started.indexOf(of('start')) + 1).slice(0, 4)).toEqual([
        of('exec_create: /bin/sh -c true', 'execID=ID'),
        of('exec_start: /bin/sh -c true', 'execID=ID'),
        of('exec_die', 'execID=ID', 'exitCode=0'),
        of('health_status: healthy'),
      ]);
    });

    test('an image that is committed, pushed, removed and pulled', async () => {
      await after(() => runBox([], 'touch', '/made'));
      const repository = `${registry.host}/team/made`;
      const said = await after(async () => {
        await docker.text('commit', '-m', 'note', 'box', `${repository}:1`);
        await docker.text('push', '-q', `${repository}:1`);
        await docker.text('rmi', `${repository}:1`);
        await docker.text('pull', '-q', `${repository}:1`);
      });
      const image = (action: string, ...more: readonly string[]): string =>
        ['image', action, ...more, TITLE, 'own=yes'].join(' ');
      expect(said).toEqual([
        image('create', 'ID', 'name=ID'),
        image('tag', 'ID', `name=${repository}:1`),
        of('commit', 'comment=note', 'imageID=ID', `imageRef=${repository}:1`),
        image('push', `${repository}:1`, `name=${repository}`),
        image('untag', 'ID', 'name=ID'),
        image('untag', 'ID', 'name=ID'),
        'image delete ID name=ID',
        image('pull', `${repository}:1`, `name=${repository}`),
      ]);
    });

    /** As a client that types the keys and doesn't look at them itself, which docker's does. */
    async function leaveByKeys(path: string): Promise<void> {
      const socket = connect(engine.socketPath).setEncoding('utf8');
      const head = [
        'Host: x',
        'Connection: Upgrade',
        'Upgrade: tcp',
        'Content-Type: application/json',
        'Content-Length: 2',
      ];
      socket.write(`POST ${path} HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n{}`);
      let said = '';
      for await (const text of socket) {
        said += String(text);
        if (said.includes('up\r\n')) socket.write('\u0010\u0011');
      }
    }
  });
});

/** `container start ID image=story:1.0 …`: ids and times are nobody's to know. */
function spelled(line: string): string {
  const { Type, Action, Actor } = told.parse(JSON.parse(line));
  const attributes = Object.entries(Actor.Attributes).map(([name, value]) =>
    name === 'execDuration' ? `${name}=N` : `${name}=${value}`,
  );
  const words = [Type, Action, Actor.ID, ...attributes.toSorted()].filter((word) => word !== '');
  return words.join(' ').replaceAll(/\b(sha256:)?[0-9a-f]{64}\b/g, 'ID');
}
