import { kindOf } from '../attempt/attempt.ts'
import { asStanding, hasLeftQueue, readTurn } from '../landing/standing.ts'
import { nameRun, type TaskState, type WaitReason } from '../state.ts'
import { quoteLine, quoteWords } from '../text/quote.ts'
import { askFor } from './ask.ts'
import { explainPulse, helpPulse, nameDoing } from './heartbeat.ts'
import { MEND_LEDGER } from './ledger.ts'
import { HELP_LEFT } from './queue.ts'
import { CANCEL } from './rollback.ts'
import { explainWait } from './schedule.ts'
import { LOOK_AT_IT, nameUnjudged } from './unjudged.ts'

/** How a task stands, in one line. */
export function writeState(state: TaskState): string {
  switch (state.is) {
    case 'idle':
      return '💤 Nobody asks for an agent'
    case 'malformed':
      return '⚠️ The issue cannot be worked on as it is written'
    case 'waiting':
      return writeWaiting(state)
    case 'ready':
      return writeReady(state)
    case 'claimed':
      return writeClaimed(state)
    case 'running':
      return writeRunning(state)
    case 'attempted':
      return `📦 Attempt ${state.attempt} is done, its pull request comes next`
    case 'proposed':
      return writeProposed(state)
    case 'stuck':
      return `🛑 Stuck: ${quoteLine(state.why, 500)}`
    case 'merged':
      return writeMerged(state)
    case 'undoing':
      return `↩️ Being taken back: ${quoteWords(state.why)}`
    case 'planned':
      return `🗺️ Planned by #${state.pull.number}`
    case 'dropped':
      return `💤 Given up: ${quoteWords(state.why)}`
  }
}

function writeMerged({ pull, sha }: Extract<TaskState, { is: 'merged' }>): string {
  const icon = pull.unjudged === null ? '✅' : '⚠️'
  return `${icon} ${quoteWords(`Merged as ${sha.slice(0, 7)}${nameUnjudged(pull)}`)}`
}

function writeWaiting(state: Extract<TaskState, { is: 'waiting' }>): string {
  if (state.on === 'answer') return '❓ The agent asks'
  const why = explainWait(state.why)
  return `⏳ ${why.startsWith('waits') ? upper(quoteWords(why)) : `Waiting: ${quoteWords(why)}`}`
}

function writeReady({ rebase, agent, others, attempt }: Extract<TaskState, { is: 'ready' }>): string {
  if (rebase) return `🟢 Ready: ${agent} thinks the task over next, before it is tried again`
  return `🟢 Ready: attempt ${attempt} by ${[agent, ...others].join(' and ')} starts next`
}

function writeRunning(state: Extract<TaskState, { is: 'running' }>): string {
  const { pulse } = state
  return `${pulse.is === 'alive' ? '🏃' : '⚠️'} ${upper(nameRun(state))} ${nameDoing(pulse)}${explainPulse(pulse)}`
}

function writeClaimed({ claim, late }: Extract<TaskState, { is: 'claimed' }>): string {
  const name = nameRun({ run: { kind: kindOf(claim) }, attempt: claim.attempt })
  if (late !== undefined) return `⏳ ${upper(name)} ${late}`
  if (claim.dispatch?.is !== 'refused') return `🟢 ${upper(name)} is starting`
  return `⚠️ GitHub refuses to start ${name}: ${quoteWords(claim.dispatch.why)}`
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function writeProposed({ pull, verdicts }: Extract<TaskState, { is: 'proposed' }>): string {
  const { blocking } = verdicts
  const shown = `Pull request #${pull.number}`
  if (blocking === null) {
    const turn = readTurn(pull.gate)
    return turn === null
      ? `🟢 ${shown} passes every gate`
      : `⏳ ${shown} passes every gate. ${quoteWords(turn)}`
  }
  const why = quoteWords(asStanding(blocking.reason, pull.gate))
  return blocking.is === 'refuse' ? `⛔ ${shown} is refused: ${why}` : `⏳ ${shown} waits: ${why}`
}

/** The one thing that a person can do now; null when there is nothing to do but let it happen. */
export function writeHelp(state: TaskState): string | null {
  switch (state.is) {
    case 'malformed':
      return 'edit the issue; it is read again at once'
    case 'waiting':
      return state.help === undefined ? WAITING[state.on] : state.help
    case 'stuck':
      return quoteWords(state.help)
    case 'proposed':
      return helpProposed(state)
    case 'claimed':
      return state.claim.dispatch?.is === 'refused' ? REFUSED : null
    case 'running':
      return helpPulse(state.pulse)
    case 'undoing':
      return CANCEL
    case 'merged':
      return state.pull.unjudged === null ? null : LOOK_AT_IT
    case 'dropped':
      return 'set an agent label, or comment `/chorus run`, to start again'
    default:
      return null
  }
}

function helpProposed({ pull, verdicts }: Extract<TaskState, { is: 'proposed' }>): string | null {
  if (verdicts.blocking !== null) return askFor(verdicts.blocking)
  return hasLeftQueue(pull.gate) ? HELP_LEFT : null
}

const REFUSED =
  'put the workflow file `.github/workflows/chorus.yml` of this version on the default branch, enable it under Actions, and let the app pass the rules for who may start workflows; it is tried again every minute'

/** @param plan was it a plan that was asked for? */
export function helpApprove(plan: boolean): string {
  return `read the issue as it is now; \`/chorus ${plan ? 'plan' : 'run'}\` approves it`
}

/** Like those who are paused from above, it says what lets it go on. */
export const PAUSED = 'paused by a comment on this issue; `/chorus resume` there lets it go on'

/** Where what was asked for cannot be. */
export const SAY_AGAIN = 'say it again as it should be, in a comment or by a label'

/** GitHub's answers about one issue are of two moments. */
export const EXPLAIN_TORN = {
  why: 'GitHub shows this issue as open, and also that it was closed and not opened again; nothing begins until its answers agree',
  help: 'if that lasts for minutes, close the issue and open it again',
}

const WAITING: Record<WaitReason, string | null> = {
  approval: helpApprove(false),
  're-approval': helpApprove(false),
  configuration: 'correct `.github/chorus.yml` on the default branch',
  caller: 'put the present `.github/workflows/chorus.yml` on the default branch; `chorus doctor` prints it',
  blockers: null,
  parent: null,
  paused: null,
  stopped: '`/chorus run` starts it again',
  capacity: null,
  budget: '`/chorus usage` shows what is used; budgets are in `.github/chorus.yml`',
  scope: null,
  answer: 'answer in a comment; the next attempt gets it',
  person: 'open the pull request again, or comment `/chorus retry`',
  ledger: MEND_LEDGER,
  host: null,
  standing: 'somebody with the triage role can set the label or comment `/chorus run`',
}
