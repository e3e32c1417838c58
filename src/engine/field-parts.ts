/** What the answer says of one judged text: flags, details and masked data. */
import type { DetectedFlags, DetectionDetails, MaskedData } from '../core/scan-wire.ts';
import type { Surface } from './detectors/detector.ts';
import type { FieldResult, Hit, Rule } from './judge.ts';
import { maskText } from './mask.ts';
import { displayNames } from './toxic/categories.ts';

export const isMasking = (hit: Hit): boolean =>
  canMask(hit) && (hit.action === 'mask' || hit.action === 'block');
/** Of built-in detectors only dlp masks; of scanners those that mask or block. */
const canMask = (hit: Hit): boolean => (hit.rule.scanner ? hit.action !== 'alert' : hit.rule.flag === 'dlp');

export function maskField(field: FieldResult | undefined): MaskedData | undefined {
  if (field === undefined || !field.hits.some(isMasking)) return undefined;
  const spans = field.hits.filter(canMask).map(({ finding, rule }) => ({
    start: finding.start,
    end: finding.end,
    pattern: rule.scanner ? rule.name : finding.category,
  }));
  return maskText(field.text, spans);
}

export function detailsOf(hits: readonly Hit[]): DetectionDetails | undefined {
  const names = new Set<string>();
  const toxic = new Set<string>();
  for (const { rule, finding } of hits) {
    if (rule.flag === 'topic_violation') names.add(rule.scanner ? rule.name : finding.category);
    if (rule.flag === 'toxic_content') toxic.add(finding.category);
  }
  if (names.size === 0 && toxic.size === 0) return undefined;
  return {
    ...(names.size === 0 ? {} : { topic_guardrails_details: { blocked_topics: [...names] } }),
    ...(toxic.size === 0 ? {} : { toxic_content_details: { toxic_categories: displayNames(toxic) } }),
  };
}

export function flagsOfHits(rules: readonly Rule[], hits: readonly Hit[], surface: Surface): DetectedFlags {
  const flags: DetectedFlags = {};
  for (const rule of rules) if (!rule.scanner && rule.surfaces.has(surface)) flags[rule.flag] = false;
  for (const { rule } of hits) flags[rule.flag] = true;
  return flags;
}
