import { posix } from 'node:path';

import type { KeyAgent } from '#engine/build/agent-socket.ts';
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

/** The agents of ssh that its steps name, as far as the client lends them. */
export async function clientAgents(
  session: Pick<ClientSession, 'agent' | 'hasAgent'>,
  dockerfile: string,
): Promise<ReadonlyMap<string, KeyAgent>> {
  const agents = new Map<string, KeyAgent>();
  for (const id of new Set(
    mountsOf(dockerfile, 'ssh').map((mount) => /(?:^|,)id=([^,]+)/.exec(mount)?.[1] ?? 'default'),
  )) {
    if (await session.hasAgent(id)) agents.set(id, { connect: () => session.agent(id) });
  }
  return agents;
}

function secretIds(dockerfile: string): ReadonlySet<string> {
  return new Set(mountsOf(dockerfile, 'secret').flatMap(idOf));
}

function mountsOf(dockerfile: string, type: 'secret' | 'ssh'): readonly string[] {
  const runs = parseDockerfile(dockerfile).instructions.filter((instruction) => instruction.keyword === 'RUN');
  return runs.flatMap((run) => run.mounts).filter((mount) => mount.split(',').includes(`type=${type}`));
}

/** Without an id, a mount's target names its secret (Dockerfile reference, "RUN --mount=type=secret"). */
function idOf(mount: string): readonly string[] {
  const id = /(?:^|,)id=([^,]+)/.exec(mount)?.[1];
  const target = /(?:^|,)(?:target|dst|destination)=([^,]+)/.exec(mount)?.[1];
  if (id !== undefined) return [id];
  return target === undefined ? [] : [posix.basename(target)];
}
