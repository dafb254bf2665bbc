import { join } from 'node:path';

import { expect, test } from 'vitest';

import { digestOf } from '#engine/layer/testing/layer-fixtures.ts';
import { openDatabase } from '#engine/metadata/database.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { compressedLayer, rememberCompressed } from './compressed-layers.ts';

test('what layers are called where they were sent is known for as long as a step of a build has them', async () => {
  await using dir = await temporaryDirectory('compressed');
  const database = openDatabase(join(dir.path, 'estrato.db'));
  const [step, gone, next] = ['step', 'gone', 'next'].map((text) => digestOf(Buffer.from(text)));
  if (step === undefined || gone === undefined || next === undefined) throw new Error('three digests');
  database
    .prepare(
      'INSERT INTO build_steps (key, diff_id, blob_digest, blob_size, media_type, made_at, used_at, duration_ms) VALUES (?, ?, ?, 1, ?, 0, 0, 0)',
    )
    .run('key', step, step, 'tar');
  const sent = { compression: 'gzip', digest: digestOf(Buffer.from('sent')), size: 1 } as const;
  for (const diffId of [step, gone, next]) rememberCompressed(database, diffId, sent);
  expect(compressedLayer(database, step, 'gzip')).toEqual({ digest: sent.digest, size: 1 });
  expect(compressedLayer(database, gone, 'gzip')).toBeUndefined();
  database.close();
});
