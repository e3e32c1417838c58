/** The explicit list of the protocols; an operator's own routes are made with `jsonRoutes`. */
import { ANTHROPIC_MESSAGES } from './anthropic-messages.ts';
import { AZURE_CHAT, OPENAI_CHAT } from './openai-chat.ts';
import type { Protocol } from './protocol.ts';

/** In this order: where two share a path, the one whose `markerHeader` is there answers, else the first. */
export const PROTOCOLS: readonly Protocol[] = [OPENAI_CHAT, ANTHROPIC_MESSAGES, AZURE_CHAT];
