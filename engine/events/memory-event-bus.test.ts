import { expect, test } from 'vitest';

import { MemoryEventBus } from './memory-event-bus.ts';

const event = (id: string) => ({ type: 'image', action: 'tag', id, attributes: {} }) as const;

async function take(events: AsyncIterable<{ id: string }>, count: number): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of events) {
    ids.push(id);
    if (ids.length === count) break;
  }
  return ids;
}

test('each subscriber gets everything from its subscription on', async () => {
  const bus = new MemoryEventBus();
  const { signal } = new AbortController();
  bus.publish(event('before'));
  const early = bus.subscribe({ signal });
  bus.publish(event('1'));
  const late = bus.subscribe({ signal });
  bus.publish(event('2'));
  expect(await take(early, 2)).toEqual(['1', '2']);
  expect(await take(late, 1)).toEqual(['2']);
});

test('kept events are told to those who ask from a time on', async () => {
  let time = 0;
  const bus = new MemoryEventBus({ now: () => (time += 10) });
  for (let index = 1; index <= 1005; index += 1) bus.publish(event(String(index)));
  const { signal } = new AbortController();
  expect(await take(bus.subscribe({ signal, sinceMs: 10_030 }), 3)).toEqual(['1003', '1004', '1005']);
  expect(await take(bus.subscribe({ signal, sinceMs: 0 }), 1)).toEqual(['6']);
});

test('the signal ends a subscription that waits', async () => {
  const bus = new MemoryEventBus();
  const abort = new AbortController();
  const all = take(bus.subscribe({ signal: abort.signal }), Infinity);
  bus.publish(event('1'));
  setImmediate(() => {
    abort.abort();
  });
  expect(await all).toEqual(['1']);
});

test('who reads too slowly loses its own subscription and nobody else an event', async () => {
  const bus = new MemoryEventBus({ bufferedEvents: 3 });
  const { signal } = new AbortController();
  const slow = bus.subscribe({ signal })[Symbol.asyncIterator]();
  const quick = bus.subscribe({ signal })[Symbol.asyncIterator]();
  for (let index = 0; index < 5; index += 1) {
    bus.publish(event(String(index)));
    expect((await quick.next()).value).toMatchObject({ id: String(index) });
  }
  for (let index = 0; index < 3; index += 1) expect((await slow.next()).value).toMatchObject({ id: String(index) });
  await expect(slow.next()).rejects.toMatchObject({ code: 'unavailable' });
});
