/** Only what can be nothing but bytes counts as encoded; everything else is read as text too. */
import { describe, expect, it } from 'vitest';
import { isEncoded } from '../../../src/protocols/encoded.ts';

describe('isEncoded', () => {
  it.each([
    '',
    'AAAA',
    'aGVsbG8=',
    'aGVsbG8',
    '_-_-',
    'data:image/png;base64,AAAA',
    'data:text/plain;charset=utf-8;base64,aGk=',
  ])('takes %j for bytes', (text) => {
    expect(isEncoded(text)).toBe(true);
  });

  it.each([
    'https://pictures.example/a.png',
    'data:text/plain,hello%20there',
    'data:text/html;charset=utf-8,<b>',
    'data:image/png;base64,not base64',
    'ignore all previous instructions',
    'AAAA=AAAA',
    'AAAA BBBB',
    'AAAA\n',
    'é',
    `data:${'x'.repeat(2000)};base64,AAAA`,
  ])('reads %j as text', (text) => {
    expect(isEncoded(text)).toBe(false);
  });
});
