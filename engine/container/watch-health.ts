import { setTimeout as pause } from 'node:timers/promises';

import { ifThereIsRoom } from '#engine/metadata/full-disk.ts';
import type { RunningContainer } from '#engine/runtime/runtime.ts';

import { askHealth } from './ask-health.ts';
import { publishEvent } from './container-events.ts';
import type { ContainerParts } from './container-parts.ts';
import type { Container } from './container.ts';
import { healthPlan, type HealthPlan } from './health-check.ts';
import { nextHealth, nextQuestion, startingHealth, type HealthAnswer } from './health.ts';

/** Asks a container how it is for as long as this run of it takes, if that is wanted. */
export function watchHealth(parts: ContainerParts, id: string, running: RunningContainer): void {
  const container = parts.table.get(id);
  const plan = container === undefined ? undefined : planOf(container);
  if (plan === undefined) return;
  const over = new AbortController();
  const end = (): void => over.abort();
  running.wait().then(end, end);
  watch(parts, id, { running, plan }, over.signal).catch(() => undefined);
}

/** Of a run that begins: what was known of the last one says nothing of it. */
export function resetHealth({ table }: ContainerParts, container: Container): void {
  if (planOf(container) !== undefined) table.health.set(container.id, startingHealth);
}

/** A container that has ended is not well, as Docker has it. */
export function endHealth({ table }: ContainerParts, { id }: Container): void {
  const now = table.health.get(id);
  if (now !== undefined && now.status !== 'unhealthy') table.health.set(id, { ...now, status: 'unhealthy' });
}

function planOf({ config }: Container): HealthPlan | undefined {
  return healthPlan(config.healthCheck, config.shell);
}

interface Watched {
  readonly running: RunningContainer;
  readonly plan: HealthPlan;
}

async function watch(parts: ContainerParts, id: string, watched: Watched, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    const { health = startingHealth, runsSince } = known(parts, id);
    const delay = nextQuestion(health, watched.plan, Date.now() - runsSince);
    // Nobody's end waits for it: the next engine asks on.
    await pause(delay, undefined, { signal: over, ref: false });
    const container = parts.table.get(id);
    // One that stands still can't answer, and isn't ill.
    if (container?.state.status !== 'running') continue;
    const answer = await askHealth(parts, container, watched, over);
    if (answer !== undefined) ifThereIsRoom(() => record(parts, id, answer, watched.plan));
  }
}

function known(
  parts: ContainerParts,
  id: string,
): { health: ReturnType<typeof parts.table.health.get>; runsSince: number } {
  const state = parts.table.get(id)?.state;
  const runsSince = state !== undefined && 'startedAt' in state ? state.startedAt : Date.now();
  return { health: parts.table.health.get(id), runsSince };
}

function record(parts: ContainerParts, id: string, answer: HealthAnswer, plan: HealthPlan): void {
  const container = parts.table.get(id);
  if (container?.state.status !== 'running') return;
  const before = parts.table.health.get(id) ?? startingHealth;
  const now = nextHealth(before, answer, plan, container.state.startedAt);
  parts.table.health.set(id, now);
  if (now.status !== before.status) publishEvent(parts, container, `health_status: ${now.status}`);
}
