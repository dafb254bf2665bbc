import { join } from 'node:path';

import type { VolumeParts } from './volume-parts.ts';

/** What the engine keeps of a volume: its data, and a copy into it that is being made. */
export function volumeDir({ volumesDir }: VolumeParts, name: string): string {
  return join(volumesDir, name);
}

/** What containers see. */
export function volumeData(parts: VolumeParts, name: string): string {
  return join(volumeDir(parts, name), '_data');
}
