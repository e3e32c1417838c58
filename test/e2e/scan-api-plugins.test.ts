/** Requests as gateways and plugins write them, and the answers that they depend on (contract §3). */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BENIGN, CARD, INJECTION } from '../support/scan-texts.ts';
import { startTestScanApi, type TestScanApi } from '../support/test-scan-api.ts';

let api: TestScanApi;
beforeAll(async () => {
  api = await startTestScanApi();
});
afterAll(() => api.close());

const tool = (changes: object): object => ({
  metadata: { ecosystem: 'openai', method: 'tools/call', server_name: 'litellm', tool_invoked: 'search' },
  ...changes,
});

/** What each sends for a text; all are compact JSON without a payload hash. */
const PLUGINS: Readonly<Record<string, (text: string) => object>> = {
  'LiteLLM, a prompt': (prompt) => ({
    tr_id: 'call-1',
    ai_profile: { profile_name: 'default', profile_id: null },
    metadata: {
      app_user: 'litellm_user',
      ai_model: 'gpt-small',
      app_name: 'LiteLLM',
      source: 'litellm_builtin_guardrail',
      is_response: false,
      litellm_trace_id: 'trace-1',
    },
    contents: [{ prompt }],
  }),
  'LiteLLM, a tool call without arguments, and one with': (input) => ({
    tr_id: 'call-2',
    metadata: { app_name: 'LiteLLM-app', is_response: true, tool_name: 'search' },
    contents: [{ tool_event: tool({ input }) }],
  }),
  'Kong, version 2': (prompt) => ({
    transaction_id: 'kong-1',
    session_id: 'kong-session',
    ai_profile: { profile_name: 'default' },
    metadata: { ai_model: 'gpt-small', app_name: 'kong', app_user: 'anonymous' },
    contents: [{ prompt }],
  }),
  'Kong, an MCP tool with an empty input': (output) => ({
    transaction_id: 'kong-2',
    session_id: 'kong-session',
    ai_profile: { profile_name: 'default' },
    contents: [
      {
        tool_event: {
          metadata: { ecosystem: 'mcp', method: 'tools/call', server_name: 'kong', tool_invoked: 'fetch' },
          input: '',
          output,
        },
      },
    ],
  }),
  Portkey: (prompt) => ({
    tr_id: 'trace-2',
    metadata: { ai_model: 'unknown-model', app_user: 'portkey-gateway', app_name: 'Portkey' },
    contents: [{ prompt }],
  }),
  'Azure APIM': (prompt) => ({
    tr_id: 'apim-1',
    session_id: 'apim-session',
    ai_profile: { profile_name: 'default' },
    metadata: { app_name: 'apim', user_ip: '192.0.2.8' },
    contents: [{ prompt }],
  }),
  Apigee: (prompt) => ({
    transaction_id: 'apigee-1',
    session_id: 'apigee-session',
    ai_profile: { profile_name: 'default' },
    contents: [{ prompt: BENIGN, response: BENIGN }, { prompt }],
  }),
  'a coding hook': (prompt) => ({
    transaction_id: 'hook-1',
    session_id: 'hook-session',
    ai_profile: { profile_name: 'default' },
    metadata: { app_name: 'hooks', tool_name: 'Bash', source: 'PreToolUse', chunk: '1/2' },
    contents: [{ prompt, code_prompt: prompt }],
  }),
  n8n: (prompt) => ({
    tr_id: 'n8n-1',
    ai_profile: { profile_name: 'default' },
    metadata: { app_user: 'n8n-user', ai_model: 'n8n-integration', application_name: 'n8n-workflow' },
    contents: [{ prompt }],
  }),
};

describe.each(Object.entries(PLUGINS))('%s', (_name, bodyOf) => {
  it('is answered with what gateways depend on', async () => {
    const clean = await api.sync(bodyOf(BENIGN));
    expect(clean.status).toBe(200);
    expect(clean.body).toMatchObject({
      action: 'allow',
      category: 'benign',
      scan_id: expect.any(String),
      report_id: expect.any(String),
      prompt_detected: expect.any(Object),
      response_detected: expect.any(Object),
    });
    expect(clean.body).not.toHaveProperty('prompt_masked_data');
    expect((await api.sync(bodyOf(INJECTION))).body).toMatchObject({
      action: 'block',
      category: 'malicious',
    });
    const masked = await api.sync(bodyOf(`my card ${CARD}`));
    expect(masked.body.prompt_masked_data.data).toBe(`my card ${'X'.repeat(CARD.length)}`);
  });
});

describe('wire facts of single clients', () => {
  it('LiteLLM: a tool call without arguments has neither input nor output', async () => {
    expect((await api.sync({ contents: [{ tool_event: tool({}) }] })).body.action).toBe('allow');
  });

  it('LiteLLM: the words by which it knows a configuration error stand in the answer', async () => {
    const { status, text } = await api.sync({
      contents: [{ prompt: BENIGN }],
      ai_profile: { profile_name: 'nobody' },
    });
    expect([status, text.toLowerCase()]).toEqual([400, expect.stringContaining('profile not found')]);
  });

  it("the Python SDK: its spacing, its explicit null, and its hash over 'null' on GET", async () => {
    const body =
      '{"ai_profile": {"profile_name": "default"}, "contents": [{"prompt": "sch\\u00f6n", "tool_event": null}]}';
    const bearer = `Bearer ${api.key}`;
    const hash = (text: string): string => createHmac('sha256', bearer).update(text).digest('hex');
    const headers = {
      accept: 'application/json',
      'user-agent': 'PAN-AIRS/0.10.0-python-sdk',
      authorization: bearer,
      'x-pan-token': undefined,
    };
    const { body: answer } = await api.sync(body, { ...headers, 'x-payload-hash': hash(body) });
    expect(api.lines.at(-1)?.payload_hash).toBe('right');
    const results = await api.ask('GET', `/v1/scan/results?scan_ids=${answer.scan_id},${answer.scan_id}`, {
      headers: { ...headers, 'x-payload-hash': hash('null') },
    });
    expect(results.body).toHaveLength(1);
    // Its models take strings, booleans and whole numbers alone, and times that they can read.
    expect(results.body[0]).toMatchObject({
      req_id: 0,
      result: { report_id: expect.any(String), scan_id: expect.any(String), timeout: false, error: false },
    });
    expect(Number.isNaN(Date.parse(answer.created_at))).toBe(false);
  });
});
