import { expect, test } from 'vitest';

import { checkDraft, emptyDraft, type ImageFacts, type RunDraft } from './run-draft.ts';

const draft = (fields: Partial<RunDraft>): RunDraft => ({ ...emptyDraft('busybox:latest'), ...fields });

const known: ImageFacts = { isLocal: true, hasCommand: true };

test('asks for nothing but a terminal when nothing is filled in', () => {
  expect(checkDraft(draft({}), known)).toEqual({
    problems: new Map(),
    request: { image: 'busybox:latest', tty: true, openStdin: true },
  });
});

test('sends what was filled in, without the blanks around it', () => {
  const { problems, request } = checkDraft(
    draft({
      name: ' web ',
      command: `sh -c 'echo "$A"'`,
      entrypoint: '/bin/env -i',
      env: [
        { id: 1, name: 'A', value: ' spaced ' },
        { id: 2, name: '', value: '' },
      ],
      workingDir: '/srv',
      user: '1000:1000',
      hostname: 'web-1.example',
      autoRemove: true,
      readOnlyRootfs: true,
      network: 'host',
      memory: '512m',
      binds: [{ id: 1, source: '/tmp/a b', destination: '/data', readOnly: true }],
    }),
    known,
  );
  expect(problems.size).toBe(0);
  expect(request).toEqual({
    image: 'busybox:latest',
    name: 'web',
    command: ['sh', '-c', 'echo "$A"'],
    entrypoint: ['/bin/env', '-i'],
    env: ['A= spaced '],
    workingDir: '/srv',
    user: '1000:1000',
    hostname: 'web-1.example',
    tty: true,
    openStdin: true,
    autoRemove: true,
    readOnlyRootfs: true,
    network: 'host',
    memoryBytes: 536_870_912,
    binds: ['/tmp/a b:/data:ro'],
  });
});

test.each<[Partial<RunDraft>, string, string]>([
  [{ image: ' ' }, 'image', 'no-image'],
  [{ name: '-web' }, 'name', 'bad-name'],
  [{ name: 'a' }, 'name', 'bad-name'],
  [{ name: 'a/b' }, 'name', 'bad-name'],
  [{ command: 'sh -c "echo' }, 'command', 'open-double-quote'],
  [{ entrypoint: 'sh \\' }, 'entrypoint', 'trailing-backslash'],
  [{ workingDir: 'srv' }, 'workingDir', 'relative-path'],
  [{ user: 'a:b:c' }, 'user', 'bad-user'],
  [{ hostname: 'under_score' }, 'hostname', 'bad-hostname'],
  [{ hostname: 'x'.repeat(65) }, 'hostname', 'bad-hostname'],
  [{ memory: 'lots' }, 'memory', 'bad-memory'],
  [{ memory: '5m' }, 'memory', 'memory-too-small'],
  [{ env: [{ id: 7, name: '', value: 'x' }] }, 'env-7', 'env-without-name'],
  [{ env: [{ id: 7, name: 'A=B', value: 'x' }] }, 'env-7', 'env-name-with-equals'],
  [{ binds: [{ id: 3, source: '/a', destination: '', readOnly: false }] }, 'bind-3', 'bind-incomplete'],
  [{ binds: [{ id: 3, source: 'a/b', destination: '/b', readOnly: false }] }, 'bind-3', 'relative-path'],
  [{ binds: [{ id: 3, source: 'volume', destination: 'b', readOnly: false }] }, 'bind-3', 'relative-path'],
  [{ binds: [{ id: 3, source: '/a:b', destination: '/b', readOnly: false }] }, 'bind-3', 'bind-with-colon'],
  [{ binds: [{ id: 3, source: '/a', destination: '//', readOnly: false }] }, 'bind-3', 'bind-over-root'],
])('finds the problem of %j at its field', (fields, place, problem) => {
  expect([...checkDraft(draft(fields), known).problems]).toEqual([[place, problem]]);
});

test('marks the second of two equal names and destinations', () => {
  const { problems } = checkDraft(
    draft({
      env: [
        { id: 1, name: 'A', value: '1' },
        { id: 2, name: 'A', value: '2' },
      ],
      binds: [
        { id: 1, source: '/a', destination: '/x', readOnly: false },
        { id: 2, source: '/b', destination: '/x', readOnly: false },
      ],
    }),
    known,
  );
  expect([...problems]).toEqual([
    ['env-2', 'env-twice'],
    ['bind-2', 'bind-twice'],
  ]);
});

test('says that the image is not on this machine', () => {
  const { problems } = checkDraft(draft({}), { ...known, isLocal: false });
  expect([...problems]).toEqual([['image', 'image-missing']]);
});

test.each<[Partial<RunDraft>, [string, string][]]>([
  [{}, [['command', 'no-command']]],
  [{ command: 'sh' }, []],
  [{ entrypoint: 'sh' }, []],
])('asks what to run of an image that does not say: %j', (fields, problems) => {
  expect([...checkDraft(draft(fields), { ...known, hasCommand: false }).problems]).toEqual(problems);
});

test('the default network is left to the engine', () => {
  expect(checkDraft(draft({ network: 'none' }), known).request.network).toBe('none');
  expect(checkDraft(draft({ network: 'default' }), known).request).not.toHaveProperty('network');
});
