import { join } from 'node:path';

import { afterAll, beforeAll } from 'vitest';

import { storyScene, type StoryScene } from './story-scene.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** What most suites about builds need. */
export interface BuildScene extends StoryScene {
  /** A path in a directory of the suite's own, for a context or whatever else it writes. */
  readonly folder: (name: string) => string;
}

/** For the top of a `describe`: an engine that has the image `base:latest`, and a directory. */
export function buildScene(purpose: string): BuildScene {
  const dir = forTheSuite(() => temporaryDirectory(purpose));
  return { ...storyScene('base:latest'), folder: (name) => join(dir().path, name) };
}

/** Something that a suite has from before its first test until after its last. @returns how to have it in a test. */
export function forTheSuite<T extends AsyncDisposable>(open: () => Promise<T>): () => T {
  let opened: T | undefined;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened?.[Symbol.asyncDispose]());
  return () => {
    if (opened === undefined) throw new Error('the suite has not begun, or could not');
    return opened;
  };
}
