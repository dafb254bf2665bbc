import { posix } from 'node:path';

import { parseDockerfile } from '#engine/dockerfile/parse-dockerfile.ts';

import type { ClientSession } from './client-session.ts';

/**
 * The secrets that a Dockerfile's steps name, as far as the client has them. All are fetched before anything runs: what
 * steps print is cleaned of them.
 */
export async function clientSecrets(
  session: Pick<ClientSession, 'secret'>,
  dockerfile: string,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const secrets = new Map<string, Uint8Array>();
  for (const id of secretIds(dockerfile)) {
    const bytes = await session.secret(id);
    if (bytes !== undefined) secrets.set(id, bytes);
  }
  return secrets;
}

function secretIds(dockerfile: string): ReadonlySet<string> {
  const runs = parseDockerfile(dockerfile).instructions.filter((instruction) => instruction.keyword === 'RUN');
  const mounts = runs.flatMap((run) => run.mounts).filter((mount) => /(?:^|,)type=secret(?:,|$)/.test(mount));
  return new Set(mounts.flatMap(idOf));
}

/** Without an id, a mount's target names its secret (Dockerfile reference, "RUN --mount=type=secret"). */
function idOf(mount: string): readonly string[] {
  const id = /(?:^|,)id=([^,]+)/.exec(mount)?.[1];
  const target = /(?:^|,)(?:target|dst|destination)=([^,]+)/.exec(mount)?.[1];
  if (id !== undefined) return [id];
  return target === undefined ? [] : [posix.basename(target)];
}
