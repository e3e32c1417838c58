/** The AIRS profile and the custom topics of the documentation, as the management API writes them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './tidy-source.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests reach into documents of any shape.
const example = (name: string): any => JSON.parse(readFileSync(join(PROJECT, 'docs/examples', name), 'utf8'));

export const TOPICS = example('airs-topics.json');
export const profileDocument = () => example('airs-profile.json');
