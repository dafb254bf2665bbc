import { setTimeout as wait } from 'node:timers/promises';

import { EngineError } from '#engine/contract/errors.ts';
import { parseReference } from '#engine/contract/reference.ts';
import { emptyTrash } from '#engine/trash/remove-from-trash.ts';
import { restoreFromTrash } from '#engine/trash/restore-from-trash.ts';

import { collectGarbage } from '#engine/image/collect-garbage.ts';
import { listImages } from '#engine/image/list-images.ts';
import { pruneImages } from '#engine/image/prune-images.ts';
import { removeImage } from '#engine/image/remove-image.ts';
import { tagImage } from '#engine/image/tag-image.ts';
import { ImageStore } from './image-store.ts';

/**
 * An engine's images with many people at once: pulls, removals, restores, clean-ups and collections beside one another,
 * until a test kills it. Each person has one tag of their own and says what is about to become of it, and when it has.
 */
const [root = '', repository = '', images = '1'] = process.argv.slice(2);
const PEOPLE = 4;

await using store = await ImageStore.open(root);
const { parts } = store;
await collectGarbage(parts);
say('ready');
await Promise.all([...Array.from({ length: PEOPLE }, (_, person) => live(person)), cleanUp()]);

async function live(person: number): Promise<void> {
  const tag = `person${person}:1`;
  let dropped: string | undefined;
  for (;;) {
    const number = 1 + Math.floor(Math.random() * Number(images));
    const name = `${repository}:${number}`;
    await attempt(() => store.pull(name));
    await told(tag, `${number}`, () => tagImage(parts, name, parseReference(tag)));
    // The name that everybody shares goes too, so that images come and go.
    await attempt(() => removeImage(parts, name, { force: false }));
    await wait(Math.random() * 20);
    await told(tag, 'gone', async () => {
      dropped = (await removeImage(parts, tag, { force: false })).trash;
    });
    const entry = dropped;
    if (Math.random() < 0.5 && entry !== undefined) {
      // Whichever image it was: the test asks only whether the tag is there.
      await told(tag, 'back', async () => void (await restoreFromTrash(parts.trash, entry, { taken: 'take' })));
    }
  }
}

async function cleanUp(): Promise<void> {
  for (;;) {
    await wait(Math.random() * 60);
    await attempt(() => pruneImages(parts, ({ RepoTags }) => RepoTags.length === 0));
    await attempt(() => (Math.random() < 0.5 ? emptyTrash(parts.trash) : collectGarbage(parts)));
    listImages(parts);
  }
}

async function told(tag: string, what: string, work: () => Promise<void>): Promise<void> {
  say(`begins ${tag} ${what}`);
  say((await attempt(work)) ? `done ${tag} ${what}` : `refused ${tag} ${what}`);
}

/** Somebody else may have been faster; anything but that ends all of it. */
async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof EngineError && (error.code === 'not-found' || error.code === 'conflict')) return false;
    throw error;
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
