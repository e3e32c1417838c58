/** From hand-made hits to the answer: sides stay apart, masks are told once, every fault has its row. */
import { describe, expect, it } from 'vitest';
import type { ScanContent } from '../../../src/core/scan-wire.ts';
import type { Finding, Probe, Surface } from '../../../src/engine/detectors/detector.ts';
import type { Fault, FieldResult, Hit, Rule } from '../../../src/engine/judge.ts';
import { toFindings, toJudgement } from '../../../src/engine/verdict.ts';

const NO_PROBE: Probe = { find: () => [], openFrom: () => 0 };

const ruleOf = (flag: Rule['flag'], changes: Partial<Rule> = {}): Rule => ({
  name: flag,
  flag,
  probe: NO_PROBE,
  scanner: false,
  surfaces: new Set(['prompt', 'response', 'tool']),
  actionOf: () => 'block',
  ...changes,
});
const scannerOf = (name: string, changes: Partial<Rule> = {}): Rule =>
  ruleOf('topic_violation', { name, scanner: true, ...changes });

const hitOf = (rule: Rule, finding: Partial<Finding> = {}, action: Hit['action'] = 'mask'): Hit => ({
  rule,
  finding: { category: 'thing', start: 0, end: 2, confidence: 1, ...finding },
  action,
});

const fieldOf = (field: FieldResult['field'], surface: Surface, ...hits: readonly Hit[]): FieldResult => ({
  field,
  surface,
  text: 'abcdefgh',
  hits,
  notes: [],
  openFrom: 8,
});

interface Input {
  readonly content?: ScanContent;
  readonly faults?: readonly Fault[];
}
const judge = (fields: readonly FieldResult[], { content = {}, faults = [] }: Input = {}) => {
  const rules = [...new Set(fields.flatMap((field) => field.hits.map((hit) => hit.rule)))];
  return toJudgement({ fields, faults, content, rules, onTimeout: 'block' });
};

const DLP = ruleOf('dlp');
const MASK = hitOf(DLP);

describe('masks', () => {
  it('hide what dlp and masking scanners found, and nothing that another rule found beside it', () => {
    const hits = [
      MASK,
      hitOf(ruleOf('injection'), { start: 2, end: 3 }, 'block'),
      hitOf(scannerOf('watched'), { start: 3, end: 4 }, 'alert'),
      hitOf(scannerOf('hidden'), { start: 4, end: 5 }),
    ];
    const { prompt_masked_data: masked } = judge([fieldOf('prompt', 'prompt', ...hits)]);
    expect(masked?.data).toBe('XXcdXfgh');
    expect(masked?.pattern_detections.map(({ pattern }) => pattern)).toEqual(['thing', 'hidden']);
  });

  it('on strings for exact rules are never shown', () => {
    const prompt = judge([fieldOf('opaque', 'prompt', MASK)]);
    expect(prompt).not.toHaveProperty('prompt_masked_data');
    expect(judge([fieldOf('opaque', 'tool', MASK)])).not.toHaveProperty('prompt_masked_data');
  });

  it('of one code text are shown; beside a text they block', () => {
    const alone = judge([fieldOf('code_response', 'response', MASK)]);
    expect(alone).toMatchObject({ action: 'allow', response_masked_data: { data: 'XXcdefgh' } });
    const alerts = [MASK, hitOf(DLP, { start: 3, end: 4 }, 'alert')];
    const code = fieldOf('code_response', 'response', ...alerts);
    expect(judge([fieldOf('response', 'response'), code]).action).toBe('block');
    const watched = fieldOf('code_response', 'response', hitOf(DLP, {}, 'alert'));
    expect(judge([fieldOf('response', 'response'), watched]).action).toBe('allow');
  });

  it('of a tool’s output are told where its input is clean, and leave the prompt’s alone', () => {
    const tool = [fieldOf('tool_input', 'tool'), fieldOf('tool_output', 'tool', MASK)];
    const content = { tool_event: { metadata: { tool_invoked: 'read' } } };
    const judgement = judge(tool, { content });
    expect(judgement).toMatchObject({ action: 'allow', prompt_masked_data: { data: 'XXcdefgh' } });
    expect(judgement.tool_detected.output_detected?.detection_entries).toMatchObject([
      { tool_invoked: 'read', masked_data: { data: 'XXcdefgh' } },
    ]);
    expect(judge([fieldOf('prompt', 'prompt'), ...tool])).not.toHaveProperty('prompt_masked_data');
    expect(judge([fieldOf('response', 'response', MASK)])).not.toHaveProperty('prompt_masked_data');
  });
});

describe('details', () => {
  const TOXIC = hitOf(ruleOf('toxic_content'), { category: 'hate' });
  const TOPIC = hitOf(ruleOf('topic_violation'), { category: 'betting' });

  it('stand at the side that they are of', () => {
    const fields = [fieldOf('prompt', 'prompt', TOPIC), fieldOf('response', 'response', TOXIC)];
    const judgement = judge(fields);
    expect(judgement.prompt_detection_details).toEqual({
      topic_guardrails_details: { blocked_topics: ['betting'] },
    });
    expect(judgement.response_detection_details).toEqual({
      toxic_content_details: { toxic_categories: ['Hate'] },
    });
    expect(judgement.prompt_detected).toEqual({ topic_violation: true, toxic_content: false });
  });

  it('are absent where neither topics nor toxic content were found', () => {
    const judgement = judge([fieldOf('prompt', 'prompt', MASK), fieldOf('response', 'response', MASK)]);
    expect(judgement).not.toHaveProperty('prompt_detection_details');
    expect(judgement).not.toHaveProperty('response_detection_details');
  });

  it('and threats stand at the text of a tool event', () => {
    const secret = hitOf(DLP, { setting: 'secrets' }, 'block');
    const injection = hitOf(ruleOf('injection'), {}, 'block');
    const content = { tool_event: { input: 'a' } };
    const entry = (...hits: readonly Hit[]) =>
      judge([fieldOf('tool_input', 'tool', ...hits)], { content }).tool_detected.input_detected
        ?.detection_entries[0];
    expect(entry(TOXIC)).toStrictEqual({
      detections: { toxic_content: true },
      threats: [],
      details: { toxic_content_details: { toxic_categories: ['Hate'] } },
    });
    expect(entry(secret)?.threats).toEqual(['credential leakage']);
    expect(entry(injection)?.threats).toEqual(['context poisoning']);
  });
});

describe('tool events', () => {
  it.each([undefined, null])('that are %s are none', (tool_event) => {
    expect(judge([], { content: { tool_event } }).tool_detected).toEqual({});
  });

  it('tell those of their metadata that are texts', () => {
    const metadataOf = (metadata: Record<string, unknown> | null) => {
      const content = { tool_event: { metadata, input: 'a' } } as ScanContent;
      return judge([fieldOf('tool_input', 'tool')], { content }).tool_detected.metadata;
    };
    expect(metadataOf({ method: 'tools/call', server_name: null, trace: 'x' })).toEqual({
      method: 'tools/call',
    });
    expect(metadataOf({ method: null })).toBeUndefined();
    expect(metadataOf(null)).toBeUndefined();
  });
});

describe('faults', () => {
  it('have one row for each side, feature and status; tool events are the prompt’s', () => {
    const code = ruleOf('source_code');
    const faults: readonly Fault[] = [
      { surface: 'prompt', rule: DLP, status: 'error' },
      { surface: 'tool', rule: DLP, status: 'error' },
      { surface: 'response', rule: DLP, status: 'error' },
      { surface: 'response', rule: code, status: 'timeout' },
      { surface: 'response', rule: ruleOf('agent'), status: 'timeout' },
    ];
    expect(judge([], { faults }).errors).toEqual([
      { content_type: 'prompt', feature: 'dlp', status: 'error' },
      { content_type: 'response', feature: 'dlp', status: 'error' },
      { content_type: 'response', feature: 'malicious_code', status: 'timeout' },
      { content_type: 'response', feature: 'agent', status: 'timeout' },
    ]);
  });
});

describe('findings for reports', () => {
  it('tell the least of a plain hit', () => {
    const field = { ...fieldOf('prompt', 'prompt', MASK), text: '😀cdefgh' };
    expect(toFindings([field])).toStrictEqual([
      {
        detector: 'dlp',
        category: 'thing',
        field: 'prompt',
        start: 0,
        end: 1,
        confidence: 1,
        action: 'mask',
      },
    ]);
  });

  it('tell all that a scanner’s hit holds, and what is only noted', () => {
    const scanner = scannerOf('birds', { id: 'scanner-1' });
    const finding = { word: 'owl', setting: 'personal', detail: { language: 'go' } } as const;
    const noted = hitOf(ruleOf('db_security'), { noted: true }, 'off');
    const field = { ...fieldOf('response', 'response', hitOf(scanner, finding)), notes: [noted] };
    expect(toFindings([field, fieldOf('prompt', 'prompt')])).toStrictEqual([
      {
        detector: 'birds',
        scannerId: 'scanner-1',
        word: 'owl',
        setting: 'personal',
        category: 'thing',
        field: 'response',
        start: 0,
        end: 2,
        confidence: 1,
        action: 'mask',
        flag: 'topic_violation',
        detail: { language: 'go' },
      },
      {
        detector: 'db_security',
        category: 'thing',
        field: 'response',
        start: 0,
        end: 2,
        confidence: 1,
        action: 'off',
        noted: true,
      },
    ]);
  });
});
