import { expect, test } from 'vitest';

import { parseDigest } from '#engine/contract/digest.ts';

import { storageTable } from './df.ts';
import { outcomeText, previewText } from './remove-images.ts';

const id = (letter: string) => parseDigest(`sha256:${letter.repeat(64)}`);
const one = { id: id('a'), name: 'one:1' };
const two = { id: id('b'), name: 'two:1' };

test('a preview says what goes, what that frees, and what stays for whom', () => {
  const text = previewText({
    removed: [one],
    untagged: ['one:1'],
    kept: [{ ...two, reasons: [{ kind: 'container', id: 'c', name: 'box', running: false }] }],
    freedBytes: 1500,
    sharedBytes: 2_000_000,
    sharedWith: [{ ...two, bytes: 2_000_000, isRemoved: false }],
    isMeasuring: false,
  });
  expect(text.split('\n')).toEqual([
    'one:1 would go.',
    'Tags that would go: one:1',
    'Frees 1.5kB (1500 bytes) once it is gone for good.',
    '2MB stay: shared with two:1.',
    'two:1 is kept: stopped container box was made from it.',
    '',
  ]);
});

test('what was promised is compared with what was measured', () => {
  const outcome = { removed: [one], untagged: ['one:1'], refused: [], trash: [], promisedBytes: 1500 };
  expect(outcomeText({ ...outcome, measuredBytes: 1500 })).toContain('1.5kB freed, as promised\n');
  expect(outcomeText({ ...outcome, measuredBytes: 1000 })).toContain('1kB freed, 1500 bytes were promised\n');
  expect(outcomeText({ ...outcome, trash: ['t'], measuredBytes: 1500 })).toContain('1.5kB in the trash, as promised\n');
});

test('the parts of the store stand above their sum', () => {
  const images = { ownedBytes: 1000, sharedBytes: 2000, containerBytes: 0, trashBytes: 500 };
  const parts = { ...images, documentBytes: 100, buildBytes: 0, incomingBytes: 0 };
  const counts = { images: 1, blobs: 2, layers: 1, blobBytes: 1500, layerBytes: 2000, unusedBytes: 3000 };
  const lines = storageTable({ totalBytes: 3600, ...parts, ...counts }, undefined).split('\n');
  expect(lines.at(-2)).toMatch(/^all of it +3\.6kB +3600$/);
  expect(lines[5]).toMatch(/^for indexes of platforms +100B +100$/);
  expect(lines[4]).toMatch(/^in the trash +500B +500$/);
});
