/* What a stack's tree is made of: what its builder and its reader share. */

/** The entry of an event that takes a path away. */
export const REMOVED = 0xffffffff;
/** As many are looked at in some milliseconds. */
export const NODES_A_STEP = 5000;
/** No event: the path was never there. */
export const NEVER = 0xffffffff;

/** One column per fact, a row per node, or per event. */
export interface StackColumns {
  readonly parents: Uint32Array;
  readonly firstChildren: Uint32Array;
  readonly childCounts: Uint32Array;
  /** An entry that has the node's name. */
  readonly namedLayers: Uint16Array;
  readonly namedEntries: Uint32Array;
  /** One more than there are nodes: a node's events end where those of the next begin. */
  readonly eventOffsets: Uint32Array;
  readonly eventLayers: Uint16Array;
  readonly eventEntries: Uint32Array;
}

/** What they take in memory. */
export function memoryOf(columns: readonly ArrayBufferView[]): number {
  return columns.reduce((sum, { byteLength }) => sum + byteLength, 0);
}
