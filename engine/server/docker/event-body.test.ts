import { expect, test } from 'vitest';
import { z } from 'zod';

import type { EngineEvent } from '#engine/contract/event.ts';

import { dockerEvent, EVENT_FILTERS, isWantedEvent } from './event-body.ts';
import { parseFilters } from './query.ts';

const start: EngineEvent = {
  type: 'container',
  action: 'start',
  id: 'c0ffee12',
  attributes: { image: 'host:5000/team/app:1.2', name: 'web', team: 'a' },
  time: 1_700_000_000_123,
};
const tag: EngineEvent = { ...start, type: 'image', action: 'tag', id: 'sha256:ab12', attributes: { name: 'app:1.2' } };
const connect: EngineEvent = {
  ...start,
  type: 'network',
  action: 'connect',
  id: 'beef34',
  attributes: { name: 'back', type: 'bridge', container: 'c0ffee12' },
};
const health: EngineEvent = { ...start, action: 'health_status: healthy' };
const ours: EngineEvent = { ...start, type: 'trash', action: 'put' };
const events = { start, tag, connect, health, ours };

test.each<readonly [filters: object, wanted: readonly (keyof typeof events)[]]>([
  [{}, ['start', 'tag', 'connect', 'health']],
  [{ type: ['image', 'network'] }, ['tag', 'connect']],
  [{ event: ['start'] }, ['start']],
  [{ event: ['health_status'] }, ['health']],
  [{ event: ['health_status: healthy'] }, ['health']],
  [{ event: ['health'] }, []],
  [{ container: ['web'] }, ['start', 'health']],
  [{ container: ['c0ff'] }, ['start', 'health']],
  [{ container: ['app'] }, []],
  [{ network: ['ba'] }, ['connect']],
  [{ network: ['beef34'] }, ['connect']],
  [{ volume: ['back'] }, []],
  [{ image: ['app'] }, ['tag']],
  [{ image: ['app:1.2'] }, ['tag']],
  [{ image: ['sha256:ab12'] }, ['tag']],
  [{ image: ['host:5000/team/app'] }, ['start', 'health']],
  [{ image: ['host'] }, []],
  [{ label: ['team'] }, ['start', 'health']],
  [{ label: ['team=b'] }, []],
  [{ scope: ['local'] }, ['start', 'tag', 'connect', 'health']],
  [{ scope: ['swarm'] }, []],
  [{ type: ['container'], event: ['start'], image: ['app'] }, []],
])('%j lets %j by', (filters, wanted) => {
  const parsed = parseFilters(JSON.stringify(filters), EVENT_FILTERS);
  expect(Object.entries(events).flatMap(([name, event]) => (isWantedEvent(event, parsed) ? [name] : []))).toEqual(
    wanted,
  );
});

test('only images and containers have the words of before 1.22, and nothing that is empty', () => {
  const body = (event: EngineEvent): Record<string, unknown> =>
    z.record(z.string(), z.unknown()).parse(JSON.parse(JSON.stringify(dockerEvent(event))));
  const times = { scope: 'local', time: 1_700_000_000, timeNano: 1_700_000_000_123_000_000 };
  const { id, attributes } = start;
  expect(body(start)).toEqual({
    status: 'start',
    id,
    from: attributes['image'],
    Type: 'container',
    Action: 'start',
    Actor: { ID: id, Attributes: attributes },
    ...times,
  });
  expect(body(tag)).toMatchObject({ status: 'tag', id: tag.id });
  expect(Object.keys(body(connect))).toEqual(['Type', 'Action', 'Actor', 'scope', 'time', 'timeNano']);
  expect(Object.keys(body({ ...start, action: 'prune', id: '', attributes: { reclaimed: '0' } }))).toEqual([
    'status',
    'Type',
    'Action',
    'Actor',
    'scope',
    'time',
    'timeNano',
  ]);
});
