import { EngineError } from '#engine/contract/errors.ts';

import { publishEvent } from './container-events.ts';
import { checkContainerName } from './container-name.ts';
import type { ContainerParts } from './container-parts.ts';
import { withoutSlash } from './container-table.ts';

/** @throws EngineError `conflict` when another has the name, `invalid-argument` for what is no name. */
export async function renameContainer(parts: ContainerParts, ref: string, name: string): Promise<void> {
  const { id } = parts.table.find(ref);
  const wanted = withoutSlash(name);
  if (wanted === '') throw new EngineError('invalid-argument', 'Neither old nor new names may be empty');
  checkContainerName(wanted);
  await parts.table.exclusively(id, () => {
    const before = parts.table.find(id);
    if (before.name === wanted) {
      throw new EngineError('invalid-argument', 'Renaming a container with the same name as its current name');
    }
    parts.table.rename(id, wanted);
    publishEvent(parts, parts.table.find(id), 'rename', { oldName: `/${before.name}` });
    return Promise.resolve();
  });
}
