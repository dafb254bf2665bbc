import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

import { searchHit } from '#engine/contract/search.ts';
import { EstratoCli } from '#engine/testing/estrato-cli.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { CHANGED_FILE } from '#engine/testing/story-image.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

describeWith(['root', 'launcher', 'busybox'], 'estrato search', () => {
  let engine: TestEngine;
  let estrato: EstratoCli;
  beforeAll(async () => {
    engine = await startTestEngine();
    estrato = new EstratoCli(engine);
    await engine.loadStory();
  });
  afterAll(() => engine[Symbol.asyncDispose]());

  test('says where a path is, and what hides it', async () => {
    const table = await estrato.text('search', CHANGED_FILE.name);
    expect(table).toMatch(/^\/srv\/app\/settings\.ini +\d+B +story:1\.0 +2 +hidden by layer 3$/m);
    expect(table).toMatch(/^\/srv\/app\/settings\.ini +\d+B +story:1\.0 +3 +visible$/m);
    expect(await estrato.text('search', '/srv/app/cache/**')).toContain('hidden by layer 4');
    expect(await estrato.text('search', 'no such thing')).toBe('Nothing of that name is in any image.');
  });

  test('shows parts, and finds a content by its digest', async () => {
    expect(await estrato.text('search', '*', '--limit', '2')).toMatch(/\n\d+ more; --limit and --offset show them\.$/);
    const json = await estrato.text('search', CHANGED_FILE.name, '--format', 'json');
    const [, changed] = z.object({ hits: z.array(searchHit) }).parse(JSON.parse(json)).hits;
    expect(await estrato.text('search', changed?.contentDigest ?? '')).toContain('settings.ini');
    const wrong = await estrato.run(['search', '/(/']);
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('"(" can\'t be looked for');
  });
});
