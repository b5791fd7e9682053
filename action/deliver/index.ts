import { join } from 'node:path'
import { makerOf } from '../../core/agents/race.ts'
import { printProblem } from '../../core/contract/problem.ts'
import { printReceipt } from '../../core/contract/receipt.ts'
import type { Ticket } from '../../core/contract/ticket.ts'
import { RECEIPT_TITLE } from '../../core/names.ts'
import { writeSubject } from '../../core/text/subject.ts'
import * as words from '../../core/words/runner.ts'
import type { BundleHead } from '../bundle.ts'
import { archiveOf, bringsCommit, type Claim, clientOf, isSuperseded, readClaim, remoteOf } from '../claim.ts'
import { type Identity, writeCommit } from '../commit.ts'
import { type DeliverInputs, readDeliverInputs } from '../inputs.ts'
import { createJobLog, writeSummary } from '../joblog.ts'
import { type Judged, judgeBundle } from '../judge.ts'
import { keepLosers } from '../losers.ts'
import { renewMap } from '../map/kept.ts'
import { DRAWING } from '../map/map.ts'
import { allowedFor } from '../parcel.ts'
import { type Delivery, push } from '../push.ts'
import { openScratch } from '../scratch.ts'
import { writeBlob } from '../shelf.ts'
import { openStore, type Store } from '../store.ts'
import { type Files, HandoverRefused, takeFiles, type Unpacked, unpack } from '../unpack.ts'
import { settleReport, writeBareReport } from '../verdict.ts'

/** The `deliver` action: judges what was handed over and publishes it. It runs nothing of it and prints nothing of it. */
const log = createJobLog(text => process.stdout.write(text))
const inputs = readDeliverInputs()
if (inputs.ok) {
  process.exitCode = await deliver(inputs.value).catch(explain)
} else {
  for (const problem of inputs.problems) log.error(printProblem(problem))
  process.exitCode = 1
}

/** The exit code. */
async function deliver(job: DeliverInputs): Promise<number> {
  await using scratch = await openScratch(job.temp)
  const store = await openStore(join(scratch.dir, 'store.git'), job.host)
  const claim = await readClaim(store, job, ['work', 'plan', 'review', 'rebase'])
  const client = clientOf(job)
  if (await isSuperseded(client, claim, job)) {
    log.line(words.superseded(claim.title))
    return 0
  }
  const files = await takeFiles(client, job, allowedFor(claim.ticket)).catch(keepRefusal)
  const delivery = await addMap({ job, store, claim }, await prepare({ job, store, claim }, files))
  const receipt = await push(store.git, remoteOf(job), delivery)
  log.notice(RECEIPT_TITLE, printReceipt(receipt))
  const { report } = delivery
  log.line(`${report.outcome}: ${report.files.length} files`)
  await writeSummary(job.files.summary, words.deliverSummary(report))
  return 0
}

type Made = Omit<Delivery, 'kind' | 'map'>
type Place = { job: DeliverInputs; store: Store; claim: Claim }

async function prepare(place: Place, files: Files | HandoverRefused | null): Promise<Made> {
  const { job, claim } = place
  const known = { ticket: claim.ticket, run: job.run.id }
  const by = botOf(job)
  const at = new Date()
  if (files === null) {
    const summary = words.nothingHandedOver(job.workResult)
    const outcome = job.workResult === 'cancelled' ? 'timed-out' : 'agent-failed'
    return { report: writeBareReport(known, { outcome, summary, refusals: [] }), attempt: null, by, at }
  }
  const parcel = files instanceof HandoverRefused ? files : open(files, job, claim)
  if (!(parcel instanceof HandoverRefused)) return publish(place, parcel, { by, at })
  const refusals = [parcel.message]
  const summary = words.refusedHandover(refusals)
  return { report: writeBareReport(known, { outcome: 'refused', summary, refusals }), attempt: null, by, at }
}

/** Judges the commit and makes it anew: tree from the hand-over, everything else from us. */
async function publish(place: Place, parcel: Unpacked, stamp: { by: Identity; at: Date }): Promise<Made> {
  const { store, claim, job } = place
  const { ticket, start } = claim
  const known = { ticket, run: job.run.id }
  const judged = parcel.bundle === null ? null : await judge(store, parcel.bundle, ticket)
  const remote = remoteOf(job)
  const losers = await keepLosers({ store, remote, ticket, start, ...stamp }, parcel.losers)
  if (judged === null || judged.refusals.length > 0) {
    const { refusals } = judged ?? { refusals: [] }
    const settled = { head: null, subject: null, changes: [], refusals, losers }
    return { report: settleReport(known, parcel.report, settled), attempt: null, ...stamp }
  }
  const { tree, changes, refusals } = judged
  const proposed = parcel.manifest.subjects[0] ?? ticket.spec.title
  const subject = writeSubject(proposed, { type: ticket.spec.type, id: ticket.task })
  const message = words.commitMessage(subject, makerOf(ticket, parcel.report.race).name)
  const head = await writeCommit(store.git, { tree, parents: [start], message, ...stamp })
  return {
    report: settleReport(known, parcel.report, { head, subject, changes, refusals, losers }),
    attempt: head,
    ...stamp,
  }
}

/**
 * A plan leaves the map of the commit that it was made for, where none is kept that holds. It is drawn here: on a machine where no
 * agent was, from objects that git vouches for. What goes on from a pull request is not mapped: that is not how the repository is.
 */
async function addMap({ job, store, claim }: Place, made: Made): Promise<Delivery> {
  const { kind, continues, planning } = claim.ticket
  const none = { ...made, kind, map: null }
  if (kind !== 'plan' || continues !== null) return none
  try {
    const { map, drawn, said } = await renewMap(archiveOf(job, store), claim.start, planning?.map ?? null)
    log.line(said)
    if (!drawn) return none
    const blob = await writeBlob(store.git, map.text)
    return { ...made, kind, map: blob, report: { ...made.report, map: { drawing: DRAWING, blob } } }
  } catch (error) {
    // The plan counts more than what would spare the next one some seconds.
    log.line(error instanceof Error ? error.message : String(error))
    return none
  }
}

/** Whoever reviews or thinks a task over hands over words: a change is none. */
async function judge(store: Store, bundle: BundleHead, ticket: Ticket): Promise<Judged> {
  if (bringsCommit(ticket)) return judgeBundle(store.git, bundle, ticket)
  return { tree: '', changes: [], refusals: [words.WORDS_CHANGE_NOTHING] }
}

function open(files: Files, job: DeliverInputs, claim: Claim): Unpacked | HandoverRefused {
  try {
    return unpack(files, { sha: job.claim, start: claim.start })
  } catch (error) {
    return keepRefusal(error)
  }
}

function keepRefusal(error: unknown): HandoverRefused {
  if (error instanceof HandoverRefused) return error
  throw error
}

/** Commits are the app's own: it dispatched this run, so the run's actor is its bot. */
function botOf(job: DeliverInputs): Identity {
  const { id, login } = job.actor
  return { name: login, email: `${id}+${login}@users.noreply.${new URL(job.serverUrl).hostname}` }
}

function explain(error: unknown): number {
  log.error(error instanceof Error ? error.message : String(error))
  return 1
}
