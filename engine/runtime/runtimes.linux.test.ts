import { busyboxPath, describeWith, launcherPath } from '#engine/testing/requires.ts';

import { OciRuntime } from './oci-runtime.ts';
import { runtimeSuite } from './runtime.suite.ts';
import { findOtherRuntimes } from './runtimes.ts';

const machine = { launcherPath, busyboxPath };

describeWith(['root', 'launcher', 'busybox', 'overlay', 'pids cgroup'], 'what estrato promises', () => {
  runtimeSuite({ ...machine, choose: (own) => own });
});

for (const name of ['crun', 'runc'] as const) {
  describeWith(['root', 'launcher', 'busybox', 'overlay', 'pids cgroup', name], `what ${name} promises`, () => {
    const path = findOtherRuntimes().get(name) ?? '';
    runtimeSuite({ ...machine, choose: (own) => new OciRuntime({ path, launcherPath, own }) });
  });
}
