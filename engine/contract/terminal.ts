import { z } from 'zod';

export const terminalSize = z.object({ columns: z.int().min(1).max(1000), rows: z.int().min(1).max(1000) });
export type TerminalSize = z.infer<typeof terminalSize>;

/** What travels beside the bytes of a terminal, from the person's side. */
export const terminalControl = z.object({ resize: terminalSize });

/**
 * What travels beside the bytes of a terminal, from the engine's side. `replayed`: the bytes so far were the
 * screen as it was; what follows is live. `exited` is the last message.
 */
export const terminalNotice = z.union([
  z.object({ replayed: z.literal(true) }),
  z.object({ exited: z.object({ exitCode: z.int() }) }),
]);
export type TerminalNotice = z.infer<typeof terminalNotice>;

/** Something in a container that a terminal can be attached to. */
export const session = z.object({
  /** `main` is the container's own process; otherwise the id of an exec session. */
  id: z.string(),
  kind: z.enum(['main', 'exec']),
  command: z.array(z.string()),
  tty: z.boolean(),
  running: z.boolean(),
  exitCode: z.int().optional(),
  /** ISO 8601. */
  startedAt: z.string(),
});
export type Session = z.infer<typeof session>;
