import type { Backlog, BacklogTask } from '../backlog/contract.ts'
import { SIZE_HOURS } from '../backlog/contract.ts'
import { findCriticalPath, layer, readWaits } from '../backlog/graph.ts'
import type { Folding } from '../fold.ts'
import { listPaths } from '../gates/verdict.ts'
import { printPullMarker } from '../names.ts'
import { readSection } from '../planning/document.ts'
import type { PlanFacts } from '../planning/facts.ts'
import type { TaskState } from '../state.ts'
import { quoteBlock, quoteCell, quoteLine } from '../text/quote.ts'
import { writeSubject } from './subject.ts'

type Attempted = Extract<TaskState, { is: 'attempted' }>

/** Title and body of the pull request that shows a plan. Merging it starts the work, so it says how much that is. `made`: how it came about. */
export function writePlanPull(
  facts: Folding,
  state: Attempted,
  made: string,
): { title: string; body: string } {
  const { task, config } = facts
  const { plan } = task
  const parts = [
    `🗺️ A plan for #${task.issue.number}.`,
    ...(plan === null ? [] : writePlan(plan, config.ok ? (config.value.limits.cost_usd ?? null) : null)),
    made,
    printPullMarker({ task: task.id, attempt: state.attempt }),
  ]
  const subject = { title: `plan ${task.issue.title}`, type: 'docs' }
  return {
    title: writeSubject({ task: task.id, spec: subject, report: null }),
    body: `${parts.filter(part => part !== '').join('\n\n')}\n`,
  }
}

function writePlan(plan: PlanFacts, cost: number | null): string[] {
  if (!plan.backlog.ok) return ['Its backlog has problems; the check `chorus/gate` names the first.']
  const backlog = plan.backlog.value
  return [
    quoteBlock(backlog.goal, 1500),
    section('What you can do', HOW),
    section('The graph', [drawGraph(backlog), writeMeasures(backlog, cost)].join('\n\n')),
    section('Tasks', writeTasks(backlog.tasks)),
    section('Risks', quoteBlock(readSection(plan.text, 'Risks'), 1500)),
    section('Look at this', writeDoubts(backlog)),
  ]
}

const HOW = [
  '- Read `PLAN.md`, and the three documents beside it that it was made from.',
  '- Not right yet? Edit `BACKLOG.yaml` on this branch, the check `chorus/gate` names the first mistake and its line, `chorus validate` all of them; or comment `/chorus plan`, with what should be otherwise: then it is made again, with your edits. Name `SPEC.md`, `ARCHITECTURE.md` or `QA.md` to have that one looked into again.',
  '- Right? Approve by a review or by `/chorus approve`, or merge: who has write access may. The tasks then become sub-issues, a few at a time, and begin. Whatever is changed later has to be approved again.',
].join('\n')

function section(heading: string, text: string): string {
  return text === '' ? '' : `### ${heading}\n\n${text}`
}

/** More boxes than that nobody can read. */
const MOST_DRAWN = 60

/** Tasks and what they wait for; the longest way is drawn thick. */
function drawGraph({ tasks }: Backlog): string {
  const drawn = tasks.slice(0, MOST_DRAWN)
  const name = new Map(drawn.map((task, i) => [task.id, `t${i}`]))
  const critical = new Set(criticalPath(tasks).ids)
  const boxes = drawn.map(task => `  ${name.get(task.id)}["${label(task)}"]`)
  const arrows = drawn.flatMap(task =>
    task.depends_on.flatMap(id => (name.has(id) ? `  ${name.get(id)} --> ${name.get(task.id)}` : [])),
  )
  const thick = drawn.filter(task => critical.has(task.id)).map(task => name.get(task.id))
  const lines = [
    'graph LR',
    ...boxes,
    ...arrows,
    '  classDef critical stroke-width:3px',
    ...(thick.length > 0 ? [`  class ${thick.join(',')} critical`] : []),
  ]
  const left = tasks.length - drawn.length
  const note = left > 0 ? `\n\n…and ${left} tasks that are not drawn.` : ''
  return `\`\`\`mermaid\n${lines.join('\n')}\n\`\`\`${note}`
}

/** Nothing in it that Mermaid, or GitHub's page around it, would take for its own. */
function label({ id, title, size }: BacklogTask): string {
  return `${id}: ${title.replace(/[^\p{L}\p{N} .,:;()/+_-]/gu, ' ').slice(0, 50)} (${size})`
}

function criticalPath(tasks: readonly BacklogTask[]): { ids: string[]; hours: number } {
  const hours = new Map(tasks.map(task => [task.id, SIZE_HOURS[task.size]]))
  return findCriticalPath(readWaits(tasks), id => hours.get(id) ?? 0)
}

function writeMeasures({ tasks }: Backlog, cost: number | null): string {
  const path = criticalPath(tasks)
  const rounds = layer(readWaits(tasks))
  const hours = tasks.reduce((sum, task) => sum + SIZE_HOURS[task.size], 0)
  const rows = [
    ['tasks', `${tasks.length}, at most ${Math.max(...rounds.map(round => round.length))} at a time`],
    [
      'critical path',
      `${path.ids.map(id => `\`${id}\``).join(' → ')}: ${path.hours} of ${hours} hours, as a person would need`,
    ],
    [
      'cost',
      cost === null
        ? 'no limit is set (`limits.cost_usd`)'
        : `at most ${(cost * tasks.length).toFixed(2)} USD for one attempt of each task (\`limits.cost_usd\`)`,
    ],
  ]
  return ['| | |', '|---|---|', ...rows.map(([name, text]) => `| ${name} | ${text} |`)].join('\n')
}

function writeTasks(tasks: readonly BacklogTask[]): string {
  const rows = tasks.map(({ id, title, type, size, depends_on, scope, agent }) => {
    const cells = [
      `\`${id}\``,
      quoteCell(quoteLine(title, 100)),
      type,
      size,
      depends_on.map(one => `\`${one}\``).join(', '),
      listPaths(scope),
      agent ?? '',
    ]
    return `| ${cells.join(' | ')} |`
  })
  return [
    '| task | what | type | size | waits for | files | agent |',
    '|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n')
}

/** Where a look is worth most: what many wait for, and what a person will be asked about anyway. */
function writeDoubts({ tasks }: Backlog): string {
  const waiting = tasks.flatMap(task => task.depends_on)
  const hubs = tasks.filter(({ id }) => waiting.filter(one => one === id).length >= 3)
  const reviewed = tasks.filter(task => task.needs_review)
  const list = (some: readonly BacklogTask[]) => some.map(({ id }) => `\`${id}\``).join(', ')
  return [
    ...(hubs.length > 0 ? [`- Three tasks or more wait for ${list(hubs)}: a mistake there costs most.`] : []),
    ...(reviewed.length > 0 ? [`- A person is asked before what follows ${list(reviewed)} begins.`] : []),
  ].join('\n')
}
