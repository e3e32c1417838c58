/** A word split over blocks of a streamed message is seen as in a whole one: clients show the texts of blocks as one text. */
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

type Block = readonly [kind: 'text' | 'thinking', ...pieces: string[]];

const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [],
  stop_reason: null,
};
const event = (type: string, more: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;

/** The message as it is streamed, block after block. */
const streamOf = (blocks: readonly Block[]): string =>
  [
    event('message_start', { message: MESSAGE }),
    ...blocks.flatMap(([kind, ...pieces], index) => [
      event('content_block_start', { index, content_block: { type: kind, [kind]: '' } }),
      ...pieces.map((piece) =>
        event('content_block_delta', { index, delta: { type: `${kind}_delta`, [kind]: piece } }),
      ),
      event('content_block_stop', { index }),
    ]),
    event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } }),
    event('message_stop', {}),
  ].join('');
const bodyOf = (blocks: readonly Block[]): string =>
  JSON.stringify({
    ...MESSAGE,
    content: blocks.map(([kind, ...pieces]) => ({ type: kind, [kind]: pieces.join('') })),
    stop_reason: 'end_turn',
  });

const ask = async (stream: boolean): Promise<{ status: number; text: string }> => {
  const answer = await fetch(`${gateway.origin}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({ model: 'm', max_tokens: 9, stream, messages: [{ role: 'user', content: 'hi' }] }),
  });
  return { status: answer.status, text: await answer.text() };
};
const asStream = (blocks: readonly Block[]) => {
  upstream.respond(streamAnswer(streamOf(blocks)));
  return ask(true);
};
const asBody = (blocks: readonly Block[]) => {
  upstream.respond((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(bodyOf(blocks));
  });
  return ask(false);
};
const isClean = ({ status, text }: { status: number; text: string }): boolean =>
  status === 200 && text.includes('end_turn') && !text.includes('response=blocked');

const LONG = 'A sentence that has an end. '.repeat(40);

describe('blocks of a message', () => {
  it.each<[string, readonly Block[]]>([
    [
      'a word over two',
      [
        ['text', 'see FORB'],
        ['text', 'IDDEN here'],
      ],
    ],
    [
      'a word over three',
      [
        ['text', 'FOR'],
        ['text', 'BID'],
        ['text', 'DEN'],
      ],
    ],
    [
      'a word over two in pieces',
      [
        ['text', LONG, 'FO', 'RB'],
        ['text', 'ID', 'DEN', LONG],
      ],
    ],
    [
      'a word over two late',
      [
        ['text', LONG],
        ['text', LONG, 'FORB'],
        ['text', 'IDDEN', LONG],
      ],
    ],
    [
      'a word over two of reasoning',
      [
        ['thinking', 'FORB'],
        ['thinking', 'IDDEN'],
      ],
    ],
    [
      'a word in the second',
      [
        ['text', 'x'],
        ['text', 'FORBIDDEN'],
      ],
    ],
    [
      'a card over two',
      [
        ['text', 'take 4111 1111 '],
        ['text', '1111 1111.'],
      ],
    ],
  ])('%s', async (_name, blocks) => {
    const seen = await asStream(blocks);
    expect(isClean(seen)).toBe(false);
    expect(seen.text).not.toMatch(/IDDEN|"DEN|1111 1111\./);
  });

  it.each<[string, readonly Block[]]>([
    [
      'in the first and the second',
      [
        ['text', `a ${CARD}. `],
        ['text', `b ${CARD}. `, `c ${CARD}.`],
      ],
    ],
    [
      'cut in the second',
      [
        ['text', LONG],
        ['text', 'b 4111 1111', ' 1111 1111. ', LONG],
      ],
    ],
  ])('a card %s is masked as in a whole body', async (_name, blocks) => {
    const seen = await asStream(blocks);
    expect(isClean(seen)).toBe(true);
    const body: { content: { text: string }[] } = JSON.parse((await asBody(blocks)).text);
    const shown: string[] = [];
    for (const line of seen.text.split('\n')) {
      if (!line.startsWith('data: ')) continue;
      const { type, index, delta } = JSON.parse(line.slice(6));
      if (type === 'content_block_delta') shown[index] = (shown[index] ?? '') + delta.text;
    }
    expect(shown).toEqual(body.content.map(({ text }) => text));
    expect(seen.text).not.toContain('4111');
  });

  it('that are harmless pass event for event', async () => {
    const blocks: readonly Block[] = [
      ['thinking', LONG],
      ['text', LONG, 'And.'],
      ['text', ' More.'],
      ['text', LONG],
    ];
    const seen = await asStream(blocks);
    const data = (text: string): readonly string[] =>
      text.split('\n').filter((line) => line.startsWith('data: '));
    expect(data(seen.text)).toEqual(data(streamOf(blocks)));
  });
});
