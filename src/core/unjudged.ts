/** What is said of a text that nobody could judge, in the words of the scan API and of reports. */
import type { Side } from './part.ts';
import type { Action, DetectorActions, ProfileSnapshot, RuleFault } from './policy.ts';
import type { DetectorFlag, Judgement, ScanContent, ScanFault } from './scan-wire.ts';

/**
 * `error` blocks; `timeout` goes by the profile's `onTimeout`, which lets nothing pass that is forced on
 * every project. No flag is shown: nothing is known of any detector but that it did not look.
 */
export function unjudged(
  content: ScanContent,
  profile: ProfileSnapshot,
  status: ScanFault['status'],
): Judgement {
  const sides = sidesOf(content);
  const passes =
    status === 'timeout' &&
    profile.latency.onTimeout === 'allow' &&
    !sides.some((side) => isForcedOn(profile, side));
  return {
    category: status,
    action: passes ? 'allow' : 'block',
    timeout: status === 'timeout',
    error: status === 'error',
    errors: sides.flatMap((content_type) =>
      featuresOf(profile.actions[content_type]).map((feature) => ({ content_type, feature, status })),
    ),
    prompt_detected: {},
    response_detected: {},
    tool_detected: {},
  };
}

/** The same, for each detector and each scanner that should have looked. */
export function unjudgedRules(
  content: ScanContent,
  { actions, scanners }: ProfileSnapshot,
  status: RuleFault['status'],
): readonly RuleFault[] {
  const sides = sidesOf(content);
  const detectors = new Set(sides.flatMap((side) => flagsOn(actions[side])));
  const looking = scanners.filter(({ side }) => side === 'both' || sides.includes(side));
  return [
    ...[...detectors].map((detector) => ({ detector, status })),
    ...looking.map(({ name, id }) => ({
      detector: name,
      ...(id === undefined ? {} : { scannerId: id }),
      status,
    })),
  ];
}

function sidesOf(content: ScanContent): readonly Side[] {
  return [
    ...(content.prompt || content.code_prompt || content.tool_event ? (['prompt'] as const) : []),
    ...(content.response || content.code_response ? (['response'] as const) : []),
  ];
}

/** An alert stops nothing, so that nothing is lost where it did not look. */
function isForcedOn({ actions, builtIns = [], scanners }: ProfileSnapshot, on: Side): boolean {
  const stops = (action: Action): boolean => action === 'block' || action === 'mask';
  return (
    scanners.some(
      ({ forced, side, action }) => forced && stops(action) && (side === 'both' || side === on),
    ) ||
    builtIns.some(({ forced, side, detector }) => {
      const action = actions[side][detector];
      return forced && side === on && actionsIn(action).some(stops);
    })
  );
}

const actionsIn = (action: DetectorActions[DetectorFlag]): readonly Action[] =>
  typeof action === 'string' ? [action] : Object.values(action);

const flagsOn = (actions: DetectorActions): readonly DetectorFlag[] =>
  (Object.keys(actions) as DetectorFlag[]).filter((flag) =>
    actionsIn(actions[flag]).some((action) => action !== 'off'),
  );

/** `source_code` has no word of its own among the features (contract §0). */
const featuresOf = (actions: DetectorActions): readonly ScanFault['feature'][] => [
  ...new Set(flagsOn(actions).map((flag) => (flag === 'source_code' ? 'malicious_code' : flag))),
];
