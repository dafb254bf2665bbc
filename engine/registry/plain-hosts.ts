import { RecentMap } from '#engine/async/recent-map.ts';

/** A registry may come to speak TLS, and then it is to be spoken to that way. */
const REMEMBERED_MS = 60_000;
const MOST = 100;

/** Hosts that answered without TLS after they had shown that they speak none: the next question needs no try with it. */
export class PlainHosts {
  readonly #until = new RecentMap<string, number>(MOST);
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** @param host with its port, where it has one. */
  add(host: string): void {
    this.#until.set(host, this.#now() + REMEMBERED_MS);
  }

  has(host: string): boolean {
    return (this.#until.get(host) ?? 0) > this.#now();
  }
}
