/** Findings and the scanners that they are of: by id, or by what a built-in detector stands for. */
import { describe, expect, it } from 'vitest';
import type { BuiltInSnapshot, DetectorFinding } from '../../../src/core/policy.ts';
import { scannerOf } from '../../../src/core/scanner-of.ts';
import { makeScanner } from '../engine/profile.ts';

const VERSION = { id: 'v', name: 'v_1' };
const builtIn = (id: string, facts: Pick<BuiltInSnapshot, 'detector' | 'side' | 'setting'>) => ({
  id,
  name: id,
  version: VERSION,
  ...facts,
});
const profile = {
  // Two scanners may have one name.
  scanners: [makeScanner({ name: 'same', id: 's1' }), makeScanner({ name: 'same', id: 's2' })],
  builtIns: [
    builtIn('secrets-in', { detector: 'dlp', setting: 'secrets', side: 'prompt' }),
    builtIn('personal-in', { detector: 'dlp', setting: 'personal', side: 'prompt' }),
    builtIn('personal-out', { detector: 'dlp', setting: 'personal', side: 'response' }),
    builtIn('db', { detector: 'db_security', side: 'response' }),
  ],
};
const finding = (facts: Partial<DetectorFinding>): DetectorFinding => ({
  detector: 'dlp',
  category: 'c',
  field: 'prompt',
  start: 0,
  end: 1,
  confidence: 1,
  action: 'block',
  ...facts,
});

describe('a finding', () => {
  it.each<[Partial<DetectorFinding>, string | undefined]>([
    [{ detector: 'same', scannerId: 's2' }, 's2'],
    [{ setting: 'personal' }, 'personal-in'],
    [{ setting: 'secrets' }, 'secrets-in'],
    [{ setting: 'personal', field: 'response' }, 'personal-out'],
    [{ setting: 'personal', field: 'code_response' }, 'personal-out'],
    [{ detector: 'db_security', field: 'tool_output' }, 'db'],
    [{ detector: 'injection' }, undefined],
    [{ detector: 'same', scannerId: 's3' }, undefined],
  ])('%j is of %s', (facts, id) => {
    expect(scannerOf(finding(facts), profile)?.id).toBe(id);
  });
});
