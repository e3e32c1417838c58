/** What goes upstream of a request head. */
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { PROTOCOLS } from '../../../src/protocols/index.ts';
import { OPENAI_CHAT } from '../../../src/protocols/openai-chat.ts';
import { createClientGate } from '../../../src/proxy/clients.ts';
import { createHeaderBuilder, type HeaderBuilder } from '../../../src/proxy/request-headers.ts';

const request = (fields: Readonly<Record<string, string>>): IncomingMessage => {
  const message = new IncomingMessage(new Socket());
  for (const [name, value] of Object.entries(fields)) {
    message.rawHeaders.push(name, value);
    message.headers[name.toLowerCase()] = value;
  }
  return message;
};

const builder = (key?: string): HeaderBuilder => {
  const gate = createClientGate([], PROTOCOLS, () => 0);
  const made = createHeaderBuilder(PROTOCOLS, gate, key !== undefined);
  return {
    scanned: (message, protocol, bodyChanged) => made.scanned(message, protocol, bodyChanged, key),
    passed: (message, protocol) => made.passed(message, protocol, key),
  };
};

const IDENTITY = ['accept-encoding', 'identity'];

describe('createHeaderBuilder', () => {
  it('keeps what is end to end, drops what the hop nominates', () => {
    const sent = request({
      Connection: 'close, X-Secret',
      'X-Secret': '1',
      'X-App': 'a',
      Cookie: 'c=1',
      Via: 'x',
    });
    expect(builder().scanned(sent, OPENAI_CHAT, false)).toEqual(['x-app', 'a', 'cookie', 'c=1', ...IDENTITY]);
  });

  it('drops digests only where the body is not what came', () => {
    const sent = request({ 'Content-Digest': 'sha-256=:x:', 'Content-Encoding': 'gzip' });
    expect(builder().scanned(sent, OPENAI_CHAT, false)).toEqual([
      'content-digest',
      'sha-256=:x:',
      ...IDENTITY,
    ]);
    expect(builder().scanned(sent, OPENAI_CHAT, true)).toEqual(IDENTITY);
    expect(builder().passed(sent, OPENAI_CHAT)).toContain('gzip');
  });

  it('replaces every credential of the client where the gateway holds the key', () => {
    const sent = request({ Authorization: 'Bearer mine', 'X-Api-Key': 'mine' });
    expect(builder('held').scanned(sent, OPENAI_CHAT, false)).toEqual([
      ...IDENTITY,
      'authorization',
      'Bearer held',
    ]);
    const [, anthropic] = PROTOCOLS;
    expect(anthropic && builder('held').passed(sent, anthropic)).toEqual([...IDENTITY, 'x-api-key', 'held']);
    expect(builder().scanned(sent, OPENAI_CHAT, false)).toContain('Bearer mine');
  });

  it('drops twins with underscores of what is used or dropped, and what overrides path or method', () => {
    const sent = request({
      Content_Type: 'text/plain',
      Content_Length: '5',
      transfer_encoding: 'chunked',
      x_api_key: 'a',
      X_Forwarded_For: '192.0.2.1',
      'X-Original-URL': '/admin',
      'X-Rewrite-URL': '/admin',
      'X-HTTP-Method-Override': 'GET',
      my_header: 'kept',
    });
    expect(builder().scanned(sent, OPENAI_CHAT, false)).toEqual(['my_header', 'kept', ...IDENTITY]);
  });
});
