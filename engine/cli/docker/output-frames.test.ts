import { expect, test } from 'vitest';

import { OutputFrames } from './output-frames.ts';

test('output is told apart whatever pieces it comes in', () => {
  const frame = (stream: number, text: string): Buffer => {
    const header = Buffer.alloc(8);
    header[0] = stream;
    header.writeUInt32BE(text.length, 4);
    return Buffer.concat([header, Buffer.from(text)]);
  };
  const all = Buffer.concat([frame(1, 'out'), frame(2, 'err'), frame(1, ''), frame(1, ' more')]);
  for (const size of [1, 3, 9, all.length]) {
    const said = { stdout: '', stderr: '' };
    const frames = new OutputFrames({
      stdout: (bytes) => (said.stdout += bytes.toString()),
      stderr: (bytes) => (said.stderr += bytes.toString()),
    });
    for (let at = 0; at < all.length; at += size) frames.add(all.subarray(at, at + size));
    expect(said).toEqual({ stdout: 'out more', stderr: 'err' });
  }
});
