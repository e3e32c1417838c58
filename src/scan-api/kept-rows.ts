/** What is kept of a scan or a batch, and the rows of results and reports made from it. */
import type { KeptScan } from '../core/scan-results.ts';
import type { ScanResponse } from '../core/scan-wire.ts';
import type { DetectionResult } from './report.ts';

/** One request of a batch; `response` and `report` come once it was judged. */
export interface KeptRequest {
  readonly req_id: number;
  readonly response?: ScanResponse;
  readonly report?: readonly DetectionResult[];
}

export const SOURCE = 'AI-Runtime-API';

/** Longer than any batch takes: what is not judged by then never will be, since its process has ended. */
const PENDING_MS = 600_000;

/** One request as it is kept, in JSON; without a response it is pending. @param response in JSON */
export function writeRequest(
  reqId: number,
  response?: string,
  report: readonly DetectionResult[] = [],
): string {
  if (response === undefined) return `{"req_id":${reqId}}`;
  return `{"req_id":${reqId},"response":${response},"report":${JSON.stringify(report)}}`;
}

/** @param requests in JSON */
export const keptScan = (
  scanId: string,
  owner: string,
  at: number,
  requests: readonly string[],
): KeptScan => ({ scanId, owner, at, document: `{"requests":[${requests.join(',')}]}` });

const requestsOf = ({ document }: KeptScan): readonly KeptRequest[] =>
  (JSON.parse(document) as { readonly requests: readonly KeptRequest[] }).requests;

/** While a request is pending its row has no result: clients take an empty one for a broken answer. */
export function resultRows(scan: KeptScan, now: number): readonly object[] {
  return requestsOf(scan).map(({ req_id, response }) => {
    const row = { source: SOURCE, req_id, scan_id: scan.scanId };
    if (response !== undefined) return { ...row, status: 'complete', result: response };
    if (now - scan.at < PENDING_MS) return { ...row, status: 'pending' };
    return { ...row, status: 'complete', result: lostResult(scan) };
  });
}

/** Nobody judged it: blocked, as any scan that failed. */
const lostResult = ({ scanId }: KeptScan): ScanResponse => ({
  source: SOURCE,
  scan_id: scanId,
  report_id: `R${scanId}`,
  category: 'error',
  action: 'block',
  timeout: false,
  error: true,
  errors: [],
  prompt_detected: {},
  response_detected: {},
  tool_detected: {},
});

/** What is pending has no report yet. */
export function reportRows(scan: KeptScan): readonly object[] {
  return requestsOf(scan).flatMap(({ req_id, response, report }) => {
    if (response === undefined) return [];
    const { transaction_id, session_id } = response;
    return {
      source: SOURCE,
      report_id: `R${scan.scanId}`,
      scan_id: scan.scanId,
      req_id,
      ...(transaction_id == null ? {} : { transaction_id }),
      ...(session_id == null ? {} : { session_id }),
      detection_results: report ?? [],
    };
  });
}

/** The whole of one id's rows as n8n reads them: the answer alone; undefined while there is none. */
export const soleResult = (scan: KeptScan): ScanResponse | undefined => {
  const requests = requestsOf(scan);
  return requests.length === 1 ? requests[0]?.response : undefined;
};
