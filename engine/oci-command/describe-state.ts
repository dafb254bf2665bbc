import type { ContainerState, ContainerStatus } from './container-state.ts';

/** The version of the runtime specification that the answers follow. */
export const OCI_VERSION = '1.2.0';

/** The specification's state (runtime.md), and what runc and crun add to it. */
export interface DescribedState {
  readonly ociVersion: string;
  readonly id: string;
  /** 0 once it has stopped. */
  readonly pid: number;
  readonly status: ContainerStatus;
  readonly bundle: string;
  readonly rootfs: string;
  readonly created: string;
  readonly owner: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export async function describeState(state: ContainerState): Promise<DescribedState> {
  const [{ bundle, rootfs, created, owner }, { annotations = {} }, status, init] = await Promise.all([
    state.record(),
    state.config(),
    state.status(),
    state.init(),
  ]);
  const pid = status === 'stopped' ? 0 : (init?.pid ?? 0);
  return { ociVersion: OCI_VERSION, id: state.id, pid, status, bundle, rootfs, created, owner, annotations };
}
