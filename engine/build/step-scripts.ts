import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { MountRequest } from '#engine/container/container-mount.ts';
import type { Heredoc } from '#engine/dockerfile/logical-lines.ts';

import type { BuildParts } from './build-parts.ts';

/** Where a heredoc that begins with `#!` is run from, as BuildKit has it. */
export function scriptPlace({ name }: Heredoc): string {
  return `/dev/pipes/${name}`;
}

/** Shows each heredoc as a program, until `undo` is disposed of. */
export async function placeScripts(
  { images }: BuildParts,
  scripts: readonly Heredoc[],
  undo: AsyncDisposableStack,
): Promise<readonly MountRequest[]> {
  const requests: MountRequest[] = [];
  for (const script of scripts) {
    const dir = await mkdtemp(join(images.temporaryDir, 'script-'));
    undo.defer(() => rm(dir, { recursive: true, force: true }));
    const source = join(dir, 'script');
    await writeFile(source, script.content);
    await chmod(source, 0o755);
    requests.push({ type: 'bind', source, destination: scriptPlace(script), readOnly: true, options: [] });
  }
  return requests;
}
