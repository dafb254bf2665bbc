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
  const { process } = processOf(parts, ref, session);
  await process.resize(size);
  if (session !== 'main') return;
  publishEvent(parts, parts.table.find(ref), 'resize', { height: String(size.rows), width: String(size.columns) });
}
