import { z } from 'zod';

/** A volume, and who has it. */
export const volumeSummary = z.object({
  name: z.string(),
  /** Nobody has named it: it was made for a container. */
  isAnonymous: z.boolean(),
  /** Unix milliseconds. */
  createdAt: z.int(),
  labels: z.record(z.string(), z.string()),
  /** Of the local driver: `type`, `o`, `device`; without any its data is Estrato's own, and can have save points. */
  options: z.record(z.string(), z.string()),
  /** Directory of its data, on the engine's machine. */
  directory: z.string(),
  /** Containers that have it among their mounts, running or not. */
  usedBy: z.array(z.object({ id: z.string(), name: z.string(), running: z.boolean() })),
});
export type VolumeSummary = z.infer<typeof volumeSummary>;

export const volumeName = z.string().min(1).max(255);

export const volumeCreate = z.object({
  /** Without one the volume is anonymous. */
  name: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  /** Of the local driver: `type`, `o`, `device`. */
  options: z.record(z.string(), z.string()).optional(),
});
