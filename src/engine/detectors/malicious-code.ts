/** `malicious_code`: attack commands, malware and web payloads, by family and kind of code. */
import type { JudgedText } from '../judged-text.ts';
import { ALONE_CHARS_MAX, decisive, type MalwareHit } from '../malware/clusters.ts';
import type { MalwareRule } from '../malware/malware-rule.ts';
import { POWERSHELL_RULES } from '../malware/rules-powershell.ts';
import { SCRIPT_RULES } from '../malware/rules-scripts.ts';
import { SHELL_RULES } from '../malware/rules-shell.ts';
import { SYSTEM_RULES } from '../malware/rules-system.ts';
import { TECHNIQUE_RULES } from '../malware/rules-techniques.ts';
import { WEB_RULES } from '../malware/rules-web.ts';
import { WINDOWS_RULES } from '../malware/rules-windows.ts';
import { AnchoredRules } from '../rules/anchored-rules.ts';
import type { Detector, Finding } from './detector.ts';

export const MALWARE_RULES: readonly MalwareRule[] = [
  ...SHELL_RULES,
  ...SCRIPT_RULES,
  ...POWERSHELL_RULES,
  ...SYSTEM_RULES,
  ...WINDOWS_RULES,
  ...WEB_RULES,
  ...TECHNIQUE_RULES,
];
const REACH_CHARS = 640;
const RULES = new AnchoredRules(MALWARE_RULES, REACH_CHARS);

function find(text: JudgedText): readonly Finding[] {
  const hits: MalwareHit[] = [];
  for (const view of text.views) {
    RULES.find(view, (rule, start, end) => hits.push({ rule, ...view.toRaw(start, end) }));
  }
  if (hits.length === 0) return [];
  const findings = new Map<string, Finding>();
  for (const { rule, start, end } of decisive(text.raw, hits)) {
    const confidence = Math.min(0.99, rule.weight);
    const detail = { language: rule.kind };
    findings.set(`${start} ${end} ${rule.family}`, { category: rule.family, start, end, confidence, detail });
  }
  return [...findings.values()];
}

/** While a text is so short that it may be a command alone, what is weak in it stays open. */
function openFrom(text: JudgedText): number {
  let open = RULES.openFrom(text);
  if (text.raw.length > ALONE_CHARS_MAX) return open;
  for (const view of text.views) {
    RULES.find(view, (_, start, end) => {
      open = Math.min(open, view.toRaw(start, end).start);
    });
  }
  return open;
}

export const maliciousCodeDetector: Detector = {
  flag: 'malicious_code',
  surfaces: ['prompt', 'response', 'tool'],
  prepare: () => ({ find, openFrom }),
};
