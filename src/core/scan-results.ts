/** Results and reports of the scan API, kept so that clients can fetch them later (contract §1.4, §1.5). */

/** All that belongs to one scan id: one scan, or the scans of one batch. */
export interface KeptScan {
  /** UUID, lower case; the report's id is `R` and this. */
  readonly scanId: string;
  /** Whose key asked: nobody else sees it. */
  readonly owner: string;
  /** Unix milliseconds of the request. */
  readonly at: number;
  /** JSON. */
  readonly document: string;
}

export interface ScanResultStore {
  /**
   * Replaces what stands under the scan's id; resolves once others can find it.
   * @throws where it could not be kept
   */
  keep(scan: KeptScan): Promise<void>;
  /** Those of the owner that are kept still, in no order. */
  find(owner: string, scanIds: readonly string[]): Promise<readonly KeptScan[]>;
}
