import { z } from 'zod';

/** What an engine can do on its machine, or why it can't. */
export const capability = z.object({
  id: z.enum([
    'containers',
    'other-users',
    'own-users',
    'layered-files',
    'memory-limits',
    'cpu-limits',
    'process-limits',
    'disk-limits',
    'pause',
    'networks',
    'low-ports',
    'system-call-filter',
    'security-labels',
    'higher-limits',
  ]),
  /** `limited`: it works in another way, or not for everything. */
  state: z.enum(['available', 'limited', 'missing']),
  /** A sentence: what is so here, and what it means. */
  detail: z.string(),
  /** One line for a shell that changes it, where there is one. */
  fix: z.string().optional(),
});
export type Capability = z.infer<typeof capability>;
