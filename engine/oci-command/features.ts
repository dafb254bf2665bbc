import { capabilityNames } from '#engine/runtime/capabilities.ts';
import { mountOptionNames } from '#engine/runtime/mount-options.ts';

import type { OciCommand } from './command.ts';
import { OCI_VERSION } from './describe-state.ts';

/** As many capabilities as a kernel has room for: those that have a name come back. */
const ALL = (1n << 64n) - 1n;

/** What a configuration may ask for (features.md, features-linux.md). */
const described = {
  ociVersionMin: '1.0.0',
  ociVersionMax: OCI_VERSION,
  hooks: ['prestart', 'createRuntime', 'createContainer', 'startContainer', 'poststart', 'poststop'],
  mountOptions: mountOptionNames(),
  linux: {
    namespaces: ['cgroup', 'ipc', 'mount', 'network', 'pid', 'time', 'user', 'uts'],
    capabilities: capabilityNames(ALL),
    cgroup: { v1: true, v2: true, systemd: false, systemdUser: false },
    seccomp: {
      enabled: true,
      actions: ['ALLOW', 'ERRNO', 'KILL', 'KILL_PROCESS', 'KILL_THREAD', 'LOG', 'NOTIFY', 'TRACE', 'TRAP'].map(
        (action) => `SCMP_ACT_${action}`,
      ),
      operators: ['EQ', 'GE', 'GT', 'LE', 'LT', 'MASKED_EQ', 'NE'].map((operator) => `SCMP_CMP_${operator}`),
    },
    apparmor: { enabled: true },
    selinux: { enabled: true },
    intelRdt: { enabled: false },
  },
};

export const features: OciCommand = {
  usage: '',
  options: {},
  async run() {
    process.stdout.write(`${JSON.stringify(described, undefined, 2)}\n`);
    return Promise.resolve(0);
  },
};
