import { expect, test } from 'vitest';

import { isDigest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { canonicalName, familiarName, parseReference } from '#engine/contract/reference.ts';
import { makeImageOf, makeIndex } from '#engine/testing/image-fixture.ts';
import { fuzzRounds, fuzzSeed, SeededRandom } from '#engine/testing/seeded-random.ts';

import { parseImageConfig } from './image-config.ts';
import { parseImageIndex } from './image-index.ts';
import { documentType, parseManifest } from './manifest.ts';
import { OCI_MANIFEST } from './media-types.ts';

const image = await makeImageOf(2);
const index = makeIndex([image]);

/** Values that a member may have instead of its own. */
const odd: readonly unknown[] = [
  null,
  true,
  -1,
  1.5,
  2 ** 60,
  '',
  'sha256:',
  `sha256:${'A'.repeat(64)}`,
  [],
  [[]],
  {},
  { digest: 1 },
  '\0',
  '__proto__',
];

/** The document with one member, however deep, replaced or left out. */
function change(value: unknown, random: SeededRandom): unknown {
  if (typeof value !== 'object' || value === null || random.below(4) === 0) return random.pick(odd);
  if (Array.isArray(value)) {
    const at = random.below(value.length + 1);
    return value.map((item: unknown, place) => (place === at ? change(item, random) : item));
  }
  const members = Object.entries(value);
  if (members.length === 0) return random.pick(odd);
  const at = random.below(members.length);
  return Object.fromEntries(
    members.flatMap(([key, member]: [string, unknown], place) => {
      if (place !== at) return [[key, member]];
      return random.below(5) === 0 ? [] : [[key, change(member, random)]];
    }),
  );
}

const documents: readonly [string, Buffer, (bytes: Buffer) => void][] = [
  ['manifest', image.manifest.bytes, checkManifest],
  ['config', image.config.bytes, checkConfig],
  ['index', index.index.bytes, checkIndex],
];

function checkManifest(bytes: Buffer): void {
  documentType(bytes, undefined, 'It');
  const { config, layers } = parseManifest(bytes, OCI_MANIFEST, 'It');
  for (const { digest, size } of [config, ...layers]) {
    if (!isDigest(digest) || !Number.isSafeInteger(size) || size < 0) throw new Error(`${digest} has ${size} bytes`);
  }
}

function checkConfig(bytes: Buffer): void {
  const texts: readonly string[] = parseImageConfig(bytes, 'It').diffIds;
  const found = texts.find((text) => !isDigest(text));
  if (found !== undefined) throw new Error(`${found} is no digest`);
}

function checkIndex(bytes: Buffer): void {
  const found = parseImageIndex(bytes, 'It').manifests.find(({ digest }) => !isDigest(digest));
  if (found !== undefined) throw new Error(`${found.digest} is no digest`);
}

test.each(documents)('a spoilt %s is read or refused in a sentence', (_, good, check) => {
  const random = new SeededRandom(fuzzSeed());
  const parsed: unknown = JSON.parse(good.toString());
  let refused = 0;
  const rounds = fuzzRounds(3000);
  for (let round = 0; round < rounds; round += 1) {
    const isText = random.below(3) === 0;
    const bytes = isText ? random.spoil(good) : Buffer.from(JSON.stringify(change(parsed, random)));
    try {
      check(bytes);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(rounds / 20);
});

test('a spoilt name is refused, or a name that is the same however it is written', () => {
  const random = new SeededRandom(fuzzSeed());
  const names = ['redis', 'redis:4', 'jess/routersploit:latest', 'localhost:5000/a/b:1', `a@sha256:${'0'.repeat(64)}`];
  const letters = ['/', ':', '@', '.', '-', '_', '..', '__', 'A', '[::1]:5000/', ' ', '\n', '%2f', 'é', 'sha256:'];
  let read = 0;
  const rounds = fuzzRounds(20_000);
  for (let round = 0; round < rounds; round += 1) {
    let name: string = random.pick(names);
    for (let times = 1 + random.below(3); times > 0; times -= 1) {
      const at = random.below(name.length + 1);
      name = name.slice(0, at) + random.pick(letters) + name.slice(at + random.below(2));
    }
    try {
      const reference = parseReference(name);
      const canonical = canonicalName(reference);
      const again = [canonical, familiarName(reference)].map((text) => canonicalName(parseReference(text)));
      if (!/^[\w.:/@[\]-]+$/.test(canonical) || again.some((text) => text !== canonical)) expect.fail(canonical);
      read += 1;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
    }
  }
  expect(read).toBeGreaterThan(rounds / 50);
});
