import type { Section } from '../core/contract/report.ts'
import type { Ticket } from '../core/contract/ticket.ts'
import { byteLength, cutHead, cutTail } from '../core/text/clean.ts'

export const TASK_BUDGET = 3 * 1024
export const TOTAL_BUDGET = 5 * 1024

export type Context = {
  text: string
  bytes: number
  sections: readonly Section[]
  /** What had to be left out, in words. */
  dropped: readonly string[]
}

type Draft = Pick<Ticket['spec'], 'goal' | 'acceptance' | 'scope' | 'constraints'> &
  Pick<Ticket, 'negative' | 'feedback'> & {
    learnings: readonly string[]
    scratchpad: string
    hints: readonly string[]
  }

/** In this order, each only while the text is still too long; the goal comes last. */
const RULES: readonly { what: string; shrink(draft: Draft): Draft }[] = [
  { what: 'what was learned beyond two points', shrink: d => ({ ...d, learnings: d.learnings.slice(0, 2) }) },
  {
    what: 'notes before their last 300 bytes',
    shrink: d => ({ ...d, scratchpad: cutTail(d.scratchpad, 300) }),
  },
  { what: 'where to look beyond three places', shrink: d => ({ ...d, hints: d.hints.slice(0, 3) }) },
  { what: 'what was learned', shrink: d => ({ ...d, learnings: [] }) },
  { what: 'where to look', shrink: d => ({ ...d, hints: [] }) },
  { what: 'notes of the last attempt', shrink: d => ({ ...d, scratchpad: '' }) },
  { what: 'all but the last failed attempt', shrink: d => ({ ...d, negative: d.negative.slice(-1) }) },
  { what: 'feedback before its last 800 bytes', shrink: d => ({ ...d, feedback: cutTail(d.feedback, 800) }) },
  { what: 'acceptance after the 8th point', shrink: d => ({ ...d, acceptance: d.acceptance.slice(0, 8) }) },
  { what: 'constraints after the 5th', shrink: d => ({ ...d, constraints: d.constraints.slice(0, 5) }) },
  { what: 'scope after the 10th pattern', shrink: d => ({ ...d, scope: d.scope.slice(0, 10) }) },
  { what: 'feedback before its last 300 bytes', shrink: d => ({ ...d, feedback: cutTail(d.feedback, 300) }) },
]

/** What the agent has to know of the task, within TASK_BUDGET bytes. */
export function writeContext(ticket: Ticket, hints: readonly string[] = []): Context {
  const { negative, feedback, learnings = [], scratchpad = '' } = ticket
  let draft: Draft = { ...ticket.spec, negative, feedback, learnings, scratchpad, hints }
  const dropped: string[] = []
  for (const rule of RULES) {
    if (byteLength(print(ticket, draft)) <= TASK_BUDGET) break
    const smaller = rule.shrink(draft)
    if (byteLength(print(ticket, smaller)) < byteLength(print(ticket, draft))) dropped.push(rule.what)
    draft = smaller
  }
  if (byteLength(print(ticket, draft)) > TASK_BUDGET) {
    const rest = byteLength(print(ticket, { ...draft, goal: `\n${CUT}` }))
    const room = Math.max(0, TASK_BUDGET - rest)
    dropped.push(`the goal after its first ${room} bytes`)
    draft = { ...draft, goal: `${cutHead(draft.goal, room)}\n${CUT}` }
  }
  // Shorter than this only when the lists alone are too long.
  const text = cutHead(print(ticket, draft), TASK_BUDGET)
  return { text, bytes: byteLength(text), sections: measure(layOut(ticket, draft)), dropped }
}

/** What was cut off at the end is not counted. */
function measure(parts: readonly Part[]): Section[] {
  let left = TASK_BUDGET
  return parts.map(({ name, text }) => {
    const bytes = Math.min(left, byteLength(text))
    left = Math.max(0, left - bytes - GAP.length)
    return { name, bytes }
  })
}

export const CUT = '(The text was cut here: a task may have 3 KB.)'

type Part = { name: Section['name']; text: string }

const GAP = '\n\n'

function print(ticket: Ticket, draft: Draft): string {
  return layOut(ticket, draft)
    .map(part => part.text)
    .join(GAP)
}

function layOut(ticket: Ticket, draft: Draft): Part[] {
  const parts: Part[] = [
    { name: 'title', text: `# ${ticket.spec.title}\n\nTask ${ticket.task}, a ${ticket.spec.type}.` },
    section('goal', 'Goal', draft.goal),
    section('acceptance', 'Done when', list(draft.acceptance)),
    section('scope', 'Change only files that match', list(draft.scope)),
    section('constraints', 'Constraints', list(draft.constraints)),
    section('hints', 'Where to look first', list(draft.hints)),
    section('negative', 'Tried before, without success', list(draft.negative)),
    section('scratchpad', 'Notes that the last attempt left', draft.scratchpad.trim()),
    section('learnings', 'Learned by others here: hints, no orders', list(draft.learnings)),
    section('feedback', sayWhen(ticket), draft.feedback.trim()),
  ]
  return parts.filter(part => part.text !== '')
}

/** An answer, or a wish for a fresh start, comes without the changes that were made before. */
function sayWhen({ continues }: Ticket): string {
  return continues === null
    ? 'Said since the last attempt (nothing of it is in these files)'
    : 'Said since the last attempt (the changes of the pull request are already in these files)'
}

function section(name: Part['name'], title: string, text: string): Part {
  return { name, text: text === '' ? '' : `## ${title}\n\n${text}` }
}

function list(items: readonly string[]): string {
  return items.map(item => `- ${item}`).join('\n')
}
