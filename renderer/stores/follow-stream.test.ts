import { expect, test } from 'vitest';

import { EngineError } from '#engine/contract/errors.ts';

import { type FollowStatus, followStream, SharedReaders } from './follow-stream.ts';

async function* items(values: readonly string[], error?: Error): AsyncGenerator<string> {
  yield* values;
  if (error !== undefined) throw error;
}

async function follow(streams: readonly AsyncGenerator<string>[]): Promise<{ told: string[]; statuses: string[] }> {
  const told: string[] = [];
  const statuses: string[] = [];
  const waiting = [...streams];
  await followStream(
    {
      open: () => waiting.shift() ?? items([]),
      onItem: (item, isFirst) => told.push(isFirst ? `first ${item}` : item),
      onStatus: ({ status }: FollowStatus) => statuses.push(status),
    },
    new AbortController().signal,
    async () => undefined,
  );
  return { told, statuses };
}

test('an engine that is lost is asked anew, and told apart from what was known', async () => {
  const lost = new EngineError('unavailable', 'gone');
  const { told, statuses } = await follow([items(['a', 'b'], lost), items(['c'])]);
  expect(told).toEqual(['first a', 'b', 'first c']);
  expect(statuses).toEqual(['following', 'reconnecting', 'following']);
});

test('what the engine refuses is not asked again', async () => {
  const { told, statuses } = await follow([items([], new EngineError('not-found', 'none')), items(['never'])]);
  expect({ told, statuses }).toEqual({ told: [], statuses: ['failed'] });
});

test('however many look, one reads, and the last to leave stops it', () => {
  const readers = new SharedReaders();
  const begun: AbortSignal[] = [];
  const open = (): (() => void) => readers.open('one', (signal) => begun.push(signal));
  const [first, second] = [open(), open()];
  expect(begun).toHaveLength(1);
  first();
  first();
  expect(begun[0]?.aborted).toBe(false);
  second();
  expect(begun[0]?.aborted).toBe(true);
  open();
  expect(begun).toHaveLength(2);
});
