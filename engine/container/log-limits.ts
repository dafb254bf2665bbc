import type { LogFacts, LogSettings } from '#engine/contract/log.ts';
import { measureLog } from '#engine/runtime/log-segments.ts';
import type { LogLimits } from '#engine/runtime/runtime.ts';

import { containerDir } from './container-dir.ts';
import type { ContainerParts } from './container-parts.ts';
import type { Container } from './container.ts';
import { limitsIn, roomIn } from './log-options.ts';
import { readLogSettings } from './log-settings.ts';
import { usualLogging } from './logging.ts';

/** How much of its log a container keeps from its next start on. */
export function logLimits(parts: ContainerParts, container: Container): LogLimits {
  const limits = keptOf(parts, container);
  if (limits === undefined) return { segmentBytes: 0, segments: 0 };
  const roomBytes = roomIn(container.config.logging?.options ?? {});
  return {
    segmentBytes: limits.maxBytes,
    segments: limits.maxFiles,
    ...(roomBytes === undefined ? {} : { roomBytes }),
  };
}

export async function describeLog(parts: ContainerParts, container: Container): Promise<LogFacts> {
  const { driver } = container.config.logging ?? usualLogging;
  const limits = keptOf(parts, container);
  const bytes = await measureLog(containerDir(parts, container.id));
  return { driver, bytes, ...(limits === undefined ? {} : { limits }) };
}

function keptOf({ database }: ContainerParts, { config }: Container): LogSettings | undefined {
  const { driver, options } = config.logging ?? usualLogging;
  return driver === 'none' ? undefined : { ...readLogSettings(database), ...limitsIn(options) };
}
