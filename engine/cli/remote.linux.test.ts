import { afterAll, beforeAll, expect, test } from 'vitest';

import { ociArchive } from '#engine/testing/archive-fixture.ts';
import { registryUser, startDebianRegistry, type DebianRegistry } from '#engine/testing/debian-registry.ts';
import { EstratoCli } from '#engine/testing/estrato-cli.ts';
import { makeImageOf, ownPlatform } from '#engine/testing/image-fixture.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

describeWith(['root', 'launcher', 'registry'], 'estrato login, remote and push', () => {
  const owned = new AsyncDisposableStack();
  let engine: TestEngine;
  let registry: DebianRegistry;
  let estrato: EstratoCli;
  let host = '';
  beforeAll(async () => {
    registry = owned.use(await startDebianRegistry({ login: true }));
    ({ host } = registry);
    engine = owned.use(await startTestEngine());
    estrato = new EstratoCli(engine);
    const names = ['team/app:1', 'team/app:2', 'team/other:1'].map((name) => `${host}/${name}`);
    await engine.load(await ociArchive({ image: await makeImageOf(2), names }));
  });
  afterAll(() => owned.disposeAsync());

  const login = (password: string): ReturnType<EstratoCli['run']> =>
    estrato.run(['login', host, '-u', registryUser.username, '--password-stdin'], `${password}\n`);
  /** What a command that fails says. */
  const refusal = async (...args: readonly string[]): Promise<string> => {
    const { code, stderr } = await estrato.run(args);
    expect(code).toBe(1);
    return stderr;
  };
  const digestAt = async (name: string): Promise<string> => {
    const text = await estrato.text('remote', 'inspect', `${host}/${name}`, '--format', 'json');
    return /sha256:[0-9a-f]{64}/.exec(text)?.[0] ?? '';
  };

  test('a login is asked for, checked, kept, and never shown', async () => {
    expect(await refusal('remote', 'repositories', host)).toContain("may require 'docker login'");
    expect(await login('wrong')).toMatchObject({ code: 1, stdout: '' });
    const { code, stdout } = await login(registryUser.password);
    expect([code, stdout]).toEqual([0, expect.stringContaining('only you can read')]);
    await engine.restart('SIGKILL');
    const logins = await estrato.text('logins');
    expect(logins).toMatch(new RegExp(`^${host} +ann +this engine's own file$`, 'm'));
    expect(logins + engine.stderr).not.toContain(registryUser.password);
  });

  test('a dry run says what a push does then', async () => {
    const push = (...more: readonly string[]): Promise<string> => estrato.text('push', `${host}/team/app:1`, ...more);
    expect(await push('--dry-run')).toMatch(/to send\n.*to send\n.* to send\nThe tag is new there$/);
    await push();
    expect(await push('--dry-run')).toMatch(
      /there already\n.*there already\n0B to send\nThe tag leads to the same image there already/,
    );
    await estrato.text('push', `${host}/team/app:2`);
    const named = `${host}/team/other:new`;
    expect(await refusal('push', named)).toContain('does not exist locally');
    const wish = ['push', named, '--image', `${host}/team/app:1`];
    expect(await estrato.text(...wish, '--dry-run')).toContain('The tag is new there');
    await estrato.text(...wish);
    // It has the name now.
    await estrato.text('push', named);
  });

  test('repositories, tags and what they lead to are told', async () => {
    expect(await estrato.text('remote', 'repositories', host)).toBe('team/app\nteam/other');
    expect((await estrato.text('remote', 'tags', `${host}/team/app`)).split('\n').toSorted()).toEqual(['1', '2']);
    expect(await estrato.text('remote', 'search', 'oth', '--registry', host)).toContain(`${host}/team/other`);
    const inspected = await estrato.text('remote', 'inspect', `${host}/team/app:1`);
    expect(inspected).toContain(`${ownPlatform.os}/${ownPlatform.architecture}`);
    expect(await digestAt('team/app:1')).toBe(await digestAt('team/app:2'));
    const { status, body } = await engine.ask(`/images/search?term=${host}/oth&limit=5`);
    expect([status, JSON.parse(body)]).toEqual([
      200,
      [expect.objectContaining({ name: `${host}/team/other`, star_count: 0 })],
    ]);
  });

  test('the list is paged as the registry pages it', async () => {
    const first = await engine.call('registries.repositories', { registry: host, limit: 1 });
    expect(first.names).toEqual(['team/app']);
    const second = await engine.call('registries.repositories', { registry: host, after: first.next });
    expect(second.names).toEqual(['team/other']);
  });

  test('how a registry is reached is said once, and shown', async () => {
    const said = ['--mirror', 'mirror.test:5000', '--proxy', 'http://me:secret@proxy.test:3128', '--insecure'];
    await estrato.text('remote', 'settings', 'registry.test', ...said);
    const shown = await estrato.text('remote', 'settings');
    expect(shown).toMatch(/^registry\.test +mirror\.test:5000 +yes +- +http:\/\/proxy\.test:3128$/m);
    expect(await estrato.text('remote', 'settings', 'registry.test', '--reset')).not.toContain('registry.test');
  });

  test('a tag that only goes with its manifest is not removed by accident', async () => {
    const name = `${host}/team/app:1`;
    expect(await refusal('remote', 'rm', name)).toContain('--whole');
    expect(await estrato.text('remote', 'rm', name, '--whole')).toContain('with all its tags');
    expect(await refusal('remote', 'inspect', `${host}/team/app:2`)).toContain('not found');
  });

  test('after a logout it is over', async () => {
    await estrato.text('logout', host);
    expect(await refusal('remote', 'tags', `${host}/team/other`)).toContain('denied');
    expect(await refusal('logout', host)).toContain('Not logged in to');
  });
});
