import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { connectEngine } from '#engine/client/connect-engine.ts';
import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { makeStoryImage } from '#engine/testing/story-image.ts';

/** A frame of the upload. */
const CHUNK = 64 * 1024;

/** The engine of a desktop, asked beside it. */
export class DesktopEngine {
  readonly #socketPath: string;

  constructor(dataRoot: string) {
    this.#socketPath = join(dataRoot, 'estrato.sock');
  }

  async pid(): Promise<number> {
    using engine = await connectEngine(this.#socketPath);
    return (await engine.client.call('system.info', {})).pid;
  }

  async loadStory(name: string): Promise<void> {
    const archive = await dockerArchive({ image: await makeStoryImage(), names: [name] });
    using engine = await connectEngine(this.#socketPath);
    const upload = engine.client.duplex('images.load', { name: 'story.tar' });
    for (let at = 0; at < archive.length; at += CHUNK) await upload.write(archive.subarray(at, at + CHUNK));
    upload.end();
    await upload.answer;
  }

  /** Runs until it is removed. @returns its process on this machine. */
  async runContainer(image: string, name: string): Promise<number> {
    using engine = await connectEngine(this.#socketPath);
    const command = ['sh', '-c', 'while sleep 60; do :; done'];
    const plain = { tty: false, openStdin: false };
    const { id } = await engine.client.call('containers.create', { image, name, command, ...plain });
    await engine.client.call('containers.start', { id });
    return (await engine.client.call('containers.get', { id })).pid ?? 0;
  }

  async removeContainers(): Promise<void> {
    using engine = await connectEngine(this.#socketPath);
    for (const { Id } of await engine.client.call('containers.list', { all: true })) {
      await engine.client.call('containers.remove', { id: Id, force: true });
    }
  }
}

/** One that has ended but that nobody has asked after yet (a zombie, proc(5)) doesn't run. */
export function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.charAt(stat.lastIndexOf(')') + 2) !== 'Z';
  } catch {
    return false;
  }
}
