import { access, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import type { Variables } from '#engine/compose/interpolate.ts';
import { projectName, projectOf, type NamedService, type Project } from '#engine/compose/project.ts';
import { readComposeFiles } from '#engine/compose/read-compose-file.ts';
import { serviceBody } from '#engine/compose/service-body.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { CreateBody } from '#engine/run-options/create-body.ts';
import { parsePair, parsePairLines } from '#engine/run-options/pairs.ts';

import { readTextFile } from '#engine/cli/read-text-file.ts';

export interface ProjectOptions {
  readonly file?: readonly string[];
  readonly projectName?: string;
  readonly projectDirectory?: string;
  readonly envFile?: readonly string[];
  readonly profile?: readonly string[];
}

export interface LoadedProject {
  readonly project: Project;
  readonly variables: Variables;
}

const names = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

/** @throws EngineError `not-found` where there is no file, `invalid-argument` for what it says. */
export async function loadProject(options: ProjectOptions, services: readonly string[]): Promise<LoadedProject> {
  const { files, folder } = await placesOf(options);
  const variables = await variablesOf(options, folder);
  const texts = await Promise.all(files.map(async (path) => ({ path, text: await readTextFile(path) })));
  const file = readComposeFiles(texts, variables);
  const profiles = options.profile ?? variables['COMPOSE_PROFILES']?.split(',') ?? [];
  const name = options.projectName ?? variables['COMPOSE_PROJECT_NAME'] ?? file.name ?? projectName(folder);
  const project = projectOf(file, { name, folder, files, profiles, services });
  return { project, variables };
}

/** Only what a project is called: enough to find all of it. */
export async function nameOfProject(options: ProjectOptions): Promise<string> {
  return options.projectName ?? (await loadProject(options, [])).project.name;
}

async function placesOf(
  options: ProjectOptions,
): Promise<{ readonly files: readonly string[]; readonly folder: string }> {
  const said = options.file ?? process.env['COMPOSE_FILE']?.split(':') ?? [];
  if (said.length > 0) {
    const files = said.map((path) => resolve(path));
    return { files, folder: resolve(options.projectDirectory ?? dirname(files[0] ?? '.')) };
  }
  const folder = resolve(options.projectDirectory ?? '.');
  for (const name of names) {
    const path = join(folder, name);
    if (!(await isThere(path))) continue;
    const override = path.replace(/\.(ya?ml)$/, '.override.$1');
    return { files: [path, ...((await isThere(override)) ? [override] : [])], folder };
  }
  throw new EngineError(
    'not-found',
    `no configuration file provided: not found; there is none of ${names.join(', ')} in ${folder}.`,
  );
}

/** The shell's win over the files'. */
async function variablesOf({ envFile }: ProjectOptions, folder: string): Promise<Variables> {
  const usual = join(folder, '.env');
  const files = envFile ?? ((await isThere(usual)) ? [usual] : []);
  const lines = await Promise.all(files.map(async (path) => envLines(await readTextFile(path), path)));
  return { ...Object.fromEntries(lines.flat().map(parsePair)), ...process.env };
}

/** Quotes around a value are the file's, not the value's. */
function envLines(text: string, path: string): readonly string[] {
  return parsePairLines(text, path).map((line) => {
    const [name, value] = parsePair(line);
    const [, , quoted] = /^(["'])(.*)\1$/s.exec(value.trim()) ?? [];
    return line.includes('=') ? `${name}=${quoted ?? value}` : line;
  });
}

/** The request for a service's containers, with what its own files of variables say. */
export async function bodyOf({ project, variables }: LoadedProject, named: NamedService): Promise<CreateBody> {
  const absolute = (path: string): string => resolve(project.folder, path.replace(/^~(?=\/|$)/, homedir()));
  const lines = await Promise.all(
    (named.said.env_file ?? []).map(async ({ path, required }) => {
      const whole = absolute(path);
      if (!required && !(await isThere(whole))) return [];
      const text = await readFile(whole, 'utf8').catch((cause: unknown) => {
        throw new EngineError('not-found', `env file ${whole} not found, which the service ${named.service} needs`, {
          cause,
        });
      });
      return envLines(text, whole).filter((line) => line.includes('='));
    }),
  );
  return serviceBody(project, named, { absolute, variables, fileLines: lines.flat() });
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
