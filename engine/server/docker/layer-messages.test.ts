import { expect, test } from 'vitest';

import type { LayerProgress, PullProgress } from '#engine/contract/image.ts';

import { LayerMessages } from './layer-messages.ts';

const digest = `sha256:${'0123456789ab'.padEnd(64, '0')}`;
const other = `sha256:${'f'.repeat(64)}`;

function progress(...layers: readonly Partial<LayerProgress>[]): PullProgress {
  const usual = { digest, state: 'waiting', current: 0, total: 1_000_000 } as const;
  return { status: 'Pulling', reference: 'story:1.0', layers: layers.map((layer) => ({ ...usual, ...layer })) };
}

test('each state in the words that clients look for', () => {
  const said = (['waiting', 'exists', 'verifying', 'downloaded', 'done'] as const).map((state) => [
    ...new LayerMessages().since(progress({ state })),
  ]);
  expect(said).toEqual(
    ['Pulling fs layer', 'Already exists', 'Verifying Checksum', 'Download complete', 'Pull complete'].map((status) => [
      { status, progressDetail: {}, id: '0123456789ab' },
    ]),
  );
});

test('what moves has its numbers and a picture of them', () => {
  const messages = new LayerMessages();
  expect([...messages.since(progress({ state: 'downloading', current: 500_000 }))]).toEqual([
    {
      status: 'Downloading',
      progressDetail: { current: 500_000, total: 1_000_000 },
      progress: `[${'='.repeat(25)}>${' '.repeat(24)}]  0.5000MB/1.000MB`,
      id: '0123456789ab',
    },
  ]);
});

test('what is unpacked beyond what was fetched ends at the end', () => {
  const [message] = new LayerMessages().since(progress({ state: 'unpacking', current: 3_000_000 }));
  expect(message?.progressDetail).toEqual({ current: 1_000_000, total: 1_000_000 });
  expect(message?.progress).toBe(`[${'='.repeat(50)}]  1.000MB/1.000MB`);
});

test('a layer without bytes has no picture', () => {
  const [message] = new LayerMessages().since(progress({ state: 'downloading', total: 0 }));
  expect(message).toEqual({ status: 'Downloading', progressDetail: {}, id: '0123456789ab' });
});

test('only what changed is said again', () => {
  const messages = new LayerMessages();
  expect([...messages.since(progress({}, { digest: other }))]).toHaveLength(2);
  expect([...messages.since(progress({}, { digest: other }))]).toEqual([]);
  const changed = [...messages.since(progress({}, { digest: other, state: 'downloading', current: 1 }))];
  expect(changed.map(({ id, status }) => [id, status])).toEqual([['ffffffffffff', 'Downloading']]);
  expect([...messages.since(progress({}, { digest: other, state: 'downloading', current: 2 }))]).toHaveLength(1);
});

test('a layer that stands twice in the stack is told twice', () => {
  expect([...new LayerMessages().since(progress({}, {}))]).toHaveLength(2);
});
