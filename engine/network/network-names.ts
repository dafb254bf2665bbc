import { EngineError } from '#engine/contract/errors.ts';

import { BRIDGE_NAME_OPTION, ICC_OPTION, isPredefined, MTU_OPTION, parseFlag, type Network } from './network.ts';

/** @throws EngineError `invalid-argument`, `forbidden` for one of the networks that every engine has. */
export function checkNetworkName(name: string): void {
  if (isPredefined(name) || name === 'default' || name.startsWith('container:')) {
    throw new EngineError('forbidden', `operation is not permitted on predefined ${name} network`);
  }
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name) && name.length <= 255) return;
  throw new EngineError(
    'invalid-argument',
    `invalid network name: "${name}": only "[a-zA-Z0-9][a-zA-Z0-9_.-]*" are allowed`,
  );
}

/** The least that IPv4 works with (RFC 791), and the most that a packet's length can say. */
const MTU = { least: 68, most: 65_535 };

/** @throws EngineError `invalid-argument` for values that nobody could use, `conflict` for another network's bridge. */
export function checkOptions(others: readonly Network[], options: Readonly<Record<string, string>>): void {
  const { [MTU_OPTION]: mtu, [BRIDGE_NAME_OPTION]: bridge } = options;
  if (mtu !== undefined && !(/^\d{1,5}$/.test(mtu) && Number(mtu) >= MTU.least && Number(mtu) <= MTU.most)) {
    throw new EngineError('invalid-argument', `invalid MTU "${mtu}": a number from ${MTU.least} to ${MTU.most}`);
  }
  if (parseFlag(options[ICC_OPTION] ?? 'true') === undefined) {
    throw new EngineError('invalid-argument', `invalid ${ICC_OPTION} "${options[ICC_OPTION]}": true or false`);
  }
  if (bridge === undefined) return;
  // dev_valid_name() of the kernel, less what a rule of nftables would need quoted.
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,14}$/.test(bridge)) {
    throw new EngineError('invalid-argument', `invalid bridge name "${bridge}": at most 15 letters, digits and _.-`);
  }
  const holder = others.find(({ config }) => config.options[BRIDGE_NAME_OPTION] === bridge);
  if (holder !== undefined) {
    throw new EngineError(
      'conflict',
      `the bridge ${bridge} is that of the network ${holder.name}; choose another name`,
    );
  }
}
