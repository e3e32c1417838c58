/** Kinds of texts, told by their lines alone. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CARRIERS, carrierOf } from '../../../../src/engine/models/carriers.ts';

describe('the carrier of a text', () => {
  it.each([
    ['a question', 'prose', 'How do I bake bread?'],
    [
      'a prompt of several paragraphs',
      'prose',
      'You are a cook.\n\nYou know all breads.\n\nAnswer me in verse.',
    ],
    ['a list of things to do', 'prose', 'For today:\n- call the bank\n- buy milk\n- write to Ann'],
    ['a talk of two', 'prose', 'User: Hello.\nAssistant: Hello, how can I help?\nUser: Tell me a joke.'],
    ['program text', 'code', 'import os\n\ndef main():\n    print(os.getcwd())\n\nmain()'],
    [
      'a question with program text',
      'code',
      'Why does this fail?\n\n```\nlet x = 1\n```\n\nI see no reason.',
    ],
    ['a page of HTML', 'code', '<html>\n<body>\n<p>Hello</p>\n</body>\n</html>'],
    ['a table of Markdown', 'table', '| name | age |\n|---|---|\n| Ann | 41 |\n| Ben | 37 |'],
    ['a table of commas', 'table', 'name,age,town\nAnn,41,Rome\nBen,37,Oslo'],
    ['a mail', 'mail', 'From: ann@example.org\nSubject: Friday\n\nSee you then.'],
    ['a mail in one line', 'mail', 'SUBJECT: Friday|EMAIL_FROM: Ann|CONTENT: See you then.'],
    ['an object in one line', 'fields', '{"results": [{"title": "Bread", "stars": 5}]}'],
    ['fields', 'fields', '- id: 1\n  title: Bread\n  stars: 5\n- id: 2\n  title: Cake\n  stars: 4'],
    [
      'lines of a log',
      'fields',
      '2026-01-02 10:00:00 start\n2026-01-02 10:00:01 ready\n2026-01-02 10:00:09 end',
    ],
    ['nothing', 'prose', ''],
  ])('of %s is %s', (_, carrier, text) => {
    expect(carrierOf(text)).toBe(carrier);
  });

  it('is one of the kinds, whatever the text', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('|a|b|', 'x: 1', 'let a = 1;', 'From: x', '```', '{', ''),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        expect(CARRIERS).toContain(carrierOf(lines.join('\n')));
      }),
    );
  });
});
