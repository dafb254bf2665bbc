import { access } from 'node:fs/promises';
import { connect } from 'node:net';

import type { Finding } from '#engine/contract/system-check.ts';
import type { SystemInfo } from '#engine/contract/system.ts';
import { findProgram } from '#engine/starter/starter-availability.ts';

import { machineFindings, tools, type MachineFacts } from './machine-findings.ts';

/** All that an engine leans on, the machine first, each with why it matters. */
export async function systemCheck(info: SystemInfo): Promise<Finding[]> {
  const found = [...machineFindings(info, await machineFacts()), ...info.capabilities];
  return found.map((one) => ({ ...one, why: reasons[one.id] }));
}

const reasons: Readonly<Record<Finding['id'], string>> = {
  kernel: 'Containers are namespaces of the kernel: each kind sets them apart in one thing.',
  'control-groups': 'They limit, measure and pause what runs in a container.',
  tools: 'Networks, users and first images are made with programs of the system.',
  disk: 'Images, containers, volumes and builds are kept there.',
  'other-engines': 'Two engines on one machine share its ports, its firewall and its memory.',
  containers: 'Without it images can be looked into, and nothing runs.',
  'other-users': 'Programs that give up being root, as most servers do, need users to become.',
  'own-users': 'Who breaks out of a container is then nobody outside.',
  'layered-files': 'A container that shares the files of its image starts at once and takes no room.',
  networks: 'Containers find one another by name, reach the world, and are reached.',
  'low-ports': 'Web servers are published at 80 and 443.',
  'memory-limits': 'One container that takes all memory takes the machine with it.',
  'cpu-limits': 'One that is busy leaves the others their part.',
  'process-limits': 'One that starts processes without end is stopped.',
  'disk-limits': 'One that writes without end leaves the disk to others.',
  pause: 'Save points and commits are of one moment when all stands still.',
  'system-call-filter': "A way into the kernel that isn't open can't be used against it.",
  'security-labels': 'A second wall, should the first one break.',
  'higher-limits': 'Databases want more open files than there are by default.',
};

/** namespaces(7), by their names in /proc/self/ns. */
const namespaces = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'user', 'uts'];

async function machineFacts(): Promise<MachineFacts> {
  const [hasNamespace, paths, answering] = await Promise.all([
    Promise.all(namespaces.map((name) => isThere(`/proc/self/ns/${name}`))),
    Promise.all(tools.map(({ program }) => findProgram(program))),
    Promise.all(others().map(({ socket }) => answers(socket))),
  ]);
  return {
    missingNamespaces: namespaces.filter((_, index) => hasNamespace[index] !== true),
    missingTools: tools.filter((_, index) => paths[index] === undefined),
    otherEngines: others().filter((_, index) => answering[index]),
  };
}

/** Where other engines answer unless they were told otherwise. */
function others(): MachineFacts['otherEngines'] {
  const own = process.env['XDG_RUNTIME_DIR'];
  return [
    { name: 'docker', socket: '/run/docker.sock' },
    { name: 'containerd', socket: '/run/containerd/containerd.sock' },
    { name: 'podman', socket: '/run/podman/podman.sock' },
    ...(own === undefined
      ? []
      : [
          { name: 'docker without root', socket: `${own}/docker.sock` },
          { name: 'podman without root', socket: `${own}/podman/podman.sock` },
        ]),
  ];
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** A socket that nobody listens at is left from before; one that may not be used belongs to somebody. */
function answers(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(path);
  socket.once('connect', () => resolve(true));
  socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EACCES'));
  return promise.finally(() => socket.destroy());
}
