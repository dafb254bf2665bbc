import { expect, test } from 'vitest';

import { attestOption, readAttestOptions } from './attest-options.ts';

test.each([
  [[], {}],
  [['type=sbom'], { sbom: true }],
  [['type=sbom,generator=some/image'], { sbom: true }],
  [['type=sbom', 'type=sbom,disabled=true'], { sbom: false }],
  [['type=provenance'], { provenance: 'min' }],
  [['type=provenance,mode=max', 'type=sbom'], { provenance: 'max', sbom: true }],
  [[attestOption('provenance', 'true')], { provenance: 'min' }],
  [[attestOption('provenance', 'mode=max')], { provenance: 'max' }],
  [[attestOption('provenance', 'max')], { provenance: 'max' }],
  [[attestOption('provenance', 'max'), attestOption('provenance', 'false')], { provenance: undefined }],
])('%j asks for %j', (options, wish) => {
  expect(readAttestOptions(options)).toEqual(wish);
});

test.each([
  ['type=other', 'is of no known type'],
  ['sbom', 'is of no known type'],
  ['type=provenance,mode=some', 'has the modes min and max'],
])('%s is refused', (option, words) => {
  expect(() => readAttestOptions([option])).toThrow(words);
});
