/** Runs every probe over every text of a request, within its time, and gathers what was found. */
import { LanguageJudgeError } from '../core/language-judge.ts';
import type { Action, DetectorFinding, EngineTools, ProfileSnapshot } from '../core/policy.ts';
import type { DetectorFlag, ScanContent } from '../core/scan-wire.ts';
import type { SecondStageNote } from '../core/second-stage.ts';
import { widenToPairs } from './code-points.ts';
import type { Finding, Probe, Surface } from './detectors/detector.ts';
import { JudgedText } from './judged-text.ts';
import type { LiteralGate } from './scanners/literal-gate.ts';

export type Field = DetectorFinding['field'];

/** A detector or scanner with the actions that the profile gives it. */
export interface Rule {
  /** The detector's flag or the scanner's name. */
  readonly name: string;
  /** Of a scanner of the registry. */
  readonly id?: string;
  readonly flag: DetectorFlag;
  readonly probe: Probe;
  /** A person's scanner: shows no flag while it is quiet. */
  readonly scanner: boolean;
  /** Where it is on. */
  readonly surfaces: ReadonlySet<Surface>;
  actionOf(surface: Surface, finding: Finding): Action;
  /** Where no profile lets it pass that there was no time left for it: it is forced on every project. */
  readonly mustLookOn?: ReadonlySet<Surface>;
}

/** The rules of a profile, and which of them have to look at a text at all. */
export interface RuleSet {
  readonly rules: readonly Rule[];
  /** Undefined: all have. */
  readonly gate: LiteralGate | undefined;
}

export interface Hit {
  readonly rule: Rule;
  readonly finding: Finding;
  readonly action: Action;
}

export type FaultStatus = 'error' | 'timeout';

/** One text of the request with all that was found in it. */
export interface FieldResult {
  readonly field: Field;
  readonly surface: Surface;
  readonly text: string;
  readonly hits: readonly Hit[];
  /** What is told without being held against the text. */
  readonly notes: readonly Hit[];
  readonly openFrom: number;
}

export interface Fault {
  readonly surface: Surface;
  readonly rule: Rule;
  readonly status: FaultStatus;
}

export interface Judged {
  readonly fields: readonly FieldResult[];
  readonly faults: readonly Fault[];
}

interface Place {
  readonly field: Field;
  readonly surface: Surface;
}

interface FieldText extends Place {
  readonly text: string;
  /** What an answer is to rest on. */
  readonly context: string;
}

/** The texts of the judged content element, in the order in which they are scanned; empty ones are none. */
export function fieldsOf(content: ScanContent): readonly FieldText[] {
  const all: readonly (readonly [Field, Surface, string | null | undefined])[] = [
    ['prompt', 'prompt', content.prompt],
    ['code_prompt', 'prompt', content.code_prompt],
    ['response', 'response', content.response],
    ['code_response', 'response', content.code_response],
    ['tool_input', 'tool', content.tool_event?.input],
    ['tool_output', 'tool', content.tool_event?.output],
  ];
  const fields: FieldText[] = [];
  for (const [field, surface, text] of all) {
    if (typeof text === 'string' && text !== '')
      fields.push({ field, surface, text, context: surface === 'response' ? (content.context ?? '') : '' });
  }
  return fields;
}

/** Of the same side, oldest first. */
function earlierTexts(contents: readonly ScanContent[], surface: Surface): readonly string[] {
  const texts = contents.map((content) => (surface === 'response' ? content.response : content.prompt));
  return texts.filter((text): text is string => typeof text === 'string' && text !== '');
}

export interface JudgeOptions {
  readonly partial: boolean;
  readonly judgedTo: number;
}

/** Runs the rules of one profile. Pure but for the clock that is handed in. */
export class Judge {
  readonly #rules: readonly Rule[];
  readonly #gate: LiteralGate | undefined;
  readonly #profile: ProfileSnapshot;
  readonly #tools: EngineTools;
  readonly #earlier: readonly ScanContent[];
  readonly #deadlineMs: number;
  readonly #faults: Fault[] = [];
  readonly #secondStage: SecondStageNote[] = [];

  /** @param earlier contents before the judged one: context, not judged */
  constructor(
    { rules, gate }: RuleSet,
    profile: ProfileSnapshot,
    tools: EngineTools,
    earlier: readonly ScanContent[],
  ) {
    this.#rules = rules;
    this.#gate = gate;
    this.#profile = profile;
    this.#tools = tools;
    this.#earlier = earlier;
    this.#deadlineMs = tools.now() + profile.latency.maxInlineMs;
  }

  get faults(): readonly Fault[] {
    return this.#faults;
  }

  get secondStage(): readonly SecondStageNote[] {
    return this.#secondStage;
  }

  /** All findings of one text; those that end at or before `judgedTo` are an earlier window's. */
  async judge({ field, surface, text, context }: FieldText, options: JudgeOptions): Promise<FieldResult> {
    const judged = new JudgedText(text, context);
    const hits: Hit[] = [];
    let openFrom = text.length;
    if (options.partial) openFrom = judged.openFrom;
    const looks = this.#whoLooks(judged);
    for (const [index, rule] of this.#rules.entries()) {
      if (!rule.surfaces.has(surface) || this.#late(rule, surface)) continue;
      if (!options.partial && looks?.[index] === 0) continue;
      this.#guard(rule, surface, () => {
        const found = looks?.[index] === 0 ? [] : rule.probe.find(judged);
        this.#gather(rule, surface, judged, found, options.judgedTo, hits);
        if (options.partial) openFrom = Math.min(openFrom, rule.probe.openFrom(judged, options.judgedTo));
      });
    }
    await this.#judgeApart({ field, surface }, judged, options, hits);
    const line = options.partial ? beforeStraddling(hits, openFrom) : openFrom;
    // What is still open may yet grow into something else, or into nothing: it is held, not judged.
    const judgedHits = options.partial ? hits.filter(({ finding }) => finding.start < line) : hits;
    const notes = judgedHits.filter(({ finding }) => finding.noted);
    const counted = notes.length === 0 ? judgedHits : judgedHits.filter(({ finding }) => !finding.noted);
    return { field, surface, text, hits: counted, notes, openFrom: line };
  }

  /** One entry a rule: 0 where it would find nothing. Undefined: all look. */
  #whoLooks(judged: JudgedText): Uint8Array | undefined {
    try {
      return this.#gate?.read(judged.views.map((view) => view.lower));
    } catch {
      // Each rule meets the fault itself, and it is told as one of each.
      return undefined;
    }
  }

  /**
   * Patterns run one after the other, so that the time of the whole bounds what hostile texts may cost;
   * language models and second stages are asked about whole texts, all at once.
   */
  async #judgeApart(
    place: Place,
    judged: JudgedText,
    { partial, judgedTo }: JudgeOptions,
    hits: Hit[],
  ): Promise<void> {
    const apart = this.#rules.filter(
      (rule) => rule.probe.findApart !== undefined && rule.surfaces.has(place.surface),
    );
    if (apart.length === 0) return;
    const run = (rule: Rule): Promise<void> => this.#findApart(rule, place, judged, judgedTo, hits);
    const asked = partial ? [] : apart.filter((rule) => rule.probe.wholeOnly).map(run);
    for (const rule of apart) if (!rule.probe.wholeOnly) await run(rule);
    await Promise.all(asked);
  }

  /** Never rejects. */
  async #findApart(
    rule: Rule,
    { field, surface }: Place,
    judged: JudgedText,
    judgedTo: number,
    hits: Hit[],
  ): Promise<void> {
    if (rule.probe.decidesLate ? this.#failed(rule, surface) : this.#late(rule, surface)) return;
    try {
      const call = {
        surface,
        earlier: earlierTexts(this.#earlier, surface),
        leftMs: this.#deadlineMs - this.#tools.now(),
        judgedTo,
        tell: (note: Omit<SecondStageNote, 'field'>) => this.#secondStage.push({ ...note, field }),
      };
      const found = await rule.probe.findApart?.(judged, call);
      this.#gather(rule, surface, judged, found ?? [], judgedTo, hits);
    } catch (cause) {
      const isLate = cause instanceof LanguageJudgeError && cause.fault === 'timeout';
      this.#faults.push({ surface, rule, status: isLate ? 'timeout' : 'error' });
    }
  }

  /** Strings that are never masked: a mask becomes a block (DESIGN §14). */
  judgeOpaque(text: string, surface: Surface): FieldResult {
    const judged = new JudgedText(text);
    const hits: Hit[] = [];
    for (const rule of this.#rules) {
      const find = rule.probe.findOpaque?.bind(rule.probe);
      if (find === undefined || !rule.surfaces.has(surface) || this.#late(rule, surface)) continue;
      this.#guard(rule, surface, () => {
        this.#gather(rule, surface, judged, find(judged), 0, hits);
      });
    }
    const strict = hits.map((hit): Hit => (hit.action === 'mask' ? { ...hit, action: 'block' } : hit));
    return { field: 'opaque', surface, text, hits: strict, notes: [], openFrom: text.length };
  }

  #gather(
    rule: Rule,
    surface: Surface,
    judged: JudgedText,
    found: readonly Finding[],
    judgedTo: number,
    hits: Hit[],
  ): void {
    for (const finding of found) {
      const action = finding.noted ? 'off' : rule.actionOf(surface, finding);
      const span = widenToPairs(judged.raw, finding);
      if ((action === 'off' && !finding.noted) || span.end <= judgedTo) continue;
      hits.push({ rule, finding: { ...finding, ...span }, action });
    }
  }

  #failed(rule: Rule, surface: Surface): boolean {
    return this.#faults.some((fault) => fault.rule === rule && fault.surface === surface);
  }

  #late(rule: Rule, surface: Surface): boolean {
    if (this.#tools.now() <= this.#deadlineMs) return false;
    this.#faults.push({ surface, rule, status: 'timeout' });
    return true;
  }

  /** A rule that throws is an error finding, never an exception and never a pass. */
  #guard(rule: Rule, surface: Surface, run: () => void): void {
    try {
      run();
    } catch {
      this.#faults.push({ surface, rule, status: 'error' });
    }
  }

  /** Settings of the profile that the verdict needs. */
  get onTimeout(): 'block' | 'allow' {
    return this.#profile.latency.onTimeout;
  }
}

/** No finding lies across the line: what is released has been found whole or not at all. */
function beforeStraddling(hits: readonly Hit[], openFrom: number): number {
  let line = openFrom;
  const byEnd = [...hits].sort((a, b) => b.finding.end - a.finding.end);
  for (const { finding } of byEnd) if (finding.start < line && finding.end > line) line = finding.start;
  return line;
}
