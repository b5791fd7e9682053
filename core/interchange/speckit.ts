import { emptyItem, type Item, type Note, type Reading } from './item.ts'

/** spec-kit's `tasks.md`: checkboxes `- [ ] T012 [P] [US1] words`, in phases. Order and phases make the links. */
export function readSpecKit(text: string, feature: string): Reading | null {
  const lines = linesOf(text)
  if (lines.length === 0) return null
  const notes: Note[] = []
  const seen = new Set<string>()
  const tasks = lines.filter(task => {
    if (seen.has(task.id))
      notes.push({ kind: 'id', about: task.id, text: 'stands there twice; the first one counts' })
    return !seen.has(task.id) && seen.add(task.id)
  })
  const items = tasks.map((task, index) => readItem(task, tasks.slice(0, index), { all: seen, notes }))
  return { source: `speckit:${feature}`, format: 'spec-kit tasks', items, notes }
}

const TASK = /^(\s*[-*] \[)([ xX])(\] (T\d{3,})((?: \[[^\]]+\])*) (.+))$/

type Task = { id: string; done: boolean; parallel: boolean; words: string; phase: Phase }
/** Numbers of phases rise; a later one waits for an earlier one, but stories do not wait for each other. */
type Phase = { number: number; title: string; story: boolean }

function linesOf(text: string): Task[] {
  const tasks: Task[] = []
  let phase: Phase = { number: 0, title: '', story: false }
  for (const line of text.split(/\r?\n/)) {
    const heading = /^##\s+(.+?)\s*$/.exec(line)?.[1]
    if (heading !== undefined) {
      phase = { number: phase.number + 1, title: heading, story: /user story/i.test(heading) }
      continue
    }
    const match = TASK.exec(line)
    if (match === null) continue
    const marks = match[5]!
    const task = { id: match[4]!, done: match[2] !== ' ', parallel: marks.includes('[P]') }
    tasks.push({ ...task, words: match[6]!.trim(), phase })
  }
  return tasks
}

/** The title is the one that spec-kit's own export to issues gives, by which it knows what is there. */
function readItem(
  task: Task,
  before: readonly Task[],
  { all, notes }: { all: ReadonlySet<string>; notes: Note[] },
): Item {
  const explicit = /\(depends on ([^)]+)\)/i.exec(task.words)?.[1]?.match(/T\d{3,}/g) ?? null
  for (const id of explicit?.filter(id => !all.has(id)) ?? []) {
    notes.push({ kind: 'dangling', about: task.id, text: `depends on ${id}, which is not there: no link` })
  }
  const blockedBy = explicit?.filter(id => all.has(id) && id !== task.id) ?? waitsOf(task, before)
  return {
    ...emptyItem(task.id, `${task.id}: ${task.words}`.slice(0, 256)),
    goal: `${task.words}${task.phase.title === '' ? '' : `\n\nPhase: ${task.phase.title}`}`,
    scope: pathsIn(task.words),
    closed: task.done,
    passed: task.done ? 'done' : null,
    blockedBy: [...new Set(blockedBy)],
  }
}

/**
 * Only the last ones before it: what those wait for need not be named again. Within a phase a task waits for the run of
 * parallel ones before it, or for the one before that; the first ones of a phase wait for the phase before.
 */
function waitsOf(task: Task, before: readonly Task[]): string[] {
  const same = before.filter(other => other.phase.number === task.phase.number)
  const files = new Set(pathsIn(task.words))
  const rivals = same.filter(other => other.parallel && pathsIn(other.words).some(path => files.has(path)))
  const barrier = same.findLastIndex(other => !other.parallel)
  const run = same.slice(barrier + 1)
  if (!task.parallel && run.length > 0) return run.map(other => other.id)
  if (barrier >= 0) return [...new Set([same[barrier]!, ...rivals])].map(other => other.id)
  return [...new Set([...lastOfPhaseBefore(task.phase, before), ...rivals.map(other => other.id)])]
}

function lastOfPhaseBefore(phase: Phase, before: readonly Task[]): string[] {
  const earlier = before.filter(
    ({ phase: other }) => other.number < phase.number && !(phase.story && other.story),
  )
  const numbers = [...new Set(earlier.map(other => other.phase.number))]
  // After the stories comes what waits for all of them.
  const last = numbers.at(-1)
  const stories = new Set(earlier.filter(({ phase: other }) => other.story).map(other => other.phase.number))
  const wanted = last !== undefined && stories.has(last) ? [...stories] : numbers.slice(-1)
  return wanted.flatMap(number => endOf(earlier.filter(other => other.phase.number === number)))
}

function endOf(tasks: readonly Task[]): string[] {
  const barrier = tasks.findLastIndex(task => !task.parallel)
  return tasks.slice(barrier === tasks.length - 1 ? barrier : barrier + 1).map(task => task.id)
}

/** In backticks, or words that look like paths with an ending. */
function pathsIn(words: string): string[] {
  const ticked = [...words.matchAll(/`([^`\s]+\/[^`\s]*|[^`\s]+\.[a-z0-9]+)`/gi)].map(match => match[1]!)
  const bare = [...words.replace(/`[^`]*`/g, '').matchAll(/(?:^|\s)((?:[\w.-]+\/)+[\w-]+\.\w+)/g)]
  return [...new Set([...ticked, ...bare.map(match => match[1]!)])]
}

/** The same file with its boxes ticked as `states` says; all else stays as it is. */
export function writeSpecKit(text: string, states: ReadonlyMap<string, boolean>): string {
  return text
    .split('\n')
    .map(line => {
      const [plain, end] = line.endsWith('\r') ? [line.slice(0, -1), '\r'] : [line, '']
      const match = TASK.exec(plain)
      const closed = states.get(match?.[4] ?? '')
      if (match === null || closed === undefined || closed === (match[2] !== ' ')) return line
      return `${match[1]}${closed ? 'x' : ' '}${match[3]}${end}`
    })
    .join('\n')
}

/** `specs/001-login/tasks.md` → `001-login`. */
export function featureOf(path: string): string {
  return path.split(/[\\/]/).at(-2) ?? 'tasks'
}
