import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

import { imageAttestations, type ImageAttestations } from '#engine/contract/attestation.ts';
import { buildScene, forTheSuite } from '#engine/testing/build-scene.ts';
import { startDebianRegistry } from '#engine/testing/debian-registry.ts';
import { EstratoCli } from '#engine/testing/estrato-cli.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { SeededRandom } from '#engine/testing/seeded-random.ts';

import { startTestEngine } from '#engine/testing/test-engine.ts';

import { makeContext } from './testing/make-context.ts';

const run = promisify(execFile);
const SECRET = 'never-in-a-statement-7219';

const statement = z.object({
  _type: z.literal('https://in-toto.io/Statement/v0.1'),
  predicateType: z.string(),
  subject: z.array(z.object({ name: z.string(), digest: z.object({ sha256: z.string() }) })),
  predicate: z.looseObject({}),
});
const provenance = z.object({
  buildDefinition: z.object({
    externalParameters: z.looseObject({ dockerfile: z.string(), platform: z.string() }),
    resolvedDependencies: z.array(z.object({ uri: z.string(), digest: z.record(z.string(), z.string()) })),
  }),
  runDetails: z.object({
    metadata: z.object({ invocationId: z.string() }),
    byproducts: z.array(z.unknown()).optional(),
  }),
});
const rawIndex = z.object({
  manifests: z.array(
    z.object({
      digest: z.string(),
      platform: z.object({ os: z.string(), architecture: z.string() }),
      annotations: z.record(z.string(), z.string()).optional(),
    }),
  ),
});

describeWith(['root', 'launcher', 'busybox', 'registry'], 'what is said of an image that is built', () => {
  const { engine, estrato, folder } = buildScene('attested');
  const registry = forTheSuite(() => startDebianRegistry());
  beforeAll(async () => {
    await makeContext(
      folder('app'),
      [
        'FROM base AS tools',
        'FROM base',
        'ARG GREETING',
        'COPY --from=tools /srv/app/settings.ini /copied',
        'COPY modules /app/node_modules',
        'RUN --mount=type=secret,id=token test "$(cat /run/secrets/token)" != ""',
      ].join('\n'),
      { 'modules/left-pad/package.json': '{"name":"left-pad","version":"1.3.0"}' },
    );
  });

  const listed = async (name: string): Promise<ImageAttestations> =>
    imageAttestations.parse(JSON.parse(await estrato.text('image', 'attestations', name, '--format', 'json')));
  const shown = async (name: string, which: string): Promise<z.infer<typeof statement>> =>
    statement.parse(JSON.parse(await estrato.text('image', 'attestations', name, '--show', which)));

  test('a build says nothing unless told', async () => {
    await makeContext(folder('plain'), 'FROM base\nLABEL a=b');
    await estrato.text('build', '-q', '-t', 'plain:1', folder('plain'));
    expect(await listed('plain:1')).toEqual({ attestations: [] });
    expect(await estrato.text('image', 'attestations', 'plain:1')).toContain('Nothing is said of it here');
  });

  test('packages and how it was made are said of its manifest, and a secret is nowhere in it', async () => {
    await writeFile(folder('token'), SECRET);
    const secret = ['--secret', `id=token,src=${folder('token')}`];
    const args = ['--build-arg', 'GREETING=hello'];
    const built = ['build', '-q', '-t', 'team/app:1', ...secret, ...args, '--sbom', '--provenance', 'mode=max'];
    await estrato.text(...built, folder('app'));
    const { attestations } = await listed('team/app:1');
    expect(attestations.map(({ kind, platform }) => `${kind} ${platform}`)).toEqual([
      `sbom linux/${process.arch === 'x64' ? 'amd64' : process.arch}`,
      `provenance linux/${process.arch === 'x64' ? 'amd64' : process.arch}`,
    ]);
    const sbom = await shown('team/app:1', 'sbom');
    const [about] = sbom.subject;
    expect(about?.name).toMatch(/^pkg:docker\/team\/app@1\?platform=linux%2F/);
    expect(`sha256:${about?.digest.sha256}`).toBe(attestations[0]?.subject);
    expect(JSON.stringify(sbom.predicate)).toContain('pkg:npm/left-pad@1.3.0');

    const said = await shown('team/app:1', 'provenance');
    const { buildDefinition, runDetails } = provenance.parse(said.predicate);
    expect(buildDefinition.externalParameters).toMatchObject({
      dockerfile: 'Dockerfile',
      args: { GREETING: 'hello' },
      secrets: [{ id: 'token' }],
    });
    expect(buildDefinition.resolvedDependencies).toHaveLength(1);
    const [base] = buildDefinition.resolvedDependencies;
    expect(base?.uri).toMatch(/^pkg:docker\/base@latest\?platform=linux%2F/);
    expect(base?.digest['sha256']).toMatch(/^[0-9a-f]{64}$/);
    const [record] = await engine.call('builds.list', {});
    expect(runDetails.metadata.invocationId).toBe(record?.id);
    await expect(run('grep', ['-rlF', SECRET, engine.dataRoot])).rejects.toMatchObject({ code: 1 });
  });

  test('without mode=max the values that were given are not said', async () => {
    await makeContext(folder('small'), 'FROM base\nARG GREETING\nLABEL a=$GREETING');
    const built = ['build', '-q', '-t', 'small:1', '--build-arg', 'GREETING=hello', '--attest', 'type=provenance'];
    await estrato.text(...built, folder('small'));
    const said = await shown('small:1', 'provenance');
    expect(JSON.stringify(said)).not.toContain('hello');
    expect(provenance.parse(said.predicate).runDetails.byproducts).toBeUndefined();
  });

  test('an index goes to a registry with what is said, and others find it there', async () => {
    const name = `${registry().host}/team/pushed:1`;
    await makeContext(folder('pushed'), 'FROM base\nLABEL pushed=1');
    await estrato.text('build', '-q', '-t', name, '--sbom', '--provenance', 'min', folder('pushed'));
    await estrato.text('push', '--all-platforms', name);
    const { stdout } = await run('skopeo', ['inspect', '--raw', '--tls-verify=false', `docker://${name}`]);
    const [image, about] = rawIndex.parse(JSON.parse(stdout)).manifests;
    expect(about).toMatchObject({
      platform: { os: 'unknown', architecture: 'unknown' },
      annotations: {
        'vnd.docker.reference.type': 'attestation-manifest',
        'vnd.docker.reference.digest': image?.digest,
      },
    });
    // What is for no platform is nobody's image.
    const asked = ['inspect', '--format', '{{.Architecture}}', '--tls-verify=false', `docker://${name}`];
    expect((await run('skopeo', asked)).stdout.trim()).toBe(image?.platform.architecture);
    // Somebody who has none of it reads the same.
    await using other = await startTestEngine();
    await new EstratoCli(other).text('pull', '--all-platforms', name);
    const there = await new EstratoCli(other).text('image', 'attestations', name, '--format', 'json');
    expect(imageAttestations.parse(JSON.parse(there))).toEqual(await listed(name));
  });

  test('an engine that is killed while it makes an index leaves all of it or nothing', async () => {
    const random = new SeededRandom(7);
    const noise = Buffer.from(Array.from({ length: 500_000 }, () => random.below(256))).toString('hex');
    await makeContext(folder('killed'), 'FROM scratch\nCOPY noise /noise', { noise });
    for (let turn = 0; turn < 4; turn += 1) {
      const name = `killed:${turn}`;
      const built = estrato.start([
        'build',
        '--no-cache',
        '-t',
        name,
        '--sbom',
        '--provenance',
        'max',
        folder('killed'),
      ]);
      await expect.poll(() => built.stderr, { timeout: 15_000 }).toContain('#2 ');
      await pause(random.below(120));
      await engine.restart('SIGKILL');
      await built.ended;
      const images = await engine.call('images.list', {});
      const isThere = images.some(({ RepoTags }) => RepoTags.includes(name));
      if (!isThere) continue;
      expect((await listed(name)).attestations).toHaveLength(2);
      await shown(name, 'sbom');
    }
    await estrato.text('build', '-q', '-t', 'killed:last', '--sbom', '--provenance', 'max', folder('killed'));
    expect((await listed('killed:last')).attestations).toHaveLength(2);
    expect(await estrato.text('verify')).not.toContain('missing');
  });

  test('what nobody would find by a name is refused before anything is built', async () => {
    const refused = await estrato.run(['build', '--sbom', folder('app')]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('give it one with --tag');
    expect(refused.stderr).not.toContain('FROM base');
  });
});
