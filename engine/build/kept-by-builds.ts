/** Something that is kept for builds to come, on the disk outside of the layers. */
export interface KeptByBuilds {
  readonly id: string;
  /** As du(1) counts. */
  readonly bytes: number;
  /** Unix milliseconds. */
  readonly usedAt: number;
  /** Whether a build uses it at this moment, so that it stays. */
  readonly isInUse: boolean;
}
