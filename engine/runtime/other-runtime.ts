import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

import type { RuntimeNamespace, RuntimeSpec } from '#engine/oci/runtime-spec.ts';
import type { RootMount } from '#engine/snapshot/snapshotter.ts';

import { findHierarchies } from './cgroups.ts';
import { encodePlan, step, type Step } from './encode-plan.ts';
import { mountRootSteps } from './launch-plan.ts';
import { flagsOf } from './namespace-steps.ts';
import { interfaceStep, linkStep, type NetworkLink } from './network-link.ts';

/** Where another OCI runtime is, and what of a container's bundle is its own. */
export interface OtherRuntime {
  /** Absolute path of an executable with crun's and runc's command line. */
  readonly path: string;
  readonly bundle: string;
  /** 64 hex digits. */
  readonly id: string;
}

/** Its state directory: in the bundle, so that it goes with it. */
export function stateRootOf({ bundle }: OtherRuntime): string {
  return `${bundle}/runtime`;
}

export function logOf({ bundle }: OtherRuntime): string {
  return `${bundle}/runtime.log`;
}

/** What a runtime makes, and for whom: the second step of a plan that a shim performs (launcher/other-runtime.h). */
export interface Made {
  readonly pidFile: string;
  readonly terminal: boolean;
}

/** Relative to the bundle, where shim and command both are: a socket's name has room for 107 bytes. */
const CONSOLE = 'console.sock';

export function madeStep({ pidFile, terminal }: Made): Step {
  return step('runtime', pidFile, terminal ? CONSOLE : '');
}

export function consoleFlags({ terminal }: Made): readonly string[] {
  return terminal ? ['--console-socket', CONSOLE] : [];
}

/** The steps of a command in a mount namespace of its own, with what stands before it there. */
export function commandSteps(
  other: OtherRuntime,
  args: readonly string[],
  before: readonly Step[] = [],
): readonly Step[] {
  const { mode } = findHierarchies();
  return [
    step('unshare', flagsOf([{ type: 'mount' }])),
    step('propagation', 'slave'),
    // Some runtimes refuse a machine with both kinds of cgroups; without the second it is one of v1.
    ...(mode === 'hybrid' ? [step('detach', '/sys/fs/cgroup/unified')] : []),
    ...before,
    step('environment', `PATH=${process.env['PATH'] ?? ''}`),
    step('exec', other.path, '--root', stateRootOf(other), '--log', logOf(other), '--log-format', 'json', ...args),
  ];
}

/** Where the container's network is found, in the mount namespace of the command that makes it. */
function networkOf(bundle: string): string {
  return `${bundle}/network`;
}

/** What `create` finds there, seen by nobody else and gone with it: the container's root, and its network if it has one. */
export function surroundings(
  spec: RuntimeSpec,
  bundle: string,
  { root, links }: { readonly root: RootMount; readonly links: readonly NetworkLink[] },
): readonly Step[] {
  return [
    ...mountRootSteps({ root, rootfs: `${bundle}/rootfs` }, false),
    ...(hasOwnNetwork(spec) ? networkSteps(bundle, links) : []),
  ];
}

function networkSteps(bundle: string, links: readonly NetworkLink[]): readonly Step[] {
  return [
    step('unshare', flagsOf([{ type: 'network' }])),
    ...links.map(linkStep),
    step('loopback'),
    ...links.map(interfaceStep),
    step('networkAside', networkOf(bundle)),
  ];
}

function isOwnNetwork({ type, path }: RuntimeNamespace): boolean {
  return type === 'network' && path === undefined;
}

function hasOwnNetwork({ linux }: RuntimeSpec): boolean {
  return linux.namespaces.some(isOwnNetwork);
}

/** Some runtimes refuse a version that they don't know; what is new in one of ours, they leave alone. */
const OLDEST_VERSION = '1.0.2';

/** The configuration as it is for a runtime that finds its surroundings made. */
export function configFor(spec: RuntimeSpec, bundle: string): RuntimeSpec {
  const { linux, root } = spec;
  const namespaces = linux.namespaces.map((one) => (isOwnNetwork(one) ? { ...one, path: networkOf(bundle) } : one));
  return {
    ...spec,
    ociVersion: OLDEST_VERSION,
    root: { ...root, path: `${bundle}/rootfs` },
    linux: { ...linux, namespaces },
  };
}

/** Runs a command to its end. @returns its exit code. */
export async function runCommand(launcherPath: string, other: OtherRuntime, args: readonly string[]): Promise<number> {
  const plan = encodePlan(commandSteps(other, args));
  const command = spawn(launcherPath, ['perform'], { cwd: other.bundle, stdio: ['pipe', 'ignore', 'pipe'] });
  command.stdin.on('error', () => undefined);
  command.stdin.end(plan);
  await Promise.all([text(command.stderr), once(command, 'close')]);
  return command.exitCode ?? 1;
}
