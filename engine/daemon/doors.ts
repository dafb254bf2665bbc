import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { EngineError } from '#engine/contract/errors.ts';
import { isLoopback, parseListenAddress } from '#engine/server/listen-address.ts';
import type { Door, TlsIdentity } from '#engine/server/listener.ts';

import { claimSocket } from './claim-socket.ts';

/** Where people want an engine to answer. */
export interface DoorWishes {
  /** `unix:///PATH`, `tcp://ADDRESS:PORT`: at least one. */
  readonly hosts: readonly string[];
  /** Name or number of those who may use the unix sockets beside their owner. */
  readonly group?: string | undefined;
  /** The folder that `estrato certs` makes. */
  readonly certs: string;
  /** A port without TLS: whoever reaches it is root here. Only where nobody but this machine does. */
  readonly withoutTls: boolean;
}

/**
 * @throws EngineError `invalid-argument` for an address that is none or a port that would be open to strangers,
 * `not-found` for a group or certificates that aren't there.
 */
export async function doorsOf({ hosts, group, certs, withoutTls }: DoorWishes): Promise<readonly Door[]> {
  const addresses = hosts.map((host) => parseListenAddress(host));
  const ports = addresses.filter((address) => address.kind === 'tcp');
  const open = withoutTls ? ports.find(({ host }) => !isLoopback(host)) : undefined;
  if (open !== undefined) {
    throw new EngineError(
      'invalid-argument',
      `${open.host} can be reached from other machines, and whoever reaches a port without TLS is root on this one: leave out --tcp-without-tls, or listen on 127.0.0.1.`,
    );
  }
  const tls = ports.length === 0 || withoutTls ? undefined : await readIdentity(join(certs, 'server'));
  const groupId = group === undefined ? undefined : await findGroup(group);
  return addresses.map((address) => (address.kind === 'unix' ? { address, groupId } : { address, tls }));
}

/** Makes room for the unix sockets. @throws EngineError as `claimSocket` does. */
export async function claimSockets(doors: readonly Door[]): Promise<void> {
  for (const { address } of doors) if (address.kind === 'unix') await claimSocket(address.path);
}

async function readIdentity(dir: string): Promise<TlsIdentity> {
  const read = async (name: string): Promise<string> => readFile(join(dir, name), 'utf8').catch(noCertificates);
  const [certificate, key, authority] = [await read('cert.pem'), await read('key.pem'), await read('ca.pem')];
  const parsed = parseCertificate(certificate, join(dir, 'cert.pem'));
  if (Date.parse(parsed.validTo) < Date.now()) {
    throw new EngineError(
      'invalid-argument',
      `The certificate ${join(dir, 'cert.pem')} has been out of date since ${parsed.validTo}: renew it with "estrato certs renew".`,
    );
  }
  return { certificate, key, authority, isOwnName: (name) => parsed.checkHost(name) !== undefined };

  function noCertificates(cause: unknown): never {
    throw new EngineError(
      'not-found',
      `A tcp:// host needs certificates, and there are none in ${dir}: make them with "estrato certs create", or write --tcp-without-tls beside --host tcp://127.0.0.1:PORT.`,
      { cause },
    );
  }
}

function parseCertificate(pem: string, path: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new EngineError('invalid-argument', `${path} is no certificate; make one with "estrato certs create".`, {
      cause,
    });
  }
}

/** By its name in group(5), or its number. */
async function findGroup(group: string): Promise<number> {
  if (/^\d+$/.test(group)) return Number(group);
  const table = await readFile('/etc/group', 'utf8').catch(() => '');
  const id = table
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name]) => name === group)?.[2];
  if (id !== undefined) return Number(id);
  throw new EngineError('not-found', `There is no group ${group} on this machine; make it with "groupadd ${group}".`);
}
