import type { Platform } from '#engine/contract/image.ts';
import type { Stage } from '#engine/dockerfile/instruction.ts';
import { DockerfileError } from '#engine/dockerfile/problem.ts';
import { expand } from '#engine/dockerfile/shell-lexer.ts';
import { hostPlatform } from '#engine/image/choose-manifest.ts';
import { formatPlatform, parsePlatform } from '#engine/oci/platform.ts';

import type { BuildSession } from './build-session.ts';
import { emulatedArchitectures, runsByItself } from './emulators.ts';
import { namedStage } from './stage-graph.ts';

type Asked = Pick<BuildSession, 'file' | 'scope' | 'request'>;

/** What a stage's image is for: as its FROM says (`--platform=$BUILDPLATFORM`), as the stage is that it begins from, or else what the build is for. */
export function stagePlatform({ file, scope, request }: Asked, { from, index }: Stage): Platform {
  const expanded = (text: string): string =>
    expand(text, { escape: file.directives.escape, variables: scope.names }).text;
  const given = expanded(from.platform ?? '');
  if (given !== '') return parsePlatform(given);
  const name = expanded(from.image);
  const other = request.contexts?.has(name) === true ? undefined : namedStage(file.stages, name, index);
  return other === undefined ? (request.platform ?? hostPlatform) : stagePlatform({ file, scope, request }, other);
}

/** Steps of a platform that nothing on this machine runs are refused before the first one. @throws DockerfileError. */
export async function refuseForeignSteps(asked: Asked, stages: readonly Stage[]): Promise<void> {
  const foreign = stages.flatMap((stage) => {
    const platform = stagePlatform(asked, stage);
    const step = stage.instructions.find(({ keyword }) => keyword === 'RUN');
    return step === undefined || runsByItself(platform) ? [] : [{ platform, step }];
  });
  if (foreign.length === 0) return;
  const emulated = await emulatedArchitectures();
  const missing = foreign.find(({ platform }) => platform.os !== 'linux' || !emulated.has(platform.architecture));
  if (missing === undefined) return;
  const { platform, step } = missing;
  throw new DockerfileError(
    `line ${step.line}: RUN for ${formatPlatform(platform)} needs a binfmt_misc handler for ${platform.architecture} on this machine, which runs ${formatPlatform(hostPlatform)}; install qemu-user-static`,
  );
}
