import { expect, test } from 'vitest';

import { pictureFacts } from './picture-facts.ts';

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAYAAACddGYaAAAAC0lEQVR4nGNgQAcAABIAAeRVjecAAAAASUVORK5CYII=';
const gif = 'R0lGODlhAwACAIAAAAAAAP///ywAAAAAAwACAAACAoRRADs=';
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const riff = (kind: string, rest: string): Buffer =>
  Buffer.concat([Buffer.from(`RIFF....WEBP${kind}`, 'latin1'), hex('00000000'), hex(rest)]);

test.each([
  ['a PNG', Buffer.from(png, 'base64'), { mediaType: 'image/png', width: 3, height: 2 }],
  ['a GIF', Buffer.from(gif, 'base64'), { mediaType: 'image/gif', width: 3, height: 2 }],
  [
    'a JPEG, its tables skipped',
    hex('ffd8 ffe0 0004 0000 ffdb 0003 00 ffc2 0011 08 0002 0003 03'),
    { mediaType: 'image/jpeg', width: 3, height: 2 },
  ],
  ['a JPEG cut short', hex('ffd8 ffe0 0004'), { mediaType: 'image/jpeg' }],
  ['a WebP', riff('VP8X', '00000000 020000 010000'), { mediaType: 'image/webp', width: 3, height: 2 }],
  ['a lossless WebP', riff('VP8L', '2f 02400000 0000000000'), { mediaType: 'image/webp', width: 3, height: 2 }],
  [
    'an SVG',
    Buffer.from('<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg"/>'),
    { mediaType: 'image/svg+xml' },
  ],
  [
    'an SVG with much before it',
    Buffer.from('\uFEFF <!-- a --><!-- b -->\n<!DOCTYPE svg PUBLIC "x">\n<!-- c\n-->\n<SVG>'),
    { mediaType: 'image/svg+xml' },
  ],
])('%s is known by its beginning', (_, bytes, facts) => {
  expect(pictureFacts(bytes)).toEqual({ kind: 'picture', ...facts });
});

test.each([
  ['a text that speaks of one', Buffer.from('see <svg> elements')],
  ['nothing', Buffer.alloc(0)],
  ['half of a signature', Buffer.from(png, 'base64').subarray(0, 12)],
  ['a text that was thought up to take long', Buffer.from('<!-- a -->'.repeat(400))],
])('%s is no picture', (_, bytes) => {
  expect(pictureFacts(bytes)).toBeUndefined();
});
