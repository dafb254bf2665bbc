import type { TerminalSize } from '#engine/contract/terminal.ts';

import { processOf } from './attach-container.ts';
import { publishEvent } from './container-events.ts';
import type { ContainerParts } from './container-parts.ts';

/** @throws EngineError `conflict` when there is nothing to resize. */
export async function resizeContainer(
  parts: ContainerParts,
  ref: string,
  session: string,
  size: TerminalSize,
): Promise<void> {
  const container = parts.table.find(ref);
  const { process } = processOf(parts, container.id, session);
  await process.resize(size);
  if (session !== 'main') return;
  publishEvent(parts, container, 'resize', { height: String(size.rows), width: String(size.columns) });
}
