import { addressesOf, type EndpointTable } from './endpoint-table.ts';
import type { Endpoint } from './endpoint.ts';

/**
 * Has the kernel forget the flows of containers that have gone: what goes on coming for a published port would follow its
 * flow to where the container was, and the next one with its address would hear what isn't meant for it.
 *
 * The kernel looks through all flows that it knows: it is asked once for all containers that have gone meanwhile.
 */
export class GoneFlows {
  readonly #endpoints: EndpointTable;
  readonly #change: (addresses: readonly string[]) => Promise<void>;
  #waiting: Endpoint[] = [];
  #running: Promise<void> | undefined;

  constructor(endpoints: EndpointTable, change: (addresses: readonly string[]) => Promise<void>) {
    this.#endpoints = endpoints;
    this.#change = change;
  }

  /** Places whose records are gone. */
  add(gone: readonly Endpoint[]): void {
    this.#waiting.push(...gone);
  }

  /** Never throws: a flow that can't be forgotten ends by itself. */
  async forget(): Promise<void> {
    this.#running ??= this.#forgetAll().finally(() => (this.#running = undefined));
    await this.#running;
  }

  async #forgetAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const gone = this.#waiting.splice(0);
      // Who has an address by now has begun flows of their own.
      const free = gone.flatMap((one) =>
        addressesOf(one).filter((address) => this.#endpoints.at(one.networkId, address) === undefined),
      );
      if (free.length > 0) await this.#change(free).catch(() => undefined);
    }
  }
}
