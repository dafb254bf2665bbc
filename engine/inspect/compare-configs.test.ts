import { expect, test } from 'vitest';

import { parseImageConfig, type ImageConfig } from '#engine/oci/image-config.ts';

import { compareConfigs } from './compare-configs.ts';
import { compareSteps } from './compare-steps.ts';

const layer = (letter: string): string => `sha256:${letter.repeat(64)}`;

function configOf(config: object, steps: readonly (readonly [string, string?])[] = []): ImageConfig {
  const history = steps.map(([created_by, made]) => ({ created_by, empty_layer: made === undefined }));
  const diff_ids = steps.flatMap(([, made]) => (made === undefined ? [] : [layer(made)]));
  const document = { architecture: 'amd64', os: 'linux', config, rootfs: { diff_ids }, history };
  return parseImageConfig(Buffer.from(JSON.stringify(document)), 'The config');
}

test('configurations are compared field by field, variables and labels by their names', () => {
  const before = configOf({
    Env: ['PATH=/bin', 'OLD=1', 'EMPTY='],
    Cmd: ['sh'],
    User: 'root',
    ExposedPorts: { '80/tcp': {} },
  });
  const now = configOf({
    Env: ['EMPTY=', 'PATH=/bin:/sbin'],
    Cmd: ['sh'],
    Labels: { a: 'x' },
    ExposedPorts: { '80/tcp': {} },
  });
  expect(compareConfigs(before, now)).toEqual([
    { field: 'Architecture', change: 'unchanged', before: 'amd64', now: 'amd64' },
    { field: 'Cmd', change: 'unchanged', before: '["sh"]', now: '["sh"]' },
    { field: 'ExposedPorts', change: 'unchanged', before: '["80/tcp"]', now: '["80/tcp"]' },
    { field: 'Os', change: 'unchanged', before: 'linux', now: 'linux' },
    { field: 'User', change: 'removed', before: 'root' },
    { field: 'Env.EMPTY', change: 'unchanged', before: '', now: '' },
    { field: 'Env.OLD', change: 'removed', before: '1' },
    { field: 'Env.PATH', change: 'changed', before: '/bin', now: '/bin:/sbin' },
    { field: 'Labels.a', change: 'added', now: 'x' },
  ]);
});

test('steps stand beside those that say the same, with what became of their layers', () => {
  const before = configOf({}, [['ADD a', 'a'], ['ENV A=1'], ['RUN one', 'b'], ['RUN two', 'c']]);
  const now = configOf({}, [
    ['ADD a', 'a'],
    ['RUN one', 'd'],
    ['COPY x', 'e'],
    ['RUN two', 'c'],
  ]);
  const pairs = compareSteps(before, now).map(({ change, before: was, now: is }) => [change, was?.step, is?.step]);
  expect(pairs).toEqual([
    ['unchanged', 0, 0],
    ['removed', 1, undefined],
    // The same words made another layer.
    ['changed', 2, 1],
    ['added', undefined, 2],
    ['unchanged', 3, 3],
  ]);
  expect(compareSteps(configOf({}), configOf({}))).toEqual([]);
});
