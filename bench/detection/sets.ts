/** The development sets of each detector: which rows count, and how a row is handed to the engine. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DetectorFlag } from '../../src/core/scan-wire.ts';

export interface Sample {
  readonly text: string;
  readonly bad: boolean;
  readonly kind: string;
}

export interface DetectionSet {
  readonly flag: DetectorFlag;
  readonly name: string;
  readonly samples: readonly Sample[];
}

interface Source {
  readonly flag: DetectorFlag;
  readonly files: readonly string[];
  /** Sets that are never trained on are measured whole, the others on their dev fold. */
  readonly whole?: true;
  /** Every row counts as this, whatever its label says for another detector. */
  readonly bad?: boolean;
}

const BENIGN = ['awesome_prompts_70', 'cse_instruct_prompts', 'goodwiins_benign', 'self_instruct'].map(
  (name) => `benign/${name}`,
);
const CODE = ['malicious_code/cse_instruct_benign_code'];

const SOURCES: readonly Source[] = [
  {
    flag: 'injection',
    files: [
      'deepset_train',
      'garak_small',
      'goodwiins_attacks',
      'inthewild_jailbreaks',
      'neuralchemy',
      'tensor_trust_hijacking',
      'bipia_train_buried_code',
      'bipia_train_buried_email',
      'bipia_train_buried_table',
    ].map((name) => `injection/${name}`),
  },
  { flag: 'injection', files: [...BENIGN, 'topics/clinc_train_val', ...CODE], bad: false },
  { flag: 'agent', files: ['agent/asb_aggressive', 'agent/cse_interpreter'] },
  { flag: 'agent', files: BENIGN, bad: false },
  {
    flag: 'toxic_content',
    files: ['davidson', 'decodingtrust_prompts', 'mlc_baseline', 'garak_harm_requests'].map(
      (name) => `toxic_content/${name}`,
    ),
  },
  { flag: 'toxic_content', files: ['toxic_content/sghatecheck_dev_only'], whole: true },
  { flag: 'toxic_content', files: [...BENIGN, 'topics/clinc_train_val'], bad: false },
  {
    flag: 'malicious_code',
    files: ['atomic_odd', 'mpsd_powershell_80', 'patt_a_m'].map((name) => `malicious_code/${name}`),
  },
  { flag: 'malicious_code', files: [...CODE, ...BENIGN], bad: false },
  { flag: 'url_cats', files: ['url_cats/urls_80'] },
  { flag: 'db_security', files: ['db_security/patt_a_m', 'db_security/sql_eval_postgres_mysql'] },
  { flag: 'db_security', files: BENIGN, bad: false },
  { flag: 'dlp', files: ['dlp/presidio_generated_large'] },
  { flag: 'dlp', files: ['topics/clinc_train_val', 'benign/goodwiins_benign'], bad: false },
];

const DEV_FOLD = 4;
const FOLDS = 5;
/** SPLITS.md: the first byte of the unit's hash, mod 5. */
export const foldOf = (unit: string): number => (createHash('sha256').update(unit).digest()[0] ?? 0) % FOLDS;

const textOf = (row: Readonly<Record<string, unknown>>, field: string): string => {
  const value = row[field];
  return typeof value === 'string' ? value : '';
};

function isRow(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function read(file: string, source: Source): readonly Sample[] {
  const samples: Sample[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line === '') continue;
    const row: unknown = JSON.parse(line);
    if (!isRow(row)) continue;
    const unit = textOf(row, 'domain') || textOf(row, 'group') || textOf(row, 'id');
    const text = textOf(row, 'text');
    if (text === '' || row.only_when_buried === true) continue;
    if (source.whole === undefined && foldOf(unit) !== DEV_FOLD) continue;
    samples.push({ text, bad: source.bad ?? row.label === 1, kind: textOf(row, 'kind') });
  }
  return samples;
}

/** Undefined where the data folder is absent. */
export function readSets(folder: string): readonly DetectionSet[] | undefined {
  if (!existsSync(join(folder, 'SPLITS.md'))) return undefined;
  return SOURCES.flatMap((source) =>
    source.files.map((name) => ({
      flag: source.flag,
      name,
      samples: read(join(folder, `${name}.jsonl`), source),
    })),
  );
}
