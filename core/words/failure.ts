import type { FailureKind } from '../agents/failure.ts'
import type { Report } from '../contract/report.ts'
import { NO_NETWORK } from './protection.ts'
import { ENDS } from './race.ts'

/** What went wrong between an agent's program and its model, for people. */
export type Trouble = {
  agent: string
  kind: FailureKind
  /** Of the model, as it is configured; null when the program chooses. */
  model: string | null
  /** Host of the service; null when nobody knows. */
  host: string | null
  /** Name of the secret with the key. */
  secret: string | null
  /** In the program's own words; may be empty. */
  why: string
}

export function troubled(trouble: Trouble): string {
  const own = trouble.why.replace(/\s+/g, ' ').trim().slice(0, 300)
  return `${sentence(trouble)}${own === '' ? '' : ` It said: ${own}`}`
}

function sentence({ agent, kind, model, host, secret }: Trouble): string {
  const service = host ?? 'the model service'
  const name = model === null ? 'the model' : `the model \`${model}\``
  switch (kind) {
    case 'no-key':
      return keyMissing(agent, secret === null ? [] : [secret])
    case 'auth':
      return `${agent} could not work: ${service} does not take the key${secret === null ? '' : ` in the secret ${secret}`}.`
    case 'quota':
      return `${agent} could not work: the quota at ${service} is used up.`
    case 'overload':
      return `${agent} gave up: ${service} answered again and again that it has no room for ${name} now.`
    case 'unreachable':
      return `${agent} gave up: ${service} cannot be reached.`
    case 'model':
      return `${agent} could not work: ${service} does not offer ${name}, or not to this key.`
    case 'overflow':
      return `${agent} ran out of room: the conversation no longer fits into ${name}.`
    case 'refusal':
      return `${agent} ended without work: ${name} declined to answer.`
    case 'budget':
      return `${agent} was stopped: the budget of this run is used up.`
    case 'turns':
      return `${agent} was stopped: it took more turns than an attempt may have.`
    case 'bad-output':
      return `${agent} ended without saying how; its output cannot be read.`
    case 'crash':
      return `${agent} ended badly.`
    case 'timeout':
      return `${agent} waited for ${service} in vain.`
    case 'stalled':
      return `${agent} was stopped: nothing was heard of it any more.`
  }
}

const AWAY: readonly (FailureKind | null)[] = ['overload', 'unreachable', 'quota', 'timeout']
const REFUSED: readonly (FailureKind | null)[] = ['auth', 'model', 'no-key']

/** What people can do when every attempt has failed, by what was wrong with the last; null: with its work. */
export function helpTried(failure: FailureKind | null): string {
  if (AWAY.includes(failure))
    return 'Comment `/chorus retry` when the service answers again; agents under `fallback` in .github/chorus.yml would take over by themselves.'
  if (REFUSED.includes(failure)) return 'Mend the key or the name of the model, then comment `/chorus retry`.'
  return 'Say more in the issue and comment `/chorus retry`, or take it yourself.'
}

/** Why an attempt brought nothing, as its report has it; a report may say nothing. */
export function explainEnd({ summary, outcome, run }: Pick<Report, 'summary' | 'outcome' | 'run'>): string {
  return summary.trim() || `its report says only "${ENDS[outcome]}": look at run ${run}`
}

/** @param minutes of silence. */
export function stalled(agent: string, minutes: number): string {
  return `${agent} was stopped: for ${minutes} minutes it had neither printed anything nor asked its model (limits.silence).`
}

export function keyMissing(agent: string, secrets: readonly string[]): string {
  const names = secrets.length === 0 ? 'its key' : `the secret ${secrets.join(' or ')}`
  return `${agent} has no key: ${names} is not set in this repository. Add it under Settings → Secrets and variables → Actions.`
}

export function keyUnfit(agent: string, secret: string): string {
  return `${agent} has no key that can be used: the secret ${secret} has spaces or line breaks in it. Set it to the key alone under Settings → Secrets and variables → Actions.`
}

export function keyInReach(agent: string): string {
  return `${agent} was not given its key: this runner cannot run it as another user, and as the runner’s own it could reach the real one through files, sockets and processes of that user. Use a runner where \`work\` is root or may use sudo, or set \`agents.${agent}.same_user: true\` in .github/chorus.yml.`
}

export function serviceUnfit(agent: string, why: string): string {
  return `${agent} could not be given its model: ${why}.`
}

export function notInstalled(agent: string, program: string, why: string): string {
  return `${agent} could not be started: \`${program}\` is not on this runner and could not be installed (${why}).`
}

export function installing(program: string, wanted: string): string {
  return `\`${program}\` is not on this machine yet: installing ${wanted} from npm.`
}

export function foreignCache(folder: string): string {
  return `the folder ${folder} belongs to a user of an earlier attempt, who has put it there; remove it, and make the folder above it writable for the runner’s user only`
}

export function budgetNearlySpent(agent: string): string {
  return `${agent} has used four fifths of what this run may use; when all of it is used, it is stopped.`
}

export function fallsBack(from: string, to: string): string {
  return `${from} does not answer now; going on with ${to}.`
}

export function networkOpen(agent: string, missing: readonly string[]): string {
  const why = missing.find(part => part.startsWith(NO_NETWORK))?.slice(NO_NETWORK.length) ?? ''
  return `${agent} was not started: this runner cannot keep it from the network${why}. Use a runner where \`work\` may make namespaces, or set \`isolation.network: open\` in .github/chorus.yml.`
}
