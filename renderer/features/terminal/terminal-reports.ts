// What a terminal answers by itself when it is asked: its attributes and status (DA, DSR, DECRPM), window size, mouse
// and focus state, colours (OSC 4, 10–12) and settings (DECRQSS, XTGETTCAP).
const REPORT =
  // eslint-disable-next-line no-control-regex -- reports are made of control characters
  /^(?:\x1b\[[?>=]?[\d;]*(?:[cnRty]|\$y)|\x1b\[[IO]|\x1b\](?:4|10|11|12);[^\x07\x1b]*(?:\x07|\x1b\\)|\x1bP[^\x1b]*\x1b\\)+$/;

/**
 * Whether the terminal said this, and not the person. While a screen is replayed the questions in it are old, and
 * an answer would be typed into the program that runs now.
 */
export function isTerminalReport(data: string): boolean {
  return REPORT.test(data);
}
