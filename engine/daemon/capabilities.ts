import type { Capability } from '#engine/contract/capability.ts';

import type { HostFacts } from './host-facts.ts';

/** What hardly anybody needs is not worth a warning. */
const quiet: readonly Capability['id'][] = ['own-users', 'low-ports', 'security-labels', 'higher-limits'];

/** A sentence for each thing that doesn't work, for those who are told nothing else. */
export function warningsIn(capabilities: readonly Capability[]): string[] {
  return capabilities
    .filter(({ id, state }) => state !== 'available' && !quiet.includes(id))
    .map(({ detail, fix }) => (fix === undefined ? detail : `${detail} To change it: ${fix}`));
}

type Judgement = Omit<Capability, 'id'>;

/** What the engine can do on this machine and what it can't, each with the line that changes it. */
export function capabilitiesOf(facts: HostFacts): Capability[] {
  return [
    { id: 'containers', ...containers(facts) },
    { id: 'other-users', ...otherUsers(facts) },
    { id: 'own-users', ...ownUsers(facts) },
    { id: 'layered-files', ...layeredFiles(facts) },
    { id: 'networks', ...networks(facts) },
    { id: 'low-ports', ...lowPorts(facts) },
    { id: 'memory-limits', ...limits(facts, 'memory', '--memory') },
    { id: 'cpu-limits', ...limits(facts, 'cpu', '--cpus, --cpu-shares') },
    { id: 'process-limits', ...limits(facts, 'pids', '--pids-limit') },
    { id: 'disk-limits', ...limits(facts, facts.controllers.has('io') ? 'io' : 'blkio', '--device-read-bps') },
    { id: 'pause', ...limits(facts, 'freezer', 'docker pause') },
    { id: 'system-call-filter', ...systemCallFilter(facts) },
    { id: 'security-labels', ...securityLabels(facts) },
    { id: 'higher-limits', ...higherLimits(facts) },
  ];
}

function containers({ rights, namespaceObstacle, hasLauncher }: HostFacts): Judgement {
  if (!hasLauncher) {
    return {
      state: 'missing',
      detail: 'The launcher is missing, so no container can be started.',
      fix: 'npm run setup',
    };
  }
  if (rights === 'root') return available('The engine is root, and makes namespaces of every kind.');
  if (rights === 'user namespace') return available('The engine is root of a user namespace of yours.');
  return {
    state: 'missing',
    detail: 'The engine is neither root nor in a user namespace, so images can be looked into and nothing can be run.',
    ...(namespaceObstacle === undefined ? {} : { fix: `sudo sysctl -w ${namespaceObstacle}` }),
  };
}

/** Without subordinate ids there is one, and every file of an image is its owner's. */
function otherUsers({ rights, idCount, hasIdMappers, userName }: HostFacts): Judgement {
  if (rights === 'root' || idCount > 1)
    return available('Files and programs in containers belong to whom the image says.');
  const detail =
    'There is one user in every container: files of others become its own, and programs that change their user fail.';
  if (!hasIdMappers) return { state: 'limited', detail, fix: 'sudo apt-get install uidmap' };
  return {
    state: 'limited',
    detail,
    fix: `sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${userName}`,
  };
}

/** `--userns` of other than the engine's is refused by `checkIsolation`. */
function ownUsers({ rights, userName }: HostFacts): Judgement {
  if (rights !== 'root') return available(`Root in a container is ${userName} outside, and nobody's root.`);
  return {
    state: 'limited',
    detail:
      "Root in a container is root outside too, with fewer rights: containers share the files of their images, whose owners are the same in each, and have no users of their own. In an engine that is started by somebody else than root, it is nobody's root.",
  };
}

function layeredFiles({ storageDriver }: HostFacts): Judgement {
  if (storageDriver === 'overlay')
    return available("A container's files are its image's, shared, with its changes laid over them.");
  return {
    state: 'limited',
    detail: 'Overlay file systems cannot be mounted here, so every container gets a whole copy of its image.',
    fix: 'sudo modprobe overlay',
  };
}

function networks({ networks: { reason, dropping } }: HostFacts): Judgement {
  if (reason !== undefined) {
    const detail = `Containers have their own loopback, or the network of this machine with network "host", and no others: ${reason}`;
    return { state: 'missing', detail, ...installed(reason) };
  }
  if (dropping.length === 0) return available('Containers have bridge networks, names and published ports.');
  return {
    state: 'limited',
    detail: `Containers reach nothing outside their network, and their published ports nobody from other machines: the firewall drops what this machine passes on (${dropping.join(', ')}). Estrato leaves others' rules alone; let them accept what comes from and goes to bridges.`,
  };
}

/** The package that a sentence asks for. */
function installed(sentence: string): { readonly fix?: string } {
  const name = /install (?:the package )?([a-z0-9+-]+)/.exec(sentence)?.[1];
  return name === undefined ? {} : { fix: `sudo apt-get install ${name}` };
}

function lowPorts({ rights, firstOpenPort }: HostFacts): Judgement {
  if (rights === 'root') return available('Every free port of the machine can be published.');
  if (firstOpenPort <= 80) return available(`Ports from ${firstOpenPort} on can be published.`);
  return {
    state: 'limited',
    detail: `Only ports from ${firstOpenPort} on can be published.`,
    fix: 'sudo sysctl -w net.ipv4.ip_unprivileged_port_start=80',
  };
}

function limits({ controllers, rights }: HostFacts, controller: string, option: string): Judgement {
  if (controllers.has(controller)) return available(`The controller ${controller} of control groups keeps it.`);
  if (rights === 'root') {
    return {
      state: 'missing',
      detail: `This machine's control groups have no controller ${controller}, so ${option} is refused.`,
    };
  }
  return {
    state: 'missing',
    detail: `No control groups with the controller ${controller} are delegated to you, so ${option} is refused.`,
    fix: 'systemd-run --user --scope -p Delegate=yes estrato engine',
  };
}

function systemCallFilter({ hasSeccomp }: HostFacts): Judgement {
  if (hasSeccomp)
    return available('Programs in containers are kept from system calls that they have no business with.');
  return { state: 'missing', detail: 'This kernel has no seccomp, so no system call is filtered.' };
}

function securityLabels({ labels }: HostFacts): Judgement {
  if (labels !== undefined) return available(`Containers can be given labels of ${labels}.`);
  return {
    state: 'missing',
    detail:
      'Neither AppArmor nor SELinux is on; namespaces, capabilities and the filter keep containers apart without them.',
  };
}

function higherLimits({ mayRaiseLimits }: HostFacts): Judgement {
  if (mayRaiseLimits) return available('--ulimit raises limits as well as it lowers them.');
  return {
    state: 'limited',
    detail: '--ulimit only lowers limits: the engine has no right (CAP_SYS_RESOURCE) to raise them.',
  };
}

function available(detail: string): Judgement {
  return { state: 'available', detail };
}
