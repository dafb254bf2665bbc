import { TestRegistry } from './registry-server.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** A store, and a registry that it pulls from and pushes to. */
export interface TransferScene<S> extends AsyncDisposable {
  readonly registry: TestRegistry;
  readonly store: S;
  /** `team/app:1` as it is called here: with the registry before it. */
  readonly name: (name: string) => string;
}

/** @param open a store in a directory. */
export async function transferScene<S extends AsyncDisposable>(
  open: (path: string) => Promise<S>,
): Promise<TransferScene<S>> {
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(await temporaryDirectory('transfer'));
  const registry = stack.use(await TestRegistry.start());
  const store = stack.use(await open(dir.path));
  const owned = stack.move();
  const name = (short: string): string => `${registry.host}/${short}`;
  return { registry, store, name, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Of each layer, base first, at the end. */
export function endStates(
  told: readonly { readonly layers: readonly { readonly state: string }[] }[],
): readonly string[] | undefined {
  return told.at(-1)?.layers.map(({ state }) => state);
}
