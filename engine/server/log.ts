/** What the server has to say to whoever keeps the engine: the daemon's logger, structured. */
export interface Log {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}
