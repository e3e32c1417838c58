/** The built-in detectors as scanners: one for each setting of a profile, in four packages. */
import type { Side } from '../core/part.ts';
import type { DetectorFlag } from '../core/scan-wire.ts';
import { namedId } from './named-id.ts';

export interface SystemScanner {
  readonly id: string;
  readonly name: string;
  readonly detector: DetectorFlag;
  readonly setting?: 'secrets' | 'personal';
  readonly side: Side;
  readonly packageId: string;
}

export interface SystemPackage {
  readonly id: string;
  readonly name: string;
}

type Entry = readonly [DetectorFlag, string, readonly Side[], ('secrets' | 'personal')?];

const BOTH: readonly Side[] = ['prompt', 'response'];
const PACKAGES: readonly (readonly [string, string, readonly Entry[]])[] = [
  [
    'prompt-injection',
    'Prompt injection',
    [
      ['injection', 'Prompt injection', ['prompt']],
      ['agent', 'Agent manipulation', ['prompt']],
    ],
  ],
  [
    'pii',
    'PII and secrets',
    [
      ['dlp', 'Secrets', BOTH, 'secrets'],
      ['dlp', 'Personal data', BOTH, 'personal'],
    ],
  ],
  [
    'restricted-topics',
    'Restricted topics',
    [
      ['toxic_content', 'Toxic content', BOTH],
      ['topic_violation', 'Topic violation', BOTH],
      ['ungrounded', 'Ungrounded answer', ['response']],
    ],
  ],
  [
    'code-and-links',
    'Code and links',
    [
      ['url_cats', 'Malicious links', BOTH],
      ['malicious_code', 'Malicious code', BOTH],
      ['source_code', 'Source code', BOTH],
      ['db_security', 'Database commands', ['response']],
    ],
  ],
];

const SIDE_WORDS: Readonly<Record<Side, string>> = { prompt: 'in prompts', response: 'in answers' };

export const SYSTEM_PACKAGES: readonly SystemPackage[] = PACKAGES.map(([key, name]) => ({
  id: namedId(`system-package:${key}`),
  name,
}));

/** Ids are the same everywhere. */
export const SYSTEM_SCANNERS: readonly SystemScanner[] = PACKAGES.flatMap(([key, , entries]) =>
  entries.flatMap(([detector, name, sides, setting]) =>
    sides.map((side) => ({
      id: systemScannerId(detector, side, setting),
      name: sides.length === 1 ? name : `${name} ${SIDE_WORDS[side]}`,
      detector,
      side,
      packageId: namedId(`system-package:${key}`),
      ...(setting === undefined ? {} : { setting }),
    })),
  ),
);

export function systemScannerId(detector: DetectorFlag, side: Side, setting?: string): string {
  return namedId(`system-scanner:${detector}:${setting ?? ''}:${side}`);
}
