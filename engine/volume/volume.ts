import { z } from 'zod';

const texts = z.record(z.string(), z.string());

/** A directory that outlives the containers that use it. Times are unix milliseconds. */
export const volume = z.object({
  name: z.string(),
  createdAt: z.int(),
  labels: texts,
  /** Of the local driver: `type`, `o`, `device`; without any it is a plain directory. */
  options: texts,
});
export type Volume = Readonly<z.infer<typeof volume>>;

/** What Docker marks a volume with that nobody has named. */
export const ANONYMOUS_LABEL = 'com.docker.volume.anonymous';

export function isAnonymous({ labels }: Volume): boolean {
  return Object.hasOwn(labels, ANONYMOUS_LABEL);
}
