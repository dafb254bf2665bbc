import type { Peer } from './peers.ts';

/*
 * A measure is one question asked of several contestants in turn: the engines that are installed, and floors, which are
 * programs that do the same work without an engine. Machines are noisy, so what counts is the ratio within one run.
 */

export type Unit = 'ms' | 'µs' | 'KiB' | 'MiB' | 'MB/s';

/** What Estrato's median is held against: a multiple of another contestant's, or a figure in the measure's unit. */
export type Target =
  | { readonly of: string; readonly atMost: number }
  | { readonly of: string; readonly atLeast: number }
  | { readonly atMost: number };

export interface Contestant {
  readonly name: string;
  /** One figure in the measure's unit. */
  sample(): Promise<number>;
}

export interface Measure {
  /** What chooses it on the command line. */
  readonly name: string;
  readonly title: string;
  readonly unit: Unit;
  readonly target?: Target;
  readonly rounds: number;
  /** Whether each contestant goes once without being counted. */
  readonly warmsUp: boolean;
  /** Asked of engines that have a thousand stopped containers. */
  readonly isCrowded?: boolean;
  contestants(bench: Bench, undo: AsyncDisposableStack): Promise<readonly Contestant[]>;
}

/** What measures work with. */
export interface Bench {
  readonly peers: readonly Peer[];
  /** A scratch directory that goes with the run. */
  readonly directory: string;
  /** A static busybox, for floors. */
  readonly busybox: string;
  /** The image that every peer has, `HOST/busybox:1`. */
  readonly image: string;
  /** Of a registry on loopback: `127.0.0.1:PORT`. */
  readonly registryHost: string;
}

/** The figures of each contestant that could do it. */
export type Figures = ReadonlyMap<string, readonly number[]>;

/**
 * Takes the contestants' turns round by round, each round beginning with another, so that a slow minute of the machine
 * is everybody's. Whoever fails is named with its reason and left out from there on.
 */
export async function takeTurns(
  contestants: readonly Contestant[],
  { rounds, warmsUp }: Pick<Measure, 'rounds' | 'warmsUp'>,
  fail: (name: string, reason: unknown) => void,
): Promise<Figures> {
  const figures = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  const takeTurn = async (contestant: Contestant, isCounted: boolean): Promise<void> => {
    const { name } = contestant;
    try {
      const figure = await contestant.sample();
      if (isCounted) figures.get(name)?.push(figure);
    } catch (error) {
      figures.delete(name);
      fail(name, error);
    }
  };
  for (let round = warmsUp ? -1 : 0; round < rounds; round += 1) {
    const left = contestants.filter(({ name }) => figures.has(name));
    for (const contestant of rotated(left, round)) await takeTurn(contestant, round >= 0);
  }
  return figures;
}

function rotated<T>(items: readonly T[], by: number): readonly T[] {
  const at = items.length === 0 ? 0 : (by + items.length) % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}

export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** A contestant for each peer. */
export function eachPeer(bench: Bench, sample: (peer: Peer) => Promise<number>): Contestant[] {
  return bench.peers.map((peer) => ({ name: peer.name, sample: () => sample(peer) }));
}
