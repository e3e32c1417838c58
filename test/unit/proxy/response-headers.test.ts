/** What goes to the client of an answer head. */
import { describe, expect, it } from 'vitest';
import { responseHeaders } from '../../../src/proxy/response-headers.ts';

const HEADERS = {
  'content-type': 'application/json',
  'content-length': '10',
  'content-encoding': 'identity',
  connection: 'close, x-hop',
  'x-hop': '1',
  'transfer-encoding': 'chunked',
  'set-cookie': ['a=b', 'c=d'],
  location: 'http://upstream/',
  'alt-svc': 'h3=":443"',
  'x-sallyport-scan': 'prompt=fake',
  'x-request-id': 'req_1',
  'x-many': ['1', '2'],
  etag: '"1"',
  'content-digest': 'sha-256=:x:',
};

describe('responseHeaders', () => {
  it('keeps what is end to end and not about the upstream itself', () => {
    expect(responseHeaders(HEADERS, false)).toEqual({
      'content-type': 'application/json',
      'x-request-id': 'req_1',
      'x-many': ['1', '2'],
      etag: '"1"',
      'content-digest': 'sha-256=:x:',
    });
  });

  it('drops what described the bytes where they changed', () => {
    const kept = responseHeaders(HEADERS, true);
    expect(kept.etag).toBeUndefined();
    expect(kept['content-digest']).toBeUndefined();
    expect(kept['x-request-id']).toBe('req_1');
  });
});
