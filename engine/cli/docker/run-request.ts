import { homedir } from 'node:os';
import { resolve } from 'node:path';

import { Option, type Command } from 'commander';

import { readTextFile } from '#engine/cli/read-text-file.ts';
import type { CreateBody } from '#engine/run-options/create-body.ts';
import { createOptions, type CreateOption } from '#engine/run-options/create-options.ts';
import { parsePair, parsePairLines, parseVariable } from '#engine/run-options/pairs.ts';

import { repeated } from '#engine/cli/repeated.ts';

/** What was said about the container itself, option by option. */
export type Said = ReadonlyMap<CreateOption, readonly string[]>;

export interface RequestOptions {
  readonly envFile?: readonly string[];
  readonly labelFile?: readonly string[];
  readonly tty?: true;
  readonly interactive?: true;
}

/** Adds every option that says something about a container. @returns what will have been said once it is read. */
export function withCreateOptions(command: Command): Said {
  const said = new Map<CreateOption, string[]>();
  for (const [group, options] of createOptions) {
    for (const described of options) {
      const option = new Option(described.flags, described.help).helpGroup(`${group}:`);
      command.addOption(option);
      command.on(`option:${option.name()}`, (value: string | null) => {
        const before = described.repeats === true ? (said.get(described) ?? []) : [];
        said.set(described, [...before, value ?? '']);
      });
    }
  }
  command
    .addOption(new Option('-i, --interactive', 'send it what is typed').helpGroup('Streams:'))
    .addOption(new Option('-t, --tty', 'give it a terminal').helpGroup('Streams:'))
    .addOption(new Option('--env-file <file>', 'a file of variables').argParser(repeated).helpGroup('The program:'))
    .addOption(new Option('--label-file <file>', 'a file of labels').argParser(repeated).helpGroup('The program:'));
  return said;
}

/** The request that the options and words make. @throws EngineError `invalid-argument`. */
export async function requestOf(
  said: Said,
  [image = '', ...command]: readonly string[],
  options: RequestOptions,
): Promise<CreateBody> {
  const stdin = options.interactive === true;
  const tty = options.tty === true;
  const body: CreateBody = { Image: image, Tty: tty, OpenStdin: stdin, HostConfig: {} };
  await addFiles(body, options);
  const around = { env: process.env, absolute };
  // In the order of the table: an address belongs to the network that was named before it.
  for (const [, group] of createOptions)
    for (const option of group) for (const value of said.get(option) ?? []) option.into(body, value, around);
  if (command.length > 0) body.Cmd = command;
  const { SecurityOpt: security } = body.HostConfig;
  if (security !== undefined) body.HostConfig.SecurityOpt = await Promise.all(security.map(withProfile));
  return body;
}

/** Variables of files come first, so that those of options win. */
async function addFiles(body: CreateBody, { envFile = [], labelFile = [] }: RequestOptions): Promise<void> {
  for (const path of envFile) {
    const lines = parsePairLines(await readTextFile(path), path);
    (body.Env ??= []).push(
      ...lines.map((line) => parseVariable(line, process.env)).filter((line) => line !== undefined),
    );
  }
  for (const path of labelFile) {
    const pairs = parsePairLines(await readTextFile(path), path).map(parsePair);
    body.Labels = { ...body.Labels, ...Object.fromEntries(pairs) };
  }
}

/** A seccomp profile is a file here, and its text in the request. */
async function withProfile(option: string): Promise<string> {
  const [name, value] = parsePair(option.replace(/^seccomp:/, 'seccomp='));
  const isFile = name === 'seccomp' && !['', 'unconfined', 'builtin'].includes(value);
  return isFile ? `seccomp=${JSON.stringify(JSON.parse(await readTextFile(value)))}` : option;
}

function absolute(path: string): string {
  return resolve(path.replace(/^~(?=\/|$)/, homedir()));
}
