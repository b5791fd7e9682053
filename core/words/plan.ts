import type { Backlog, BacklogTask } from '../backlog/contract.ts'
import { SIZE_HOURS } from '../backlog/contract.ts'
import { findCriticalPath, layer, readWaits } from '../backlog/graph.ts'
import type { Config } from '../config/config.ts'
import type { Report } from '../contract/report.ts'
import type { Folding } from '../fold.ts'
import { findProtected } from '../gates/protected.ts'
import { listPaths } from '../gates/verdict.ts'
import { printPullMarker } from '../names.ts'
import { compileGlob } from '../paths/glob.ts'
import { readSection } from '../planning/document.ts'
import type { PlanFacts } from '../planning/facts.ts'
import { type Forecast, forecast } from '../planning/forecast.ts'
import { readVersion } from '../planning/version.ts'
import type { TaskState } from '../state.ts'
import { quoteBlock, quoteCell, quoteLine } from '../text/quote.ts'
import { writeForecast } from './forecast.ts'
import { writeSubject } from './subject.ts'

type Attempted = Extract<TaskState, { is: 'attempted' }>

/** Title and body of the pull request that shows a plan. Merging it starts the work, so it says how much that is. `made`: how it came about, and what was checked. */
export function writePlanPull(
  facts: Folding,
  state: Attempted,
  made: string,
): { title: string; body: string } {
  const { task } = facts
  const { plan } = task
  const parts = [
    writeHead(task, state.report),
    ...(plan === null ? [] : writePlan(plan, facts)),
    made,
    printPullMarker({ task: task.id, attempt: state.attempt }),
  ]
  const subject = { title: `plan ${task.issue.title}`, type: 'docs' }
  return {
    title: writeSubject({ task: task.id, spec: subject, report: null }),
    body: `${parts.filter(part => part !== '').join('\n\n')}\n`,
  }
}

/** Which version it is; of a later one also what became of the one before. */
function writeHead({ issue, plan }: Folding['task'], report: Report): string {
  const version = plan === null ? 1 : readVersion(plan.text)
  const tasks = plan?.backlog.ok ? plan.backlog.value.tasks.length : null
  const work = tasks === null ? 'its work' : tasks === 1 ? 'its one task' : `its ${tasks} tasks`
  const begins = `**Nothing of ${work} begins before a person approves it.**`
  if (version === 1) return `🗺️ A plan for #${issue.number}. ${begins}`
  return `🗺️ Version ${version} of a plan for #${issue.number}. ${begins} What was approved before does not count for it.\n\n${quoteBlock(report.summary, 1500)}`
}

function writePlan(plan: PlanFacts, facts: Folding): string[] {
  if (!plan.backlog.ok) return ['Its backlog has problems; the check `chorus/gate` names the first.']
  const backlog = plan.backlog.value
  const { config, world } = facts
  const guess = config.ok ? forecast(backlog, config.value, world.ledger.controls.usage) : null
  return [
    quoteBlock(backlog.goal, 1500),
    section('What you can do', HOW),
    section('Look at this', writeDoubts(backlog, plan, config.ok ? config.value : null)),
    section('The graph', [drawGraph(backlog), writeMeasures(backlog)].join('\n\n')),
    section('Cost and time', config.ok && guess !== null ? writeForecast(backlog, guess, facts) : ''),
    section('Tasks', writeTasks(backlog.tasks, guess)),
    section('Risks', quoteBlock(readSection(plan.text, 'Risks'), 1500)),
  ]
}

const HOW = [
  '- **Read** `PLAN.md`; the three documents beside it are what it was made from.',
  '- **Not right yet?** Comment `/chorus plan` with what should be otherwise, on its line or around it: it is made again, and keeps what people edited. Name `SPEC.md`, `ARCHITECTURE.md` or `QA.md` to have that one looked into again.',
  '- **Quicker by hand?** Edit `BACKLOG.yaml` on this branch. The check `chorus/gate` shows mistakes on their lines; `chorus validate` does so on your machine.',
  '- **Right?** Approve it by a review or by `/chorus approve`, or merge it; that takes write access. The tasks then become sub-issues, a few at a time, and begin. What is changed after an approval has to be approved again.',
].join('\n')

function section(heading: string, text: string): string {
  return text === '' ? '' : `### ${heading}\n\n${text}`
}

/** More boxes than that nobody can read. */
const MOST_DRAWN = 60
/** More tasks than these are folded away. */
const MOST_OPEN = 20

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
  const note =
    left > 0
      ? `\n\n…and ${left} ${left === 1 ? 'task' : 'tasks'} that ${left === 1 ? 'is' : 'are'} not drawn.`
      : ''
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

function writeMeasures({ tasks }: Backlog): string {
  const path = criticalPath(tasks)
  const rounds = layer(readWaits(tasks))
  const hours = tasks.reduce((sum, task) => sum + SIZE_HOURS[task.size], 0)
  const width = Math.max(...rounds.map(round => round.length))
  return [
    '| | |',
    '|---|---|',
    `| tasks | ${tasks.length}${tasks.length === 1 ? '' : `, at most ${width} at a time`} |`,
    `| critical path, drawn thick | ${path.ids.map(id => `\`${id}\``).join(' → ')}: ${path.hours} of ${hours} hours, as a person would need |`,
  ].join('\n')
}

function writeTasks(tasks: readonly BacklogTask[], guess: Forecast | null): string {
  const rows = tasks.map(({ id, title, type, size, depends_on, scope, agent }) => {
    const given = guess?.agents.get(id) ?? agent
    const cells = [
      `\`${id}\``,
      quoteCell(quoteLine(title, 100)),
      type,
      size,
      depends_on.map(one => `\`${one}\``).join(', '),
      listPaths(scope),
      given ?? '',
    ]
    return `| ${cells.join(' | ')} |`
  })
  const table = [
    '| task | what | type | size | waits for | files | agent |',
    '|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n')
  if (tasks.length <= MOST_OPEN) return table
  return `<details><summary>All ${tasks.length} tasks</summary>\n\n${table}\n\n</details>`
}

/** Where a look is worth most: what was disputed, what many wait for, and what a person will be asked about anyway. */
function writeDoubts({ tasks }: Backlog, { text }: Pick<PlanFacts, 'text'>, config: Config | null): string {
  const waiting = tasks.flatMap(task => task.depends_on)
  const hubs = tasks.filter(({ id }) => waiting.filter(one => one === id).length >= 3)
  const reviewed = tasks.filter(task => task.needs_review)
  // A pattern below a protected folder is like a path in it.
  const guarded = tasks.filter(({ scope }) => findProtected(scope, config?.gates.protected ?? []).length > 0)
  const wide = tasks.filter(({ scope }) => scope.some(isEverything))
  const strange = tasks.filter(
    ({ agent }) => agent !== undefined && config !== null && !Object.hasOwn(config.agents, agent),
  )
  const list = (some: readonly BacklogTask[]) => some.map(({ id }) => `\`${id}\``).join(', ')
  const conflicts = readSection(text, 'Conflicts')
  const points = [
    ...(hubs.length > 0 ? [`- Three tasks or more wait for ${list(hubs)}: a mistake there costs most.`] : []),
    ...(reviewed.length > 0 ? [`- A person is asked before what follows ${list(reviewed)} begins.`] : []),
    ...(guarded.length > 0
      ? [
          `- ${list(guarded)} may need files that only people change (\`gates.protected\`): an agent’s change to them is refused.`,
        ]
      : []),
    ...(wide.length > 0
      ? [`- ${list(wide)} may change every file there is: a narrower \`scope\` says what it is about.`]
      : []),
    ...(strange.length > 0
      ? [
          `- ${list(strange)} ${strange.length === 1 ? 'names' : 'name'} an \`agent\` that \`.github/chorus.yml\` does not have: nobody does such a task until another is named.`,
        ]
      : []),
    ...(isNothing(conflicts) ? [] : ['- Where the three planners disagreed, and what was chosen:']),
  ]
  const disputed = isNothing(conflicts) ? '' : `\n\n${quoteBlock(conflicts, 1500)}`
  return `${points.join('\n')}${disputed}`
}

/** A pattern that matches whatever it is asked about. */
function isEverything(pattern: string): boolean {
  const glob = compileGlob(pattern)
  return glob.ok && ['q', 'q/q.q', '.q/q/q'].every(glob.value)
}

function isNothing(conflicts: string): boolean {
  return /^\W*(?:none\b.{0,40})?$/i.test(conflicts)
}
