/* What a stack's tree is made of: what its builder and its reader share. */

/** The entry of an event that takes a path away. */
export const REMOVED = 0xffffffff;
/** As many are looked at in some milliseconds. */
export const NODES_A_STEP = 5000;
/** No event: the path was never there. */
export const NEVER = 0xffffffff;

/** One column per fact, a row per node, or per event. */
export interface StackColumns {
  readonly parents: Uint32Array<ArrayBuffer>;
  readonly firstChildren: Uint32Array<ArrayBuffer>;
  readonly childCounts: Uint32Array<ArrayBuffer>;
  /** An entry that has the node's name. */
  readonly namedLayers: Uint16Array<ArrayBuffer>;
  readonly namedEntries: Uint32Array<ArrayBuffer>;
  /** One more than there are nodes: a node's events end where those of the next begin. */
  readonly eventOffsets: Uint32Array<ArrayBuffer>;
  readonly eventLayers: Uint16Array<ArrayBuffer>;
  readonly eventEntries: Uint32Array<ArrayBuffer>;
}

/** What they take in memory. */
export function memoryOf(columns: readonly ArrayBufferView[]): number {
  return columns.reduce((sum, { byteLength }) => sum + byteLength, 0);
}
