/** Every decision is recorded before it takes effect; where it cannot be, nothing happens (DESIGN §10). */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RecordEntry } from '../../src/core/record.ts';
import { createHeldRecords, type HeldRecords } from '../support/held-records.ts';
import {
  chatAnswer,
  chatStream,
  type RecordingUpstream,
  startRecordingUpstream,
  streamAnswer,
} from '../support/recording-upstream.ts';
import { startTestGateway, type TestGateway, type TestGatewayOptions } from '../support/test-gateway.ts';
import { BLOCKED_WORD, CARD, FAILING_WORD } from '../support/word-scan-service.ts';

let upstream: RecordingUpstream;
let gateway: TestGateway;
let records: HeldRecords;
const opened: TestGateway[] = [];

beforeAll(async () => {
  upstream = await startRecordingUpstream();
});
afterAll(() => upstream.close());
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  upstream.respond(chatAnswer('Fine.'));
});

const start = async (
  content: 'none' | 'masked' | 'full' = 'masked',
  options: TestGatewayOptions = {},
): Promise<void> => {
  records = createHeldRecords();
  gateway = await startTestGateway(upstream.url, { ...options, records: { store: records, content } });
  opened.push(gateway);
};
const post = (text: string, more: object = {}, init: RequestInit = {}): Promise<Response> =>
  fetch(`${gateway.origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-session-id': 'session-1' },
    body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: text }], ...more }),
    ...init,
  });
const down = (kind: RecordEntry['kind']) => (entry: RecordEntry) =>
  entry.kind === kind ? Promise.reject(new Error('the disk is full')) : Promise.resolve();
const kinds = (): string[] => records.entries.map((entry) => `${entry.kind} ${entry.outcome}`);

describe('an exchange', () => {
  it('is recorded before the upstream is asked, and before the client has its answer', async () => {
    await start();
    const before = upstream.requests.length;
    let release = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      records.meet((entry) => {
        resolve();
        return entry.kind === 'prompt'
          ? new Promise<void>((go) => {
              release = go;
            })
          : Promise.resolve();
      });
    });
    const answer = post('hello');
    await arrived;
    expect(upstream.requests.length).toBe(before);
    release();
    const response = await answer;
    expect(response.status).toBe(200);
    expect(kinds()).toEqual(['prompt ok', 'response ok']);
    const [prompt, answered] = records.entries;
    expect(prompt).toMatchObject({
      trId: response.headers.get('x-sallyport-tr-id'),
      session: 'session-1',
      upstream: 'main',
      profile: 'default',
      operation: 'openai-chat.create',
      model: 'm',
      verdict: 'allow',
      note: 'scanned',
      scans: [{ service: 'embedded', scanId: 'scan-1', action: 'allow', revision: 'r1' }],
      content: [{ text: 'hello', cut: false }],
    });
    expect(answered).toMatchObject({
      trId: prompt?.trId,
      note: 'scanned',
      upstreamStatus: 200,
      content: [{ text: 'Fine.' }],
    });
    await gateway.line(0);
    expect(gateway.logText()).not.toContain('hello');
  });

  it('has records of one shape, whatever became of it', async () => {
    await start();
    await (await post('hello')).text();
    await (await post(`say ${BLOCKED_WORD}`)).text();
    await (await post(`it is ${FAILING_WORD}`)).text();
    await (await post('no', { messages: 'none' })).text();
    upstream.respond(chatAnswer(`now ${BLOCKED_WORD}`));
    await (await post('hello')).text();
    upstream.respond((_request, response) => response.destroy());
    await (await post('hello')).text();
    upstream.respond(streamAnswer(chatStream(['One. ', BLOCKED_WORD])));
    await (await post('hello', { stream: true })).text();
    upstream.respond(streamAnswer(chatStream(['One. ', 'Two.'])));
    await (await post('hello', { stream: true })).text();
    upstream.respond((_request, response) => {
      response.writeHead(500, { 'content-type': 'text/plain' });
      response.end('broken');
    });
    await (await post('hello')).text();
    expect(kinds()).toEqual([
      'prompt ok',
      'response ok',
      'prompt blocked',
      'prompt failed',
      'prompt rejected',
      'prompt ok',
      'response blocked',
      'prompt ok',
      'response failed',
      'prompt ok',
      'response blocked',
      'prompt ok',
      'response ok',
      'prompt ok',
      'response failed',
    ]);
    const shapes = new Set(records.entries.map((entry) => Object.keys(entry).join()));
    expect(shapes.size).toBe(1);
    const missing = records.entries.flatMap((entry) =>
      Object.entries(entry).filter(([, value]) => value === undefined),
    );
    expect(missing).toEqual([]);
  });

  it('whose client leaves is recorded too', async () => {
    await start();
    const leave = new AbortController();
    upstream.respond(() => leave.abort());
    await expect(post('hello', {}, { signal: leave.signal })).rejects.toThrow();
    await gateway.line(0);
    expect(kinds()).toEqual(['prompt ok', 'response client_abort']);
    expect(records.entries[1]?.note).toBe('unscanned;reason=client-abort');
  });

  it('that is refused before anything was decided is not', async () => {
    await start();
    await (await fetch(`${gateway.origin}/nowhere`)).text();
    await gateway.line(0);
    expect(records.entries).toEqual([]);
  });
});

describe('a record that cannot be written', () => {
  it('lets no prompt through', async () => {
    await start();
    records.meet(down('prompt'));
    const before = upstream.requests.length;
    for (const text of ['hello', `say ${BLOCKED_WORD}`]) {
      const response = await post(text);
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('1');
      expect(await response.json()).toMatchObject({ error: { code: 'record_unavailable' } });
    }
    expect(upstream.requests.length).toBe(before);
    expect((await gateway.line(0)).error).toBe('record_unavailable');
  });

  it('lets no answer through', async () => {
    await start();
    records.meet(down('response'));
    upstream.respond(chatAnswer('a secret of the model'));
    const response = await post('hello');
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain('secret');
  });

  it('leaves a stream that began without its end', async () => {
    await start();
    records.meet(down('response'));
    upstream.respond(streamAnswer(chatStream(['One sentence. ', 'Another one. ', 'The last word.'])));
    const response = await post('hello', { stream: true });
    let text = '';
    const read = async (): Promise<void> => {
      for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
    };
    if (response.status === 200) await expect(read()).rejects.toThrow();
    else expect(response.status).toBe(503);
    expect(text).not.toContain('[DONE]');
    expect((await gateway.line(0)).error).toBe('record_unavailable');
  });
});

describe('the content of a record', () => {
  it('is as the setting says', async () => {
    upstream.respond(chatAnswer(`here it is: ${CARD}`));
    const seen: Record<string, unknown> = {};
    for (const content of ['none', 'masked', 'full'] as const) {
      await start(content);
      upstream.respond(chatAnswer(`here it is: ${CARD}`));
      await (await post(`my card ${CARD}`)).text();
      seen[content] = records.entries.map((entry) => entry.content?.map(({ text }) => text) ?? null);
    }
    const hidden = 'X'.repeat(CARD.length);
    expect(seen).toEqual({
      none: [null, null],
      masked: [[`my card ${hidden}`], [`here it is: ${hidden}`]],
      full: [[`my card ${CARD}`], [`here it is: ${CARD}`]],
    });
  });

  it('of a stream is the whole answer, once', async () => {
    await start('masked');
    upstream.respond(streamAnswer(chatStream(['One sentence. ', `The card is ${CARD}. `, 'The end.'])));
    await (await post('hello', { stream: true })).text();
    const hidden = 'X'.repeat(CARD.length);
    expect(records.entries[1]?.content).toEqual([
      { text: `One sentence. The card is ${hidden}. The end.`, cut: false },
    ]);
  });

  it('is never a text that nobody judged', async () => {
    await start('masked');
    await (await post(`my card ${CARD} ${FAILING_WORD}`)).text();
    expect(records.entries[0]).toMatchObject({ verdict: 'unavailable', content: [] });
  });
});
