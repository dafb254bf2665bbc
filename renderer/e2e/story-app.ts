import { join } from 'node:path';

import { connectEngine } from '#engine/client/connect-engine.ts';
import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { makeStoryImage } from '#engine/testing/story-image.ts';

import { lacking, loadArchive, startBrowserApp, type BrowserApp } from './browser-app.ts';

/** An app in which every screen has something to show. */
export interface StoryApp extends BrowserApp {
  /** Runs `afternoon`. */
  readonly container: string;
  /** Its images are served here, to itself among others: `127.0.0.1:41234`. */
  readonly registry: string;
  readonly hasNetworks: boolean;
}

export const STORY_IMAGE = 'team/story:1.0';

export async function startStoryApp(): Promise<StoryApp> {
  await using undo = new AsyncDisposableStack();
  const app = undo.use(await startBrowserApp());
  using engine = await connectEngine(join(app.dataRoot, 'estrato.sock'));
  const { client } = engine;
  const names = [STORY_IMAGE, 'team/story:latest'];
  await loadArchive(app, await dockerArchive({ image: await makeStoryImage(), names }));
  // Before anybody writes there: who does would have to be paused, which not every engine can.
  await client.call('volumes.create', { name: 'notes' });
  await client.call('volumes.save', { name: 'notes', point: 'monday', note: 'before the upgrade' });
  const hasNetworks = (await lacking(app, 'networks')) === undefined;
  const { id } = await client.call('containers.create', {
    image: STORY_IMAGE,
    name: 'afternoon',
    command: [
      'sh',
      '-c',
      'ls -l --color /; cat /srv/app/settings.ini; echo more >> /srv/app/settings.ini; sleep 1001 & exec sh',
    ],
    tty: true,
    openStdin: true,
    binds: ['notes:/notes'],
  });
  await client.call('containers.start', { id });
  const gone = { image: STORY_IMAGE, name: 'morning', command: ['true'], tty: false, openStdin: false };
  await client.call('containers.create', gone);
  await client.call('containers.remove', { id: 'morning' });
  const { address = '' } = await client.call('registry.turnOn', { listen: '127.0.0.1:0', push: false });
  const owned = undo.move();
  return {
    ...app,
    container: id,
    registry: address.replace(/^http:\/\//, ''),
    hasNetworks,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
