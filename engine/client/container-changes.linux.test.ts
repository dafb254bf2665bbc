import { afterAll, beforeAll, expect, test } from 'vitest';

import type { EngineClient } from '#engine/contract/client.ts';
import type { TreeRow } from '#engine/contract/layer.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';

import { connectEngine, type ConnectedEngine } from './connect-engine.ts';

describeWith(['root', 'launcher', 'busybox', 'docker client'], 'what a container changed', () => {
  const { engine, docker, image } = storyScene();
  let connection: ConnectedEngine;
  let client: EngineClient;
  beforeAll(async () => {
    connection = await connectEngine(engine.socketPath);
    ({ client } = connection);
  });
  afterAll(() => connection[Symbol.dispose]());

  async function changed(script: string): Promise<(path: string) => Promise<Record<string, TreeRow>>> {
    await docker.text('run', '--name', 'box', image, 'sh', '-ec', script);
    return async (path) => {
      const { rows } = await client.call('containers.changes', { id: 'box', path, offset: 0, limit: 1000 });
      return Object.fromEntries(rows.map((row) => [row.name, row]));
    };
  }

  test('is a tree of what was added, changed, touched and removed, with bytes', async () => {
    const rows = await changed(
      'mkdir /data; printf 12345 > /data/new; echo more >> /srv/app/settings.ini; chmod 600 /srv/app/data.bin; rm /srv/app/latest',
    );
    const root = await rows('/');
    expect(root['data']).toMatchObject({ change: 'added', size: 5, delta: 5, hasChildren: true });
    expect((await rows('/data'))['new']).toMatchObject({ change: 'added', size: 5, mode: 0o644 });
    const app = await rows('/srv/app');
    expect(app['settings.ini']).toMatchObject({ change: 'changed', delta: 5 });
    expect(app['data.bin']).toMatchObject({ change: 'metadata', delta: 0, mode: 0o600 });
    expect(app['latest']).toMatchObject({ change: 'removed', type: 'symlink' });
    expect(root['srv']).toMatchObject({
      change: 'unchanged',
      below: { added: 0, changed: 1, metadata: 1, removed: 1 },
    });
  });

  test('is added up, and looked for anew when asked', async () => {
    await docker.text('run', '-d', '--name', 'box', image, 'sleep', '1000');
    expect(await client.call('containers.scanChanges', { id: 'box' })).toMatchObject({ added: 0, addedBytes: 0 });
    await docker.text('exec', 'box', 'sh', '-c', 'printf 12345 > /new; rm /srv/app/settings.ini');
    const summary = await client.call('containers.scanChanges', { id: 'box' });
    expect(summary).toMatchObject({ added: 1, removed: 1, changed: 0, addedBytes: 5 });
    expect(summary.hiddenBytes).toBeGreaterThan(0);
    await expect(
      client.call('containers.changes', { id: 'box', path: '/etc', offset: 0, limit: 10 }),
    ).rejects.toMatchObject({ code: 'not-found' });
  });

  test('a removed directory counts with everything that was in it', async () => {
    const rows = await changed('rm -r /srv');
    const { srv } = await rows('/');
    expect(srv).toMatchObject({ change: 'removed', type: 'directory' });
    expect(srv?.size).toBeGreaterThan(900);
    expect(srv?.delta).toBe(-(srv?.size ?? 0));
  });

  test('a file is shown as it is and as it was, and a link leads nowhere', async () => {
    await changed(
      'cp /srv/app/settings.ini /tmp/was; echo more >> /srv/app/settings.ini; ln -s /etc/shadow /link; ln -s / /dir; printf "\\0\\1" > /bytes',
    );
    const preview = (path: string) => client.call('containers.previewChange', { id: 'box', path });
    const { now, before } = await preview('/srv/app/settings.ini');
    expect(now?.text).toBe(`${before?.text}more\n`);
    expect((await preview('/link')).now).toMatchObject({ kind: 'symlink', text: '/etc/shadow' });
    expect((await preview('/bytes')).now).toMatchObject({ kind: 'binary', size: 2 });
    // Followed within the container only.
    expect((await preview('/dir/bytes')).now).toMatchObject({ kind: 'binary' });
    await expect(preview('/nosuch')).rejects.toMatchObject({ code: 'not-found' });
  });
});
