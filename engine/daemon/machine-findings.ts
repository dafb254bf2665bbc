import type { Finding } from '#engine/contract/system-check.ts';
import type { SystemInfo } from '#engine/contract/system.ts';

/** What was looked for on a machine, for `machineFindings` to judge. */
export interface MachineFacts {
  /** Kinds of namespaces that this kernel doesn't have (namespaces(7)). */
  readonly missingNamespaces: readonly string[];
  /** Programs that aren't there, by the Debian package that has them. */
  readonly missingTools: readonly Tool[];
  /** Sockets at which another engine answers. */
  readonly otherEngines: readonly { readonly name: string; readonly socket: string }[];
}

export interface Tool {
  readonly program: string;
  readonly packageName: string;
  /** What isn't there without it, after "without it". */
  readonly lack: string;
}

/** What the engine starts when it is needed. */
export const tools: readonly Tool[] = [
  { program: 'nft', packageName: 'nftables', lack: 'there are no networks' },
  { program: 'ip', packageName: 'iproute2', lack: 'there are no networks' },
  { program: 'newuidmap', packageName: 'uidmap', lack: 'whoever is not root has one user in containers' },
  { program: 'slirp4netns', packageName: 'slirp4netns', lack: 'containers of whoever is not root reach nothing' },
  { program: 'git', packageName: 'git', lack: 'no git repository is built from' },
  { program: 'mmdebstrap', packageName: 'mmdebstrap', lack: 'no Debian image is made from packages' },
];

type Judged = Omit<Finding, 'why'>;

const GIGABYTE = 1e9;
/** Below it nearly every pull fails; below the other one builds do. */
const [TOO_LITTLE, LITTLE] = [GIGABYTE, 10 * GIGABYTE];

/** How the machine itself is, apart from what the engine can do on it. */
export function machineFindings(info: SystemInfo, facts: MachineFacts): Judged[] {
  return [kernel(info, facts), controlGroups(info), presentTools(facts), disk(info), otherEngines(facts)];
}

function kernel({ kernelVersion }: SystemInfo, { missingNamespaces }: MachineFacts): Judged {
  const [major = 0, minor = 0] = kernelVersion.split('.').map(Number);
  if (missingNamespaces.length > 0) {
    const detail = `Linux ${kernelVersion} has no namespaces of these kinds: ${missingNamespaces.join(', ')}; a kernel of a distribution has them all.`;
    return { id: 'kernel', state: 'missing', detail };
  }
  if (major < 5 || (major === 5 && minor < 11)) {
    const detail = `Linux ${kernelVersion} is older than 5.11, the first that mounts overlays for whoever is not root; update it.`;
    return { id: 'kernel', state: 'limited', detail };
  }
  return { id: 'kernel', state: 'available', detail: `Linux ${kernelVersion} has namespaces of every kind.` };
}

function controlGroups({ cgroupMode }: SystemInfo): Judged {
  const id = 'control-groups';
  if (cgroupMode === 'v2') return { id, state: 'available', detail: 'Control groups are of version 2.' };
  const fix = String.raw`sudo sed -i 's/^GRUB_CMDLINE_LINUX="/&systemd.unified_cgroup_hierarchy=1 /' /etc/default/grub && sudo update-grub`;
  if (cgroupMode === 'none') {
    return { id, state: 'missing', detail: 'No control groups are mounted, so nothing is limited or measured.', fix };
  }
  const detail = `Control groups are of version 1${cgroupMode === 'hybrid' ? ', with those of version 2 beside them' : ''}: all works as root, and whoever is not root has no limits.`;
  return { id, state: 'limited', detail, fix };
}

function presentTools({ missingTools }: MachineFacts): Judged {
  const id = 'tools';
  if (missingTools.length === 0)
    return { id, state: 'available', detail: 'Every program that the engine starts is there.' };
  const lacks = missingTools.map(({ program, lack }) => `${program} is not there: ${lack}`);
  const packages = [...new Set(missingTools.map(({ packageName }) => packageName))];
  return { id, state: 'limited', detail: `${lacks.join('; ')}.`, fix: `sudo apt-get install ${packages.join(' ')}` };
}

function disk({ disk: { free, total }, dataRoot }: SystemInfo): Judged {
  const id = 'disk';
  const share = `${(free / GIGABYTE).toFixed(1)} GB of ${(total / GIGABYTE).toFixed(1)} GB are free where ${dataRoot} is`;
  if (free >= LITTLE) return { id, state: 'available', detail: `${share}.` };
  const what = free < TOO_LITTLE ? 'hardly an image fits' : 'builds and large images may not fit';
  const state = free < TOO_LITTLE ? 'missing' : 'limited';
  return { id, state, detail: `${share}: ${what}.`, fix: 'estrato system prune' };
}

function otherEngines({ otherEngines: others }: MachineFacts): Judged {
  const id = 'other-engines';
  if (others.length === 0) return { id, state: 'available', detail: 'No other engine answers on this machine.' };
  const names = others.map(({ name, socket }) => `${name} at ${socket}`).join(', ');
  return {
    id,
    state: 'available',
    detail: `There is ${names}. Images and containers are kept apart; a port of the machine is one engine's at a time.`,
  };
}
