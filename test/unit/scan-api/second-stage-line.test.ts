/** The log line of a call of the scan API: what a second stage was asked, summed. */
import { describe, expect, it } from 'vitest';
import { secondStageLine } from '../../../src/scan-api/scan-api-options.ts';

describe('the log', () => {
  it('tells of each call of the scan API what the second stage was asked', () => {
    const note = { detector: 'injection', judge: 'onnx', field: 'prompt', ms: 1.234 } as const;
    expect(secondStageLine([])).toEqual({});
    expect(
      secondStageLine([
        { ...note, found: 1, cleared: 2, failed: 0 },
        { ...note, detector: 'toxic_content', found: 0, cleared: 1, failed: 1 },
      ]),
    ).toEqual({
      second_stage_asked: 5,
      second_stage_found: 1,
      second_stage_failed: 1,
      second_stage_ms: 2.47,
    });
  });
});
