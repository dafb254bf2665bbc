import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { type Command, Option } from 'commander';

import { readOptional } from '#engine/async/read-optional.ts';
import { attestOption, readAttestOptions } from '#engine/contract/attest-options.ts';
import type { BuildNews, BuildWish } from '#engine/contract/build.ts';
import type { EngineClient } from '#engine/contract/client.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { parseOutputs, refuseTerminal, type OutputPlan } from './build-output.ts';
import type { BuildProgress } from './build-progress.ts';
import { pairOf, secretOf } from './build-secrets.ts';
import { checkDockerfile } from './check-dockerfile.ts';
import { type FormatOptions, withFormat } from './output-format.ts';
import type { PlaceOptions } from './place-options.ts';
import { withPlace } from './place-options.ts';
import { type ProgressKind, progressKinds } from './progress-kinds.ts';
import { repeated } from './repeated.ts';
import { withEngine } from './with-engine.ts';

interface BuildOptions extends PlaceOptions, FormatOptions {
  readonly check?: boolean;
  readonly file?: string;
  readonly tag: readonly string[];
  readonly buildArg: readonly string[];
  readonly label: readonly string[];
  readonly secret: readonly string[];
  readonly ssh: readonly string[];
  readonly buildContext: readonly string[];
  readonly target?: string;
  readonly platform?: string;
  readonly attest: readonly string[];
  readonly sbom?: boolean;
  readonly provenance?: string;
  readonly cache: boolean;
  readonly pull?: boolean;
  readonly push?: boolean;
  readonly load?: boolean;
  readonly output: readonly string[];
  readonly cacheFrom: readonly string[];
  readonly cacheTo: readonly string[];
  readonly network: string;
  readonly progress: ProgressKind;
  readonly quiet?: boolean;
}

export function addBuild(program: Command): void {
  withFormat(withPlace(program.command('build')))
    .description('build an image from a folder with a Dockerfile')
    .option('-t, --tag <name>', 'what it is called; may be given more than once', repeated, [])
    .option('-f, --file <file>', 'the Dockerfile; - for standard input (default: Dockerfile of the folder)')
    .option('--build-arg <name=value>', 'a value for an ARG', repeated, [])
    .option('--label <name=value>', 'a label of the image', repeated, [])
    .option('--secret <id=name,src=file>', 'a secret that steps may mount', repeated, [])
    .option(
      '--ssh <id[=socket]>',
      'an agent of ssh that steps may ask; yours, as default, without a socket',
      repeated,
      [],
    )
    .option(
      '--build-context <name=place>',
      'a folder, docker-image://NAME or an address that the Dockerfile names',
      repeated,
      [],
    )
    .option('--target <stage>', 'the stage that is wanted, instead of the last')
    .option('--platform <platform>', 'what the image is for, as os/architecture; several with commas')
    .option('--attest <type=…>', 'say of the image, beside it, type=sbom or type=provenance', repeated, [])
    .option('--sbom', 'the same as --attest type=sbom')
    .option(
      '--provenance <mode>',
      'the same as --attest type=provenance,mode=…: min, or max with all that the build was given',
    )
    .option('--no-cache', 'run every step, whatever is known of it')
    .option('--pull', 'ask registries for base images that are here, too')
    .option('--cache-from <place>', 'a name, type=registry,ref=NAME or type=local,src=FOLDER', repeated, [])
    .option(
      '--cache-to <place>',
      'type=inline, type=registry,ref=NAME or type=local,dest=FOLDER; mode=max',
      repeated,
      [],
    )
    .option(
      '-o, --output <place>',
      'a folder for its files, - for a tar, type=local|tar|oci|docker,dest=PLACE, type=image|registry,name=NAME',
      repeated,
      [],
    )
    .option('--load', 'keep the image, as is usual')
    .option('--push', 'bring it to the registries of its tags, once it is built')
    .addOption(new Option('--network <mode>', 'of RUN steps').default('default'))
    .addOption(
      new Option('--progress <kind>', 'drawn on a terminal, in lines, or as JSON, a line for each piece of news')
        .choices([...progressKinds])
        .default('auto'),
    )
    .option('-q, --quiet', "print only the image's id")
    .option(
      '--check',
      'say what is wrong or better written another way, and build nothing; ends with 1 if there is something',
    )
    .argument('[folder]', 'the build context, or the address of a git repository or a tar', '.')
    .action((folder: string, options: BuildOptions) => build(folder, options));
}

/** Builds for another verb, saying how far it is; what isn't said is as usual. */
export function buildImage(folder: string, options: Partial<BuildOptions>): Promise<void> {
  return build(folder, { ...usual, ...options });
}

const usual: BuildOptions = {
  format: 'table',
  tag: [],
  buildArg: [],
  label: [],
  secret: [],
  buildContext: [],
  attest: [],
  output: [],
  ssh: [],
  cacheFrom: [],
  cacheTo: [],
  progress: 'auto',
  cache: true,
  network: 'default',
};

async function build(folder: string, options: BuildOptions): Promise<void> {
  const source = isElsewhere(folder) ? elsewhere(options) : await sourceIn(folder, options);
  if (options.check === true) return check(folder, source, options);
  return run(await wishOf(isElsewhere(folder) ? folder : resolve(folder), source, options), options);
}

/** The engine fetches it, and reads the Dockerfile there. */
function elsewhere({ file = 'Dockerfile' }: BuildOptions): Source {
  return { path: file, text: '', ignore: undefined };
}

async function sourceIn(folder: string, options: BuildOptions): Promise<Source> {
  const path = options.file ?? join(folder, 'Dockerfile');
  const text = await readFile(path === '-' ? '/dev/stdin' : path, 'utf8').catch((cause: unknown) => {
    throw new EngineError('not-found', `There is no Dockerfile at ${path}; name it with --file.`, { cause });
  });
  const ignore = (await readOptional(`${path}.dockerignore`)) ?? (await readOptional(join(folder, '.dockerignore')));
  return { path, text, ignore };
}

async function check(folder: string, source: Source, options: BuildOptions): Promise<void> {
  await withEngine(options, async (engine) => {
    const { path } = source;
    if (!isElsewhere(folder)) {
      process.exitCode = await checkDockerfile(engine, source, options);
      return;
    }
    const { dockerfile, ignore } = await engine.call('builds.read', { folder, file: path });
    process.exitCode = await checkDockerfile(engine, { path, text: dockerfile, ignore }, options);
  });
}

async function run(wish: BuildWish, options: BuildOptions): Promise<void> {
  const { brought, keepsImage } = outputsOf(options);
  await withEngine(options, async (engine, signal) => {
    const { image, build, isNew } =
      brought === undefined && keepsImage
        ? await followed(engine.stream('builds.run', wish, signal), options)
        : await bring(engine, { wish, options }, signal);
    if (image === undefined) return;
    // What was sent to standard output stands alone there.
    (brought?.place.kind === 'standard output' ? process.stderr : process.stdout).write(`${image}\n`);
    // Of what was all known it was said before.
    if (options.quiet !== true && isNew && build !== undefined) await tellFindings(engine, build, signal);
  });
}

/** Builds, and puts here what was asked for beside an image, or instead of one. */
async function bring(
  engine: EngineClient,
  { wish, options }: { readonly wish: BuildWish; readonly options: BuildOptions },
  signal: AbortSignal,
): Promise<Followed> {
  const { brought, keepsImage } = outputsOf(options);
  const { putOutput } = await import('./put-output.ts');
  const duplex = engine.duplex('builds.export', { wish, as: brought?.as, keepsImage }, signal);
  const [told] = await Promise.all([
    followed(duplex.messages, options),
    brought === undefined ? undefined : putOutput({ bytes: duplex.bytes, whole: duplex.answer }, brought.place),
    duplex.answer,
  ]);
  return told;
}

/** `--load` and `--push` are short for images. */
function outputsOf({ output, load = false, push = false }: BuildOptions): OutputPlan {
  const plan = parseOutputs(output);
  refuseTerminal(plan);
  return { ...plan, keepsImage: plan.keepsImage || load || push, push: plan.push || push };
}

interface Followed {
  readonly image?: string | undefined;
  readonly build?: string | undefined;
  /** Whether any step was built anew. */
  readonly isNew: boolean;
}

async function followed(news: AsyncIterable<BuildNews>, { quiet, progress }: BuildOptions): Promise<Followed> {
  using shown = quiet === true ? undefined : await shownAs(progress);
  let isNew = false;
  for await (const each of news) {
    shown?.add(each);
    if (each.kind === 'verdict') isNew ||= each.verdict.kind === 'missed';
    if (each.kind === 'done') return { image: each.image, build: each.build, isNew };
  }
  return { isNew };
}

/** What draws is loaded where there is somebody to see it. */
async function shownAs(progress: ProgressKind): Promise<BuildProgress> {
  const { openProgress } = await import('./build-progress.ts');
  return openProgress(progress, process.stderr, process.env);
}

async function tellFindings(engine: EngineClient, build: string, signal: AbortSignal): Promise<void> {
  const findings = await engine.call('builds.findings', { build }, signal);
  const { findingsText } = await import('./build-findings.ts');
  process.stderr.write(findingsText(findings));
}

/** `https://…`, `docker-image://…`, `git@host:path`. */
function isElsewhere(place: string): boolean {
  return /^(?:[\w+-]+:\/\/|[\w.-]+@[\w.-]+:)/.test(place);
}

interface Source {
  readonly path: string;
  readonly text: string;
  readonly ignore: string | undefined;
}

async function wishOf(folder: string, { path, text, ignore }: Source, options: BuildOptions): Promise<BuildWish> {
  const { tag, buildArg, label, target, platform, cache, pull = false, network, secret, buildContext } = options;
  const { names, push } = outputsOf(options);
  return {
    folder,
    dockerfile: text,
    dockerfileName: path === '-' ? 'the Dockerfile of standard input' : path,
    ...(path === '-' || text === '' ? {} : { dockerfilePath: resolve(path) }),
    ...(ignore === undefined ? {} : { ignore }),
    contexts: Object.fromEntries(buildContext.map(contextOf)),
    tags: [...new Set([...tag, ...names])],
    args: Object.fromEntries(buildArg.map((each) => pairOf(each, process.env))),
    labels: Object.fromEntries(label.map((each) => pairOf(each, {}))),
    ...(target === undefined ? {} : { target }),
    ...(platform === undefined ? {} : { platform }),
    attest: attestOf(options),
    ssh: Object.fromEntries(options.ssh.map(agentOf)),
    noCache: !cache,
    pull,
    push,
    cacheFrom: options.cacheFrom.map(withFolder),
    cacheTo: options.cacheTo.map(withFolder),
    network,
    secrets: Object.fromEntries(await Promise.all(secret.map(secretOf))),
  };
}

function attestOf({ attest, sbom = false, provenance }: BuildOptions): BuildWish['attest'] {
  return readAttestOptions([
    ...attest,
    ...(sbom ? [attestOption('sbom', 'true')] : []),
    ...(provenance === undefined ? [] : [attestOption('provenance', provenance)]),
  ]);
}

/** A folder is this command's to resolve. */
function withFolder(place: string): string {
  return place.replace(
    /(^|,)(src|dest)=([^,]+)/g,
    (_, comma: string, name: string, folder: string) => `${comma}${name}=${resolve(folder)}`,
  );
}

function contextOf(text: string): readonly [string, string] {
  const [name, place] = pairOf(text, {});
  if (name === '' || place === '')
    throw new EngineError('invalid-argument', `--build-context ${text} names no place: write NAME=FOLDER.`);
  return [name, isElsewhere(place) ? place : resolve(place)];
}

/** `default`, `work=/run/agent.sock`, as Docker's clients write it. */
function agentOf(text: string): readonly [string, string] {
  const [id, socket] = pairOf(text.includes('=') ? text : `${text}=${process.env['SSH_AUTH_SOCK'] ?? ''}`, {});
  if (id !== '' && socket !== '') return [id, resolve(socket)];
  throw new EngineError('invalid-argument', `--ssh ${text} names no agent: start ssh-agent, or write --ssh ID=SOCKET.`);
}
