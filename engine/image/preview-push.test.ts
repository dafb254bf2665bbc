import { expect, test } from 'vitest';

import { parseReference } from '#engine/contract/reference.ts';
import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { makeImageOf } from '#engine/testing/image-fixture.ts';
import { transferScene } from '#engine/testing/transfer-scene.ts';

import { previewPush } from './preview-push.ts';
import { once } from './once.ts';
import { tagImage } from './tag-image.ts';
import { ImageStore } from './testing/image-store.ts';

test('what a push would send is what it sends, and nothing is sent or taken over before', async () => {
  await using at = await transferScene((path) => ImageStore.open(path));
  const image = await makeImageOf(3);
  const name = at.name('team/made:1');
  await at.store.load(once(await dockerArchive({ image, names: [name] })));
  const look = (of = name): ReturnType<typeof previewPush> => previewPush(at.store.parts, parseReference(of));

  const before = await look();
  expect(before).toMatchObject({ reference: name, image: image.config.descriptor.digest });
  expect(before.layers).toEqual(
    image.layers.map(({ diffId, tar }) => ({ diffId, size: tar.length, isExact: false, state: 'missing' })),
  );
  expect(before.bytes).toBe(image.layers.reduce((sum, { tar }) => sum + tar.length, 0));
  expect(before.overwrites).toBeUndefined();

  await at.store.push(name);
  const after = await look();
  expect(after.layers.map(({ state, isExact }) => [state, isExact])).toEqual(Array(3).fill(['there', true]));
  expect([after.bytes, after.overwrites]).toMatchObject([0, { isSeen: true }]);

  const elsewhere = at.name('team/other:1');
  await tagImage(at.store.parts, name, parseReference(elsewhere));
  const asked = at.registry.requests.length;
  at.registry.fail({ path: '/blobs/', method: 'HEAD', answer: { kind: 'status', status: 404 } });
  expect((await look(elsewhere)).layers.map(({ state }) => state)).toEqual(Array(3).fill('mountable'));
  expect(at.registry.requests.slice(asked).map(({ method }) => method)).not.toContain('POST');
});

test('whose the tag is that a push would take is told', async () => {
  await using at = await transferScene((path) => ImageStore.open(path));
  const [theirs, ours] = [await makeImageOf(1), await makeImageOf(2)];
  const name = at.name('team/app:1');
  at.registry.push('team/app:1', theirs);
  await at.store.load(once(await dockerArchive({ image: ours, names: [name] })));
  const look = async (): Promise<unknown> => (await previewPush(at.store.parts, parseReference(name))).overwrites;
  const { digest } = theirs.manifest.descriptor;
  expect(await look()).toEqual({ digest, isSeen: false, isSame: false });
  await at.store.pull(name);
  expect(await look()).toEqual({ digest, isSeen: true, isSame: true });
});
