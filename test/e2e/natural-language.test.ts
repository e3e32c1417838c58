/** Scanners in natural language with a language model, from the management API to the gateway's traffic. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeLlm, startFakeLlm } from '../support/fake-llm.ts';
import {
  chatAnswer,
  chatStream,
  type RecordingUpstream,
  startRecordingUpstream,
  streamAnswer,
} from '../support/recording-upstream.ts';
import { startTestProgram, type TestProgram } from '../support/test-program.ts';

let llm: FakeLlm;
let upstream: RecordingUpstream;
let program: TestProgram;
beforeAll(async () => {
  llm = await startFakeLlm();
  upstream = await startRecordingUpstream();
  program = await startTestProgram(`
judge: { url: "${llm.url.href.replace(/\/$/, '')}", model: small, timeoutMs: 1000 }
gateway:
  port: 0
  upstreams: [{ name: main, mount: /, url: "${upstream.url.href.replace(/\/$/, '')}" }]
`);
  const config = { type: 'genai', input: 'Advice on taxes.' };
  const body = { name: 'Tax advice', config, published: true, direction: 'both' };
  const { id } = (await program.ask('POST', '/scanners', { body })).body;
  await program.ask('POST', `/projects/default/scanners/${id}`, { body: {} });
  await program.ask('PATCH', '/projects/default', {
    body: { config: { scanners: [{ id, enabled: true }] } },
  });
});
afterAll(async () => {
  await program.close();
  await upstream.close();
  await llm.close();
});
beforeEach(() => {
  llm.answer = ({ text }) => ({ matches: text.includes('deduct') });
  upstream.respond(chatAnswer('Fine.'));
});

async function stream(content: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${program.gateway}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content }] }),
  });
  return { status: response.status, text: await response.text() };
}

describe('the language model', () => {
  it('decides on prompts, in words that no list holds', async () => {
    expect(await program.chat('What may I deduct?')).toBe(403);
    expect(await program.chat('What may I bake?')).toBe(200);
    expect(llm.asked.at(-2)?.system).toContain('Advice on taxes.');
  });

  it('decides on answers, of which nothing is sent before', async () => {
    upstream.respond(chatAnswer('You may deduct it.'));
    expect(await program.chat('Tell me')).toBe(403);
    const long = Array.from({ length: 60 }, (_, i) => `Sentence number ${i} is harmless. `);
    upstream.respond(streamAnswer(chatStream([...long, 'You may deduct it.'])));
    const blocked = await stream('Tell me more');
    expect(blocked.text).not.toContain('harmless');
    upstream.respond(streamAnswer(chatStream(long)));
    const passed = await stream('Tell me again');
    expect(passed.status).toBe(200);
    expect(passed.text.match(/harmless/g)).toHaveLength(60);
    // Growing texts are not asked about: each of the two answers was, once.
    expect(llm.asked.filter(({ text }) => text.includes('Sentence number 59'))).toHaveLength(2);
  });

  it('that gives no verdict lets nothing pass', async () => {
    llm.answer = () => ({ status: 200, body: '{"choices":[]}' });
    expect(await program.chat('Something new')).toBe(403);
    llm.answer = () => 'hang';
    expect(await program.chat('Something newer')).toBe(403);
    const body = { input: 'Something newest', project: 'default', flagOnly: false };
    const { result } = (await program.ask('POST', '/scans', { body })).body;
    expect(result.outcome).toBe('blocked');
    expect(result.scannerResults[0]).toMatchObject({ outcome: 'failed', data: { type: 'error' } });
    expect(result.scannerResults[0]).not.toHaveProperty('message');
  });
});
