import type { OciCommand } from './command.ts';
import { describeState } from './describe-state.ts';
import { table } from './table.ts';

export const list: OciCommand = {
  usage: '',
  options: { format: { kind: 'word', short: 'f' }, quiet: { kind: 'flag', short: 'q' } },
  async run({ states }, line) {
    // One that is taken away meanwhile is not in the list.
    const asked = (await states.all()).map((state) => describeState(state).catch(() => undefined));
    const found = (await Promise.all(asked)).filter((state) => state !== undefined);
    process.stdout.write(said(found, line.flag('quiet') ? 'quiet' : line.word('format')));
    return 0;
  },
};

function said(states: readonly Awaited<ReturnType<typeof describeState>>[], format = 'table'): string {
  if (format === 'quiet') return states.map(({ id }) => `${id}\n`).join('');
  if (format === 'json') return `${JSON.stringify(states)}\n`;
  const rows = states.map(({ id, pid, status, bundle, created, owner }) => [id, pid, status, bundle, created, owner]);
  return table([['ID', 'PID', 'STATUS', 'BUNDLE', 'CREATED', 'OWNER'], ...rows]);
}
