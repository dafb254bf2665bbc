import { IgnoreRules } from './ignore-rules.ts';
import { lintDockerfile } from './lint-dockerfile.ts';
import { parseDockerfile } from './parse-dockerfile.ts';
import { DockerfileError, errorAt, type Problem } from './problem.ts';

export interface CheckOptions {
  /** The text of the context's `.dockerignore`. */
  readonly ignore?: string | undefined;
  /** Names of the variables that an image brings; undefined if that isn't known here. */
  readonly environmentOf: (image: string) => Promise<readonly string[] | undefined>;
}

/** Everything that is wrong with a Dockerfile or better written another way. Nothing is built or fetched. */
export async function checkDockerfile(text: string, options: CheckOptions): Promise<readonly Problem[]> {
  const file = parseDockerfile(text);
  const images = new Set(file.stages.map(({ from }) => from.image));
  const environments = new Map<string, readonly string[] | undefined>();
  for (const image of images) environments.set(image, await options.environmentOf(image));
  try {
    const ignored = new IgnoreRules(options.ignore ?? '');
    const found = lintDockerfile(file, {
      environmentOf: (image) => environments.get(image),
      isIgnored: (path) => ignored.excludes(path),
    });
    return [...file.errors, ...found];
  } catch (error) {
    if (!(error instanceof DockerfileError)) throw error;
    return [...file.errors, errorAt({ line: 1, endLine: 1 }, `.dockerignore: ${error.message}`)];
  }
}
