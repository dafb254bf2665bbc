import { expect, test } from 'vitest';

import { parseDigest } from '#engine/contract/digest.ts';

import { movesTable } from './tags.ts';

const id = (letter: string) => parseDigest(`sha256:${letter.repeat(64)}`);

test('moves of a tag are a table with what has become of both ends', () => {
  const table = movesTable(
    [
      {
        sequence: 2,
        tag: 'app:1',
        cause: 'tag',
        at: 0,
        from: { id: id('a'), names: [], state: 'held' },
        to: { id: id('b'), names: ['app:1'], state: 'here' },
      },
      { sequence: 1, tag: 'app:1', cause: 'pull', at: 1000, to: { id: id('a'), names: [], state: 'gone' } },
    ],
    7_201_000,
  );
  expect(table).toBe(
    [
      'TAG    MOVED        WHY   FROM                    TO',
      'app:1  unknown      tag   aaaaaaaaaaaa (removed)  bbbbbbbbbbbb',
      'app:1  2 hours ago  pull  -                       aaaaaaaaaaaa (gone)',
      '',
    ].join('\n'),
  );
});
