import { EngineError } from '#engine/contract/errors.ts';

import { publishEvent } from './container-events.ts';
import type { ContainerParts } from './container-parts.ts';
import type { CreateRequest } from './create-request.ts';
import { enoughMemory } from './merge-config.ts';
import { parseRestartPolicy, type RestartPolicy } from './restart-policy.ts';

export interface LimitChanges {
  /** Bytes; it stays as it is when left out. */
  readonly memoryBytes?: number | undefined;
  /** 0 and below is no limit; it stays as it is when left out. */
  readonly pidsLimit?: number | undefined;
  readonly restartPolicy?: CreateRequest['restartPolicy'];
}

/** Sets a container's limits anew, of one that runs at once. @throws EngineError `invalid-argument`, `unsupported`. */
export async function updateContainer(parts: ContainerParts, ref: string, changes: LimitChanges): Promise<void> {
  const { id } = parts.table.find(ref);
  const { memoryBytes, pidsLimit } = changes;
  const restartPolicy = changes.restartPolicy?.name ? policyOf(changes.restartPolicy) : undefined;
  if (memoryBytes !== undefined) enoughMemory(memoryBytes);
  await parts.table.exclusively(id, async () => {
    const { config, state } = parts.table.find(id);
    if (restartPolicy !== undefined && config.autoRemove) {
      throw new EngineError(
        'conflict',
        'Restart policy cannot be updated because AutoRemove is enabled for the container',
      );
    }
    if (state.status === 'removing') throw new EngineError('conflict', `Container ${id} is being removed`);
    await parts.table.running(id)?.update({
      ...(memoryBytes === undefined ? {} : { memory: { limit: memoryBytes } }),
      ...(pidsLimit === undefined ? {} : { pids: { limit: pidsLimit } }),
    });
    const { pidsLimit: pidsBefore, ...rest } = config;
    const pids = pidsLimit ?? pidsBefore ?? 0;
    parts.table.setConfig(id, {
      ...rest,
      ...(memoryBytes === undefined ? {} : { memoryBytes }),
      ...(pids > 0 ? { pidsLimit: pids } : {}),
      ...(restartPolicy === undefined ? {} : { restartPolicy }),
    });
    publishEvent(parts, parts.table.find(id), 'update');
  });
}

function policyOf({ name, maximumRetries }: NonNullable<CreateRequest['restartPolicy']>): RestartPolicy {
  return parseRestartPolicy(name, maximumRetries);
}
