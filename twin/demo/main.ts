import { readOptions } from '../../cli/options.ts'
import { GATE_CHECK } from '../../core/names.ts'
import { ACTIONS_APP_ID } from '../apps/app.ts'
import { git } from '../git.ts'
import { GREETER, GREETER_CONFIG } from './greeter.ts'
import { DEMO_ISSUES } from './issues.ts'
import { narrate } from './narrator.ts'
import { createScreen, type Screen } from './screen.ts'
import { openStage, type Stage } from './stage.ts'
import { nameCommands, stay } from './stay.ts'

/** `chorus demo`: three issues become merged pull requests. Returns the exit code. */
export async function runDemo(args: readonly string[]): Promise<number> {
  const { values } = readOptions('demo', {
    args: [...args],
    options: { json: { type: 'boolean', default: false }, keep: { type: 'boolean', default: false } },
  })
  const lines: string[] = []
  const out = values.json ? { write: (text: string) => lines.push(text) > 0 } : process.stdout
  const screen = createScreen(out as NodeJS.WritableStream, Date.now)
  const told = await tellStory(screen, values.keep)
  if (values.json) process.stdout.write(`${JSON.stringify(told, null, 2)}\n`)
  return told.merged === DEMO_ISSUES.length ? 0 : 1
}

type Told = {
  merged: number
  seconds: number
  history: string[]
  requests: Record<string, number>
  cost_usd: number
}

async function tellStory(screen: Screen, keep: boolean): Promise<Told> {
  screen.chapter('A GitHub on your machine')
  const stage = await openStage({
    files: GREETER,
    config: GREETER_CONFIG,
    people: { ada: 'admin', grace: 'write' },
    seed: 7,
    lag: { maxMs: 30 },
  })
  try {
    await protectMain(stage)
    introduce(screen, stage)
    const told = await play(screen, stage)
    const { keep: again } = nameCommands(import.meta.filename)
    if (keep) await stay(screen, stage)
    else
      screen.plain(
        `  nothing was kept: the twin ends with this command (${again} leaves it open for a look around)`,
      )
    return told
  } finally {
    await stage.close()
  }
}

function introduce(screen: Screen, { twin, repo }: Stage): void {
  screen.plain(
    `  GitHub         ${twin.url}/${repo.owner.login}/${repo.name}   (open it; it lives as long as this demo)`,
  )
  screen.plain('  the app        a real Probot app, woken by signed webhooks')
  screen.plain(
    '  the runner     runs the repository’s own workflow files, each job in its own folder with its own token',
  )
  screen.plain('  the agent      a script that does what the issue says: no model, no key, no cost')
  screen.plain(
    `  branch rules   main takes pull requests only; "test" (CI) and "${GATE_CHECK}" (Chorus) must pass`,
  )
}

/** What `doctor` asks of a real repository: the gate is required, and only this app may report it. */
async function protectMain({ as, repo, app }: Stage): Promise<void> {
  await as('ada').request('POST /repos/{owner}/{repo}/rulesets', {
    owner: repo.owner.login,
    repo: repo.name,
    name: 'main',
    target: 'branch',
    enforcement: 'active',
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    rules: [
      {
        type: 'pull_request',
        parameters: {
          required_approving_review_count: 0,
          dismiss_stale_reviews_on_push: false,
          require_code_owner_review: false,
          require_last_push_approval: false,
          required_review_thread_resolution: false,
        },
      },
      {
        type: 'required_status_checks',
        parameters: {
          strict_required_status_checks_policy: false,
          required_status_checks: [
            { context: 'test', integration_id: ACTIONS_APP_ID },
            { context: GATE_CHECK, integration_id: app.id },
          ],
        },
      },
    ],
  })
}

async function play(screen: Screen, stage: Stage): Promise<Told> {
  const start = Date.now()
  const narrator = narrate(stage, screen)
  screen.chapter('Three issues, one of which waits for the other two')
  await openIssues(stage)
  await until(stage, () => mergedOf(stage) >= 1 && isHeldBySize(stage))
  await narrator.done()
  screen.chapter('One of them is large: a person has to look')
  screen.say(
    'The size gate holds the second pull request: seven files, and five may land unseen. The demo now plays the person.',
  )
  await approveLarge(stage)
  await until(stage, () => mergedOf(stage) === DEMO_ISSUES.length)
  await stage.quiet()
  await narrator.end()
  return await conclude(screen, stage, start)
}

async function openIssues({ as, repo }: Stage): Promise<void> {
  const ada = as('ada')
  const where = { owner: repo.owner.login, repo: repo.name }
  const made: { number: number; id: number }[] = []
  for (const { title, body, blockedBy } of DEMO_ISSUES) {
    const { data } = await ada.rest.issues.create({ ...where, title, body })
    made.push(data)
    for (const index of blockedBy) {
      const blocker = made[index]
      if (blocker === undefined) throw new Error('an issue can wait only for an earlier one')
      await ada.rest.issues.addBlockedByDependency({
        ...where,
        issue_number: data.number,
        issue_id: blocker.id,
      })
    }
  }
  for (const { number } of made) {
    await ada.rest.issues.addLabels({ ...where, issue_number: number, labels: ['agent:scripted'] })
  }
}

function mergedOf({ repo }: Stage): number {
  return [...repo.pulls.values()].filter(pull => pull.merged).length
}

function heldBySize({ repo }: Stage): { number: number; head: string } | null {
  for (const pull of repo.pulls.values()) {
    const gate = [...repo.checkRuns.values()].findLast(
      run => run.name === GATE_CHECK && run.head_sha === pull.head.sha,
    )
    if (!pull.merged && gate?.output.title?.startsWith('size:'))
      return { number: pull.number, head: pull.head.sha }
  }
  return null
}

function isHeldBySize(stage: Stage): boolean {
  return heldBySize(stage) !== null
}

async function approveLarge(stage: Stage): Promise<void> {
  const held = heldBySize(stage)
  if (held === null) throw new Error('no pull request is held by the size gate')
  await stage.as('grace').rest.pulls.createReview({
    owner: stage.repo.owner.login,
    repo: stage.repo.name,
    pull_number: held.number,
    commit_id: held.head,
    event: 'APPROVE',
    body: 'Five languages, one table: fine.',
  })
}

async function conclude(screen: Screen, stage: Stage, start: number): Promise<Told> {
  const { twin, repo, app } = stage
  const log = await git(repo, ['log', '--reverse', '--format=%h %s', repo.default_branch])
  const history = log.stdout.toString().trim().split('\n')
  const ours = twin.requests.filter(request => request.actor.endsWith(`(${app.slug})`))
  const told: Told = {
    merged: mergedOf(stage),
    seconds: Math.round((Date.now() - start) / 100) / 10,
    history,
    requests: { sent: ours.length, counted: ours.filter(request => request.counted).length },
    cost_usd: 0,
  }
  screen.chapter('main, as it is now')
  for (const line of history) screen.plain(`  ${line}`)
  screen.plain('')
  screen.plain(
    `  ${told.merged} of ${DEMO_ISSUES.length} issues merged in ${told.seconds} s; model cost $0.00`,
  )
  screen.plain(
    `  requests to GitHub: ${told.requests.sent}, of which ${told.requests.counted} count against the rate limit (the others were "304 not modified")`,
  )
  return told
}

/** The demo ends by itself when something goes wrong, with what it was waiting for still on the screen. */
const PATIENCE = 120_000

async function until(stage: Stage, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`the demo waited in vain; have a look at ${stage.twin.url}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
