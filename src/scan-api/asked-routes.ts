/** The endpoints that are asked for what was scanned before: results, reports, and two for compatibility. */
import type { KeptScan } from '../core/scan-results.ts';
import { HttpError, sendJson } from '../http/json-answer.ts';
import { readAskedIds, readScanId } from './asked-ids.ts';
import { reportRows, resultRows, soleResult } from './kept-rows.ts';
import { createRate } from './rate.ts';
import type { Call, Route, ScanApiOptions } from './scan-api-options.ts';

export function askedRoutes(options: ScanApiOptions): readonly Route[] {
  const checkRate = createRate(options.resultsPerMinute, options.now);
  const find = async (call: Call, scanIds: readonly string[]): Promise<readonly KeptScan[]> => {
    const owner = call.credentials.owner.id;
    checkRate(owner);
    try {
      return await options.results.find(owner, scanIds);
    } catch (cause) {
      options.onStoreFault?.(cause);
      throw new HttpError(503, 'Results cannot be read at the moment', { 'Retry-After': '5' });
    }
  };
  const results: Route = {
    method: 'GET',
    path: '/v1/scan/results',
    async answer(call) {
      const scans = await find(call, readAskedIds(call.request.url ?? '', 'scan_ids'));
      const now = options.unixMs();
      sendJson(
        call.response,
        200,
        scans.flatMap((scan) => resultRows(scan, now)),
      );
    },
  };
  const reports: Route = {
    method: 'GET',
    path: '/v1/scan/reports',
    async answer(call) {
      const scans = await find(call, readAskedIds(call.request.url ?? '', 'report_ids'));
      sendJson(call.response, 200, scans.flatMap(reportRows));
    },
  };
  const { compatibility } = options;
  return [
    results,
    reports,
    ...(compatibility.includes('n8n') ? [soleRoute(find)] : []),
    ...(compatibility.includes('internal-health') ? [HEALTH] : []),
  ];
}

/** n8n asks by path, takes the answer alone, and goes on asking after a 404. */
const soleRoute = (find: (call: Call, ids: readonly string[]) => Promise<readonly KeptScan[]>): Route => ({
  method: 'GET',
  path: '/v1/scan/results/:id',
  async answer(call) {
    const [path = ''] = (call.request.url ?? '').split('?');
    const id = readScanId(path.slice(path.lastIndexOf('/') + 1), 'scan_ids');
    const [scan] = await find(call, [id]);
    const result = scan === undefined ? undefined : soleResult(scan);
    if (result === undefined) throw new HttpError(404, 'Resource is not found');
    sendJson(call.response, 200, result);
  },
});

/** The generated Python client knows this path (contract §1.0). */
const HEALTH: Route = {
  method: 'GET',
  path: '/v1/internal/health',
  answer: async ({ response }) => sendJson(response, 200, { status: 'ok' }),
};
