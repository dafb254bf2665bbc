import type { ResourceLimits } from '#engine/contract/container-options.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { publishEvent } from './container-events.ts';
import type { ContainerParts } from './container-parts.ts';
import type { Container, ContainerConfig } from './container.ts';
import type { CreateRequest } from './create-request.ts';
import { enoughMemory } from './merge-config.ts';
import { checkLimits } from './resource-limits.ts';
import { parseRestartPolicy } from './restart-policy.ts';
import { runtimeResources } from './runtime-resources.ts';

/** What is left out stays as it is. */
export interface LimitChanges {
  /** Bytes. */
  readonly memoryBytes?: number | undefined;
  /** 0 and below is no limit. */
  readonly pidsLimit?: number | undefined;
  readonly limits?: ResourceLimits | undefined;
  readonly restartPolicy?: CreateRequest['restartPolicy'];
}

/** Sets a container's limits anew, of one that runs at once. @throws EngineError `invalid-argument`, `unsupported`. */
export async function updateContainer(parts: ContainerParts, ref: string, changes: LimitChanges): Promise<void> {
  const { id } = parts.table.find(ref);
  const { memoryBytes } = changes;
  if (memoryBytes !== undefined) enoughMemory(memoryBytes);
  const policy = policyIn(changes);
  await parts.table.exclusively(id, async () => {
    const container = parts.table.find(id);
    refuseUpdate(container, policy);
    const { pidsLimit, ...config } = changedConfig(container.config, changes);
    checkLimits(config.limits ?? {}, config.memoryBytes);
    await parts.table.running(id)?.update(await resourcesOf(config, changes));
    const pids = pidsLimit === undefined || pidsLimit <= 0 ? {} : { pidsLimit };
    parts.table.setConfig(id, { ...config, ...pids, ...policy });
    publishEvent(parts, parts.table.find(id), 'update');
  });
}

function policyIn({ restartPolicy: asked }: LimitChanges): Pick<ContainerConfig, 'restartPolicy'> {
  return asked?.name ? { restartPolicy: parseRestartPolicy(asked.name, asked.maximumRetries) } : {};
}

function refuseUpdate({ id, config, state }: Container, policy: Pick<ContainerConfig, 'restartPolicy'>): void {
  if (policy.restartPolicy !== undefined && config.autoRemove) {
    const words = 'Restart policy cannot be updated because AutoRemove is enabled for the container';
    throw new EngineError('conflict', words);
  }
  if (state.status === 'removing') throw new EngineError('conflict', `Container ${id} is being removed`);
}

function changedConfig(config: ContainerConfig, changes: LimitChanges): ContainerConfig {
  const { memoryBytes = config.memoryBytes, pidsLimit = config.pidsLimit, limits } = changes;
  const before = limits === undefined ? config.limits : withoutOthers(config.limits ?? {}, limits);
  const changed = { ...before, ...limits };
  return {
    ...config,
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(pidsLimit === undefined ? {} : { pidsLimit }),
    ...(Object.keys(changed).length === 0 ? {} : { limits: changed }),
  };
}

/** Two ways to say one thing: the newer replaces the other. */
function withoutOthers(before: ResourceLimits, changes: ResourceLimits): ResourceLimits {
  if (changes.nanoCpus) {
    const { cpuPeriod: _, cpuQuota: __, ...rest } = before;
    return rest;
  }
  if (!changes.cpuPeriod && !changes.cpuQuota) return before;
  const { nanoCpus: _, ...rest } = before;
  return rest;
}

/** Only what changes: of two limits that hold each other up both. */
async function resourcesOf(
  config: ContainerConfig,
  { memoryBytes, pidsLimit, limits }: LimitChanges,
): ReturnType<typeof runtimeResources> {
  const isMemory = memoryBytes !== undefined || limits?.memorySwap !== undefined;
  return runtimeResources({
    ...(isMemory && config.memoryBytes !== undefined ? { memoryBytes: config.memoryBytes } : {}),
    ...(pidsLimit === undefined ? {} : { pidsLimit }),
    limits: { ...limits, ...(isMemory && config.limits?.memorySwap ? { memorySwap: config.limits.memorySwap } : {}) },
  });
}
