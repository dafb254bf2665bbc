import { expect, test } from 'vitest';

import type { PathVersion } from '#engine/contract/timeline.ts';

import { comparableLayers, versionsUpTo } from './file-versions.ts';

const state = { type: 'file', mode: 0o644, uid: 0, gid: 0, size: 1, mtime: 0 } as const;
const versions: PathVersion[] = [
  { layer: 0, change: 'added', state },
  { layer: 2, change: 'changed', state },
  { layer: 3, change: 'removed' },
  { layer: 5, change: 'added', state },
  { layer: 7, change: 'changed', state },
];
const blame = { path: '/a', versions };

test('the versions up to a layer stand newest first', () => {
  expect(versionsUpTo(blame, 5).map(({ layer }) => layer)).toEqual([5, 3, 2, 0]);
});

test.each([
  ['of the whole image, with the one before', { from: 0, to: 7 }, [5, 2, 0]],
  ['of a range, with the one below the range', { from: 4, to: 7 }, [2, 5, 0]],
  ['of the first version, with nothing', { from: 0, to: 1 }, []],
  ['where there is none yet', { from: 0, to: -1 }, []],
])('a file is compared, %s', (_, range, expected) => {
  expect(comparableLayers(blame, range)).toEqual(expected);
});
