import { z } from 'zod';

/** How this engine's images are served to others. */
export const registryOptions = z.object({
  /** `127.0.0.1:5000`; port 0 is any that is free. */
  listen: z.string().max(300),
  /** Whether images may be pushed. */
  push: z.boolean(),
  /** As PEM. */
  tls: z.object({ cert: z.string(), key: z.string() }).optional(),
  /** What every request has to bring. */
  login: z.object({ username: z.string().min(1), password: z.string().min(1) }).optional(),
});
export type RegistryOptions = z.infer<typeof registryOptions>;
