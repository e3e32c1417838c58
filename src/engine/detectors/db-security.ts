/** `db_security`: statements that change a database or its rights, and injections; reads are only noted. */
import type { DbClass, DbRule } from '../database/db-rule.ts';
import { INJECTIONS, SIGNED } from '../database/injections.ts';
import { isStatement } from '../database/judge-statement.ts';
import { OTHER_STORES } from '../database/other-stores.ts';
import { STATEMENTS } from '../database/statements.ts';
import type { JudgedText } from '../judged-text.ts';
import { AnchoredRules } from '../rules/anchored-rules.ts';
import type { Detector, Finding } from './detector.ts';

/** The longest head of a statement, with what its judgement looks at beyond it. */
const REACH_CHARS = 480;
export const DB_RULES: readonly DbRule[] = [...STATEMENTS, ...INJECTIONS, ...OTHER_STORES, ...SIGNED];
const RULES = new AnchoredRules(DB_RULES, REACH_CHARS, true);

const CONFIDENCE: Readonly<Record<DbRule['form'], number>> = {
  certain: 0.95,
  statement: 0.9,
  fragment: 0.75,
  broken: 0.85,
};
const categoryOf = (kind: DbClass): string => `database-security-${kind}`;

function find(text: JudgedText): readonly Finding[] {
  const findings = new Map<string, Finding>();
  for (const view of text.views) {
    RULES.find(view, (rule, start, end) => {
      if (!isStatement(view, rule, start, end)) return;
      const span = view.toRaw(start, end);
      const category = categoryOf(rule.kind);
      const known = findings.get(`${span.start} ${category}`);
      if (known !== undefined && known.end >= span.end) return;
      findings.set(`${span.start} ${category}`, {
        category,
        ...span,
        confidence: CONFIDENCE[rule.form],
        ...(rule.kind === 'read' ? { noted: true as const } : {}),
      });
    });
  }
  return [...findings.values()];
}

export const dbSecurityDetector: Detector = {
  flag: 'db_security',
  surfaces: ['response', 'tool'],
  prepare: () => ({ find, openFrom: (text) => RULES.openFrom(text) }),
};
