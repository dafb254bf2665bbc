import { text } from 'node:stream/consumers';

import { expect, test } from 'vitest';

import { UploadRequests } from './upload-requests.ts';

async function* said(...words: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const word of words) yield Buffer.from(word);
}

const { signal } = new AbortController();

test.each([true, false])('a tar is read by the build, whichever comes first (the tar: %s)', async (isFirst) => {
  const uploads = new UploadRequests();
  const offer = (): Promise<void> => uploads.offer('a', said('one ', 'two'), signal);
  const early = isFirst ? offer() : undefined;
  const taken = text(uploads.take('a', signal));
  await (early ?? offer());
  expect(await taken).toBe('one two');
});

test('whoever waits for the other is let go when the client leaves', async () => {
  const uploads = new UploadRequests();
  const leaving = new AbortController();
  const offered = uploads.offer('a', said('x'), leaving.signal);
  const taken = text(uploads.take('b', leaving.signal));
  leaving.abort(new Error('left'));
  await expect(offered).rejects.toThrow('left');
  await expect(taken).rejects.toThrow('left');
});
