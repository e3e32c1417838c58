/** What one `model-configuration` of an AIRS profile says of each detector, in our actions (contract §4). */
import type { Action, TopicSnapshot } from '../core/policy.ts';
import type { Reading } from './profile-reading.ts';

/** Detectors and their actions, without the sides that they exist on. */
export interface DetectorSettings {
  readonly injection: Action;
  readonly agent: Action;
  readonly url_cats: Action;
  readonly dlp: Action;
  readonly toxic_content: Action;
  readonly malicious_code: Action;
  readonly db_security: Action;
  readonly topic_violation: Action;
  readonly ungrounded: Action;
  readonly source_code: Action;
  readonly topics: readonly TopicSnapshot[];
}

/** Description and examples of custom topics by name, which profiles do not hold. */
export type TopicLookup = ReadonlyMap<string, Pick<TopicSnapshot, 'description' | 'examples'>>;

const STRICTNESS: readonly Action[] = ['off', 'alert', 'mask', 'block'];

/** Of several actions the one that lets least pass. */
export const strictest = (actions: readonly Action[]): Action =>
  STRICTNESS[Math.max(0, ...actions.map((action) => STRICTNESS.indexOf(action)))] ?? 'block';

/** `allow` looks and tells, as our `alert`; an empty one does not look; an unknown one blocks. */
function actionOf(reading: Reading): Action {
  const action = reading.text()?.trim().toLowerCase();
  if (action === undefined || action === '') return 'off';
  if (action === 'block') return 'block';
  if (action === 'allow' || action === 'alert') return 'alert';
  reading.lose(`the action ${JSON.stringify(action.slice(0, 40))} is not known here: block`);
  return 'block';
}

/** One action stands for all; where they differ, the strictest. */
function oneFor(what: string, readings: readonly Reading[], place: Reading): Action {
  const actions = readings.map(actionOf);
  const action = strictest(actions);
  if (new Set(actions).size > 1) {
    place.note(`${what} have one action here: ${action}, the strictest of them`);
  }
  return action;
}

export function readDetectors(config: Reading, topics: TopicLookup): DetectorSettings {
  const data = config.at('data-protection');
  const app = config.at('app-protection');
  const models = byName(config.at('model-protection'));
  const guardrails = models('topic-guardrails');
  return {
    dlp: dlpAction(data.at('data-leak-detection')),
    db_security: databaseAction(data.at('database-security')),
    source_code: actionOf(data.at('source-code-detection').at('action')),
    url_cats: urlAction(app),
    malicious_code: namedAction(app.at('malicious-code-protection')),
    injection: namedAction(models('prompt-injection')),
    toxic_content: toxicAction(models('toxic-content')),
    ungrounded: namedAction(models('contextual-grounding')),
    agent: namedAction(byName(config.at('agent-protection'))('agent-security')),
    ...readTopics(guardrails, topics),
  };
}

/** Finds the entries of a list by their `name`; what is not there reads as empty. */
function byName(list: Reading): (name: string) => Reading | undefined {
  return (name) => {
    const entries = list.items().filter((item) => item.at('name').value === name);
    for (const entry of entries) entry.at('name').skip();
    return entries[0];
  };
}

function namedAction(entry: Reading | undefined): Action {
  entry?.at('name').skip();
  return entry === undefined ? 'off' : actionOf(entry.at('action'));
}

/** Masks are told with `block` too; with `allow` they are our `mask`. */
function dlpAction(leaks: Reading): Action {
  const action = actionOf(leaks.at('action'));
  const isMasked = leaks.at('mask-data-inline').isTrue();
  const members = leaks.at('member').items();
  if (members.length > 0) {
    const names = members.map((member) => JSON.stringify(member.at('text').value ?? ''));
    const list = names.join(', ').slice(0, 400);
    leaks.at('member').lose(`patterns of ${list} are not in the file: the built-in ones look instead`);
  }
  if (action === 'alert' && isMasked) return 'mask';
  return action;
}

function databaseAction(list: Reading): Action {
  const entries = list.items();
  const reads = entries.filter((entry) => entry.at('name').value === 'database-security-read');
  for (const entry of entries) entry.at('name').skip();
  for (const read of reads) {
    if (actionOf(read.at('action')) !== 'off') {
      read.lose('plain reads are told in reports and never held against a text');
    }
  }
  const others = entries.filter((entry) => !reads.includes(entry));
  return oneFor(
    'the verbs create, update and delete',
    others.map((entry) => entry.at('action')),
    list,
  );
}

/** Our feed knows malicious addresses; categories of the web at large it does not. */
function urlAction(app: Reading): Action {
  const given = actionOf(app.at('url-detected-action'));
  const lists = { block: 'block', alert: 'alert', allow: 'alert' } as const;
  const actions: Action[] = [given];
  for (const [name, action] of Object.entries(lists)) {
    const members = app.at(`${name}-url-category`).at('member');
    const categories = members.items().filter((item) => item.text() !== undefined);
    if (categories.length === 0) continue;
    if (name !== 'allow' || given === 'off') actions.push(action);
    members.lose(
      'categories are not told apart here: one action for malicious, disguised and imitating addresses',
    );
  }
  app.at('default-url-category').skip();
  return strictest(actions);
}

/** `high:block, moderate:allow`, or a list by category with actions of the same form. */
function toxicAction(entry: Reading | undefined): Action {
  if (entry === undefined) return 'off';
  const whole = levelsOf(entry.at('action'));
  const list = entry.at('toxic-category-list');
  const each = list.items().flatMap((item) => {
    item.at('category').skip();
    return levelsOf(item.at('action'));
  });
  const all = [...whole, ...each];
  const action = strictest(all);
  if (new Set(all).size > 1) {
    entry.note(`confidences and categories have one action here: ${action}, the strictest of them`);
  }
  return action;
}

function levelsOf(reading: Reading): Action[] {
  const text = reading.text()?.trim() ?? '';
  if (text === '') return [];
  return text.split(',').map((level) => {
    const [, action = ''] = /^\s*(?:\w+\s*:)?\s*(\w*)\s*$/.exec(level) ?? [];
    const word = action.toLowerCase();
    if (word === 'block') return 'block';
    if (word === 'allow' || word === 'alert') return 'alert';
    if (word === '' && level.includes(':')) return 'off';
    reading.lose(`the action ${JSON.stringify(text.slice(0, 60))} is not known here: block`);
    return 'block';
  });
}

interface Topics {
  readonly topic_violation: Action;
  readonly topics: readonly TopicSnapshot[];
}

/**
 * The top action `block` lets only allowed topics pass; `allow` lets all pass but blocked ones. Ours say the
 * same by the topics themselves: with an allowed one among them, all else violates.
 */
function readTopics(guardrails: Reading | undefined, known: TopicLookup): Topics {
  if (guardrails === undefined) return { topic_violation: 'off', topics: [] };
  const top = actionOf(guardrails.at('action'));
  const lists = guardrails.at('topic-list').items();
  const topics: TopicSnapshot[] = [];
  const actions: Action[] = [];
  for (const list of lists) {
    const isAllowed = list.at('action').value === 'allow';
    const entries = list.at('topic').items();
    const action = actionOf(list.at('action'));
    if (entries.length === 0) continue;
    if (isAllowed && top !== 'block') {
      list.lose('allowed topics change nothing where all else is allowed too: left out');
      continue;
    }
    if (!isAllowed) actions.push(action);
    for (const entry of entries) topics.push(topicOf(entry, isAllowed ? 'allow' : 'block', known));
  }
  if (top === 'off') {
    if (topics.length > 0) guardrails.note('the guardrail is off: its topics are kept, and not looked for');
    return { topic_violation: 'off', topics };
  }
  if (top === 'block') {
    if (!topics.some((topic) => topic.action === 'allow')) {
      guardrails
        .at('action')
        .lose('block without an allowed topic blocks everything: here only blocked topics are');
    }
    return { topic_violation: 'block', topics };
  }
  return { topic_violation: topics.length === 0 ? 'off' : strictest(actions), topics };
}

function topicOf(entry: Reading, action: 'block' | 'allow', known: TopicLookup): TopicSnapshot {
  const name = entry.at('topic_name').text() ?? '';
  entry.at('topic_id').skip();
  entry.at('revision').skip();
  const found = known.get(name);
  if (found === undefined) {
    entry
      .at('topic_name')
      .lose('its description and examples are in no file given: judged by its name alone');
  }
  return { name, description: found?.description ?? name, examples: found?.examples ?? [], action };
}
