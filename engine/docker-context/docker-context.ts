import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

import { z } from 'zod';

import { readOptional } from '#engine/async/read-optional.ts';
import { replaceFile } from '#engine/async/replace-file.ts';
import { EngineError } from '#engine/contract/errors.ts';

const document = z.object({ Endpoints: z.object({ docker: z.object({ Host: z.string() }) }) });
const settings = z.object({ currentContext: z.string().optional() });

/**
 * A context as docker's command line keeps them: a document beneath the digest of its name, in `DOCKER_CONFIG` or
 * `~/.docker` of whoever runs this. Whole under its name, or as it was.
 */
export class DockerContextFile {
  readonly name: string;
  readonly path: string;
  readonly #config: string;

  constructor(name = 'estrato', config = process.env['DOCKER_CONFIG'] || join(homedir(), '.docker')) {
    this.name = name;
    this.#config = config;
    this.path = join(config, 'contexts/meta', createHash('sha256').update(name).digest('hex'), 'meta.json');
  }

  /** Where it leads; undefined where there is none, or none that docker could read. */
  async host(): Promise<string | undefined> {
    const parsed = document.safeParse(await readJson(this.path));
    return parsed.success ? parsed.data.Endpoints.docker.Host : undefined;
  }

  /** Leads to `host` from now on, wherever it led before. */
  async make(host: string): Promise<void> {
    const Endpoints = { docker: { Host: host, SkipTLSVerify: false } };
    await mkdir(dirname(this.path), { recursive: true });
    await replaceFile(this.path, JSON.stringify({ Name: this.name, Metadata: { Description: 'Estrato' }, Endpoints }));
  }

  /** @throws EngineError `conflict` while docker uses it: every command of docker's would fail. */
  async remove(): Promise<void> {
    const used = settings.safeParse(await readJson(join(this.#config, 'config.json')));
    if (used.success && used.data.currentContext === this.name) {
      const sentence = `docker uses the context ${this.name} now, and would find no engine without it: type "docker context use default" first.`;
      throw new EngineError('conflict', sentence);
    }
    // docker looks for the document: its folder alone is no context.
    await rm(this.path, { force: true });
    await rm(dirname(this.path), { recursive: true, force: true });
  }
}

/** @returns undefined for what isn't there or is no JSON. */
async function readJson(path: string): Promise<unknown> {
  const text = await readOptional(path);
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
