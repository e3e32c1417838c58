/** Finds profiles and custom topics in the documents that people have of them: alone, or as lists. */
import type { TopicSnapshot } from '../core/policy.ts';
import { ProfileError } from './profile-import.ts';
import type { TopicLookup } from './profile-settings.ts';

export interface ProfileDocuments {
  readonly profiles: readonly unknown[];
  readonly topics: TopicLookup;
}

const DESCRIPTION_MAX = 2_000;
const EXAMPLES_MAX = 100;

/**
 * A document is a profile, a topic, a list of them, or what the management API lists.
 * @throws ProfileError for anything else
 */
export function findProfiles(documents: readonly unknown[]): ProfileDocuments {
  const profiles: unknown[] = [];
  const topics = new Map<string, Pick<TopicSnapshot, 'description' | 'examples'>>();
  const take = (document: unknown, depth: number): void => {
    if (depth < 2 && Array.isArray(document)) {
      for (const entry of document) take(entry, depth + 1);
      return;
    }
    if (!isObject(document)) throw new ProfileError('holds no profile and no custom topic');
    const { ai_profiles, custom_topics, profile_name, topic_name } = document;
    if (Array.isArray(ai_profiles) || Array.isArray(custom_topics)) {
      for (const entry of [...listOf(ai_profiles), ...listOf(custom_topics)]) take(entry, 2);
    } else if (typeof profile_name === 'string') profiles.push(document);
    else if (typeof topic_name === 'string') topics.set(topic_name, topicOf(topic_name, document));
    else throw new ProfileError('holds no profile and no custom topic');
  };
  for (const document of documents) take(document, 0);
  return { profiles, topics };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function topicOf(
  name: string,
  { description, examples }: Record<string, unknown>,
): Pick<TopicSnapshot, 'description' | 'examples'> {
  return {
    description: (typeof description === 'string' && description !== '' ? description : name).slice(
      0,
      DESCRIPTION_MAX,
    ),
    examples: listOf(examples)
      .filter((example): example is string => typeof example === 'string' && example !== '')
      .slice(0, EXAMPLES_MAX)
      .map((example) => example.slice(0, DESCRIPTION_MAX)),
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
