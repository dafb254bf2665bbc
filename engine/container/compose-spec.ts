import { stat } from 'node:fs/promises';

import { makeDirectories } from '#engine/async/make-directories.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { RuntimeMount, RuntimeSpec } from '#engine/oci/runtime-spec.ts';
import type { CapabilityWishes } from '#engine/runtime/capabilities.ts';
import { defaultSpec } from '#engine/runtime/default-spec.ts';
import { volumeData } from '#engine/volume/volume-dir.ts';

import { refuseUnshared } from './bind-propagation.ts';
import { cgroupsPath } from './cgroups-path.ts';
import type { ContainerParts } from './container-parts.ts';
import { resolveGroup, resolveUser, type ContainerUser } from './container-user.ts';
import type { ContainerMount } from './container-mount.ts';
import type { Container, ContainerConfig } from './container.ts';
import { fullEnv } from './default-env.ts';
import { isolateSpec } from './isolate-spec.ts';
import { writeNetworkFiles } from './network-files.ts';
import { propagations } from './parse-bind.ts';
import { readContainerFile } from './read-container-file.ts';
import { runtimeResources } from './runtime-resources.ts';

/** The OCI configuration of a container as it is started now. */
export async function composeSpec(parts: ContainerParts, container: Container): Promise<RuntimeSpec> {
  const { config } = container;
  const [user, files, mounts] = await Promise.all([
    lookUpUser(parts, container, config.user),
    writeNetworkFiles(parts, container),
    Promise.all(config.mounts.map((mount) => runtimeMount(parts, mount))),
  ]);
  const { uid, gid, additionalGids, home } = user;
  const spec = defaultSpec({
    args: [...config.entrypoint, ...config.command],
    env: fullEnv(container, { tty: config.tty, home, own: [] }),
    cwd: config.workingDir,
    user: { uid, gid, additionalGids },
    terminal: config.tty,
    hostname: config.hostname,
    ...(config.shmSizeBytes === undefined ? {} : { shmSizeBytes: config.shmSizeBytes }),
    cgroupsPath: cgroupsPath(container),
    readonlyRootfs: config.readOnlyRootfs,
    capabilities: capabilityWishes(config),
    network: config.network === 'host' ? 'host' : 'none',
    // A file of the engine's gives way to one that the person binds over it.
    mounts: byDepth([
      ...files.filter((file) => !mounts.some(({ destination }) => destination === file.destination)),
      ...mounts,
    ]),
  });
  return isolateSpec(parts, container, withConsoleSize(await withLimits(spec, config), config));
}

/** Who is privileged has every one, whatever else is said. */
export function capabilityWishes({ isolation, capAdd, capDrop }: ContainerConfig): CapabilityWishes {
  return isolation?.privileged === true ? { add: ['ALL'], drop: [] } : { add: capAdd, drop: capDrop };
}

/** @param user `user[:group]` as the container or a session of it was given. */
export async function lookUpUser(parts: ContainerParts, container: Container, user: string): Promise<ContainerUser> {
  const [passwd = '', group = ''] = await Promise.all([
    readContainerFile(parts, container, '/etc/passwd'),
    readContainerFile(parts, container, '/etc/group'),
  ]);
  const found = resolveUser(user, { passwd, group });
  const added = (container.config.groupAdd ?? []).map((name) => resolveGroup(name, { passwd, group }));
  return { ...found, additionalGids: [...new Set([...found.additionalGids, ...added])] };
}

async function runtimeMount({ volumes }: ContainerParts, mount: ContainerMount): Promise<RuntimeMount> {
  const { type, source, destination, readOnly, options } = mount;
  const access = readOnly ? ['ro'] : [];
  switch (type) {
    case 'tmpfs':
      return { destination, type, source: type, options: ['nosuid', 'nodev', 'noexec', ...access, ...options] };
    case 'volume': {
      const { name, subpath } = mount;
      const within = subpath === undefined ? {} : { subpath };
      const data = volumeData(volumes, name);
      return { destination, type: 'bind', source: data, options: ['rbind', 'rprivate', ...access], ...within };
    }
    case 'bind':
      await ensureSource(source);
      await refuseUnshared(source, options);
      return { destination, type, source, options: [...bindOptions(options), ...access] };
  }
}

/** With what is mounted in it and apart from what is mounted later, unless it was asked for otherwise. */
function bindOptions(options: readonly string[]): readonly string[] {
  const depth = options.includes('bind') ? [] : ['rbind'];
  const propagation = options.some((word) => propagations.includes(word)) ? [] : ['rprivate'];
  return [...depth, ...propagation, ...options];
}

/** What is mounted deeper comes later, so that nothing is hidden by what holds it. */
function byDepth(mounts: readonly RuntimeMount[]): readonly RuntimeMount[] {
  const depth = ({ destination }: RuntimeMount): number => destination.split('/').length;
  return mounts.toSorted((one, other) => depth(one) - depth(other));
}

/** Docker makes the directory that a bind names; a person expects it there afterwards. */
async function ensureSource(source: string): Promise<void> {
  try {
    await stat(source);
  } catch {
    await makeDirectories(source).catch((error: unknown) => {
      throw new EngineError(
        'invalid-argument',
        `The bind source ${source} is not there and can't be made; name another.`,
        {
          cause: error,
        },
      );
    });
  }
}

async function withLimits(spec: RuntimeSpec, config: ContainerConfig): Promise<RuntimeSpec> {
  const resources = { ...spec.linux.resources, ...(await runtimeResources(config)) };
  return { ...spec, linux: { ...spec.linux, resources } };
}

function withConsoleSize(spec: RuntimeSpec, { tty, consoleSize }: ContainerConfig): RuntimeSpec {
  if (!tty || consoleSize === undefined) return spec;
  const { columns: width, rows: height } = consoleSize;
  return { ...spec, process: { ...spec.process, consoleSize: { width, height } } };
}
