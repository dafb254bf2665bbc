/** A sentence in every language there is. A language that is missing doesn't compile. */
export interface Message {
  readonly en: string;
  readonly es: string;
}

/** One area's messages, by key: `images.title`. */
export type Messages = Readonly<Record<string, Message>>;
