/** Counting streamed tokens whatever the pieces they come in. */
import { describe, expect, it } from 'vitest';
import { endEvents, roleEvent, textEvent } from '../../../bench/processes/mock-answers.ts';
import { createTokenCounter } from '../../../bench/processes/token-counter.ts';

const STREAM = [
  roleEvent(1),
  textEvent(1, ' Two'),
  ': keep-alive\n\n',
  textEvent(1, ' words.'),
  ': sallyport response=scanned\n\n',
  endEvents(1),
].join('');

describe('the token counter', () => {
  it.each([1, 2, 7, 64, STREAM.length])('counts texts only, in pieces of %i characters', (size) => {
    const counter = createTokenCounter();
    let tokens = 0;
    for (let at = 0; at < STREAM.length; at += size) tokens += counter.push(STREAM.slice(at, at + size));
    expect(tokens).toBe(2);
    expect(counter.ended).toBe(true);
  });
  it('does not take a cut stream for an ended one', () => {
    const counter = createTokenCounter();
    expect(counter.push(textEvent(1, ' Two'))).toBe(1);
    expect(counter.push(endEvents(1).slice(0, -1))).toBe(0);
    expect(counter.ended).toBe(false);
  });
});
