import { expect, test } from 'vitest';

import type { LogChunk } from '#engine/runtime/runtime.ts';

import { timestamp, withPrefixes } from './line-prefixes.ts';

test('each line is stamped once, a line in pieces at its beginning', async () => {
  const chunk = (stream: LogChunk['stream'], text: string, time: number): LogChunk => ({
    stream,
    time,
    bytes: Buffer.from(text),
  });
  async function* chunks(): AsyncGenerator<LogChunk> {
    yield chunk('stdout', 'one\ntw', 0);
    yield chunk('stderr', 'oh\n', 1);
    yield chunk('stdout', 'o\n\n', 2);
  }
  const stamped: string[] = [];
  for await (const { bytes } of withPrefixes(chunks(), ({ time }) => `${timestamp(time)} `))
    stamped.push(Buffer.from(bytes).toString());
  expect(stamped).toEqual([
    '1970-01-01T00:00:00.000000000Z one\n1970-01-01T00:00:00.000000000Z tw',
    '1970-01-01T00:00:00.001000000Z oh\n',
    'o\n1970-01-01T00:00:00.002000000Z \n',
  ]);
});
