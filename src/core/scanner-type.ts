/** The types of scanners that clients of the management API know (contract §4). */
import type { BuiltInSnapshot, ScannerSnapshot } from './policy.ts';

const BUILT_IN_TYPES: Readonly<Record<string, string>> = {
  injection: 'prompt_injection',
  agent: 'prompt_injection',
  toxic_content: 'toxicity',
  topic_violation: 'topics',
  source_code: 'source_code',
  malicious_code: 'source_code',
};

/** The type of a scanner on the wire; of built-in ones with no fitting name `custom`. */
export function wireTypeOf(entry: ScannerSnapshot | BuiltInSnapshot): string {
  if (!('detector' in entry)) return entry.type;
  if (entry.detector === 'dlp') return entry.setting === 'secrets' ? 'secret' : 'pii_detection';
  return BUILT_IN_TYPES[entry.detector] ?? 'custom';
}
