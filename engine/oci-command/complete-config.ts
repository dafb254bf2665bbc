import { resolve } from 'node:path';

import { EngineError } from '#engine/contract/errors.ts';
import type {
  RuntimeCapabilities,
  RuntimeLinux,
  RuntimeMount,
  RuntimeProcess,
  RuntimeSpec,
  SeccompProfile,
} from '#engine/oci/runtime-spec.ts';

import { standardDeviceRules, standardDevices } from '#engine/runtime/default-spec.ts';

import { checkConfig, checkPart, readDocument } from './read-config.ts';

/** A configuration as the specification has it: what it calls optional may be left out. */
type Sparse<Document, Optional extends keyof Document> = Omit<Document, Optional> & Partial<Pick<Document, Optional>>;

type SparseProcess = Sparse<Omit<RuntimeProcess, 'capabilities'>, 'terminal' | 'env' | 'noNewPrivileges' | 'user'> & {
  readonly capabilities?: Partial<RuntimeCapabilities>;
};

type SparseLinux = Sparse<Omit<RuntimeLinux, 'seccomp'>, 'namespaces'> & {
  readonly seccomp?: Sparse<SeccompProfile, 'architectures' | 'syscalls'>;
};

type SparseConfig = Sparse<Omit<RuntimeSpec, 'process' | 'root' | 'mounts' | 'linux'>, never> & {
  readonly process?: SparseProcess;
  readonly root?: { readonly path: string; readonly readonly?: boolean };
  readonly mounts?: readonly Sparse<RuntimeMount, 'type' | 'source' | 'options'>[];
  readonly linux?: SparseLinux;
};

/**
 * The configuration of a bundle, checked against the specification's schema, with what it leaves out filled in and its
 * paths absolute.
 * @throws EngineError naming what is wrong.
 */
export async function readBundleConfig(bundle: string, path: string): Promise<RuntimeSpec> {
  const document = await readDocument(path);
  checkConfig(document, path);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema has just said so
  return complete(document as SparseConfig, bundle, path);
}

/** A process for `exec`, from a file of its own. */
export async function readProcess(path: string): Promise<RuntimeProcess> {
  const document = await readDocument(path);
  checkPart(document, 'process', path);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema has just said so
  return completeProcess(document as SparseProcess, path);
}

function complete(
  { process, root, mounts = [], linux, ...rest }: SparseConfig,
  bundle: string,
  path: string,
): RuntimeSpec {
  const lacking = Object.entries({ process, root, linux }).find(([, part]) => part === undefined);
  if (process === undefined || root === undefined || linux === undefined) {
    throw new EngineError(
      'invalid-argument',
      `${path} has no ${lacking?.[0]}, without which no Linux container is made.`,
    );
  }
  return {
    ...rest,
    process: completeProcess(process, path),
    root: { path: resolve(bundle, root.path), readonly: root.readonly ?? false },
    mounts: mounts.map((mount) => completeMount(mount, bundle, path)),
    linux: completeLinux(linux),
  };
}

function completeLinux({ seccomp, namespaces = [], ...linux }: SparseLinux): RuntimeLinux {
  return {
    ...linux,
    ...completeDevices(linux),
    namespaces,
    ...(seccomp === undefined ? {} : { seccomp: { architectures: [], syscalls: [], ...seccomp } }),
  };
}

/** What every container has, whether it is asked for or not (config-linux.md, Default Devices), and may open it. */
function completeDevices({
  devices = [],
  resources,
}: Pick<SparseLinux, 'devices' | 'resources'>): Partial<RuntimeLinux> {
  const others = devices.filter(({ path }) => !madeOtherwise.includes(path));
  const standard = standardDevices.filter((device) => !others.some(({ path }) => path === device.path));
  const rules = resources?.devices;
  return {
    devices: [...standard, ...others],
    ...(rules === undefined ? {} : { resources: { ...resources, devices: [...rules, ...standardDeviceRules] } }),
  };
}

/** The container's own terminals are there, and not the host's. */
const madeOtherwise = ['/dev/ptmx', '/dev/console'];

function completeProcess(process: SparseProcess, path: string): RuntimeProcess {
  const { terminal = false, env = [], noNewPrivileges = false, user = { uid: 0, gid: 0 }, capabilities = {} } = process;
  if (!process.cwd.startsWith('/')) {
    throw new EngineError('invalid-argument', `${path} is no configuration: process.cwd must be an absolute path.`);
  }
  if (!(process.args?.length > 0)) {
    throw new EngineError('invalid-argument', `${path} is no configuration: process.args names no program.`);
  }
  return {
    ...process,
    terminal,
    env,
    noNewPrivileges,
    user,
    // Who isn't given any has none.
    capabilities: { bounding: [], effective: [], permitted: [], inheritable: [], ambient: [], ...capabilities },
  };
}

function completeMount(
  { type, source, options = [], ...mount }: NonNullable<SparseConfig['mounts']>[number],
  bundle: string,
  path: string,
): RuntimeMount {
  const isBind = type === 'bind' || options.includes('bind') || options.includes('rbind');
  if (type === undefined && !isBind) {
    const words = `the mount on ${mount.destination} has neither a type nor bind among its options`;
    throw new EngineError('invalid-argument', `${path} is no configuration: ${words}.`);
  }
  const named = source ?? (isBind ? '' : (type ?? 'none'));
  return { ...mount, type: type ?? 'bind', source: isBind ? resolve(bundle, named) : named, options };
}
