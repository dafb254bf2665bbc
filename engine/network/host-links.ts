import type { NetworkHome } from './network-home.ts';

/** The names of the links that there are in a network namespace (proc_pid_net(5)). */
export async function hostLinks(home: NetworkHome): Promise<ReadonlySet<string>> {
  const table = await home.read('dev');
  return new Set(table.split('\n').flatMap((line) => /^\s*([^\s:]+):/.exec(line)?.[1] ?? []));
}
