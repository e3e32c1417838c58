/** The two headers that every answer of the gateway carries (DESIGN §3). */
import type { OutgoingHttpHeaders } from 'node:http';
import { type SideNote, writeScanHeader } from '../core/verdict.ts';

export interface AnswerMarks {
  readonly trId: string;
  readonly prompt: SideNote;
  readonly answer: SideNote;
}

/** `x-sallyport-tr-id`, and `x-sallyport-scan` with the notes of both sides. */
export function markHeaders(marks: AnswerMarks): OutgoingHttpHeaders {
  return { 'x-sallyport-tr-id': marks.trId, 'x-sallyport-scan': writeScanHeader(marks.prompt, marks.answer) };
}
