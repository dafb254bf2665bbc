import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { replaceFile } from '#engine/async/replace-file.ts';
import type { RuntimeHooks, RuntimeSpec } from '#engine/oci/runtime-spec.ts';

import { callHooks, containerState, type HookSubject } from './hooks.ts';

/** What is to be called once a container is gone, in its bundle until then: a new engine calls it too. */
const FILE = 'poststop.json';

interface Promised {
  readonly hooks: RuntimeHooks;
  readonly state: Readonly<Record<string, unknown>>;
}

/** Before the start: who is killed after it has promised. */
export async function promisePoststop(spec: RuntimeSpec, subject: HookSubject): Promise<void> {
  if ((spec.hooks?.poststop ?? []).length === 0) return;
  const { hooks = {} } = spec;
  const promised: Promised = { hooks, state: containerState(spec, subject, 'stopped') };
  await replaceFile(join(subject.bundle, FILE), JSON.stringify(promised), { flush: true });
}

/** Failures end nothing, as the specification has it (runtime.md, "Lifecycle"): they are told as warnings of the process. */
export async function callPoststart(spec: RuntimeSpec, subject: HookSubject, pid: number): Promise<void> {
  warn(await callHooks('poststart', spec.hooks, containerState(spec, subject, 'running', pid)));
}

/** Once for each start that promised it. A promise that a power cut has cut short names no hooks: it is told and forgotten. */
export async function callPoststop(bundle: string): Promise<void> {
  const path = join(bundle, FILE);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const promised = parsePromise(text);
  if (promised === undefined) warn([`The poststop hooks in ${path} can't be read, and were not called.`]);
  else warn(await callHooks('poststop', promised.hooks, promised.state));
  await rm(path, { force: true });
}

function parsePromise(text: string): Promised | undefined {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written above, into a directory of root's
    return JSON.parse(text) as Promised;
  } catch {
    return undefined;
  }
}

function warn(complaints: readonly string[]): void {
  for (const complaint of complaints) process.emitWarning(complaint);
}
