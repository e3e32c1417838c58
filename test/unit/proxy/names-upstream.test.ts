/** Which texts of an upstream tell where it is. */
import { describe, expect, it } from 'vitest';
import { namesUpstream } from '../../../src/proxy/names-upstream.ts';

const inner = new URL('http://llm:8000/tenant-7/?code=a1b2c3d4e5&v=2');
const remote = new URL('https://api.openai.example');

describe('a text that tells where its upstream is', () => {
  it.each([
    [inner, 'no route to llm:8000'],
    [inner, 'see http://llm/x'],
    [inner, 'see http:\\/\\/llm\\/x'],
    [inner, 'POST /tenant-7/v1/chat/completions failed'],
    [inner, 'bad query code=a1b2c3d4e5&v=2'],
    [inner, 'bad code a1b2c3d4e5'],
    [remote, 'upstream api.openai.example timed out'],
  ])('%s: %s', (url, text) => expect(namesUpstream(url, text)).toBe(true));

  it.each([
    [inner, 'the llm is overloaded'],
    [inner, 'v must be 2'],
    [inner, 'no route for /v1/chat/completions'],
    [remote, 'POST /v1/chat/completions: model not found'],
  ])('is not: %s: %s', (url, text) => expect(namesUpstream(url, text)).toBe(false));
});
