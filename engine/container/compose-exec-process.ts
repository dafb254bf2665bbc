import type { TerminalSize } from '#engine/contract/terminal.ts';
import type { RuntimeProcess } from '#engine/oci/runtime-spec.ts';
import { defaultSpec } from '#engine/runtime/default-spec.ts';

import { cgroupsPath } from './cgroups-path.ts';
import { capabilityWishes, lookUpUser } from './compose-spec.ts';
import type { ContainerParts } from './container-parts.ts';
import type { Container, ExecConfig } from './container.ts';
import { fullEnv } from './default-env.ts';
import { isolateProcess } from './isolate-spec.ts';

/** A session's process: the container's own rights and surroundings, but for what the session asks for itself. */
export async function composeExecProcess(
  parts: ContainerParts,
  container: Container,
  { config, size }: { readonly config: ExecConfig; readonly size: TerminalSize | undefined },
): Promise<RuntimeProcess> {
  const own = container.config;
  const { uid, gid, additionalGids, home } = await lookUpUser(parts, container, config.user ?? own.user);
  const { process } = defaultSpec({
    args: config.command,
    env: fullEnv(container, { tty: config.tty, home, own: config.env }),
    cwd: config.workingDir ?? own.workingDir,
    user: { uid, gid, additionalGids },
    terminal: config.tty,
    hostname: own.hostname,
    cgroupsPath: cgroupsPath(container),
    readonlyRootfs: own.readOnlyRootfs,
    capabilities: config.privileged ? { add: ['ALL'], drop: [] } : capabilityWishes(own),
    network: own.network === 'host' ? 'host' : 'none',
  });
  const { isolation = {} } = own;
  const privileged = config.privileged ? { privileged: true } : {};
  const isolated = isolateProcess(process, { ...isolation, ...privileged });
  return size === undefined ? isolated : { ...isolated, consoleSize: { width: size.columns, height: size.rows } };
}
