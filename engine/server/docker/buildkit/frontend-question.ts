import { knownEnvironment } from '#engine/build/known-environment.ts';
import { stageName } from '#engine/build/named-source.ts';
import { neededStages, targetStage } from '#engine/build/stage-graph.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { checkDockerfile } from '#engine/dockerfile/check-dockerfile.ts';
import type { Instruction } from '#engine/dockerfile/instruction.ts';
import { parseDockerfile, type Dockerfile } from '#engine/dockerfile/parse-dockerfile.ts';
import type { Problem } from '#engine/dockerfile/problem.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';

/** A Dockerfile that is asked about. */
export interface Asked {
  readonly dockerfile: string;
  readonly name: string;
  readonly target?: string | undefined;
}

/** What a result has as its metadata. */
export type Answer = Readonly<Record<string, Uint8Array<ArrayBuffer>>>;

type Question = (asked: Asked, images: ImageParts) => Promise<Answered> | Answered;

interface Answered {
  readonly text: string;
  readonly json: unknown;
}

/**
 * What BuildKit's Dockerfile frontend is asked instead of a build (`docker buildx build --call`, `--check`; github.com/moby/buildkit,
 * `frontend/subrequests`).
 *
 * @throws EngineError `unsupported` for another question.
 */
export async function answerQuestion(question: string, asked: Asked, images: ImageParts): Promise<Answer> {
  const answer = questions.get(question);
  if (answer === undefined)
    throw new EngineError(
      'unsupported',
      `This version of Estrato answers no ${question}, but ${[...questions.keys()].join(', ')} (--call).`,
    );
  const { text, json } = await answer(asked, images);
  const bytes = { 'result.txt': text, 'result.json': JSON.stringify(json, null, 2), version: '1.0.0' };
  return Object.fromEntries(
    Object.entries(bytes).map(([name, value]) => [name, new Uint8Array(Buffer.from(value))] as const),
  );
}

const questions: ReadonlyMap<string, Question> = new Map<string, Question>([
  ['frontend.lint', lint],
  ['frontend.outline', outline],
  ['frontend.targets', targets],
  ['frontend.subrequests.describe', describe],
]);

async function lint({ dockerfile, name }: Asked, images: ImageParts): Promise<Answered> {
  const problems = await checkDockerfile(dockerfile, { environmentOf: knownEnvironment(images) });
  const warnings = problems.filter(({ severity }) => severity === 'warning');
  const error = problems.find(({ severity }) => severity === 'error');
  const text = problems.map(({ severity, rule, message, line }) => {
    const about = rule === undefined ? severity.toUpperCase() : `${severity.toUpperCase()}: ${rule}`;
    return `${about}\n${message}\n${name}:${line}\n`;
  });
  return {
    text: text.length === 0 ? 'Check complete, no warnings found.\n' : text.join('\n'),
    json: {
      warnings: warnings.map((problem) => ({
        ruleName: problem.rule,
        description: problem.message,
        detail: problem.message,
        location: placeOf(problem),
      })),
      sources: [{ filename: name, language: 'Dockerfile', data: Buffer.from(dockerfile).toString('base64') }],
      ...(error === undefined ? {} : { buildError: { message: error.message, location: placeOf(error) } }),
    },
  };
}

function outline({ dockerfile, target }: Asked): Answered {
  const file = readable(dockerfile);
  const stage = targetStage(file, target);
  const needed = neededStages(file.stages, stage).flatMap(({ instructions }) => instructions);
  const first = file.stages[0]?.from.line ?? 0;
  const global = file.instructions.filter(({ line }) => line < first);
  const args = [...global, ...needed].flatMap((instruction) =>
    instruction.keyword === 'ARG'
      ? instruction.arguments.map(({ name, value }) => ({
          name,
          ...(value === undefined ? {} : { value }),
          location: placeOf(instruction),
        }))
      : [],
  );
  const secrets = needed.flatMap((instruction) => mounted(instruction, 'secret'));
  const ssh = needed.flatMap((instruction) => mounted(instruction, 'ssh'));
  return {
    text: [
      `TARGET: ${stageName(stage)}`,
      ...args.map(({ name, value = '' }) => `ARG ${name} ${value}`.trimEnd()),
      '',
    ].join('\n'),
    json: { name: stageName(stage), args, secrets, ssh, sources: [Buffer.from(dockerfile).toString('base64')] },
  };
}

function targets({ dockerfile, target }: Asked): Answered {
  const file = readable(dockerfile);
  const chosen = targetStage(file, target);
  const found = file.stages.map((stage) => ({
    ...(stage.from.name === undefined ? {} : { name: stage.from.name }),
    ...(stage === chosen ? { default: true } : {}),
    base: stage.from.image,
    ...(stage.from.platform === undefined ? {} : { platform: stage.from.platform }),
    location: placeOf(stage.from),
  }));
  const rows = found.map(({ name = '', default: isDefault = false }) => `${name}${isDefault ? ' (default)' : ''}\n`);
  return {
    text: `TARGET\n${rows.join('')}`,
    json: { targets: found, sources: [Buffer.from(dockerfile).toString('base64')] },
  };
}

function describe(): Answered {
  const json = [...questions.keys()].map((Name) => ({
    Name,
    Version: '1.0.0',
    Type: 'rpc',
    Metadata: [{ Name: 'result.json' }, { Name: 'result.txt' }],
  }));
  return { text: json.map(({ Name }) => `${Name}\n`).join(''), json };
}

/** @throws EngineError `invalid-argument` for what is no Dockerfile. */
function readable(dockerfile: string): Dockerfile {
  const file = parseDockerfile(dockerfile);
  const [error] = file.errors;
  if (error === undefined) return file;
  throw new EngineError('invalid-argument', `dockerfile parse error on line ${error.line}: ${error.message}`);
}

function mounted(instruction: Instruction, type: 'secret' | 'ssh'): readonly object[] {
  if (instruction.keyword !== 'RUN') return [];
  const mounts = instruction.mounts.filter((mount) => mount.split(',').includes(`type=${type}`));
  return mounts.map((mount) => ({
    name: /(?:^|,)id=([^,]+)/.exec(mount)?.[1] ?? 'default',
    ...(/(?:^|,)required(?:=true)?(?:,|$)/.test(mount) ? { required: true } : {}),
    location: placeOf(instruction),
  }));
}

/** Lines of the one source that there is; characters aren't told. */
function placeOf({ line, endLine }: Pick<Problem, 'line' | 'endLine'>): object {
  return { ranges: [{ start: { line }, end: { line: endLine } }] };
}
