/** For Node's calls that set times: of a number before 1970 they take now. */
export function fileTime(seconds: number): number | Date {
  return seconds < 0 ? new Date(seconds * 1000) : seconds;
}
