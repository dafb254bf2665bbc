import { type Directives, readDirectives } from './directives.ts';
import type { Argument, From, Instruction, Stage } from './instruction.ts';
import { type LogicalLine, logicalLines } from './logical-lines.ts';
import { parseInstruction } from './parse-instruction.ts';
import { DockerfileError, errorAt, type Problem } from './problem.ts';

/** A Dockerfile that was read whole, whatever is wrong with it. */
export interface Dockerfile {
  readonly directives: Directives;
  /** Before the first FROM, which may use them. */
  readonly globalArguments: readonly (Argument & { readonly line: number })[];
  readonly stages: readonly Stage[];
  /** All that could be read, in order. */
  readonly instructions: readonly Instruction[];
  /** As they stand in the file, for those who look at how it is written. */
  readonly lines: readonly LogicalLine[];
  /** What makes it unbuildable. */
  readonly errors: readonly Problem[];
}

/** Reads on after an error, so that all of them are known at once (Dockerfile reference, "Format"). */
export function parseDockerfile(text: string): Dockerfile {
  const physical = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''));
  const { directives, problems } = readDirectives(physical);
  const { lines, problems: unended } = logicalLines(physical, directives);
  const errors = [...problems, ...unended];
  const instructions: Instruction[] = [];
  for (const line of lines) {
    try {
      instructions.push(parseInstruction(line, directives.escape));
    } catch (error) {
      if (!(error instanceof DockerfileError)) throw error;
      errors.push(errorAt(line, error.message));
    }
  }
  if (lines.length === 0) errors.push(errorAt({ line: 1, endLine: 1 }, 'file with no instructions'));
  const { globalArguments, stages, misplaced } = staged(instructions);
  errors.push(...misplaced);
  // A file whose FROM couldn't be read has been told so already.
  if (stages.length === 0 && errors.length === 0)
    errors.push(errorAt({ line: 1, endLine: 1 }, 'no build stage: there is no FROM'));
  return {
    directives,
    globalArguments,
    stages,
    instructions,
    lines,
    errors: errors.toSorted((a, b) => a.line - b.line),
  };
}

function staged(
  instructions: readonly Instruction[],
): Pick<Dockerfile, 'globalArguments' | 'stages'> & { misplaced: Problem[] } {
  const globalArguments: (Argument & { readonly line: number })[] = [];
  const stages: { from: From; instructions: Instruction[]; index: number }[] = [];
  const misplaced: Problem[] = [];
  for (const instruction of instructions) {
    const stage = stages.at(-1);
    if (instruction.keyword === 'FROM') stages.push({ from: instruction, instructions: [], index: stages.length });
    else if (stage !== undefined) stage.instructions.push(instruction);
    else if (instruction.keyword === 'ARG') {
      globalArguments.push(...instruction.arguments.map((argument) => ({ ...argument, line: instruction.line })));
    } else
      misplaced.push(
        errorAt(instruction, `no build stage in current context: ${instruction.keyword} stands before the first FROM`),
      );
  }
  return { globalArguments, stages, misplaced };
}
