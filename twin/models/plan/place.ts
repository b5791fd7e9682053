import type { Ask, Entry } from '../ask.ts'
import { holds } from './condition.ts'
import { findPlan, withoutPlan } from './fence.ts'
import { type Plan, type Section, type Turn, takesTool } from './plan.ts'

/** Where in its plan a model is, by what the transcript shows. */
export type Place = {
  /** null when the plan is at its end. */
  turn: Turn | null
  /** Whether its whole section only talks, so that it can be followed without tools. */
  onlyTalk: boolean
  /** A file to read before the turn, because the client would not write what was not read. */
  readFirst: boolean
  /** Answers in the transcript so far: the same number for a retry of the same request. */
  answers: number
  /** Names the step within the plan. Clients may keep half an answer in the transcript, and still are at the same step. */
  step: string
}

/** Clients say so when a file is overwritten that the model did not read. */
const UNREAD = /not been read|must (first )?(be )?read|read (it|the file) (first|before)|without reading/i

/**
 * Finds the place: the section by the last prompt that a condition speaks of, or that brings the plan along; the turn by
 * how many complete answers the transcript has since then.
 */
export function findPlace(plan: Plan, ask: Ask): Place {
  const { section, from } = chooseSection(plan, ask)
  const turns = section?.turns ?? []
  const answers = ask.entries.filter(entry => entry.role === 'assistant').length
  let next = 0
  let refused = false
  for (const [answer, result] of answersWithResults(ask.entries.slice(from))) {
    const turn = turns[next]
    const complete = turn === undefined || !takesTool(turn.act) || answer.calls.length > 0
    if (refused || !complete) {
      // The reading before a second try, or an answer that was cut: it is no turn.
      refused = false
    } else if (turn?.act.do === 'write' && result !== null && UNREAD.test(result)) {
      refused = true
    } else {
      next += 1
    }
  }
  const step = `${section === null ? -1 : plan.sections.indexOf(section)}.${next}`
  const onlyTalk = turns.every(turn => !takesTool(turn.act))
  return { turn: turns[next] ?? null, onlyTalk, readFirst: refused, answers, step }
}

type Answer = Entry & { role: 'assistant' }

function answersWithResults(entries: readonly Entry[]): [Answer, string | null][] {
  return entries.flatMap((entry, at): [Answer, string | null][] => {
    if (entry.role !== 'assistant') return []
    const after = entries[at + 1]
    return [[entry, after?.role === 'tool' ? after.results.join('\n') : null]]
  })
}

/** Prompts from the last to the first: the newest one that means something decides. */
function chooseSection(plan: Plan, ask: Ask): { section: Section | null; from: number } {
  const rest = plan.sections.find(section => section.when === null) ?? null
  const conditional = plan.sections.filter(section => section.when !== null)
  for (let at = ask.entries.length - 1; at >= 0; at -= 1) {
    const entry = ask.entries[at]
    if (entry?.role !== 'user') continue
    const words = withoutPlan(entry.text)
    const section = conditional.find(one => one.when?.prompt !== null && holds(one.when, words, ask.model))
    if (section) return { section, from: at }
    if (findPlan(entry.text) !== null) return { section: byModel(conditional, ask) ?? rest, from: at }
  }
  return { section: byModel(conditional, ask) ?? rest, from: 0 }
}

function byModel(sections: readonly Section[], ask: Ask): Section | null {
  return sections.find(one => one.when?.prompt === null && holds(one.when, '', ask.model)) ?? null
}
