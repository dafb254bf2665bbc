import { z } from 'zod';

import { pauseContainer } from '#engine/container/pause-container.ts';
import { updateContainer, type LimitChanges } from '#engine/container/update-container.ts';
import { unpauseContainer } from '#engine/container/unpause-container.ts';

import { EngineError } from '#engine/contract/errors.ts';

import type { Routes } from './context.ts';
import { restartPolicyBody } from './create-body.ts';
import { limitFields, limitsOf } from './limits-body.ts';
import { parseInput } from './failures.ts';

interface ById {
  Params: { id: string };
}

/** `docker update` sends every limit, 0 for those that stay. */
const updateBody = z.looseObject({
  Memory: z.int().nullish(),
  PidsLimit: z.int().nullish(),
  ...limitFields,
  RestartPolicy: restartPolicyBody.nullish(),
});

/** What a container keeps as it was made, for all that clients send it. */
const unchangeable = ['CgroupParent', 'Devices', 'DeviceCgroupRules', 'DeviceRequests', 'Ulimits', 'KernelMemory'];

/** @throws EngineError `unsupported` for what would silently not be done. */
function changesIn(body: z.infer<typeof updateBody>): LimitChanges {
  const { Memory, PidsLimit, RestartPolicy } = body;
  const other = unchangeable.find((name) => isSet(body[name]));
  if (other !== undefined) {
    throw new EngineError('unsupported', `${other} of a container can't be changed; make another container.`);
  }
  return {
    memoryBytes: Memory || undefined,
    pidsLimit: PidsLimit ?? undefined,
    limits: limitsOf(body),
    restartPolicy: RestartPolicy ?? undefined,
  };
}

function isSet(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

/** What is done to containers that are there. */
export const containerControlRoutes: Routes = (app, { engine }) => {
  const { containers } = engine;
  app.post<ById>('/containers/:id/pause', async ({ params }, reply) => {
    await pauseContainer(containers, params.id);
    return reply.code(204).send();
  });
  app.post<ById>('/containers/:id/unpause', async ({ params }, reply) => {
    await unpauseContainer(containers, params.id);
    return reply.code(204).send();
  });
  app.post<ById>('/containers/:id/update', async ({ params, body }) => {
    await updateContainer(containers, params.id, changesIn(parseInput(updateBody, body)));
    return { Warnings: [] };
  });
};
