import type { Isolation } from '#engine/contract/container-options.ts';
import { EngineError } from '#engine/contract/errors.ts';

import type { ContainerParts } from './container-parts.ts';
import { parseDeviceRule } from './host-devices.ts';
import { parseSecurityOptions } from './security-options.ts';
import { checkSysctls } from './sysctls.ts';
import { checkUlimits } from './ulimits.ts';

/** What a container is set apart by, checked, and with the ids of the containers that it names. */
export function checkIsolation(parts: ContainerParts, asked: Isolation, network: string): Isolation {
  parseSecurityOptions(asked.securityOptions);
  (asked.deviceRules ?? []).forEach(parseDeviceRule);
  for (const { permissions } of asked.devices ?? []) {
    if (!/^[rwm]{1,3}$/.test(permissions)) throw invalid(`invalid device mode: ${permissions}`);
  }
  checkUlimits(asked.ulimits ?? []);
  checkSysctls(asked.sysctls ?? {}, { network, ipc: asked.ipc });
  checkScore(asked.oomScoreAdjustment ?? 0);
  checkMode('UTS', asked.uts, ['', 'host']);
  checkMode('cgroup namespace', asked.cgroupNamespace, ['', 'host', 'private']);
  checkUserNamespace(asked.userNamespace);
  const ipc = donor(parts, asked.ipc) ?? checkMode('IPC', asked.ipc, ['', 'none', 'private', 'shareable', 'host']);
  const pid = donor(parts, asked.pid) ?? checkMode('PID', asked.pid, ['', 'host']);
  refusePrivateIpc(parts, ipc);
  return { ...asked, ...(ipc ? { ipc } : {}), ...(pid ? { pid } : {}) };
}

function checkScore(score: number): void {
  if (score < -1000 || score > 1000) {
    throw invalid(`Invalid value ${score}, range for oom score adj is [-1000, 1000]`);
  }
}

function checkMode(what: string, mode: string | undefined, known: readonly string[]): string | undefined {
  if (mode === undefined || known.includes(mode)) return mode;
  throw invalid(`invalid ${what} mode: ${mode}`);
}

/** Docker's words, and why there is no other. */
function checkUserNamespace(mode = ''): void {
  if (['', 'host'].includes(mode)) return;
  throw invalid(
    `invalid user namespace mode: ${mode}. Containers share the files of their images and have the users of the engine; ` +
      "leave --userns out, or use an engine that isn't root, where root in containers is nobody's root",
  );
}

/** `container:ID` of `container:NAME`. Not `not-found`: Docker's clients take that for the image, and pull it. */
function donor({ table }: ContainerParts, mode = ''): string | undefined {
  const [, ref] = /^container:(.*)$/.exec(mode) ?? [];
  if (ref === undefined) return undefined;
  try {
    return `container:${table.find(ref).id}`;
  } catch {
    throw invalid(`No such container: ${ref}`);
  }
}

function refusePrivateIpc({ table }: ContainerParts, ipc = ''): void {
  if (!ipc.startsWith('container:')) return;
  const { id, config } = table.find(ipc.slice('container:'.length));
  if (['shareable', 'host'].includes(config.isolation?.ipc ?? '')) return;
  throw invalid(
    `cannot join IPC of container ${id}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)`,
  );
}

function invalid(message: string): EngineError {
  return new EngineError('invalid-argument', message);
}
