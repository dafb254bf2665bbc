import type { RuntimeProcess, RuntimeSpec } from '#engine/oci/runtime-spec.ts';

import { step, type Step } from './encode-plan.ts';
import { launchPlan, sessionPlan, type LaunchSurroundings } from './launch-plan.ts';
import { birthFlags } from './namespace-steps.ts';

/** How a program is launched that has its caller's streams instead of a shim (engine/launcher/launch.h). */
export interface Foreground {
  /** The launcher stays and waits for the program's end. */
  readonly keeps: boolean;
  /** How many of the caller's descriptors the program has beside its streams. */
  readonly preserved: number;
  /** Who gets the master of its terminal; with a keeper nobody has to. */
  readonly consoleSocket: string | undefined;
}

type Surroundings = Pick<LaunchSurroundings, 'rootfs' | 'cgroups' | 'filter' | 'subject'>;

/** The steps that make a container and leave it standing at its gate, where its program waits for the start. */
export function createPlan(spec: RuntimeSpec, around: Surroundings, how: Foreground): readonly Step[] {
  const root = { type: 'bind', source: around.rootfs } as const;
  const plan = launchPlan(spec, { ...around, root, openStdin: true, stdinOnce: false, holdOutput: false });
  const gate = step('gate', spec.process.args[0] ?? '');
  const first = foregroundStep(spec.process.terminal, how, { namespaces: birthFlags(spec.linux) });
  // After it come the hooks of the start, and the program.
  const last = plan.findIndex(({ operation }) => operation === 'environment');
  return [first, ...plan.slice(1, last + 1), gate, ...plan.slice(last + 1)];
}

/** The steps that put a program beside the one of a container. */
export function execPlan(
  process: RuntimeProcess,
  around: Pick<Surroundings, 'cgroups' | 'filter' | 'subject'> & {
    readonly spec: RuntimeSpec;
    readonly init: { readonly pid: number; readonly startedAt: string };
  },
  how: Foreground,
): readonly Step[] {
  const plan = sessionPlan(process, { ...around, openStdin: true, id: 'exec', initPid: around.init.pid });
  return [foregroundStep(process.terminal, how, { init: around.init }), ...plan.slice(1)];
}

function foregroundStep(
  terminal: boolean,
  { keeps, preserved, consoleSocket = '' }: Foreground,
  { namespaces = 0, init }: { namespaces?: number; init?: { readonly pid: number; readonly startedAt: string } },
): Step {
  return step('launch', terminal, namespaces, keeps, preserved, consoleSocket, init?.pid ?? 0, init?.startedAt ?? 0);
}
