import { z } from 'zod';

import { EngineError } from '#engine/contract/errors.ts';
import type { Credentials } from '#engine/registry/registry-client.ts';

const authHeader = z.object({
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
  registrytoken: z.string().optional(),
});

/** `X-Registry-Auth` of the Docker Engine API: JSON in base64url. @throws EngineError `invalid-argument`. */
export function credentialsIn(header: string | string[] | undefined): Credentials | undefined {
  if (typeof header !== 'string' || header === '') return undefined;
  let auth: z.infer<typeof authHeader>;
  try {
    auth = authHeader.parse(JSON.parse(Buffer.from(header, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new EngineError('invalid-argument', 'The X-Registry-Auth header is no JSON in base64url.', { cause });
  }
  const { username = '', password = '', identitytoken = '', registrytoken = '' } = auth;
  if (identitytoken !== '') return { kind: 'identity-token', token: identitytoken };
  if (registrytoken !== '') return { kind: 'registry-token', token: registrytoken };
  return username === '' ? undefined : { kind: 'password', username, password };
}
