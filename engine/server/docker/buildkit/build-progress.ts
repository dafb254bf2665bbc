import { createHash, randomUUID } from 'node:crypto';

import type { StepPlace } from '#engine/build/build-event.ts';
import { reasonText } from '#engine/contract/build-words.ts';
import type { BuildNews, CacheVerdict } from '#engine/contract/build.ts';
import { toEngineError } from '#engine/contract/errors.ts';

import type { BuildStatus, Vertex } from './messages.ts';
import { timestampOf, type Timestamp } from './timestamp.ts';

type Tell = (status: BuildStatus) => void;

/** A step that is under way, as the client draws it. */
interface Begun {
  readonly vertex: Vertex;
  readonly step: StepPlace;
  isCached: boolean;
}

/** Numbers that the client's terminal tells apart from what a program prints to its standard output. */
const STREAMS = { stdout: 1, stderr: 2 } as const;

/** Tells a build's steps as BuildKit's clients draw them: vertexes with their state, and what they print. */
export class BuildProgress {
  readonly #id = randomUUID();
  readonly #tell: Tell;
  readonly #running = new Map<string, Begun>();

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  /** A transfer of `subject` beside the Dockerfile's own steps: it is drawn while `work` lasts. */
  async during<T>(
    name: string,
    subject: string,
    work: (transferred: (bytes: number) => void) => Promise<T>,
  ): Promise<T> {
    const vertex = { ...this.#vertex(name), name: `[internal] ${name}`, started: now() };
    this.#tell({ vertexes: [vertex] });
    let bytes = 0;
    const transfer = (completed: boolean): BuildStatus => ({
      statuses: [
        {
          id: `transferring ${subject}:`,
          vertex: vertex.digest,
          current: bytes,
          timestamp: now(),
          started: vertex.started,
          ...(completed ? { completed: now() } : {}),
        },
      ],
    });
    try {
      const result = await work((current) => {
        bytes = current;
        this.#tell(transfer(false));
      });
      this.#tell({ ...transfer(true), vertexes: [{ ...vertex, completed: now() }] });
      return result;
    } catch (error) {
      this.#tell({ vertexes: [{ ...vertex, completed: now(), error: toEngineError(error).message }] });
      throw error;
    }
  }

  add(news: BuildNews): void {
    switch (news.kind) {
      case 'begin':
        this.#begin(news.step);
        return;
      case 'verdict':
        this.#verdict(news.step, news.verdict);
        return;
      case 'output':
        this.#log(news.step, news.text, STREAMS[news.stream]);
        return;
      case 'end':
        this.#end(news.step);
        return;
      case 'notice':
        this.#moment(news.message);
        return;
      case 'done':
        if (news.image !== undefined) this.#moment(`exporting to image ${news.image}`);
    }
  }

  /** @returns the step that failed, if it was one: those that run beside it were only stopped, and began before. */
  failed(message: string): StepPlace | undefined {
    const begun = [...this.#running.values()];
    const vertexes = begun.map(({ vertex }) => ({ ...vertex, completed: now(), error: message }));
    if (vertexes.length > 0) this.#tell({ vertexes });
    return begun.at(-1)?.step;
  }

  #begin(step: StepPlace): void {
    const vertex = { ...this.#vertex(keyOf(step)), name: stepTitle(step), started: now() };
    this.#running.set(keyOf(step), { vertex, step, isCached: false });
    this.#tell({ vertexes: [vertex] });
  }

  #verdict(step: StepPlace, verdict: CacheVerdict): void {
    const begun = this.#running.get(keyOf(step));
    if (begun !== undefined) begun.isCached = verdict.kind === 'hit';
    if (verdict.kind !== 'missed') return;
    const told = verdict.reasons.filter(({ kind }) => kind !== 'new' && kind !== 'disabled');
    for (const reason of told) this.#log(step, `not cached: ${reasonText(reason)}\n`, STREAMS.stderr);
  }

  #log(step: StepPlace, text: string, stream: number): void {
    const vertex = this.#running.get(keyOf(step))?.vertex.digest;
    if (vertex !== undefined) this.#tell({ logs: [{ vertex, timestamp: now(), stream, msg: Buffer.from(text) }] });
  }

  #end(step: StepPlace): void {
    const begun = this.#running.get(keyOf(step));
    this.#running.delete(keyOf(step));
    if (begun !== undefined) this.#tell({ vertexes: [{ ...begun.vertex, cached: begun.isCached, completed: now() }] });
  }

  /** Something that is told of once. */
  #moment(name: string): void {
    this.#tell({ vertexes: [{ ...this.#vertex(name), name, started: now(), completed: now() }] });
  }

  /** Digests are names here: the client only tells steps apart by them. */
  #vertex(key: string): Pick<Vertex, 'digest' | 'inputs'> {
    return { digest: stepDigest(`${this.#id} ${key}`), inputs: [] };
  }
}

/** @param key which step of which build. */
export function stepDigest(key: string): string {
  return `sha256:${createHash('sha256').update(key).digest('hex')}`;
}

/** ONBUILD steps have no number of their own. */
function keyOf({ number, stage, text }: StepPlace): string {
  return `${stage} ${number} ${text}`;
}

/** As BuildKit's clients draw it. */
export function stepTitle({ number, total, stage, text }: Omit<StepPlace, 'line' | 'endLine'>): string {
  if (number === 0) return `[${stage} onbuild] ${text}`;
  return /^\d+$/.test(stage) ? `[${number}/${total}] ${text}` : `[${stage} ${number}/${total}] ${text}`;
}

function now(): Timestamp {
  return timestampOf(Date.now());
}
