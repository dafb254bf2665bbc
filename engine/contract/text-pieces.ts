/** Letters of one piece: a frame takes more. */
const PIECE = 256 * 1024;

/** A long text as it goes over a stream. */
export function* textPieces(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += PIECE) yield text.slice(at, at + PIECE);
}
