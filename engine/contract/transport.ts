/**
 * What carries whole frames in order: a WebSocket, a message port.
 *
 * Listeners are set before the first frame can arrive. `onClose` is called once, after the last frame.
 */
export interface Transport {
  /** Never waits; credit bounds what is on its way. Silently without effect once closed. */
  send(frame: string | Uint8Array): void;
  onFrame(listener: (frame: string | Uint8Array) => void): void;
  /** `reason` is a sentence for people. */
  onClose(listener: (reason: string) => void): void;
  /** Frames sent before still arrive. */
  close(reason: string): void;
}
