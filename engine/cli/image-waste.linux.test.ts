import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

import { whyBig } from '#engine/contract/waste.ts';
import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { EstratoCli } from '#engine/testing/estrato-cli.ts';
import { makeImage } from '#engine/testing/image-fixture.ts';
import { describeWith } from '#engine/testing/requires.ts';
import type { TarItem } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

const IMAGE = 'waste:1.0';
const SECRET = `gh${'p_'}${'z'.repeat(36)}`;

const layers: readonly (readonly TarItem[])[] = [
  [{ name: 'lib/base.bin', body: Buffer.alloc(600_000, 1) }],
  [
    { name: 'var/cache/apt/archives/x.deb', body: Buffer.alloc(100_000, 2) },
    { name: 'app/a.bin', body: Buffer.alloc(50_000, 3) },
    { name: 'app/b.bin', body: Buffer.alloc(50_000, 3) },
    { name: 'app/.env', body: `TOKEN=${SECRET}\n` },
  ],
  [{ name: 'var/cache/.wh.apt' }, { name: 'app/.wh..env' }],
];

describeWith(['root', 'launcher'], 'what makes an image big', () => {
  let engine: TestEngine;
  let estrato: EstratoCli;
  let dir: TemporaryDirectory;
  beforeAll(async () => {
    engine = await startTestEngine();
    estrato = new EstratoCli(engine);
    dir = await temporaryDirectory('waste-cli');
    const config = { config: { Env: ['PATH=/bin', `CI_TOKEN=${SECRET}`] } };
    const image = await makeImage(layers, { format: 'docker', compression: 'none', config });
    await engine.load(await dockerArchive({ image, names: [IMAGE] }));
  });
  afterAll(async () => {
    await engine[Symbol.asyncDispose]();
    await dir[Symbol.asyncDispose]();
  });

  test('is told by paths, caches, copies and hidden files, layers from 1', async () => {
    const report = await estrato.text('image', 'why-big', IMAGE);
    expect(report).toMatch(/^800kB shipped, 700kB seen, 100kB wasted: 87\.5 % efficient$/m);
    expect(report).toMatch(/^600kB +1 +\/lib\/base\.bin$/m);
    expect(report).toMatch(/^100kB +packages of apt +apt-get clean/m);
    expect(report).toMatch(/^100kB +2 +removed by layer 3 +\/var\/cache\/apt\/archives\/x\.deb$/m);
    expect(report).toMatch(/^50kB +2 +\/app\/a\.bin \/app\/b\.bin$/m);
  });

  test('names where secrets are, and never what they are', async () => {
    const report = await estrato.text('image', 'why-big', IMAGE);
    expect(report).toMatch(/^token +variable CI_TOKEN +in the config$/m);
    expect(report).toMatch(/^file of variables +\/app\/\.env +layer 2, hidden by layer 3 and shipped$/m);
    const json = await estrato.text('image', 'why-big', IMAGE, '--format', 'json');
    expect(whyBig.parse(JSON.parse(json)).secrets).toEqual([
      { in: 'variable', kind: 'token', name: 'CI_TOKEN' },
      { in: 'file', kind: 'environment-file', path: '/app/.env', layer: 1, hiddenBy: 2 },
    ]);
    expect(`${report}${json}`).not.toContain(SECRET);
  });

  test('a check ends as dive does: 0 where every rule holds, 1 where one is broken', async () => {
    const usual = await estrato.run(['image', 'check', IMAGE]);
    expect(usual.code).toBe(1);
    expect(usual.stdout).toMatch(/^lowestEfficiency +failed +0\.9 +87\.49 %$/m);
    expect(usual.stdout).toMatch(/^highestWastedBytes +disabled +disabled +100kB$/m);
    expect(usual.stdout.trimEnd().endsWith('FAILED')).toBe(true);

    const file = join(dir.path, 'rules');
    await writeFile(file, 'rules:\n  lowestEfficiency: 0.8\n  highestUserWastedPercent: disabled\n');
    const own = await estrato.run(['image', 'check', IMAGE, '--ci-config', file, '--format', 'json']);
    expect(own.code).toBe(0);
    const { isPassed } = z.object({ isPassed: z.boolean() }).parse(JSON.parse(own.stdout));
    expect(isPassed).toBe(true);
    // What is said on the command line goes before the file.
    expect((await estrato.run(['image', 'check', IMAGE, '--ci-config', file, '--lowestEfficiency', '0.9'])).code).toBe(
      1,
    );
  });

  test('rules that are none are refused in a sentence', async () => {
    const missing = await estrato.run(['image', 'check', IMAGE, '--ci-config', join(dir.path, 'none')]);
    expect(missing).toMatchObject({ code: 1 });
    expect(missing.stderr).toContain("can't be read");
    const wrong = await estrato.run(['image', 'check', IMAGE, '--highestWastedBytes', 'much']);
    expect(wrong.stderr).toContain('highestWastedBytes is much, and has to be a size like 20MB, or disabled.');
    expect((await estrato.run(['image', 'why-big', 'none:such'])).stderr).toContain('No such image: none:such');
  });
});
