/** From rule hits to findings: strong rules alone, weaker ones where they stand together. */
import type { Span } from '../views/view.ts';
import type { InjectionRule } from './rule.ts';

export interface RuleHit extends Span {
  readonly rule: InjectionRule;
}

export const THRESHOLD = 1;
/** Hits of one thought stand within this many UTF-16 units. */
export const CLUSTER_CHARS = 400;

/** Hits that are strong alone or stand in a cluster whose different rules together are. */
export function decisiveHits(hits: readonly RuleHit[]): readonly RuleHit[] {
  const sorted = [...hits].sort((a, b) => a.start - b.start || a.end - b.end);
  const decisive = new Set<RuleHit>();
  for (const [i, first] of sorted.entries()) {
    if (first.rule.weight >= THRESHOLD) decisive.add(first);
    const near: RuleHit[] = [];
    const rules = new Set<string>();
    let sum = 0;
    for (let j = i; j < sorted.length; j++) {
      const hit = sorted[j];
      if (hit === undefined || hit.start - first.start >= CLUSTER_CHARS) break;
      near.push(hit);
      if (rules.has(hit.rule.id)) continue;
      rules.add(hit.rule.id);
      sum += hit.rule.weight;
      if (sum >= THRESHOLD) break;
    }
    if (sum >= THRESHOLD - 1e-9) for (const hit of near) decisive.add(hit);
  }
  return sorted.filter((hit) => decisive.has(hit));
}
