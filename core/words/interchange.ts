import type { Item, Note, NoteKind, Reading } from '../interchange/item.ts'
import type { Agenda, Step } from '../interchange/steps.ts'
import { quotePlain } from '../text/quote.ts'

/** What `chorus import` says, in a terminal. */

const SHOWN = 5

export function writeReading(reading: Reading, agenda: Agenda): string {
  const { items, notes } = reading
  const wanted = items.filter(item => item.passed === null)
  const counts = [
    `${reading.format}: ${items.length} records, ${wanted.length} of them are open work`,
    ...writePassed(items),
  ]
  const mapped = [...Map.groupBy(notes, note => note.kind)].map(([kind, some]) => writeNotes(kind, some))
  return [counts.join('\n'), ...mapped, writeAgenda(agenda)].join('\n\n')
}

function writePassed(items: readonly Item[]): string[] {
  const passed = items.filter(item => item.passed !== null)
  const reasons = [...Map.groupBy(passed, item => item.passed!)].sort(([, a], [, b]) => b.length - a.length)
  return reasons.map(([why, some]) => `  ${some.length} become no issue: ${why}`)
}

const KINDS: Record<NoteKind, string> = {
  unreadable: 'cannot be read',
  id: 'ids',
  status: 'statuses that were mapped',
  type: 'types that were mapped',
  priority: 'priorities that were mapped',
  label: 'labels',
  link: 'links that were mapped',
  dangling: 'dangling links',
  text: 'texts',
}

/** The same words of many records are one line. */
function writeNotes(kind: NoteKind, notes: readonly Note[]): string {
  const groups = [...Map.groupBy(notes, note => note.text)].sort(([, a], [, b]) => b.length - a.length)
  const lines = groups.slice(0, SHOWN).map(([text, some]) => {
    const names = some
      .slice(0, 3)
      .map(note => note.about)
      .join(', ')
    const others = some.length > 3 ? ` and ${some.length - 3} more` : ''
    return `  ${quotePlain(`${names}${others}: ${text}`, 200)}`
  })
  const hidden = groups.slice(SHOWN).reduce((sum, [, some]) => sum + some.length, 0)
  const rest = hidden === 0 ? [] : [`  … and ${hidden} more (--json lists all)`]
  return [`${KINDS[kind]} (${notes.length}):`, ...lines, ...rest].join('\n')
}

function writeAgenda({ steps, refused }: Agenda): string {
  if (steps.length === 0 && refused.length === 0) return 'Everything is there already: nothing to do.'
  const count = (name: Step['do']) => steps.filter(step => step.do === name).length
  const links = `${count('nest')} below a parent, ${count('block')} "blocked by"`
  const head = `To be done: ${count('create')} issues to create; links: ${links}`
  const lines = steps.slice(0, SHOWN * 2).map(step => `  ${describeStep(step)}`)
  const rest = steps.length > lines.length ? [`  … and ${steps.length - lines.length} more`] : []
  const left = refused.map(({ key, why }) => `  not linked: ${key}: ${why}`)
  return [head, ...lines, ...rest, ...left].join('\n')
}

export function describeStep(step: Step): string {
  switch (step.do) {
    case 'create':
      return `create "${quotePlain(step.issue.title, 80)}" (${step.key})`
    case 'nest':
      return `hang #${step.child.number} below #${step.parent.number}`
    case 'block':
      return `#${step.issue.number} waits for #${step.blocker.number}`
    case 'unblock':
      return `#${step.issue.number} no longer waits for #${step.blocker.number}`
    case 'discard':
      return `close #${step.issue}: the same as #${step.original}`
    case 'reword':
      return `write #${step.issue} as ${quotePlain(step.title, 80)}`
    case 'drop':
      return `close #${step.issue}: no longer in ${step.path}`
  }
}

/** @param hourly how many requests of the kind an hour has room for. */
export function writeDuration(requests: number, hourly: number): string {
  const hours = Math.ceil(requests / hourly)
  const time = hours <= 1 ? 'within the hour' : `in about ${hours} hours`
  return `${requests} requests that create content; at ${hourly} an hour, done ${time}.`
}

export function writeDrop(path: string): string {
  return `\`${path}\` no longer has this task, and nobody had begun it: closed. Opening it again makes it a task of its own.`
}

export function writeDiscard(original: number): string {
  return `The same task was imported twice; #${original} is the one that counts.`
}
