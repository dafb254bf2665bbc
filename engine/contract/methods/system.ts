import { z } from 'zod';

import { engineNews } from '#engine/contract/event.ts';
import { finding } from '#engine/contract/system-check.ts';
import { dockerContext, systemInfo } from '#engine/contract/system.ts';
import { call, nothing, stream } from '#engine/contract/method.ts';

/** What the engine is and what happens in it. */
export const systemMethods = {
  'system.info': call(nothing, systemInfo),
  /** All that an engine leans on, looked up again. */
  'system.check': call(nothing, z.array(finding)),
  /** The context by which docker's command line finds this engine, made or removed before where `isOn` is given. */
  'system.dockerContext': call(z.object({ isOn: z.boolean().optional() }), dockerContext),
  /** Everything that happens from now on; every running or recently ended job comes first, as it stands. */
  'system.watch': stream(nothing, engineNews),
};
