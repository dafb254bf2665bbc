import type { Transport } from './transport.ts';

/** A transport from which nothing is heard until `ready` resolves: whoever understands it may still be on the way. */
export function heldBack(transport: Transport, ready: Promise<unknown>): Transport {
  return {
    send: (frame) => transport.send(frame),
    onFrame: (listener) => transport.onFrame(inOrder(listener, ready)),
    onClose: (listener) => transport.onClose(inOrder(listener, ready)),
    close: (reason) => transport.close(reason),
  };
}

/** One after the other, also what comes while those before it are heard. */
function inOrder<T>(listener: (value: T) => void, ready: Promise<unknown>): (value: T) => void {
  let isReady = false;
  void ready.then(() => {
    isReady = true;
  });
  return (value) => {
    if (isReady) listener(value);
    else void ready.then(() => listener(value));
  };
}
