/** Many own scanners as rows of the table: how long they compile, and what a text costs under one project's. */
import { atMost, formatNumber, type Row } from '../harness/row.ts';
import { benchPolicies } from '../policies.ts';

const COMPILE_MS_MAX = 1_000;
const SCAN_MS_MAX = 1;
const GROUP = 'engine';

export async function measurePolicies(): Promise<readonly Row[]> {
  const { compileMs, medianMs, p99Ms } = await benchPolicies();
  const name = '10,000 own scanners in 200 projects';
  const note = `p99 ${formatNumber(p99Ms)} ms; 36 keyword, 12 regex and 2 natural-language scanners beside the detectors`;
  return [
    atMost({ group: GROUP, name: `${name}, all compiled`, unit: 'ms' }, compileMs, COMPILE_MS_MAX),
    atMost(
      { group: GROUP, name: `${name}, 2 KB under one, median`, unit: 'ms', note },
      medianMs,
      SCAN_MS_MAX,
    ),
  ];
}
