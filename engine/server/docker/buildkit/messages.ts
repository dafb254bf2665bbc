import protobuf from 'protobufjs';
import { z } from 'zod';

import { EngineError } from '#engine/contract/errors.ts';

import { protoText } from './proto-text.ts';

const { root } = protobuf.parse(protoText, new protobuf.Root());

/** One kind of message: bytes on the connection, a checked value here. */
export class Message<Shape extends z.ZodObject> {
  readonly #name: string;
  readonly #type: protobuf.Type;
  readonly #shape: Shape;

  constructor(name: string, shape: Shape) {
    this.#name = name;
    this.#type = root.lookupType(name);
    this.#shape = shape;
  }

  encode(value: z.input<Shape>): Uint8Array {
    return this.#type.encode(this.#type.fromObject(value)).finish();
  }

  /** @throws EngineError `invalid-argument` */
  decode(bytes: Uint8Array): z.output<Shape> {
    try {
      return this.#shape.parse(this.#type.toObject(this.#type.decode(bytes), { longs: Number, defaults: true }));
    } catch (cause) {
      throw new EngineError('invalid-argument', `The client sent no ${this.#name} that can be read.`, { cause });
    }
  }
}

const bytes = z.instanceof(Uint8Array);
const timestamp = z.object({ seconds: z.number(), nanos: z.number() });

const stat = z.object({
  path: z.string(),
  mode: z.number(),
  size: z.number(),
  modTime: z.number(),
  linkname: z.string(),
});
/** Of an entry as its client says it. Owners are not read: whoever builds owns nothing in an image by that. */
export type Stat = z.infer<typeof stat>;

/** What a {@link Packet} is, by its number (fsutil, `types/wire.proto`). */
export const PACKET = { stat: 0, request: 1, data: 2, end: 3, error: 4 } as const;

export const Packet = new Message(
  'Packet',
  z.object({ type: z.number(), stat: stat.nullish(), id: z.number().optional(), data: bytes.optional() }),
);

export const CredentialsRequest = new Message('CredentialsRequest', z.object({ host: z.string() }));
export const CredentialsResponse = new Message(
  'CredentialsResponse',
  z.object({ username: z.string(), secret: z.string() }),
);
export const GetSecretRequest = new Message('GetSecretRequest', z.object({ id: z.string() }));
export const GetSecretResponse = new Message('GetSecretResponse', z.object({ data: bytes }));

export const CheckAgentRequest = new Message('CheckAgentRequest', z.object({ ID: z.string() }));
export const BytesMessage = new Message('BytesMessage', z.object({ data: bytes }));

const vertex = z.object({
  digest: z.string(),
  inputs: z.array(z.string()),
  name: z.string(),
  cached: z.boolean().optional(),
  started: timestamp.nullish(),
  completed: timestamp.nullish(),
  error: z.string().optional(),
});
export type Vertex = z.infer<typeof vertex>;

const status = z.object({
  vertexes: z.array(vertex).optional(),
  statuses: z
    .array(
      z.object({
        id: z.string(),
        vertex: z.string(),
        name: z.string().optional(),
        current: z.number().optional(),
        total: z.number().optional(),
        timestamp: timestamp.nullish(),
        started: timestamp.nullish(),
        completed: timestamp.nullish(),
      }),
    )
    .optional(),
  logs: z
    .array(z.object({ vertex: z.string(), timestamp: timestamp.nullish(), stream: z.number(), msg: bytes }))
    .optional(),
});
/** What has become of steps since the one before. */
export type BuildStatus = z.infer<typeof status>;
export const StatusResponse = new Message('StatusResponse', status);
