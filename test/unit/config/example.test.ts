/** Holds the example file and the schema together: every setting stands there, and what is active is the default. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { configSchema } from '../../../src/config-schema.ts';
import { expandTexts } from '../../../src/config-yaml.ts';
import { loadText } from '../../support/config-load.ts';
import { PROJECT } from '../../support/tidy-source.ts';

const example = readFileSync(join(PROJECT, 'config/sallyport.yaml'), 'utf8');

const jsonSchema = z.object({
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
});

/** Every key of a JSON schema, as a path without list indexes. */
function keysOf(schema: unknown, path: readonly string[] = []): string[] {
  const parsed = jsonSchema.safeParse(schema);
  if (!parsed.success) return [];
  const own = Object.entries(parsed.data.properties ?? {}).flatMap(([key, below]) => {
    const at = [...path, key];
    return [at.join('.'), ...keysOf(below, at)];
  });
  return [...own, ...keysOf(parsed.data.items, path)];
}

/** Every key that a line of the file names, commented or active, as a path found by indentation. */
function keysIn(text: string): Set<string> {
  const found = new Set<string>();
  const open: { indent: number; key: string }[] = [];
  for (const line of text.split('\n')) {
    // Entries of lists and comments in front of a key count as indentation.
    const match = /^((?:[ ]|- |# )*)([A-Za-z_]+):(?:\s(.*))?$/.exec(line);
    if (!match) continue;
    const [, lead = '', key = '', rest = ''] = match;
    const indent = lead.replace(/# /g, '').length;
    while ((open.at(-1)?.indent ?? -1) >= indent) open.pop();
    open.push({ indent, key });
    const path = open.map((entry) => entry.key);
    found.add(path.join('.'));
    for (const inline of rest.matchAll(/(?:(?<!\$)\{|,)\s*([A-Za-z_]+):/g))
      found.add([...path, inline[1]].join('.'));
  }
  return found;
}

describe('config/sallyport.yaml', () => {
  it('names every setting of the schema, and nothing else', () => {
    const settings = keysOf(z.toJSONSchema(configSchema, { unrepresentable: 'any' }));
    expect(settings.length).toBeGreaterThan(100);
    expect([...keysIn(example)].sort()).toEqual([...new Set(settings)].sort());
  });

  it('says what holds without a file', () => {
    expect(loadText(example).config).toEqual(loadText('').config);
  });

  it('has examples in its comments that are valid', () => {
    const value = 'a'.repeat(32);
    const env = { OPENAI_API_KEY: value, SHOP_KEY: value, CI_SCAN_KEY: `${value}b` };
    const bare = example
      .replace(/^( *)# (- \w+:| {2}\w+:|method:|path:)/gm, '$1$2')
      .replace(/^(\s*(?:clients|routes|keys|topics|scanners):) \[\]/gm, '$1');
    const expanded = expandTexts(parse(bare), env);
    expect(expanded.issues).toEqual([]);
    const parsed = configSchema.safeParse(expanded.value);
    expect(parsed.error?.issues ?? []).toEqual([]);
    expect(parsed.data?.gateway.clients).toHaveLength(1);
    expect(parsed.data?.profiles[0]?.scanners).toHaveLength(1);
  });
});
