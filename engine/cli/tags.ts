import type { Command } from 'commander';

import { shortDigest } from '#engine/contract/digest.ts';
import type { TagMove, TagTarget } from '#engine/contract/tag-history.ts';

import { formatAge } from './format.ts';
import { print, withFormat, type FormatOptions } from './output-format.ts';
import type { PlaceOptions } from './place-options.ts';
import { withPlace } from './place-options.ts';
import { formatTable } from './table.ts';
import { withEngine } from './with-engine.ts';

interface TagsOptions extends PlaceOptions, FormatOptions {
  readonly history?: true;
  readonly restore?: string;
}

export function addTags(program: Command): void {
  withFormat(withPlace(program.command('tags')))
    .description('the tags of an image; what they meant before, and that again')
    .argument('<image>', 'a tag, or the id of an image')
    .option('--history', 'every move: when, from where, to where, why')
    .option('--restore <id>', 'lead the tag to this image again, which it led to before')
    .action((image: string, options: TagsOptions) => tags(image, options));
}

function tags(image: string, options: TagsOptions): Promise<void> {
  const { history, restore } = options;
  return withEngine(options, async (engine) => {
    if (restore !== undefined) {
      const { summary } = await engine.call('images.restoreTag', { tag: image, image: restore });
      process.stdout.write(`${image} is ${shortDigest(summary.Id)} again\n`);
    } else if (history === true) {
      const moves = await engine.call('images.tagHistory', { image });
      print(options, moves, (all) => movesTable(all, Date.now()));
    } else {
      const { summary } = await engine.call('images.get', { image });
      print(options, summary.RepoTags, (names) => names.map((name) => `${name}\n`).join(''));
    }
  });
}

/** @param now unix milliseconds. */
export function movesTable(moves: readonly TagMove[], now: number): string {
  const rows = moves.map(({ tag, at, cause, from, to }) => [
    tag,
    formatAge(at / 1000, now / 1000),
    cause,
    targetOf(from),
    targetOf(to),
  ]);
  return formatTable(['TAG', 'MOVED', 'WHY', 'FROM', 'TO'], rows);
}

function targetOf(target: TagTarget | undefined): string {
  if (target === undefined) return '-';
  const words = { here: '', held: ' (removed)', gone: ' (gone)' };
  return `${shortDigest(target.id)}${words[target.state]}`;
}
