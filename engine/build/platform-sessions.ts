import { formatPlatform } from '#engine/oci/platform.ts';

import { BuildScope } from './build-scope.ts';
import type { BuildRequest } from './build-request.ts';
import type { BuildSession } from './build-session.ts';
import { Materials } from './materials.ts';
import { StepVerdicts } from './step-verdicts.ts';

/** What all platforms of a build have in common. */
export type CommonSession = Omit<BuildSession, 'request' | 'scope' | 'verdicts' | 'materials'>;

/**
 * One for each platform that is built for. With several, each is compared with what was built for the same platform before.
 * @throws DockerfileError for a default of an ARG that can't be expanded.
 */
export function platformSessions(common: CommonSession, request: BuildRequest): readonly BuildSession[] {
  const { platforms = [], project } = request;
  const [only = request.platform, ...others] = platforms;
  if (others.length === 0) return [sessionFor(common, { ...request, platform: only })];
  return platforms.map((platform) =>
    sessionFor(common, { ...request, platform, project: `${project} ${formatPlatform(platform)}` }),
  );
}

function sessionFor(common: CommonSession, request: BuildRequest): BuildSession {
  return {
    ...common,
    request,
    scope: new BuildScope(request, common.file),
    verdicts: new StepVerdicts(common.parts.database, request),
    materials: new Materials(),
  };
}
