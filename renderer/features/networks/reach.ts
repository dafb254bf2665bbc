import type { NetworkSummary } from '#engine/contract/network.ts';

/** A container, and where it is. */
export interface ReachRow {
  readonly id: string;
  readonly name: string;
  readonly running: boolean;
  /** Ids of its networks. */
  readonly networks: ReadonlySet<string>;
  /** Names of those that share a network with it. */
  readonly reaches: readonly string[];
}

export interface ReachPicture {
  readonly columns: readonly NetworkSummary[];
  /** Neighbours stand together: by their first network, then by name. */
  readonly rows: readonly ReachRow[];
}

/** Who can reach whom: containers that share a network. Networks that nobody is on are left out. */
export function reachPicture(networks: readonly NetworkSummary[]): ReachPicture {
  const columns = networks.filter(({ driver, members }) => driver !== 'null' && members.length > 0);
  const found = new Map<string, { name: string; running: boolean; networks: Set<string>; reaches: Set<string> }>();
  for (const { id: network, members } of columns) {
    for (const { id, name, running } of members) {
      const row = found.get(id) ?? { name, running, networks: new Set(), reaches: new Set() };
      found.set(id, row);
      row.networks.add(network);
      const others = members.filter((other) => other.id !== id);
      row.reaches = row.reaches.union(new Set(others.map((other) => other.name)));
    }
  }
  const first = ({ networks: own }: { networks: Set<string> }): number => columns.findIndex(({ id }) => own.has(id));
  const rows = [...found]
    .toSorted(([, a], [, b]) => first(a) - first(b) || a.name.localeCompare(b.name))
    .map(([id, row]) => ({ id, ...row, reaches: [...row.reaches].toSorted() }));
  return { columns, rows };
}

/** The first and the last row of a column's line; undefined without two that it joins. */
export function lineOf({ rows }: ReachPicture, network: string): { first: number; last: number } | undefined {
  const marked = rows.flatMap(({ networks }, index) => (networks.has(network) ? [index] : []));
  const [first] = marked;
  const last = marked.at(-1);
  return first === undefined || last === undefined || first === last ? undefined : { first, last };
}
