import { EngineError } from '#engine/contract/errors.ts';

import { partsOf, type SourceEntry, type SourceTree } from './source-tree.ts';
import { byBytes } from './tar-source.ts';

/** Whole trees beside each other, each as a folder of a name. */
export class FoldersSource implements SourceTree {
  readonly name = 'the results';
  readonly #trees: ReadonlyMap<string, SourceTree>;

  /** @param trees by names without a slash. */
  constructor(trees: ReadonlyMap<string, SourceTree>) {
    this.#trees = trees;
  }

  async entry(path: string): Promise<SourceEntry | undefined> {
    if (path === '') return { ...DIRECTORY, path };
    const { tree, below } = this.#at(path);
    const entry = await tree?.entry(below);
    return entry === undefined ? undefined : { ...entry, path };
  }

  async names(directory: string): Promise<readonly string[]> {
    if (directory === '') return [...this.#trees.keys()].toSorted(byBytes);
    const { tree, below } = this.#at(directory);
    return (await tree?.names(below)) ?? [];
  }

  digest(file: SourceEntry): Promise<string> {
    const { tree, below } = this.#there(file);
    return tree.digest({ ...file, path: below });
  }

  open(file: SourceEntry): AsyncIterable<Uint8Array> {
    const { tree, below } = this.#there(file);
    return tree.open({ ...file, path: below });
  }

  #there({ path }: SourceEntry): { readonly tree: SourceTree; readonly below: string } {
    const { tree, below } = this.#at(path);
    if (tree === undefined) throw new EngineError('not-found', `There is no file ${path} in ${this.name}.`);
    return { tree, below };
  }

  #at(path: string): { readonly tree: SourceTree | undefined; readonly below: string } {
    const [folder = '', ...rest] = partsOf(path);
    return { tree: this.#trees.get(folder), below: rest.join('/') };
  }
}

const DIRECTORY = { type: 'directory', mode: 0o755, uid: 0, gid: 0, mtime: 0, size: 0, linkTarget: '' } as const;
