import { randomBytes } from 'node:crypto';

import { toEngineError } from '#engine/contract/errors.ts';
import type { HeldProcess, RunningContainer } from '#engine/runtime/runtime.ts';

import { composeExecProcess } from './compose-exec-process.ts';
import { publishExec, publishExecEnd } from './container-events.ts';
import type { ContainerParts } from './container-parts.ts';
import type { Container } from './container.ts';
import type { HealthPlan } from './health-check.ts';
import type { HealthAnswer } from './health.ts';

/** Docker's, in bytes. */
const MOST_OUTPUT = 4096;

const SIGKILL = 9;
/** Of a question without an answer. */
const NO_ANSWER = -1;

/**
 * Runs a container's health check once, as a session of its own beside people's.
 * @returns what came of it; undefined when `signal` fired first, and nothing is known then.
 */
export async function askHealth(
  parts: ContainerParts,
  container: Container,
  { running, plan }: { readonly running: RunningContainer; readonly plan: HealthPlan },
  signal: AbortSignal,
): Promise<HealthAnswer | undefined> {
  const startedAt = Date.now();
  const answered = (exitCode: number, output: string): HealthAnswer | undefined =>
    signal.aborted ? undefined : { startedAt, endedAt: Date.now(), exitCode, output };
  const session = { id: randomBytes(32).toString('hex'), command: plan.command };
  publishExec(parts, container, 'exec_create', session);
  try {
    const process = await running.exec({
      execId: session.id,
      process: await composeExecProcess(parts, container, { config: sessionOf(plan), size: undefined }),
      openStdin: false,
    });
    publishExec(parts, container, 'exec_start', session);
    const { exitCode, output } = await hearOut(process, plan.timeoutMs, signal);
    publishExecEnd(parts, container, { id: session.id, exitCode });
    return answered(exitCode, output);
  } catch (error) {
    return answered(NO_ANSWER, toEngineError(error).message);
  }
}

function sessionOf({ command }: HealthPlan): Parameters<typeof composeExecProcess>[2]['config'] {
  return {
    command: [...command],
    env: [],
    tty: false,
    openStdin: false,
    attached: { stdin: false, stdout: true, stderr: true },
    detachKeys: '',
    privileged: false,
  };
}

async function hearOut(
  process: HeldProcess,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<{ exitCode: number; output: string }> {
  const late = AbortSignal.timeout(timeoutMs);
  const over = AbortSignal.any([late, signal]);
  // What has ended by itself can't be ended any more.
  const end = (): void => void process.signal(SIGKILL).catch(() => undefined);
  over.addEventListener('abort', end, { once: true });
  if (over.aborted) end();
  const output = await readOutput(process);
  const { exitCode } = await process.wait();
  over.removeEventListener('abort', end);
  if (!late.aborted) return { exitCode, output };
  return { exitCode: NO_ANSWER, output: `Health check exceeded timeout (${timeoutMs / 1000}s): ${output}` };
}

/** All of it is read, so that the command can go on, and the beginning kept. */
async function readOutput(process: HeldProcess): Promise<string> {
  await using attachment = await process.attach({ replay: true, stdin: false });
  const kept: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of attachment.output) {
    if (bytes < MOST_OUTPUT) kept.push(chunk.bytes.subarray(0, MOST_OUTPUT - bytes));
    bytes += chunk.bytes.length;
  }
  const text = Buffer.concat(kept).toString('utf8');
  return bytes > MOST_OUTPUT ? `${text}...` : text;
}
