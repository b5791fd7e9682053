import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { FailureKind } from '../core/agents/failure.ts'
import type { Outcome } from '../core/contract/report.ts'
import type { Ticket } from '../core/contract/ticket.ts'
import { keyInReach, networkOpen } from '../core/words/failure.ts'
import { type Protection, withNetwork } from '../core/words/protection.ts'
import * as words from '../core/words/runner.ts'
import { ADAPTERS, findAdapter } from './agents/registry.ts'
import type { Bench } from './checks.ts'
import { type Desk, writeEnvironment } from './desk.ts'
import type { Isolation } from './isolation/isolation.ts'
import { openSeat, type Seat, type Supplies } from './seat.ts'
import type { Store } from './store.ts'

export type WorkplacePlan = {
  ticket: Ticket
  store: Store
  /** What all that is not ours runs in; its room is the attempt's. */
  isolation: Isolation
  signal: AbortSignal
  supplies: Supplies
  say(line: string): void
  /** Hears of the agent's place: what it has used is known there, whatever becomes of the attempt. */
  onSeat?(seat: Seat): void
  /** The repository's own setup has failed: nothing is to be started. */
  setupFailed?: boolean
}

/** An agent that can be started: its program, its way to a model, and what its processes see. */
export type Workplace = AsyncDisposable & { seat: Seat; bench: Bench }

/** Why no agent can work here. */
export type NoPlace = { outcome: Outcome; summary: string; failure: FailureKind | null }

/** @param cwd where the agent works. Its time runs from now on. */
export async function openWorkplace(
  plan: WorkplacePlan,
  { cwd, desk }: { cwd: string; desk: Desk },
): Promise<Workplace | NoPlace> {
  const { ticket, isolation } = plan
  if (plan.setupFailed === true) {
    return { outcome: 'setup-failed', summary: words.OWN_SETUP_FAILED, failure: null }
  }
  const adapter = findAdapter(ticket.agent.cli)
  if (adapter === null) {
    const known = ADAPTERS.map(one => one.cli)
    return cannotRun(words.agentUnknown(ticket.agent.name, ticket.agent.cli, known), null)
  }
  const seat = await openSeat({ ticket, adapter, supplies: plan.supplies, say: plan.say })
  if ('why' in seat) return cannotRun(seat.why, seat.failure)
  await using undo = new AsyncDisposableStack()
  undo.use(seat)
  plan.onSeat?.(seat)
  const { user, network, missing } = protectionOf(plan)
  // Processes of its own are not enough: as our user it reaches every socket and file that we do.
  if (seat.hasKey && !user && !ticket.agent.same_user) {
    return cannotRun(keyInReach(ticket.agent.name), null)
  }
  const closed = ticket.network === 'gateway'
  if (closed && !network) return cannotRun(networkOpen(ticket.agent.name, missing), null)
  await seat.lend(isolation.lend)
  if (closed && seat.port !== null) await isolation.openDoor({ port: seat.port })
  await writeSettings(seat, desk)
  await isolation.give(desk.home)
  const deadline = performance.now() + ticket.limits.minutes * 60_000
  const bench: Bench = {
    cwd,
    env: writeEnvironment(desk, { path: plan.store.host.path, ticket }),
    hold: isolation.hold(closed ? 'doors' : 'open'),
    lend: isolation.lend,
    signal: plan.signal,
    left: () => deadline - performance.now(),
    onLine: () => {},
  }
  const kept = undo.move()
  return { seat, bench, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

/** What holds for this attempt: the network may be there because it is wished. */
export function protectionOf({ ticket, isolation }: WorkplacePlan): Protection {
  return ticket.network === 'gateway' ? isolation.protection : withNetwork(isolation.protection)
}

function cannotRun(summary: string, failure: FailureKind | null): NoPlace {
  return { outcome: 'cannot-run', summary, failure }
}

/** Before anything else runs there: later what lies in its home may be a link to somewhere else. */
async function writeSettings(seat: Seat, { home, promptFile }: Desk): Promise<void> {
  const files = seat.adapter.settings?.(seat.call({ prompt: '', promptFile, home })) ?? {}
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(home, path)), { recursive: true })
    await writeFile(join(home, path), text)
  }
}
