/** The address of the end user. */
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createAddressOf } from '../../../src/proxy/context.ts';

const request = (remoteAddress: string, forwarded?: string): IncomingMessage => {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: remoteAddress });
  const message = new IncomingMessage(socket);
  if (forwarded !== undefined) message.headers['x-forwarded-for'] = forwarded;
  return message;
};

describe('createAddressOf', () => {
  it('believes X-Forwarded-For from trusted proxies only', () => {
    const addressOf = createAddressOf(['10.0.0.0/8', '::1']);
    expect(addressOf(request('192.0.2.1', '203.0.113.9'))).toBe('192.0.2.1');
    expect(addressOf(request('10.1.2.3', '203.0.113.9'))).toBe('203.0.113.9');
    expect(addressOf(request('::ffff:10.1.2.3', '203.0.113.9'))).toBe('203.0.113.9');
    expect(addressOf(request('::1', '2001:db8::7'))).toBe('2001:db8::7');
  });

  it('takes the last address that is not a proxy, so that a client cannot put its own before it', () => {
    const addressOf = createAddressOf(['10.0.0.0/8']);
    expect(addressOf(request('10.0.0.1', '1.1.1.1, 203.0.113.9, 10.0.0.2'))).toBe('203.0.113.9');
    expect(addressOf(request('10.0.0.1', '1.1.1.1, nonsense'))).toBe('10.0.0.1');
    expect(addressOf(request('10.0.0.1'))).toBe('10.0.0.1');
  });

  it('says IPv4 addresses of dual-stack sockets as IPv4', () => {
    expect(createAddressOf([])(request('::ffff:127.0.0.1'))).toBe('127.0.0.1');
  });

  it('refuses settings that are no addresses', () => {
    expect(() => createAddressOf(['localhost'])).toThrow(/trustedProxies/);
    expect(() => createAddressOf(['10.0.0.0/99'])).toThrow(/trustedProxies/);
  });
});
