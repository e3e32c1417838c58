/** Scanners in natural language: a language model is asked, or topics are compared where there is none. */
import { type LanguageJudge, LanguageJudgeError } from '../../core/language-judge.ts';
import { PolicyError, type ScannerSnapshot } from '../../core/policy.ts';
import type { ApartCall, Finding, Probe } from '../detectors/detector.ts';
import type { JudgedText } from '../judged-text.ts';
import { lastSentenceFrom, Sentences, type Topic, toTopic } from '../topics/topic-match.ts';

/** A list entry: `- how do I …`, `* …`, `2. …`. */
const EXAMPLE = /^\s*(?:[-*•]|\d{1,3}[.)])\s+(.+)$/;
/** `Examples:`, and the like, says nothing of the topic. */
const HEADING = /^\s*\p{L}[\p{L}\s]{0,40}:\s*$/u;

/** What an author wrote, as the sentences and examples that tell a topic. */
export function topicTexts(input: string): readonly string[] {
  return input.split('\n').flatMap((line) => {
    const example = EXAMPLE.exec(line)?.[1];
    if (example !== undefined) return [example.replace(/^["“'](.*)["”']$/, '$1')];
    return HEADING.test(line) ? [] : line.split(/(?<=[.!?])\s+/);
  });
}

class TopicProbe implements Probe {
  readonly #topic: Topic;
  constructor(name: string, input: string) {
    this.#topic = toTopic(name, [name, ...topicTexts(input)]);
  }

  find(text: JudgedText): readonly Finding[] {
    const view = text.plain;
    return Sentences.of(text)
      .near(this.#topic)
      .map(({ start, end, score }) => ({
        category: this.#topic.name,
        ...view.toRaw(start, end),
        confidence: score,
      }));
  }

  openFrom(text: JudgedText): number {
    return lastSentenceFrom(text);
  }
}

class LanguageProbe implements Probe {
  readonly wholeOnly = true;
  readonly #scanner: ScannerSnapshot;
  readonly #rule: string;
  readonly #judge: LanguageJudge;

  constructor(scanner: ScannerSnapshot, rule: string, judge: LanguageJudge) {
    this.#scanner = scanner;
    this.#rule = rule;
    this.#judge = judge;
  }

  find(): readonly Finding[] {
    return [];
  }

  /** What hides a message is judged as what it says, too: the last view is the one most decoded. */
  async findApart(text: JudgedText, { surface, earlier, leftMs }: ApartCall): Promise<readonly Finding[]> {
    if (leftMs <= 0) throw new LanguageJudgeError('timeout');
    const plain = text.plain.text;
    const decoded = text.views.at(-1)?.text ?? plain;
    const side = surface === 'response' ? 'response' : 'prompt';
    const question = {
      rule: this.#rule,
      side,
      earlier: this.#scanner.scanContext === 'individual' ? [] : earlier,
    } as const;
    const texts = decoded === plain ? [plain] : [plain, decoded];
    const answers = await Promise.all(texts.map((it) => this.#judge.ask({ ...question, text: it }, leftMs)));
    if (!answers.includes(true)) return [];
    return [{ category: this.#scanner.name, start: 0, end: text.raw.length, confidence: 1 }];
  }

  /** A model may change its mind with every word: nothing of a growing text is final. */
  openFrom(): number {
    return 0;
  }
}

/** @throws PolicyError for a description of nothing */
export function compileNaturalLanguage(
  scanner: ScannerSnapshot,
  path: string,
  judge: LanguageJudge | undefined,
): Probe {
  const input = scanner.input ?? '';
  if (input.trim() === '') throw new PolicyError(`${path}.input`, 'must describe what is looked for');
  return judge === undefined ? new TopicProbe(scanner.name, input) : new LanguageProbe(scanner, input, judge);
}
