import type { TerminalSize } from '#engine/contract/terminal.ts';

import { processOf } from './attach-container.ts';
import { publishEvent } from './container-events.ts';
import type { ContainerParts } from './container-parts.ts';

/** What has no terminal has no size, and is left as it is. @throws EngineError `conflict` when it doesn't run. */
export async function resizeContainer(
  parts: ContainerParts,
  ref: string,
  session: string,
  size: TerminalSize,
): Promise<void> {
  const container = parts.table.find(ref);
  const { process, tty } = processOf(parts, container.id, session);
  if (!tty) return;
  await process.resize(size);
  if (session !== 'main') return;
  publishEvent(parts, container, 'resize', { height: String(size.rows), width: String(size.columns) });
}
