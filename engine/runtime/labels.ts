import { existsSync, readFileSync } from 'node:fs';

import { EngineError } from '#engine/contract/errors.ts';
import type { RuntimeProcess } from '#engine/oci/runtime-spec.ts';

import { step, type Step } from './encode-plan.ts';

/** Whether the kernel has them in force. */
const modules = {
  AppArmor: () => readOr('/sys/module/apparmor/parameters/enabled').startsWith('Y'),
  SELinux: () => existsSync('/sys/fs/selinux/enforce'),
} as const;

/** @throws EngineError `unsupported` for a kernel that would not keep to them. */
export function requireLabels(name: keyof typeof modules): void {
  if (modules[name]()) return;
  throw new EngineError(
    'unsupported',
    `This kernel has no ${name}, so the container can't be confined by it; leave it out.`,
  );
}

/** The labels that the program gets with its execution: AppArmor's profile and SELinux's context. */
export function labelSteps({ apparmorProfile = '', selinuxLabel = '' }: RuntimeProcess): readonly Step[] {
  const isConfined = apparmorProfile !== '' && apparmorProfile !== 'unconfined';
  if (isConfined) requireLabels('AppArmor');
  if (selinuxLabel !== '') requireLabels('SELinux');
  return [
    ...(isConfined ? [step('writeSelf', appArmorFile(), `exec ${apparmorProfile}`)] : []),
    ...(selinuxLabel === '' ? [] : [step('writeSelf', 'attr/exec', selinuxLabel)]),
  ];
}

/** Since Linux 5.8 each module has files of its own. */
function appArmorFile(): string {
  return existsSync('/proc/self/attr/apparmor/exec') ? 'attr/apparmor/exec' : 'attr/exec';
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
