import { expect, test } from 'vitest';

import type { NetworkSummary } from '#engine/contract/network.ts';

import { lineOf, reachPicture } from './reach.ts';

function network(
  name: string,
  members: readonly string[],
  driver: NetworkSummary['driver'] = 'bridge',
): NetworkSummary {
  return {
    id: `id of ${name}`,
    name,
    driver,
    isPredefined: false,
    resolvesNames: true,
    internal: false,
    createdAt: 0,
    labels: {},
    subnets: [],
    mtu: 1500,
    members: members.map((member) => ({ id: member, name: member, running: true, aliases: [] })),
  };
}

const picture = reachPicture([
  network('empty', []),
  network('none', ['hermit'], 'null'),
  network('front', ['web', 'proxy']),
  network('back', ['web', 'db']),
]);

test('containers reach those that share a network with them', () => {
  expect(picture.columns.map(({ name }) => name)).toEqual(['front', 'back']);
  expect(picture.rows.map(({ name, reaches }) => [name, reaches])).toEqual([
    ['proxy', ['web']],
    ['web', ['db', 'proxy']],
    ['db', ['web']],
  ]);
});

test('a line joins the first and the last of a network', () => {
  expect(lineOf(picture, 'id of front')).toEqual({ first: 0, last: 1 });
  expect(lineOf(picture, 'id of back')).toEqual({ first: 1, last: 2 });
  expect(lineOf(picture, 'id of empty')).toBeUndefined();
});
