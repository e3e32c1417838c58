/** Texts in lists of a stream's event, and choices filed under odd indexes: a client may show them as one text. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type RecordingUpstream,
  startRecordingUpstream,
  streamAnswer,
} from '../support/recording-upstream.ts';
import { startTestGateway, type TestGateway } from '../support/test-gateway.ts';
import { CARD } from '../support/word-scan-service.ts';

let upstream: RecordingUpstream;
let gateway: TestGateway;
beforeAll(async () => {
  upstream = await startRecordingUpstream();
  gateway = await startTestGateway(upstream.url);
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const END = [{ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }];
const delta = (more: object): object => ({ choices: [{ index: 0, delta: more, finish_reason: null }] });

const ask = async (events: readonly object[]): Promise<string> => {
  const data = [...events, ...END].map((event) => JSON.stringify(event));
  upstream.respond(streamAnswer([...data, '[DONE]'].map((each) => `data: ${each}\n\n`).join('')));
  const answer = await fetch(`${gateway.origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: 'hi' }] }),
  });
  return answer.text();
};

describe('texts in a list', () => {
  it.each<[string, object]>([
    ['reasoning_details', delta({ reasoning_details: [{ text: 'FORB' }, { text: 'IDDEN' }] })],
    ['content_blocks', delta({ content_blocks: [{ text: 'FORB' }, { text: 'IDDEN' }] })],
    ['thinking', delta({ content: [{ type: 'thinking', thinking: [{ text: 'FORB' }, { text: 'IDDEN' }] }] })],
    ['content', delta({ content: [{ text: 'FORB' }, { text: 'IDDEN' }] })],
    ['tokens of its own', delta({ logprobs: { content: [{ token: 'FORB' }, { token: 'IDDEN' }] } })],
    ['an unknown list', { choices: [], unknown: ['FORB', 'ID', 'DEN'] }],
    [
      'an unknown list in a list',
      { choices: [], unknown: [['FORB'], ['x', 'y']], more: [['FORB'], ['IDDEN']] },
    ],
    ['a card', delta({ notes: ['take 4111 1111', ' 1111 1111'] })],
  ])('%s', async (_name, event) => {
    const text = await ask([event]);
    expect(text).not.toContain('[DONE]');
    expect(text).not.toMatch(/IDDEN|1111/);
  });

  it('are masked where they stand', async () => {
    const text = await ask([delta({ notes: [`a ${CARD}`, 'b', `c ${CARD}`] })]);
    expect(text).toContain(`"notes":["a ${'X'.repeat(19)}","b","c ${'X'.repeat(19)}"]`);
    expect(text).toContain('[DONE]');
  });

  it('are masked where they stand, though one follows the other at once', async () => {
    const text = await ask([delta({ notes: [CARD, CARD, 'x'] })]);
    expect(text).toContain(`"notes":["${'X'.repeat(19)}","${'X'.repeat(19)}","x"]`);
    expect(text).toContain('[DONE]');
  });

  it('that come again with every event pass as they are', async () => {
    const event = {
      ...delta({ content: 'word. ' }),
      citations: ['https://a.example/1', 'https://b.example/2'],
    };
    const text = await ask(Array.from({ length: 50 }, () => event));
    expect(text.split('\n').filter((line) => line === `data: ${JSON.stringify(event)}`)).toHaveLength(50);
    const asked = gateway.service.calls.length;
    await ask(Array.from({ length: 500 }, () => event));
    // The list is one known value: it is not asked about with every event.
    expect(gateway.service.calls.length - asked).toBeLessThan(60);
  });
});

it('an index that is a string is the number', async () => {
  const text = await ask([
    { choices: [{ index: 0, delta: { content: 'FORB' } }] },
    {
      choices: [
        { index: 1, delta: { content: 'x' }, finish_reason: 'stop' },
        { index: '0', delta: { content: 'IDDEN' } },
      ],
    },
  ]);
  expect(text).not.toMatch(/IDDEN|\[DONE\]/);
});
