import { readProcess } from '#engine/runtime/process-facts.ts';

import type { OciCommand } from './command.ts';
import { pidsOf } from './container-pids.ts';
import { table } from './table.ts';

export const ps: OciCommand = {
  usage: 'CONTAINER',
  options: { format: { kind: 'word', short: 'f' } },
  async run({ states }, line) {
    const [id = ''] = line.words;
    const pids = await pidsOf(await states.find(id));
    if (line.word('format') === 'json') {
      process.stdout.write(`${JSON.stringify(pids)}\n`);
      return 0;
    }
    const facts = await Promise.all(pids.map(readProcess));
    const rows = facts.flatMap((fact) =>
      fact === undefined
        ? []
        : [
            [
              fact.uid,
              fact.pid,
              fact.parentPid,
              fact.state,
              Math.round(fact.cpuSeconds),
              fact.command.join(' ') || fact.name,
            ],
          ],
    );
    process.stdout.write(table([['UID', 'PID', 'PPID', 'STATE', 'SECONDS', 'COMMAND'], ...rows]));
    return 0;
  },
};
