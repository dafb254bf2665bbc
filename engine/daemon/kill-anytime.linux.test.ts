import { EventEmitter, once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { expect, test } from 'vitest';
import { z } from 'zod';

import { describeWith } from '#engine/testing/requires.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

/** Another seed is another afternoon; the same one the same. */
const SEED = Number(process.env['ESTRATO_SEED'] ?? 20_261_124);
const KILLS = Number(process.env['ESTRATO_KILLS'] ?? 200);
/** People at work at the same time. */
const WORKERS = 3;
const MOST_CONTAINERS = 6;
/** Longer than any of what they do takes. */
const MOST_WORK_MS = 160;
/** Nobody who works waits that long for an answer, on the slowest machine. */
const LONGEST_SILENCE_MS = 60_000;
const COUNTER = 'i=0; while :; do i=$((i+1)); echo $i; sleep 0.05; done';

/** mulberry32: small, and the same everywhere. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** `gone` is in the trash, `emptied` nowhere. */
type State = 'created' | 'running' | 'exited' | 'gone' | 'emptied';

/** What people were told; `doubts` of one whose last answer never came. */
interface Known {
  state: State;
  /** What it was before it was removed, and is when it comes back. */
  last: State;
  doubts: readonly State[];
  isBusy: boolean;
}

const listed = z.array(
  z.object({
    Id: z.string(),
    Names: z.array(z.string()),
    State: z.string(),
    Mounts: z.array(z.object({ Name: z.string() })),
  }),
);
const created = z.object({ Id: z.string() });

class Afternoon {
  readonly containers = new Map<string, Known>();
  readonly tags = new Map<string, boolean | undefined>();
  readonly #engine: TestEngine;
  readonly #image: string;
  readonly #random: (below: number) => number;
  #names = 0;
  /** How often somebody was told that something is done. */
  acknowledged = 0;
  readonly #told = new EventEmitter();
  readonly #refusals: string[] = [];

  constructor(engine: TestEngine, image: string, random: (below: number) => number) {
    this.#engine = engine;
    this.#image = image;
    this.#random = random;
  }

  /** Resolves when so many more have been told, however fast this machine is, or somebody in vain. */
  async untilAcknowledged(more: number): Promise<void> {
    const signal = AbortSignal.timeout(LONGEST_SILENCE_MS);
    const enough = this.acknowledged + more;
    while (this.acknowledged < enough && this.#refusals.length === 0) await once(this.#told, 'something', { signal });
  }

  /** Works until the engine is gone; one that lives refuses nothing of all this. */
  async work(killed: AbortSignal): Promise<void> {
    try {
      for (;;) {
        await this.#step();
        this.acknowledged += 1;
        this.#told.emit('something');
      }
    } catch (error) {
      // Whoever was waiting for an answer learns that nobody is there.
      if (!killed.aborted) this.#refusals.push(String(error));
      this.#told.emit('something');
    }
  }

  async #step(): Promise<void> {
    const [id, known] = this.#pick() ?? [];
    if (id === undefined || known === undefined) return this.#create();
    if (this.#random(8) === 0) return this.#tag();
    if (this.#random(6) === 0) return this.#useTrash();
    known.isBusy = true;
    const kind = this.#random(4);
    if (kind === 0) await this.#change(known, ['gone', 'exited'], `/containers/${id}?force=1&v=1`, 'DELETE');
    else if (known.state === 'running' && kind === 1) await this.#change(known, ['exited'], `/containers/${id}/kill`);
    else if (known.state === 'running') await this.#engine.ask(`/containers/${id}/json`);
    else await this.#change(known, ['running'], `/containers/${id}/start`);
    known.isBusy = false;
  }

  #pick(): [string, Known] | undefined {
    const free = [...this.containers].filter(
      ([, { state, isBusy }]) => !isBusy && state !== 'gone' && state !== 'emptied',
    );
    return free.length < MOST_CONTAINERS && this.#random(3) === 0 ? undefined : free[this.#random(free.length || 1)];
  }

  async #create(): Promise<void> {
    const name = `c${(this.#names += 1)}`;
    const body = { Image: this.#image, Cmd: ['sh', '-c', COUNTER], Volumes: { '/own': {} } };
    const answer = await this.#engine.ask(`/containers/create?name=${name}`, { method: 'POST', body });
    const { Id } = created.parse(JSON.parse(answer.body));
    this.containers.set(Id, told('created'));
  }

  /** @param states where it leads to, and what it comes by on its way. */
  async #change(known: Known, states: readonly [State, ...State[]], path: string, method = 'POST'): Promise<void> {
    known.doubts = states;
    const { status, body } = await this.#engine.ask(path, { method });
    if (status >= 300 && status !== 304 && status !== 409) throw new Error(`${method} ${path}: ${status} ${body}`);
    Object.assign(known, after(known, states[0]));
    known.isBusy = true;
  }

  /** Brings something back as it was, or removes it for good. */
  async #useTrash(): Promise<void> {
    const gone = [...this.containers].filter(([, { state, isBusy }]) => !isBusy && state === 'gone');
    const [id, known] = gone[this.#random(gone.length || 1)] ?? [];
    if (id === undefined || known === undefined) return;
    known.isBusy = true;
    const isForGood = this.#random(3) === 0;
    known.doubts = [isForGood ? 'emptied' : known.last];
    if (isForGood) await this.#engine.call('trash.remove', { id });
    else await this.#engine.call('trash.restore', { id });
    Object.assign(known, told(isForGood ? 'emptied' : known.last));
  }

  async #tag(): Promise<void> {
    const tag = `tagged:${this.#random(5)}`;
    const isThere = this.tags.get(tag) === true;
    this.tags.set(tag, undefined);
    if (isThere) await this.#engine.ask(`/images/${tag}`, { method: 'DELETE' });
    else await this.#engine.ask(`/images/${this.#image}/tag?repo=tagged&tag=${tag.slice(-1)}`, { method: 'POST' });
    this.tags.set(tag, !isThere);
  }

  /** What is there now has to be what people were told, or what they were about to be told. */
  async check(): Promise<void> {
    expect(this.#refusals, `in ${SEED}`).toEqual([]);
    const found = listed.parse(JSON.parse((await this.#engine.ask('/containers/json?all=1')).body));
    const entries = await this.#engine.call('trash.list', {});
    // Tags that were taken away are there too.
    const trash = entries.filter(({ kind }) => kind === 'container').map(({ id }) => id);
    const states = new Map<string, State>(trash.map((id) => [id, 'gone']));
    for (const { Id, State } of found) states.set(Id, stateOf(State));
    for (const [id, known] of this.containers) {
      const now = states.get(id) ?? 'emptied';
      expect([known.state, ...known.doubts], `${id.slice(0, 12)} in ${SEED}`).toContain(now);
      if (now === 'emptied') this.containers.delete(id);
      else this.containers.set(id, after(known, now));
    }
    // Created by somebody who never heard of it.
    for (const [id, now] of states) if (!this.containers.has(id)) this.containers.set(id, told(now));
    await this.#checkTags();
    await this.#checkLogs();
    await this.#checkDisk(found.map(({ Id }) => Id));
    const volumes = found.flatMap(({ Mounts }) => Mounts.map(({ Name }) => Name));
    expect((await readdir(join(this.#engine.dataRoot, 'volumes'))).toSorted()).toEqual(volumes.toSorted());
    await this.#checkTrash(trash);
  }

  async #checkTags(): Promise<void> {
    const { body } = await this.#engine.ask('/images/json');
    for (const [tag, isThere] of this.tags) {
      if (isThere !== undefined) expect(body.includes(`"${tag}"`), tag).toBe(isThere);
      else this.tags.set(tag, body.includes(`"${tag}"`));
    }
  }

  /** Not a line is missing of what one that runs has counted. */
  async #checkLogs(): Promise<void> {
    const [id] = [...this.containers].find(([, { state }]) => state === 'running') ?? [];
    if (id === undefined) return;
    const { body } = await this.#engine.ask(`/containers/${id}/logs?stdout=1`);
    const counted = [...body.matchAll(/(\d+)\n/g)].map(([, number]) => Number(number));
    const from = counted.lastIndexOf(1);
    expect(counted.slice(from)).toEqual(counted.slice(from).map((_, at) => at + 1));
  }

  async #checkDisk(ids: readonly string[]): Promise<void> {
    const root = this.#engine.dataRoot;
    expect((await readdir(join(root, 'containers'))).toSorted()).toEqual([...ids].toSorted());
    expect((await readdir(join(root, 'snapshots'))).toSorted()).toEqual([...ids].toSorted());
    expect(await readdir(join(root, 'tmp'))).toEqual([]);
  }

  /** Whole, or not there: what was removed for good may still be on its way. */
  async #checkTrash(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      expect((await readdir(join(this.#engine.dataRoot, 'trash', id))).toSorted()).toEqual(['bundle', 'snapshot']);
    }
  }
}

function told(state: State): Known {
  return { state, last: state, doubts: [], isBusy: false };
}

function after({ state, last }: Known, now: State): Known {
  if (now !== 'gone') return told(now);
  if (state === 'gone') return { ...told(now), last };
  return { ...told(now), last: state === 'running' ? 'exited' : state };
}

function stateOf(listedAs: string): State {
  return z.enum(['created', 'running', 'exited']).parse(listedAs);
}

describeWith(['root', 'launcher', 'busybox'], `an engine killed ${KILLS} times while people work with it`, () => {
  test('loses nothing and leaves nothing', { timeout: 1_200_000 }, async () => {
    await using engine = await startTestEngine();
    const image = await engine.loadStory();
    const random = randomOf(SEED);
    const afternoon = new Afternoon(engine, image, random);
    for (let kill = 0; kill < KILLS; kill += 1) {
      const killed = new AbortController();
      const workers = Array.from({ length: WORKERS }, () => afternoon.work(killed.signal));
      // Every other time whatever comes first, also nothing; else in the middle of what follows two answers.
      if (kill % 2 === 1) await afternoon.untilAcknowledged(2);
      await wait(random(MOST_WORK_MS));
      killed.abort();
      await engine.kill('SIGKILL');
      await Promise.all(workers);
      await engine.start();
      await afternoon.check();
    }
    expect(afternoon.acknowledged).toBeGreaterThanOrEqual(KILLS - (KILLS % 2));
  });
});
