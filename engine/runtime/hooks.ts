import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

import { EngineError } from '#engine/contract/errors.ts';
import type { RuntimeHook, RuntimeHooks, RuntimeSpec } from '#engine/oci/runtime-spec.ts';

import { step, type Step } from './encode-plan.ts';

/** Which container a hook is called for. */
export interface HookSubject {
  readonly id: string;
  readonly bundle: string;
}

export type ContainerStatus = 'creating' | 'created' | 'running' | 'stopped';

/** Where hooks of each kind are called, and what the container's status is then (runtime.md, config.md of the specification). */
const places = {
  prestart: { isOutside: true, status: 'creating' },
  createRuntime: { isOutside: true, status: 'creating' },
  createContainer: { isOutside: false, status: 'creating' },
  startContainer: { isOutside: false, status: 'created' },
} as const;

/** A container's state as the specification has it (runtime.md), for a hook's stdin. */
export function containerState(
  spec: Pick<RuntimeSpec, 'ociVersion' | 'annotations'>,
  { id, bundle }: HookSubject,
  status: ContainerStatus,
  pid?: number,
): Readonly<Record<string, unknown>> {
  const { ociVersion, annotations = {} } = spec;
  return { ociVersion, id, status, ...(pid === undefined ? {} : { pid }), bundle, annotations };
}

/** The steps that call the hooks of a start; each must end well before the next step. */
export function hookSteps(kind: keyof typeof places, spec: RuntimeSpec, subject: HookSubject): readonly Step[] {
  const { isOutside, status } = places[kind];
  // Which process it is, only the launcher knows.
  const state = JSON.stringify(containerState(spec, subject, status, 0));
  const at = state.indexOf('"pid":0') + '"pid":'.length;
  const halves = [state.slice(0, at), state.slice(at + 1)];
  return (spec.hooks?.[kind] ?? []).map(({ path, args, env = [], timeout = 0 }) => {
    const words = args === undefined || args.length === 0 ? [path] : args;
    return step('hook', kind, isOutside, timeout, ...halves, path, words.length, ...words, ...env);
  });
}

/**
 * Calls the hooks that neither the container nor its shim waits for, one after the other.
 * @returns a sentence for each that failed: they end nothing.
 */
export async function callHooks(
  kind: 'poststart' | 'poststop',
  hooks: RuntimeHooks | undefined,
  state: Readonly<Record<string, unknown>>,
): Promise<readonly string[]> {
  const complaints: string[] = [];
  for (const hook of hooks?.[kind] ?? []) {
    const failure = await callHook(kind, hook, state).catch((error: unknown) =>
      error instanceof Error ? error.message : String(error),
    );
    if (failure !== undefined) complaints.push(failure);
  }
  return complaints;
}

async function callHook(kind: string, hook: RuntimeHook, state: object): Promise<string | undefined> {
  const { path, args = [], env = [], timeout } = hook;
  const [argv0 = path, ...words] = args;
  const child = spawn(path, words, { argv0, env: Object.fromEntries(env.map(split)), detached: true });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (cause) => {
      reject(new EngineError('internal', `the ${kind} hook ${path} can't be started: ${cause.message}`, { cause }));
    });
    child.once('close', resolve);
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify(state));
  child.stdout.resume();
  const said = text(child.stderr);
  const alarm = timeout === undefined ? undefined : setTimeout(() => end(child.pid), timeout * 1000);
  const code = await ended;
  clearTimeout(alarm);
  if (code === 0) return undefined;
  const ending = code === null ? 'was ended' : `failed with exit code ${code}`;
  return `the ${kind} hook ${path} ${ending}: ${(await said).trim()}`;
}

/** With whatever it started. */
function end(pid: number | undefined): void {
  if (pid !== undefined) process.kill(-pid, 'SIGKILL');
}

function split(variable: string): readonly [string, string] {
  const at = variable.indexOf('=');
  return at < 0 ? [variable, ''] : [variable.slice(0, at), variable.slice(at + 1)];
}
