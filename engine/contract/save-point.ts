import { z } from 'zod';

/** What a volume held at a moment. */
export const savePoint = z.object({
  /** 16 hex digits. Methods take a unique prefix, or its name where only one has it. */
  id: z.string(),
  name: z.string(),
  note: z.string(),
  /** Unix milliseconds. */
  createdAt: z.int(),
  /** On the disk, were nothing shared; missing where nobody has measured it yet. */
  bytes: z.int().optional(),
  files: z.int().optional(),
  /** It was made by a restore, of what was there before. */
  isAutomatic: z.boolean(),
});
export type SavePoint = z.infer<typeof savePoint>;

export const savePointRef = z.string().min(1).max(256);

/** Something that one side has otherwise than the other. `touched`: only its owner, mode or time. */
export const treeChange = z.object({
  path: z.string(),
  kind: z.enum(['added', 'changed', 'touched', 'removed']),
  isDirectory: z.boolean(),
  /** Bytes of a file; missing where there is none. */
  before: z.int().optional(),
  after: z.int().optional(),
});
export type TreeChange = z.infer<typeof treeChange>;

/** From a save point to what is there now, or to another save point. */
export const treeComparison = z.object({
  added: z.int(),
  changed: z.int(),
  touched: z.int(),
  removed: z.int(),
  /** Of files: how much larger the later side is. */
  bytes: z.int(),
  /** By path, the first of them. */
  changes: z.array(treeChange),
  isWhole: z.boolean(),
});
export type TreeComparison = z.infer<typeof treeComparison>;
