import type { Command, Option } from 'commander';

import type { ListedKind } from './listed-names.ts';
import { addVerbs } from './verbs.ts';

/** Shells by what they need to ask `estrato completion --words` for the next word. */
const scripts = {
  // A word is taken as it is: compgen -W would carry out a $(…) in the name of something on another machine.
  bash: `_estrato() {
  local word
  COMPREPLY=()
  while IFS= read -r word; do
    [[ $word == "\${COMP_WORDS[COMP_CWORD]}"* ]] && printf -v 'COMPREPLY[\${#COMPREPLY[@]}]' %q "$word"
  done < <(estrato completion words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _estrato estrato
`,
  zsh: `#compdef estrato
_estrato() {
  local -a words_here
  words_here=("\${(@f)$(estrato completion words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -a words_here || _files
}
compdef _estrato estrato
`,
  fish: `function __estrato_words
  set -l said (commandline -opc) (commandline -ct)
  estrato completion words -- $said[2..-1] 2>/dev/null
end
complete -c estrato -a '(__estrato_words)'
`,
} as const;

export function addCompletion(program: Command): void {
  const completion = program
    .command('completion')
    .description("a shell's script that completes verbs, options and names: source <(estrato completion bash)");
  for (const [shell, script] of Object.entries(scripts)) {
    completion
      .command(shell)
      .description(`for ${shell}`)
      .action(() => {
        process.stdout.write(script);
      });
  }
  completion
    .command('words', { hidden: true })
    .description('what may stand next after these words')
    .argument('[said...]')
    .passThroughOptions()
    .allowUnknownOption()
    .action(async (said: readonly string[]) => {
      const words = await wordsAfter(said);
      process.stdout.write(words.map((word) => `${word}\n`).join(''));
    });
}

/** What may stand in the place of the last word, after those before it. */
async function wordsAfter(said: readonly string[]): Promise<readonly string[]> {
  const before = said.slice(0, -1);
  const last = said.at(-1) ?? '';
  const { Command: Program } = await import('commander');
  const program = new Program('estrato').enablePositionalOptions();
  await addVerbs(program, before[0]);
  let command: Command = program;
  for (const word of before) command = command.commands.find((one) => isCalled(one, word)) ?? command;
  if (last.startsWith('-')) return command.options.filter(({ hidden }) => !hidden).flatMap(flagsOf);
  const option = command.options.find((one) => flagsOf(one).includes(before.at(-1) ?? ''));
  if (option?.required === true) return option.argChoices ?? [];
  const isGroup = command.commands.length > 0;
  if (isGroup) return command.commands.filter((one) => one.name() !== 'words').map((one) => one.name());
  return namesFor(command);
}

function isCalled(command: Command, word: string): boolean {
  return command.name() === word || command.aliases().includes(word);
}

function flagsOf({ long, short }: Option): readonly string[] {
  return [long, short].filter((flag) => typeof flag === 'string');
}

/** Names of what a verb is about. */
async function namesFor(command: Command): Promise<readonly string[]> {
  const wanted = wantedBy(command);
  if (wanted === undefined) return [];
  // Most completions are of words that are known here.
  const { listedNames } = await import('./listed-names.ts');
  return listedNames(wanted);
}

/** By what its arguments are called, and of which group it is. */
function wantedBy(command: Command): ListedKind | undefined {
  const names = command.registeredArguments.map((argument) => argument.name());
  const kinds = ['container', 'image', 'network', 'volume'] as const;
  const named = kinds.find((kind) => names.includes(kind));
  if (named !== undefined) return named;
  if (command.name() === 'run' || command.name() === 'create') return 'image';
  return (
    kinds.find((kind) => command.parent?.name() === kind) ?? (command.name() === 'inspect' ? 'container' : undefined)
  );
}
