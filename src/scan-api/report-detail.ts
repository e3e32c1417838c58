/** `result_detail` of a report row, by detection service (contract §1.5); of texts only what it shows. */
import { createHash } from 'node:crypto';
import type { DetectorFinding } from '../core/policy.ts';
import { type DetectionDetails, type DetectorFlag, wireSpan } from '../core/scan-wire.ts';

/** One text with what one detector found in it. */
export interface DetailFacts {
  readonly malicious: boolean;
  readonly blocks: boolean;
  readonly findings: readonly DetectorFinding[];
  readonly details: DetectionDetails;
  readonly scanId: string;
  readonly profile: { readonly id: string; readonly name: string };
  /** What stands at a finding, personal data and secrets hidden. */
  readonly textAt: (finding: DetectorFinding) => string;
}

type Detail = Readonly<Record<string, unknown>>;

const ITEMS_MAX = 10;
const ITEM_CHARS_MAX = 1_000;
const HIGH = 0.8;
const MEDIUM = 0.5;
const NO_ALLOWED_TOPIC = 'no-allowed-topic';

const verdictOf = (malicious: boolean): 'malicious' | 'benign' => (malicious ? 'malicious' : 'benign');
const actionOf = (finding: DetectorFinding): 'block' | 'allow' =>
  finding.action === 'block' ? 'block' : 'allow';
const cut = (text: string): string =>
  [...text.slice(0, 2 * ITEM_CHARS_MAX)].slice(0, ITEM_CHARS_MAX).join('');
const unique = (texts: readonly string[]): string[] => [...new Set(texts)];
const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

const DETAILS: Readonly<Record<DetectorFlag, (facts: DetailFacts) => Detail>> = {
  injection: ({ malicious }) => ({ pi_report: { verdict: verdictOf(malicious) } }),
  dlp: (facts) => ({ dlp_report: dlpReport(facts) }),
  url_cats: ({ findings, textAt }) => ({
    urlf_report: findings.slice(0, ITEMS_MAX).map((finding) => ({
      url: cut(textAt(finding)),
      risk_level: finding.confidence >= HIGH ? 'high' : 'medium',
      action: actionOf(finding),
      categories: [finding.category],
    })),
  }),
  toxic_content: ({ malicious, findings, details }) => ({
    tc_report: {
      confidence:
        findings.length === 0 ? '' : findings.some((f) => f.confidence >= HIGH) ? 'high' : 'moderate',
      verdict: verdictOf(malicious),
      toxic_categories: details.toxic_content_details?.toxic_categories ?? [],
    },
  }),
  db_security: ({ findings }) => ({
    dbs_report: unique(findings.map((finding) => finding.category)).map((sub_type) => {
      const same = findings.filter((finding) => finding.category === sub_type);
      return {
        sub_type,
        verdict: verdictOf(same.some((finding) => finding.noted !== true)),
        action: same.some((finding) => finding.action === 'block') ? 'block' : 'allow',
      };
    }),
  }),
  malicious_code: codeReport,
  agent: ({ malicious, findings }) => ({
    agent_report: {
      model_verdict: verdictOf(malicious),
      agent_patterns: unique(findings.map((finding) => finding.category)).map((category_type) => ({
        category_type,
        verdict: 'malicious',
      })),
    },
  }),
  ungrounded: ({ malicious, findings }) => ({
    cg_report: {
      status: 'completed',
      category: malicious ? 'ungrounded' : 'grounded',
      explanation: unique(findings.map((finding) => finding.category)).join(', '),
    },
  }),
  topic_violation: ({ malicious, findings, details }) => ({
    topic_guardrails_report: {
      allowed_topic_list: findings.some((f) => f.category === NO_ALLOWED_TOPIC) ? 'NOT_MATCHED' : 'MATCHED',
      blocked_topic_list: malicious ? 'MATCHED' : 'NOT_MATCHED',
      allowedTopics: [...(details.topic_guardrails_details?.allowed_topics ?? [])],
      blockedTopics: (details.topic_guardrails_details?.blocked_topics ?? []).filter(
        (topic) => topic !== NO_ALLOWED_TOPIC,
      ),
    },
  }),
  source_code: ({ malicious, findings }) => ({
    source_code_report: {
      category: 'code-detection',
      code_present: malicious,
      confidence_score: Math.max(0, ...findings.map((finding) => finding.confidence)),
      verdict: verdictOf(malicious),
      languages: unique(findings.map((finding) => finding.category)),
    },
  }),
};

/** What a detector told itself stands under its own words beside the contract's. */
export function detailOf(flag: DetectorFlag, facts: DetailFacts): Detail {
  const told = facts.findings.flatMap(({ detail }) => (detail === undefined ? [] : [detail]));
  return {
    ...DETAILS[flag](facts),
    ...(told.length === 0 ? {} : { findings: told.slice(0, ITEMS_MAX) }),
  };
}

function dlpReport({ scanId, profile, findings }: DetailFacts): Detail {
  const matched = findings.length > 0 ? 'MATCHED' : 'NOT_MATCHED';
  return {
    dlp_report_id: digest(`${scanId} ${profile.id} ${findings.length}`).toUpperCase(),
    dlp_profile_name: profile.name,
    dlp_profile_id: profile.id,
    dlp_profile_version: 1,
    data_pattern_rule1_verdict: matched,
    data_pattern_rule2_verdict: '',
    data_pattern_detection_offsets: unique(findings.map(patternOf)).map((name) => {
      const same = findings.filter((finding) => patternOf(finding) === name);
      const between = (least: number, below: number): [number, number][] =>
        same
          .filter(({ confidence }) => confidence >= least && confidence < below)
          .map(({ start, end }) => wireSpan(start, end));
      return {
        data_pattern_id: digest(name).slice(0, 24),
        version: 1,
        name,
        high_confidence_detections: between(HIGH, Number.POSITIVE_INFINITY),
        medium_confidence_detections: between(MEDIUM, HIGH),
        low_confidence_detections: between(0, MEDIUM),
      };
    }),
  };
}

/** Display name of the pattern: of a person's scanner its own name. */
const patternOf = (finding: DetectorFinding): string =>
  finding.flag === undefined ? finding.category : finding.detector;

function codeReport({ malicious, findings, textAt }: DetailFacts): Detail {
  const isInjection = ({ category }: DetectorFinding): boolean => category === 'command-injection';
  const shown = findings.slice(0, ITEMS_MAX).map((finding) => ({ finding, block: cut(textAt(finding)) }));
  return {
    mc_report: {
      verdict: verdictOf(malicious),
      all_code_blocks: shown.map(({ block }) => block),
      code_analysis_by_type: shown.map(({ finding, block }) => ({
        file_type: languageOf(finding),
        code_sha256: digest(block),
      })),
      malware_script_report: { verdict: verdictOf(findings.some((finding) => !isInjection(finding))) },
      command_injection_report: shown
        .filter(({ finding }) => isInjection(finding))
        .map(({ block }) => ({ code_block: block, verdict: 'malicious' })),
    },
  };
}

const languageOf = ({ detail }: DetectorFinding): string =>
  typeof detail?.language === 'string' ? detail.language : 'Unknown';
