import { MAX_ANSWER_FRAME } from '#engine/contract/bytes-frame.ts';

/** Where an engine takes connections that carry frames. */
export const RPC_PATH = '/estrato/v1/rpc';
/** A JSON frame is counted in characters, of up to three bytes each. */
export const MAX_PAYLOAD = MAX_ANSWER_FRAME * 3;
export const DIAL_TIMEOUT_MS = 5000;
