import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { printBranch } from '../core/names.ts'
import type { Outcome } from '../core/report.ts'
import type { Ticket } from '../core/ticket.ts'
import { keyInReach, networkOpen } from '../core/words/failure.ts'
import { type Protection, printProtection, withNetwork } from '../core/words/protection.ts'
import * as words from '../core/words/runner.ts'
import { ADAPTERS, findAdapter } from './agents/registry.ts'
import { type Bench, readTail } from './checks.ts'
import { type Context, writeContext } from './context.ts'
import { type Desk, openDesk, writeEnvironment } from './desk.ts'
import { type Harvest, readHarvest, readSubjects } from './harvest.ts'
import type { Isolation } from './isolation/isolation.ts'
import { type LoopEnd, type Round, runLoop } from './loop.ts'
import { runShell } from './process.ts'
import { openSeat, type Seat, type Supplies } from './seat.ts'
import { listUntracked } from './snapshot.ts'
import type { Store } from './store.ts'
import { openWorktree, type Worktree } from './worktree.ts'

export type AttemptPlan = {
  ticket: Ticket
  start: string
  store: Store
  /** What all that is not ours runs in; its room is the attempt's. */
  isolation: Isolation
  signal: AbortSignal
  group: Round['group']
  say: Round['say']
  supplies: Supplies
}

export type AttemptEnd = LoopEnd & {
  context: Context
  harvest: Harvest
  subjects: readonly string[]
  protection: string
}

const NOTHING: Omit<LoopEnd, 'outcome' | 'summary'> = {
  snapshot: { is: 'unchanged' },
  checks: [],
  rounds: 0,
  word: null,
  failure: null,
  account: null,
  seconds: 0,
  promptBytes: 0,
}

/**
 * One attempt from worktree to snapshot. `use` is given the result while the files still exist; afterwards everything
 * that the attempt made on this machine is gone.
 */
export async function runAttempt<T>(plan: AttemptPlan, use: (end: AttemptEnd) => Promise<T>): Promise<T> {
  const { ticket } = plan
  const context = writeContext(ticket)
  const { isolation } = plan
  await using worktree = await openWorktree({
    store: plan.store,
    root: isolation.room,
    owner: isolation,
    start: plan.start,
    branch: printBranch({ agent: ticket.agent.name, task: ticket.task }),
    agent: ticket.agent.name,
    fast: ticket.checks.filter(check => check.fast).map(check => check.run),
  })
  const desk = await openDesk(join(isolation.room, 'desk'), isolation)
  const end = await work(plan, { worktree, desk, context })
  const [harvest, subjects] = await Promise.all([readHarvest(desk.out), readSubjects(worktree.dir)])
  const protection = printProtection(protectionOf(plan))
  return await use({ ...end, context, harvest, subjects, protection })
}

async function work(
  plan: AttemptPlan,
  place: { worktree: Worktree; desk: Desk; context: Context },
): Promise<LoopEnd> {
  const { ticket } = plan
  const adapter = findAdapter(ticket.agent.cli)
  if (adapter === null) {
    const known = ADAPTERS.map(one => one.cli)
    return stop('cannot-run', words.agentUnknown(ticket.agent.name, ticket.agent.cli, known))
  }
  const seat = await openSeat({ ticket, adapter, supplies: plan.supplies })
  if ('why' in seat) return { ...stop('cannot-run', seat.why), failure: seat.failure }
  await using _ = seat
  const { user, processes, network, missing } = protectionOf(plan)
  if (seat.hasKey && !user && !processes && !ticket.agent.same_user) {
    return stop('cannot-run', keyInReach(ticket.agent.name))
  }
  const closed = ticket.network === 'gateway'
  if (closed && !network) return stop('cannot-run', networkOpen(ticket.agent.name, missing))
  await seat.lend(plan.isolation.lend)
  if (closed && seat.port !== null) await plan.isolation.openDoor({ port: seat.port })
  await writeSettings(seat, place.desk)
  await plan.isolation.give(place.desk.home)
  const deadline = performance.now() + ticket.limits.minutes * 60_000
  const bench: Bench = {
    cwd: place.worktree.dir,
    env: writeEnvironment(place.desk, { path: plan.store.host.path, ticket }),
    hold: plan.isolation.hold(closed ? 'doors' : 'open'),
    lend: plan.isolation.lend,
    signal: plan.signal,
    left: () => deadline - performance.now(),
    onLine: () => {},
  }
  const failed = await prepare(plan, bench)
  if (failed !== null) return failed
  const litter = ticket.setup.length === 0 ? new Set<string>() : await listUntracked(place.worktree)
  return await runLoop({ ticket, seat, ...place, bench, group: plan.group, say: plan.say }, litter)
}

/** What holds for this attempt: the network may be there because it is wished. */
function protectionOf({ ticket, isolation }: AttemptPlan): Protection {
  return ticket.network === 'gateway' ? isolation.protection : withNetwork(isolation.protection)
}

/** Before anything else runs there: later what lies in its home may be a link to somewhere else. */
async function writeSettings(seat: Seat, { home, promptFile }: Desk): Promise<void> {
  const files = seat.adapter.settings?.(seat.call({ prompt: '', promptFile, home })) ?? {}
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(home, path)), { recursive: true })
    await writeFile(join(home, path), text)
  }
}

/** The configured setup commands, in order; the first that fails ends the attempt. */
async function prepare(plan: AttemptPlan, bench: Bench): Promise<LoopEnd | null> {
  for (const command of plan.ticket.setup) {
    const result = await plan.group(`Setup: ${command}`, onLine =>
      runShell(command, {
        cwd: bench.cwd,
        env: bench.env,
        hold: plan.isolation.hold('open'),
        signal: bench.signal,
        timeoutMs: Math.max(1, bench.left()),
        maxOutput: 64 * 1024,
        onLine,
      }),
    )
    if (result.end.is === 'exited' && result.end.code === 0) continue
    const how = result.end.is === 'exited' ? `exit ${result.end.code}` : result.end.is
    const last = readTail(result).split('\n').at(-1) ?? ''
    return stop(
      'setup-failed',
      words.setupFailed(command, last === '' ? how : `${how}: ${last.slice(0, 200)}`),
    )
  }
  return null
}

function stop(outcome: Outcome, summary: string): LoopEnd {
  return { ...NOTHING, outcome, summary }
}
