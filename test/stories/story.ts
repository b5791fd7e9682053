import { GATE_CHECK, printTaskId } from '../../core/names.ts'
import { openStage, type Stage, type StageOptions } from '../../twin/demo/stage.ts'
import { git } from '../../twin/git.ts'
import type { Issue } from '../../twin/issues/state.ts'
import type { Pull } from '../../twin/pulls/state.ts'
import { commitFiles } from '../../twin/seed.ts'
import { GREETER, GREETER_CONFIG, TESTS } from './greeter.ts'
import { keepPages } from './pages.ts'

/**
 * A story: the whole product on the twin, told from outside. People act through REST with their own tokens, waiting is
 * always for a condition, and at the end the world is asserted, including what did not happen.
 *
 * Cast: ada (admin) asks, grace (write) reviews, tim (triage) labels, sam is a stranger.
 */
export type Story = Stage & {
  /** Made by `by`; the script is what the scripted agent does. Returns the number. */
  issue(wanted: IssueWish): Promise<number>
  label(issue: number, label?: string, by?: string): Promise<void>
  comment(issue: number, body: string, by?: string): Promise<number>
  /** Waits for a condition on the twin's state; fails with `what` and a picture of the world. */
  until<T>(what: string, find: () => T | null | undefined | false, patience?: number): Promise<T>
  theIssue(number: number): Issue
  /** The newest pull request of the task of that issue. */
  pullOf(issue: number): Pull | null
  labelsOf(issue: number): string[]
  /** Bodies of comments by the app on that issue. */
  saidOn(issue: number): string[]
  /** Full names and SHAs below a prefix. */
  refs(prefix: string): Promise<Map<string, string>>
  /** Subjects of the default branch, newest first. */
  history(): Promise<string[]>
  /** Text of a file on a ref; null when it is not there. */
  file(path: string, ref?: string): Promise<string | null>
  /** Title and conclusion of the newest gate check on a head. */
  gateOf(head: string): { title: string | null; conclusion: string | null } | null
  /** How often an agent was really started: each start of the counting agent leaves a line. */
  conversations(): string[]
  push(change: {
    branch: string
    files: Record<string, string | null>
    message?: string
    by?: string
  }): Promise<string>
}

export type IssueWish = {
  title?: string
  script: readonly string[]
  labels?: string[]
  by?: string
  acceptance?: string
  extra?: string
}

/** `files` stand beside those of the greeter, or in their place; null leaves one out. */
export type StoryOptions = Partial<Omit<StageOptions, 'files'>> & {
  config?: string
  files?: Record<string, string | null>
}

/** Seeds under which stories are told: each gives other lags, orders and delays. `npm run soak` tells them under many more. */
export const SEEDS: readonly number[] = (process.env.SEEDS ?? '1,2').split(',').map(Number)

/** Each case under a seed, and each seed with a case: all of both together would be told in every pair, which says little more. */
export function acrossSeeds<T>(cases: readonly T[]): (readonly [T, number])[] {
  const pairs = Math.max(cases.length, SEEDS.length)
  return Array.from({ length: pairs }, (_, i) => [cases[i % cases.length]!, SEEDS[i % SEEDS.length]!])
}

const PEOPLE = { ada: 'admin', grace: 'write', tim: 'triage', sam: 'none' } as const

function withoutNulls(files: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).flatMap(([path, text]) => (text === null ? [] : [[path, text]])),
  )
}

export async function openStory(options: StoryOptions = {}): Promise<Story & AsyncDisposable> {
  const stage = await openStage({
    config: GREETER_CONFIG,
    people: PEOPLE,
    lag: { maxMs: 40 },
    ...options,
    files: withoutNulls({ ...GREETER, ...options.files }),
  })
  const story = tell(stage)
  return Object.assign(story, {
    [Symbol.asyncDispose]: async () => {
      if (process.env.PAGES !== undefined) await keepPages(process.env.PAGES, stage)
      await stage.close()
    },
  })
}

/**
 * A `custom` agent that says so in the job's log each time it is started, then does its work. For "one model conversation".
 * The words are put together when it runs, so that the command line in the log is not counted.
 */
export const COUNTING_CONFIG = [
  'agents:',
  '  counting: { cli: custom, command: \'printf "a conversation %s" started; echo "export const n = 1" > src/counted.js\' }',
  'default_agent: counting',
  'checks:',
  `  - { name: tests, run: ${TESTS}, minutes: 2 }`,
  '',
].join('\n')

function tell(stage: Stage): Story {
  const { twin, repo } = stage
  const where = { owner: repo.owner.login, repo: repo.name }
  const pullOf = (issue: number): Pull | null =>
    [...repo.pulls.values()].filter(pull => pull.head.ref.endsWith(`/${printTaskId(issue)}`)).at(-1) ?? null
  return {
    ...stage,
    issue: async wanted => {
      const { data } = await stage.as(wanted.by ?? 'ada').rest.issues.create({
        ...where,
        title: wanted.title ?? 'Greet people by name',
        body: printIssue(wanted),
        labels: wanted.labels ?? [],
      })
      return data.number
    },
    label: async (issue, label = 'agent:scripted', by = 'ada') => {
      await stage.as(by).rest.issues.addLabels({ ...where, issue_number: issue, labels: [label] })
    },
    comment: async (issue, body, by = 'ada') => {
      const { data } = await stage.as(by).rest.issues.createComment({ ...where, issue_number: issue, body })
      return data.id
    },
    until: (what, find, patience) => until(stage, { what, patience: patience ?? PATIENCE }, find),
    theIssue: number => {
      const issue = repo.issues.get(number)
      if (issue === undefined) throw new Error(`there is no issue ${number}`)
      return issue
    },
    pullOf,
    labelsOf: issue => repo.issues.get(issue)?.labels ?? [],
    saidOn: issue =>
      [...repo.comments.values()]
        .filter(comment => comment.issue === issue && comment.performedViaAppId === stage.app.id)
        .map(comment => comment.body),
    refs: async prefix => {
      const { stdout } = await git(repo, ['for-each-ref', '--format=%(refname) %(objectname)', prefix])
      const lines = stdout.toString().trim().split('\n').filter(Boolean)
      return new Map(lines.map(line => line.split(' ') as [string, string]))
    },
    history: async () => {
      const { stdout } = await git(repo, ['log', '--format=%s', repo.default_branch])
      return stdout.toString().trim().split('\n')
    },
    file: async (path, ref = repo.default_branch) => {
      const shown = await git(repo, ['show', `${ref}:${path}`], { allowFail: true })
      return shown.code === 0 ? shown.stdout.toString() : null
    },
    gateOf: head => {
      const gate = [...repo.checkRuns.values()]
        .filter(run => run.name === GATE_CHECK && run.head_sha === head)
        .at(-1)
      return gate === undefined ? null : { title: gate.output.title, conclusion: gate.conclusion }
    },
    conversations: () =>
      [...repo.actions.runs.values()]
        .flatMap(run => run.jobs)
        .flatMap(job => [...job.log.matchAll(/a conversation (started)/g)].map(match => match[1]!)),
    push: ({ branch, files, message = 'A change by hand', by = 'ada' }) =>
      commitFiles(twin.state, repo, { branch, files, message, login: by }),
  }
}

function printIssue({ script, acceptance = 'it works', extra = '' }: IssueWish): string {
  const block = script.length === 0 ? '' : ['```chorus-script', ...script, '```'].join('\n')
  return `### Goal\n\nChange what the script says.\n\n${block}\n\n### Acceptance\n\n- [ ] ${acceptance}\n${extra}`
}

/** Generous: a story that hangs is a bug, a slow machine is not. */
const PATIENCE = 150_000

async function until<T>(
  stage: Stage,
  { what, patience }: { what: string; patience: number },
  find: () => T | null | undefined | false,
): Promise<T> {
  // Not by Date: stories let hours pass.
  const deadline = performance.now() + patience
  for (;;) {
    const found = find()
    if (found !== null && found !== undefined && found !== false) return found
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}\n${picture(stage)}`)
    await new Promise(resolve => setTimeout(resolve, 15))
  }
}

/** The world in a few lines, for a failed wait. */
function picture({ repo }: Stage): string {
  const issues = [...repo.issues.values()].map(
    i => `#${i.number} ${i.state} [${i.labels.join(', ')}] ${i.title}`,
  )
  const pulls = [...repo.pulls.values()].map(
    p => `pull ${p.number} ${p.head.ref} merged=${p.merged} mergeable=${p.mergeable}`,
  )
  const runs = [...repo.actions.runs.values()].map(
    r => `run ${r.id} ${r.display_title}: ${r.status} ${r.conclusion}`,
  )
  const checks = [...repo.checkRuns.values()].map(
    c => `check ${c.name} ${c.head_sha.slice(0, 7)}: ${c.status} ${c.conclusion} ${c.output.title ?? ''}`,
  )
  const said = [...repo.comments.values()].map(
    c => `comment on #${c.issue} by ${c.user.login}: ${c.body.slice(0, 200)}`,
  )
  return [...issues, ...pulls, ...runs, ...checks, ...said].join('\n')
}
