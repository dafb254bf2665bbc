import { runOciCommand } from './main.ts';

process.exitCode = await runOciCommand(process.argv.slice(2));
