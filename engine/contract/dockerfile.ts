import { z } from 'zod';

/** Something about a Dockerfile that its author should know. */
export const dockerfileProblem = z.object({
  /** `error`: it can't be built so. */
  severity: z.enum(['error', 'warning']),
  /** BuildKit's name of the rule (docs.docker.com, "Build checks"); absent for what is simply wrong. */
  rule: z.string().optional(),
  /** One sentence. */
  message: z.string(),
  /** From 1. */
  line: z.int().min(1),
  /** From 1. */
  column: z.int().min(1),
  /** The last line it concerns. */
  endLine: z.int().min(1),
});
export type DockerfileProblem = z.infer<typeof dockerfileProblem>;

/** Characters of a file that is read at all: more is no Dockerfile. */
const TEXT_LIMIT = 1024 * 1024;

export const dockerfileCheck = z.object({
  text: z.string().max(TEXT_LIMIT),
  /** What the context's `.dockerignore` says. */
  ignore: z.string().max(TEXT_LIMIT).optional(),
});

/** What a Dockerfile is made of, for whoever draws or completes it: what can't be read of it is left out. */
export const dockerfileOutline = z.object({
  stages: z.array(
    z.object({
      /** Its name, or its number where it has none. */
      name: z.string(),
      /** What it begins from, as written. */
      image: z.string(),
      /** FROM first, in the order of the file. */
      steps: z.array(
        z.object({
          text: z.string(),
          line: z.int(),
          endLine: z.int(),
          /** Stages that it takes something from, by their places in `stages`. */
          needs: z.array(z.int()),
        }),
      ),
    }),
  ),
  /** Names of all ARGs and ENVs, each once. */
  variables: z.array(z.string()),
});
export type DockerfileOutline = z.infer<typeof dockerfileOutline>;
