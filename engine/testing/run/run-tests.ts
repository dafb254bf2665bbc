import { checks } from './checks.ts';
import { planOf, type Plan } from './plan.ts';
import { runChecks } from './run-checks.ts';
import { endCommands } from './run-command.ts';
import { runVitest } from './run-vitest.ts';
import { closingLine, summaryLines, tallyOf, type Outcome } from './tally.ts';

const launcherTests = {
  name: 'C: the launcher’s own tests',
  program: 'make',
  args: ['-s', '-C', 'engine/launcher', 'test'],
};

async function run(plan: Plan): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  if (plan.checks) outcomes.push(...(await runChecks(checks)));
  if (plan.launcher) outcomes.push(...(await runChecks([launcherTests])));
  for (const project of plan.projects) {
    outcomes.push(...(await runVitest(project, [`--project=${project}`, ...plan.vitestArgs])));
  }
  return outcomes;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    endCommands();
    process.exitCode = 130;
  });
}

const outcomes = await run(planOf(process.argv.slice(2)));
const tally = tallyOf(outcomes, process.env['CI'] === 'true');
console.log('');
for (const line of summaryLines(tally)) console.log(line);
console.log(closingLine(tally));
if (tally.failed.length > 0 || tally.passed === 0) process.exitCode = 1;
