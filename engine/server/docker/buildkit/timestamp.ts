/** As protobuf has it (google.protobuf.Timestamp). */
export interface Timestamp {
  readonly seconds: number;
  readonly nanos: number;
}

export function timestampOf(unixMilliseconds: number): Timestamp {
  const seconds = Math.floor(unixMilliseconds / 1000);
  return { seconds, nanos: Math.round((unixMilliseconds - seconds * 1000) * 1e6) };
}
