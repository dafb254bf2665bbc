import { expect, test, vi } from 'vitest';

import { EngineError } from '#engine/contract/errors.ts';
import type { EngineNews } from '#engine/contract/event.ts';
import { findMethod } from '#engine/contract/method-areas.ts';
import { typedClient } from '#engine/contract/typed-client.ts';

import { followEngine } from './engine-feed.ts';
import { Script } from './scripted-engine.ts';

const news = (action: string): EngineNews => ({
  event: { type: 'image', action, id: 'x', attributes: {}, time: 0 },
});

test('an engine that is lost is followed again, and everything asked for anew', async () => {
  const streams: Script<unknown>[] = [];
  const wire = {
    call: () => Promise.reject(new Error('nothing is called')),
    stream: () => {
      const script = new Script<unknown>();
      streams.push(script);
      return script;
    },
    duplex: () => {
      throw new Error('nothing is opened');
    },
  };
  const engine = typedClient(wire, findMethod);
  const told: string[] = [];
  const leaving = new AbortController();
  const following = followEngine(
    engine,
    {
      onStart: () => told.push('start'),
      onNews: (item) => told.push('event' in item ? item.event.action : 'job'),
    },
    { signal: leaving.signal, pause: () => Promise.resolve() },
  );
  await vi.waitFor(() => expect(streams).toHaveLength(1));
  streams[0]?.push(news('pull'));
  streams[0]?.end(new EngineError('unavailable', 'gone'));
  await vi.waitFor(() => expect(streams).toHaveLength(2));
  streams[1]?.push(news('tag'));
  await vi.waitFor(() => expect(told).toEqual(['start', 'pull', 'start', 'tag']));
  leaving.abort();
  streams[1]?.end();
  await following;
});
