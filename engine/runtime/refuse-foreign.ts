import { EngineError } from '#engine/contract/errors.ts';
import type { RuntimeSpec } from '#engine/oci/runtime-spec.ts';

/** @throws EngineError `unsupported` for what the specification has and this engine doesn't perform: nothing is left out in silence. */
export function refuseForeign({ linux }: RuntimeSpec): void {
  const { intelRdt, netDevices = {} } = linux;
  const found = (
    [
      [intelRdt !== undefined, "Intel's cache and bandwidth allocation (linux.intelRdt)"],
      [Object.keys(netDevices).length > 0, 'interfaces of the host given away (linux.netDevices)'],
    ] as const
  ).find(([isAsked]) => isAsked);
  if (found !== undefined) {
    throw new EngineError(
      'unsupported',
      `This version of Estrato has no ${found[1]}; leave it out of the configuration.`,
    );
  }
}
