import { afterAll, afterEach, beforeAll } from 'vitest';

import { DockerCli } from './docker-cli.ts';
import { EstratoCli } from './estrato-cli.ts';
import { TestEngine } from './test-engine.ts';

/** What most suites about containers need. Both command lines speak to the engine. */
export interface StoryScene {
  readonly engine: TestEngine;
  readonly docker: DockerCli;
  readonly estrato: EstratoCli;
  /** One that runs: busybox, in six layers (`makeStoryImage`). */
  readonly image: string;
}

/**
 * For the top of a `describe`: an engine that has the story image before the first test. After each test its containers
 * are removed, after the last one it ends. What a test's own hooks find in it at the end of a test still stands.
 */
export function storyScene(image = 'story:1.0'): StoryScene {
  const engine = new TestEngine();
  beforeAll(async () => {
    await engine.start();
    await engine.loadStory(image);
  });
  afterEach(() => engine.removeContainers());
  afterAll(() => engine[Symbol.asyncDispose]());
  return { engine, docker: new DockerCli(engine.host), estrato: new EstratoCli(engine), image };
}
