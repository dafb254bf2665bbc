import { z } from 'zod';

import { EngineError } from '#engine/contract/errors.ts';
import { transaction, type Database } from '#engine/metadata/database.ts';
import { relaxed } from '#engine/metadata/relaxed.ts';

import { endpoint, endpointDetails, type Endpoint } from './endpoint.ts';

const storedEndpoint = z.object({
  id: z.string(),
  network_id: z.string(),
  container_id: z.string(),
  ipv4: z.string().nullable(),
  ipv6: z.string().nullable(),
  details: z.string(),
});

const nowhere: readonly Endpoint[] = [];

/**
 * Who is where while containers run, and so which addresses are in use: read once, recorded before a link is made.
 *
 * No machine that lost its power still has an endpoint, so no record waits for the disk.
 */
export class EndpointTable {
  readonly #database: Database;
  readonly #endpoints = new Map<string, Endpoint>();
  /** By network and address, by container: what a start asks without looking at everybody. */
  readonly #addresses = new Map<string, Map<string, Endpoint>>();
  readonly #containers = new Map<string, Endpoint[]>();
  readonly #last = new Map<string, string>();

  constructor(database: Database) {
    this.#database = database;
    const rows = database.prepare('SELECT id, network_id, container_id, ipv4, ipv6, details FROM endpoints').all();
    for (const row of rows) this.#add(parseRow(row));
  }

  list(): readonly Endpoint[] {
    return [...this.#endpoints.values()];
  }

  inNetwork(networkId: string): readonly Endpoint[] {
    return [...new Set(this.#addresses.get(networkId)?.values())];
  }

  /** In the order of their interfaces: the same list until it changes. */
  ofContainer(containerId: string): readonly Endpoint[] {
    return this.#containers.get(containerId) ?? nowhere;
  }

  /** The address that was given last, to go on after. */
  lastGiven(networkId: string, family: 'ipv4' | 'ipv6'): string | undefined {
    return this.#last.get(`${family} ${networkId}`);
  }

  given(networkId: string, family: 'ipv4' | 'ipv6', address: string): void {
    this.#last.set(`${family} ${networkId}`, address);
  }

  at(networkId: string, address: string): Endpoint | undefined {
    return this.#addresses.get(networkId)?.get(address);
  }

  /** All or none. */
  insert(made: readonly Endpoint[]): void {
    const insert = this.#database.prepare(
      'INSERT INTO endpoints (id, network_id, container_id, ipv4, ipv6, details) VALUES (?, ?, ?, ?, ?, ?)',
    );
    relaxed(this.#database, () =>
      transaction(this.#database, () => {
        for (const { id, networkId, containerId, ipv4, ipv6, ...details } of made) {
          insert.run(id, networkId, containerId, ipv4 ?? null, ipv6 ?? null, JSON.stringify(details));
        }
      }),
    );
    for (const one of made) this.#add(one);
  }

  /** The container's default routes lead here from now on. */
  makeGateway(id: string): Endpoint {
    const before = this.#endpoints.get(id);
    if (before === undefined) throw new EngineError('internal', `There is no endpoint ${id}.`);
    const changed = { ...before, isGateway: true };
    relaxed(this.#database, () => {
      this.#database
        .prepare('UPDATE endpoints SET details = ? WHERE id = ?')
        .run(JSON.stringify(endpointDetails.parse(changed)), id);
    });
    this.#forget(before);
    this.#add(changed);
    return changed;
  }

  /** @returns those that there were. */
  delete(isGone: (one: Endpoint) => boolean, among: readonly Endpoint[] = this.list()): readonly Endpoint[] {
    const gone = among.filter(isGone);
    if (gone.length === 0) return [];
    const remove = this.#database.prepare('DELETE FROM endpoints WHERE id = ?');
    relaxed(this.#database, () =>
      transaction(this.#database, () => {
        for (const { id } of gone) remove.run(id);
      }),
    );
    for (const one of gone) this.#forget(one);
    return gone;
  }

  #add(one: Endpoint): void {
    this.#endpoints.set(one.id, one);
    const addresses = this.#addresses.get(one.networkId) ?? new Map<string, Endpoint>();
    for (const address of addressesOf(one)) addresses.set(address, one);
    this.#addresses.set(one.networkId, addresses);
    this.#containers.set(one.containerId, [...this.ofContainer(one.containerId), one]);
  }

  #forget(one: Endpoint): void {
    this.#endpoints.delete(one.id);
    for (const address of addressesOf(one)) this.#addresses.get(one.networkId)?.delete(address);
    const left = this.ofContainer(one.containerId).filter(({ id }) => id !== one.id);
    if (left.length === 0) this.#containers.delete(one.containerId);
    else this.#containers.set(one.containerId, left);
  }
}

export function addressesOf({ ipv4, ipv6 }: Endpoint): string[] {
  return [ipv4, ipv6].filter((address) => address !== undefined);
}

function parseRow(row: unknown): Endpoint {
  const { network_id: networkId, container_id: containerId, ipv4, ipv6, id, details } = storedEndpoint.parse(row);
  return endpoint.parse({
    ...endpointDetails.parse(JSON.parse(details)),
    id,
    networkId,
    containerId,
    ...(ipv4 === null ? {} : { ipv4 }),
    ...(ipv6 === null ? {} : { ipv6 }),
  });
}
