/** The log: one line an exchange, of known fields alone. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ExchangeLine } from '../../../src/telemetry/exchange-line.ts';
import { createLog, type LogLevel } from '../../../src/telemetry/logger.ts';

const LINE: ExchangeLine = {
  tr_id: 'sp_1',
  request_id: 'r-1',
  session: true,
  client: 'app',
  upstream: 'main',
  profile: 'default',
  operation: 'openai-chat.create',
  method: 'POST',
  route: '/v1/chat/completions',
  status: 200,
  upstream_status: 200,
  prompt: { state: 'scanned' },
  response: { state: 'unscanned', reason: 'timeout' },
  prompt_verdict: 'allow',
  response_verdict: 'unavailable',
  scans: [
    { side: 'prompt', service: 'embedded', scanId: 'i', action: 'allow', detected: ['dlp'], ms: 1.2345 },
  ],
  upstream_ms: 12.3456,
  total_ms: 20,
  bytes_in: 10,
  bytes_out: 20,
  stream: false,
  outcome: 'ok',
  error: undefined,
  cause: undefined,
};

const open = (level: LogLevel = 'info') => {
  const written: string[] = [];
  const log = createLog({ level, stream: { write: (text) => void written.push(text) } });
  return { log, written };
};

describe('createLog', () => {
  it('writes an exchange as one line of known fields', () => {
    const { log, written } = open();
    log.exchange(LINE);
    expect(written).toHaveLength(1);
    expect(JSON.parse(written[0] ?? '')).toMatchObject({
      msg: 'exchange',
      tr_id: 'sp_1',
      prompt: 'scanned',
      response: 'unscanned;reason=timeout',
      scans: [{ side: 'prompt', scan_id: 'i', detected: ['dlp'], ms: 1.23 }],
      upstream_ms: 12.35,
    });
  });

  it('tells what a second stage was asked, by listed fields alone', () => {
    const secret = randomBytes(8).toString('hex');
    const { log, written } = open();
    const [scan] = LINE.scans;
    if (scan === undefined) throw new TypeError('the line has no scan');
    const note = {
      detector: 'injection',
      judge: 'llm',
      field: 'prompt',
      found: 0,
      cleared: 2,
      failed: 1,
      fault: 'timeout',
      ms: 300.456,
      text: secret,
    } as const;
    log.exchange({ ...LINE, scans: [{ ...scan, secondStage: [note] }] });
    expect(JSON.parse(written[0] ?? '').scans[0].second_stage).toEqual([
      { detector: 'injection', judge: 'llm', found: 0, cleared: 2, failed: 1, fault: 'timeout', ms: 300.46 },
    ]);
    expect(written.join()).not.toContain(secret);
  });

  it('drops every field that is not listed, also inside a scan', () => {
    const secret = randomBytes(8).toString('hex');
    const { log, written } = open();
    const scan = {
      ...LINE.scans[0],
      side: 'prompt' as const,
      service: 's',
      detected: [],
      ms: 1,
      text: secret,
    };
    const line = { ...LINE, prompt_text: secret, headers: { authorization: secret }, scans: [scan] };
    log.exchange(line);
    expect(written.join('')).not.toContain(secret);
  });

  it('tells the name and code of a cause, never its message', () => {
    const secret = randomBytes(8).toString('hex');
    const { log, written } = open();
    const cause = Object.assign(new TypeError(`connect http://${secret}`), { code: 'ECONNREFUSED' });
    log.exchange({ ...LINE, outcome: 'failed', error: 'upstream_unreachable', cause });
    log.fault('exchange_fault', cause);
    expect(written.join('')).not.toContain(secret);
    expect(JSON.parse(written[0] ?? '')).toMatchObject({ level: 40, cause: 'TypeError ECONNREFUSED' });
    expect(JSON.parse(written[1] ?? '')).toMatchObject({ level: 50, cause: 'TypeError ECONNREFUSED' });
  });

  it('cannot be broken into two lines, nor made long', () => {
    const { log, written } = open();
    log.exchange({
      ...LINE,
      request_id: 'a\n{"level":30,"msg":"fake"}\r\u2028\u001b[31m',
      client: 'x'.repeat(5000),
    });
    const text = written.join('');
    expect(text.trimEnd().split(/[\r\n\u2028]/)).toHaveLength(1);
    const line = JSON.parse(text);
    expect(line.request_id).toBe('a?{"level":30,"msg":"fake"}???[31m');
    expect(line.client).toHaveLength(200);
  });

  it('writes notes for the operator as warnings, and nothing below its level', () => {
    const { log, written } = open('warn');
    log.exchange(LINE);
    log.info('started');
    expect(written).toHaveLength(0);
    log.note({ event: 'scan_misconfigured', note: 'Set PANW_AI_SEC_API_KEY.', tr_id: 'sp_1' });
    expect(JSON.parse(written[0] ?? '')).toMatchObject({
      level: 40,
      msg: 'scan_misconfigured',
      tr_id: 'sp_1',
    });
  });
});
