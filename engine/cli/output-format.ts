import { type Command, Option } from 'commander';

export interface FormatOptions {
  readonly format: 'table' | 'json';
}

/** The same option on every command that shows what people and programs read alike. */
export function withFormat(command: Command): Command {
  return command.addOption(
    new Option('--format <format>', 'how to show it').choices(['table', 'json']).default('table'),
  );
}

/** As JSON it is what the engine answered, field by field. */
export function print<T>({ format }: FormatOptions, value: T, asTable: (value: T) => string): void {
  process.stdout.write(format === 'json' ? `${JSON.stringify(value, undefined, 2)}\n` : asTable(value));
}
