import { parseEnvelope } from '../core/contract/envelope.ts'
import { printProblem } from '../core/contract/problem.ts'
import { parseTicket, type Ticket } from '../core/contract/ticket.ts'
import {
  printAttemptRef,
  printClaimRef,
  printReportRef,
  printRunTitle,
  type TicketKind,
} from '../core/names.ts'
import { createClient } from '../forge/client.ts'
import { findFirstRun } from '../forge/duplicates.ts'
import type { Client } from '../forge/octokit.ts'
import { readCommit } from './commit.ts'
import type { Remote } from './git.ts'
import type { JobInputs } from './inputs.ts'
import type { Archive } from './map/kept.ts'
import { fetchCommit, listRemote, type Store } from './store.ts'

export type Claim = {
  ticket: Ticket
  /** Commit that the attempt starts from; it is in the store. */
  start: string
  title: string
  at: Date
  /** What it is to bring has its ref already: somebody else handed over. */
  served: boolean
}

/** Something about the claim is not as it has to be: the job ends, and nothing was done. */
export class ClaimFailure extends Error {}

export function remoteOf(inputs: JobInputs): Remote {
  return {
    url: `${inputs.serverUrl.replace(/\/$/, '')}/${inputs.owner}/${inputs.repo}.git`,
    token: inputs.token,
  }
}

export function clientOf(inputs: JobInputs): Client {
  return createClient({ token: inputs.token, baseUrl: inputs.apiUrl, userAgent: 'chorus-runner' })
}

/** Where what was kept of the repository is to be had. */
export function archiveOf(inputs: JobInputs, store: Store): Archive {
  const { owner, repo } = inputs
  return { store, remote: remoteOf(inputs), client: clientOf(inputs), owner, repo }
}

/** Fetches the claim with the commit that it starts from, and believes it only if the claim's ref points to it. `kinds`: what this job serves. */
export async function readClaim(
  store: Store,
  inputs: JobInputs,
  kinds: readonly TicketKind[],
): Promise<Claim> {
  const remote = remoteOf(inputs)
  await fetchCommit(store, remote, { sha: inputs.claim, depth: 2 })
  const commit = await readCommit(store.git, inputs.claim)
  const ticket = readTicket(commit.message)
  if (!kinds.includes(ticket.kind)) {
    throw new ClaimFailure(`this job does not serve tickets of the kind "${ticket.kind}"`)
  }
  if (commit.parents.length !== 1 || commit.parents[0] !== ticket.base) {
    throw new ClaimFailure('the claim does not stand on the base that its ticket names')
  }
  // The app's seal can only be checked by the app, and it counts no run but its own: anybody else's costs money for nothing.
  if (commit.by !== inputs.actor.login) {
    throw new ClaimFailure(`it was made by ${commit.by}, and ${inputs.actor.login} started this run`)
  }
  const made = bringsCommit(ticket) ? printAttemptRef(ticket) : printReportRef(ticket)
  const refs = { claim: printClaimRef(ticket), made }
  const listed = await listRemote(store.git, remote, [refs.claim, refs.made])
  if (listed.get(refs.claim) !== inputs.claim) {
    throw new ClaimFailure(`${refs.claim} does not point to the claim that this run was given`)
  }
  const start = ticket.continues ?? ticket.base
  if (start !== ticket.base) await fetchCommit(store, remote, { sha: start, depth: 1 })
  const title = printRunTitle(ticket)
  return { ticket, start, title, at: commit.at, served: listed.has(refs.made) }
}

/** Reviews and rebases hand over words alone. */
export function bringsCommit({ kind }: Pick<Ticket, 'kind'>): boolean {
  return kind !== 'review' && kind !== 'rebase'
}

/** What an agent's job reads beside the commit that it starts from: words for agents, and plans of before. */
export function commitsOf({ planning, prompts, base, continues }: Ticket): string[] {
  const { at, made } = planning?.previous ?? { at: null, made: null }
  const known = [base, continues]
  const more = [prompts ?? null, at, made].filter(sha => sha !== null)
  return [...new Set(more)].filter(sha => !known.includes(sha))
}

function readTicket(message: string): Ticket {
  const envelope = parseEnvelope(message)
  if (envelope === null) throw new ClaimFailure('the commit that this run was given is no claim')
  const parsed = parseTicket(parseJson(envelope.json))
  if (!parsed.ok)
    throw new ClaimFailure(`the ticket cannot be read: ${parsed.problems.map(printProblem).join('; ')}`)
  return parsed.value
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/**
 * Is another run at it? One conversation with a model per attempt, even when the answer to a dispatch was lost and it
 * was sent again: the run with the lowest id serves. A re-run by hand never does.
 */
export async function isSuperseded(client: Client, claim: Claim, inputs: JobInputs): Promise<boolean> {
  if (claim.served || inputs.run.attempt !== 1) return true
  const { owner, repo, actor } = inputs
  const first = await findFirstRun(client, {
    owner,
    repo,
    title: claim.title,
    actorId: actor.id,
    since: claim.at,
  })
  return first !== null && first < inputs.run.id
}
