import { callHooks, containerState } from '#engine/runtime/hooks.ts';

import type { ContainerState } from './container-state.ts';

/** Calls the hooks of a container's own configuration whose failures end nothing, and says those on stderr. */
export async function callOuterHooks(
  kind: 'poststart' | 'poststop',
  state: ContainerState,
  status: 'running' | 'stopped',
): Promise<void> {
  const config = await state.config();
  if ((config.hooks?.[kind] ?? []).length === 0) return;
  const [{ bundle }, init] = await Promise.all([state.record(), state.init()]);
  const pid = status === 'running' ? init?.pid : undefined;
  const complaints = await callHooks(kind, config.hooks, containerState(config, { id: state.id, bundle }, status, pid));
  for (const complaint of complaints) process.stderr.write(`estrato-runtime: ${complaint}\n`);
}
