import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { describe, expect, test } from 'vitest';

import { JsonSchemas } from '#engine/oci/json-schema.ts';
import type { RuntimeSpec } from '#engine/oci/runtime-spec.ts';
import { busyboxPath, describeWith } from '#engine/testing/requires.ts';

import { makeOciBox, runtimePath, shellSpec, type OciBox } from './testing/oci-box.ts';

type Change = (spec: RuntimeSpec) => unknown;

function makeBox(script: string, change?: Change): Promise<OciBox> {
  return makeOciBox({ busyboxPath, script, ...(change === undefined ? {} : { change }) });
}

async function readSchema(name: string): Promise<[string, unknown]> {
  const url = new URL(`../../assets/oci-runtime-schema/${name}`, import.meta.url);
  return [name, JSON.parse(await readFile(url, 'utf8'))];
}

/** runtime.md: what each operation must answer to a container in each state. */
const operations: readonly [status: string, command: readonly string[], refusal: string | undefined][] = [
  ['created', ['start'], undefined],
  ['created', ['kill', 'KILL'], undefined],
  ['created', ['delete'], 'cannot delete container box that is not stopped: created'],
  ['created', ['pause'], undefined],
  ['created', ['resume'], 'cannot resume container box: it is created'],
  ['running', ['start'], 'cannot start container box: it is running'],
  ['running', ['kill', 'TERM'], undefined],
  ['running', ['delete'], 'cannot delete container box that is not stopped: running'],
  ['running', ['resume'], 'cannot resume container box: it is running'],
  ['running', ['update', '--pids-limit', '30'], undefined],
  ['paused', ['start'], 'cannot start container box: it is paused'],
  ['paused', ['pause'], 'cannot pause container box: it is paused'],
  ['paused', ['delete'], 'cannot delete container box that is not stopped: paused'],
  ['paused', ['resume'], undefined],
  ['stopped', ['start'], 'cannot start container box: it is stopped'],
  ['stopped', ['kill', 'KILL'], 'container not running: box is stopped'],
  ['stopped', ['exec', 'true'], 'cannot exec in a stopped container: box'],
  ['stopped', ['pause'], 'cannot pause container box: it is stopped'],
  ['stopped', ['update', '--pids-limit', '30'], 'cannot update container box: it is stopped'],
  ['stopped', ['delete'], undefined],
];

const steps: Readonly<Record<string, readonly (readonly string[])[]>> = {
  created: [],
  running: [['start', 'box']],
  paused: [
    ['start', 'box'],
    ['pause', 'box'],
  ],
  stopped: [
    ['start', 'box'],
    ['kill', 'box', 'KILL'],
  ],
};

/** A container that has got as far as that. */
async function boxIn(status: string): Promise<OciBox> {
  const box = await makeBox('sleep 1000');
  await box.leave('create', 'box');
  for (const step of steps[status] ?? []) await box.run(...step);
  await box.until('box', status);
  return box;
}

/** config.md and config-linux.md: what a program must find. */
const surroundings: readonly [must: string, script: string, change: Change, found: string][] = [
  ['args and env', 'echo $WORD', (spec) => with_(spec, { env: ['PATH=/bin', 'WORD=a b'] }), 'a b\n'],
  ['cwd', 'pwd', (spec) => with_(spec, { cwd: '/tmp' }), '/tmp\n'],
  [
    'user, groups and umask',
    'id -u; id -g; id -G; umask',
    (spec) => with_(spec, { user: { uid: 7, gid: 8, umask: 0o77, additionalGids: [9] } }),
    '7\n8\n8 9\n0077\n',
  ],
  [
    'rlimits',
    'ulimit -Sn; ulimit -Hn',
    (spec) => with_(spec, { rlimits: [{ type: 'RLIMIT_NOFILE', soft: 100, hard: 200 }] }),
    '100\n200\n',
  ],
  ['oomScoreAdj', 'cat /proc/self/oom_score_adj', (spec) => with_(spec, { oomScoreAdj: 321 }), '321\n'],
  [
    'noNewPrivileges left out is false',
    'grep NoNewPrivs /proc/self/status',
    (spec) => with_(spec, { noNewPrivileges: undefined }),
    'NoNewPrivs:\t0\n',
  ],
  [
    'capabilities left out are none',
    'grep -E "CapEff|CapBnd" /proc/self/status',
    (spec) => with_(spec, { capabilities: undefined }),
    'CapEff:\t0000000000000000\nCapBnd:\t0000000000000000\n',
  ],
  ['hostname', 'hostname', (spec) => ({ ...spec, hostname: 'named' }), 'named\n'],
  [
    'a read-only root',
    'touch /x 2>&1 || true',
    (spec) => ({ ...spec, root: { ...spec.root, readonly: true } }),
    'touch: /x: Read-only file system\n',
  ],
  [
    'masked paths',
    'cat /proc/interrupts | wc -c; ls /sys/firmware | wc -l',
    (spec) => linux(spec, { maskedPaths: ['/proc/interrupts', '/sys/firmware', '/not/there'] }),
    '0\n0\n',
  ],
  [
    'read-only paths',
    '(echo 1 > /proc/sys/kernel/domainname) 2>/dev/null; echo $?',
    (spec) => linux(spec, { readonlyPaths: ['/proc/sys', '/not/there'] }),
    '1\n',
  ],
  [
    'sysctls',
    'cat /proc/sys/net/ipv4/ip_forward',
    (spec) => linux(spec, { sysctl: { 'net.ipv4.ip_forward': '1' } }),
    '1\n',
  ],
  [
    'default devices that nobody named',
    'for name in null zero full random urandom tty; do test -c /dev/$name || echo $name; done; test -L /dev/ptmx && echo ptmx',
    (spec) => linux(spec, { devices: undefined, resources: undefined }),
    'ptmx\n',
  ],
  [
    'default links',
    'for name in fd stdin stdout stderr; do readlink /dev/$name; done',
    (spec) => spec,
    '/proc/self/fd\n/proc/self/fd/0\n/proc/self/fd/1\n/proc/self/fd/2\n',
  ],
  ['a namespace that is not listed is the runtime’s', 'hostname | wc -l; cat /proc/1/comm', hostPids, `1\n`],
  [
    'unknown members are ignored',
    'echo fine',
    (spec) => ({ ...spec, unknown: { deeply: 1 }, linux: { ...spec.linux, unknown: 1 } }),
    'fine\n',
  ],
  [
    'resources',
    'cat /sys/fs/cgroup/pids/pids.max',
    (spec) => linux(spec, { resources: { pids: { limit: 17 } } }),
    '17\n',
  ],
  [
    'mounts in their order',
    'cat /first/second/file',
    (spec) => ({ ...spec, mounts: [...spec.mounts, tmpfs('/first'), tmpfs('/first/second'), bind('/first/second')] }),
    'bound\n',
  ],
];

function with_(spec: RuntimeSpec, process: Readonly<Record<string, unknown>>): unknown {
  return { ...spec, process: { ...spec.process, ...process } };
}

function linux(spec: RuntimeSpec, change: Readonly<Record<string, unknown>>): unknown {
  return { ...spec, linux: { ...spec.linux, ...change } };
}

function hostPids(spec: RuntimeSpec): unknown {
  return linux(spec, { namespaces: spec.linux.namespaces.filter(({ type }) => type !== 'pid') });
}

function tmpfs(destination: string): RuntimeSpec['mounts'][number] {
  return { destination, type: 'tmpfs', source: 'tmpfs', options: [] };
}

/** Relative to the bundle, without a type: by its option alone. */
function bind(destination: string): unknown {
  return { destination, source: 'bound', options: ['bind'] };
}

/** Documents that are no configuration, and what of them is said. */
const hostile: readonly [what: string, document: string, words: string][] = [
  ['no JSON', '{', 'config.json is not JSON'],
  ['a list', '[]', 'config.json is no configuration: the document must be an object'],
  ['no version', '{}', 'ociVersion is missing'],
  ['no process', '{"ociVersion":"1.0.0","root":{"path":"/"},"linux":{}}', 'config.json has no process'],
  ['no root', '{"ociVersion":"1.0.0","process":{"cwd":"/","args":["a"]},"linux":{}}', 'config.json has no root'],
  [
    'a relative cwd',
    '{"ociVersion":"1.0.0","process":{"cwd":"a","args":["a"]},"root":{"path":"/"},"linux":{}}',
    'process.cwd must be an absolute path',
  ],
  [
    'no program',
    '{"ociVersion":"1.0.0","process":{"cwd":"/","args":[]},"root":{"path":"/"},"linux":{}}',
    'process.args names no program',
  ],
  ['deep nesting', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 'is nested deeper than any configuration is'],
  ['more than anybody writes', `{"ociVersion":"${'x'.repeat(17 * 1024 * 1024)}"}`, 'is larger than 16 MiB'],
  ['a number for a name', '{"ociVersion":"1.0.0","hostname":7}', 'hostname must be a string'],
];

describeWith(['root', 'launcher', 'busybox', 'pids cgroup'], 'the runtime specification', () => {
  describe('operations in each state', () => {
    test.each(operations)('%s: %j', async (status, [command = '', ...rest], refusal) => {
      await using box = await boxIn(status);
      const [first, ...others] = rest;
      const isOption = first?.startsWith('--') === true;
      const said = await box.run(
        ...(isOption
          ? [command, ...rest, 'box']
          : [command, 'box', ...(first === undefined ? [] : [first]), ...others]),
      );
      expect({ code: said.code, stderr: said.stderr }).toEqual(
        refusal === undefined
          ? { code: 0, stderr: '' }
          : { code: 1, stderr: expect.stringContaining(refusal) as unknown },
      );
      // What is refused has changed nothing.
      if (refusal !== undefined) expect((await box.state('box'))['status']).toBe(status);
    });

    test.each(['state', 'start', 'kill', 'delete', 'exec', 'pause', 'resume', 'ps', 'update'])(
      '%s of one that there is not',
      async (command) => {
        await using box = await makeBox('true');
        const { code, stderr } = await box.run(command, 'nobody');
        expect({ code, stderr }).toEqual({
          code: 1,
          stderr: expect.stringContaining('container "nobody" does not exist') as unknown,
        });
      },
    );

    test('a name that is taken, and names that are none', async () => {
      await using box = await boxIn('created');
      expect((await box.leave('create', 'box')).stderr).toContain('container with id exists: box');
      expect((await box.state('box'))['status']).toBe('created');
      for (const id of ['..', 'a/b', '', 'a b']) expect((await box.leave('create', id)).code).toBe(1);
      expect((await box.run('list', '--quiet')).stdout).toBe('box\n');
    });

    test('the state is as its schema has it, in every status', async () => {
      const documents = await Promise.all(['state-schema.json', 'defs.json'].map(readSchema));
      const schemas = new JsonSchemas(Object.fromEntries(documents));
      for (const status of ['created', 'running', 'stopped']) {
        await using box = await boxIn(status);
        expect(schemas.violation('state-schema.json', await box.state('box'))).toBeUndefined();
      }
    });
  });

  describe('what a program finds', () => {
    test.each(surroundings)('%s', async (_must, script, change, found) => {
      await using box = await makeBox(script, change);
      await mkdir(join(box.bundle, 'bound'));
      await writeFile(join(box.bundle, 'bound/file'), 'bound\n');
      const expected = script.includes('/proc/1/comm') ? `1\n${await readFile('/proc/1/comm', 'utf8')}` : found;
      expect(await box.run('run', 'box')).toEqual({ code: 0, stdout: expected, stderr: '' });
    });
  });

  describe('a configuration that is none', () => {
    test.each(hostile)('%s', async (_what, document, words) => {
      await using box = await makeBox('true');
      await writeFile(join(box.bundle, 'config.json'), document);
      const { code, stderr } = await box.leave('create', 'box');
      expect(code).toBe(1);
      expect(stderr).toContain(words);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect((await box.run('list', '--quiet')).stdout).toBe('');
    });
  });
});

describeWith(['root', 'launcher', 'busybox'], 'what callers of an OCI runtime rely on', () => {
  test('a failure is a line of JSON in the log', async () => {
    await using box = await makeBox('true');
    const log = box.path('log');
    const said = await box.run('--log', log, '--log-format', 'json', 'state', 'nobody');
    expect(said.code).toBe(1);
    expect(JSON.parse(await readFile(log, 'utf8'))).toMatchObject({
      level: 'error',
      msg: expect.stringContaining('container "nobody" does not exist') as unknown,
    });
  });

  test('features are as their schema has them', async () => {
    await using box = await makeBox('true');
    const names = ['features-schema.json', 'features-linux.json', 'defs.json', 'defs-linux.json'];
    const schemas = new JsonSchemas(Object.fromEntries(await Promise.all(names.map(readSchema))));
    const { stdout } = await box.run('features');
    const told: unknown = JSON.parse(stdout);
    expect(schemas.violation('features-schema.json', told)).toBeUndefined();
    expect(told).toMatchObject({ ociVersionMax: '1.2.0', linux: { cgroup: { systemd: false } } });
  });

  test('systemd’s cgroups are refused, and what is misspelt', async () => {
    await using box = await makeBox('true');
    expect((await box.run('--systemd-cgroup', 'list')).stderr).toContain('choose the cgroup manager cgroupfs');
    expect((await box.run('lst')).stderr).toContain('There is no command lst');
    expect((await box.run('list', '--moon')).stderr).toContain('There is no option --moon');
    expect((await box.run('state')).stderr).toContain('state needs the id of a container');
  });

  test('a console socket gets the terminal; without one a created container can’t have any', async () => {
    await using box = await makeBox('tty', (spec) => with_(spec, { terminal: true }));
    expect((await box.leave('create', 'box')).stderr).toContain('--console-socket');
    const received = Promise.withResolvers<Socket>();
    await using server = createServer(received.resolve);
    server.listen(box.path('console'));
    await once(server, 'listening');
    expect((await box.leave('create', '--console-socket', box.path('console'), 'box')).code).toBe(0);
    // The descriptor itself is out of Node's reach: that something came with the name is what there is to see.
    const socket = await received.promise;
    expect(await text(socket)).toBe('/dev/ptmx');
  });

  test('run gives a program its caller’s terminal', async () => {
    await using box = await makeBox('tty; stty size; read line; echo "got $line"; exit 4', (spec) =>
      with_(spec, { terminal: true }),
    );
    const command = `stty rows 33 cols 77; exec '${runtimePath}' --root ${box.root} run --bundle ${box.bundle} box`;
    const child = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.write('words\n');
    const [said] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    expect(said).toContain('/dev/pts/0\r\n33 77\r\n');
    expect(said).toContain('got words\r\n');
    expect(child.exitCode).toBe(4);
  });

  test('descriptors that are to be preserved are the program’s, and no others', async () => {
    await using box = await makeBox('cat <&3; ls /proc/self/fd | wc -l');
    await writeFile(box.path('words'), 'handed on\n');
    await using file = await open(box.path('words'));
    const args = ['--root', box.root, 'run', '--bundle', box.bundle, '--preserve-fds', '1', 'box'];
    const child = spawn(runtimePath, args, { stdio: ['ignore', 'pipe', 'inherit', file.fd] });
    // 0, 1, 2, 3 and the one that ls reads the directory by.
    expect(child.stdout === null ? '' : await text(child.stdout)).toBe('handed on\n5\n');
    expect((await box.run('run', '--preserve-fds', '2', 'box')).stderr).toContain(
      "was to be preserved, and it isn't open",
    );
  });

  test('a caller that is killed leaves a container that starts, or one that delete removes', async () => {
    await using box = await makeBox('sleep 1000');
    for (let round = 0; round < 8; round += 1) {
      const child = spawn(runtimePath, ['--root', box.root, 'create', '--bundle', box.bundle, 'box'], {
        stdio: 'ignore',
      });
      const killing = setTimeout(() => child.kill('SIGKILL'), 40 * (round + 1));
      await once(child, 'exit');
      clearTimeout(killing);
      const { stdout } = await box.run('list', '--format', 'json');
      if (stdout.includes('"status":"created"')) expect((await box.run('start', 'box')).code).toBe(0);
      expect((await box.run('delete', '--force', 'box')).code).toBe(0);
      expect((await box.run('list', '--quiet')).stdout).toBe('');
    }
  });

  test('spec writes a configuration that runs', async () => {
    await using box = await makeBox('true');
    expect((await box.run('spec', '--bundle', box.root)).code).toBe(1);
    await mkdir(box.path('other'));
    expect((await box.run('spec', '--bundle', box.path('other'))).code).toBe(0);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it is, is what the run below shows
    const spec = JSON.parse(await readFile(box.path('other/config.json'), 'utf8')) as RuntimeSpec;
    await box.configure({
      ...spec,
      process: { ...spec.process, args: ['echo', 'runs'], terminal: false, env: ['PATH=/bin'] },
    });
    expect((await box.run('run', 'box')).stdout).toBe('runs\n');
    expect(shellSpec('').ociVersion).toBe(spec.ociVersion);
  });
});
