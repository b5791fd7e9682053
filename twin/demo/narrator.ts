import { parseEnvelope } from '../../core/contract/envelope.ts'
import { parseReport } from '../../core/contract/report.ts'
import { GATE_CHECK, parseChorusRef, parseTaskId } from '../../core/names.ts'
import { git } from '../git.ts'
import type { Happening, Repo } from '../state.ts'
import type { Screen } from './screen.ts'
import type { Stage } from './stage.ts'

/** Tells what happens on the twin as it happens, in the words of someone who watches over GitHub's shoulder. */
export type Narrator = {
  /** Waits until everything that was noticed has been told. */
  done(): Promise<void>
  /** The same, and tells nothing more. */
  end(): Promise<void>
}

type Told = { screen: Screen; stage: Stage; refs: Set<string>; gates: Map<string, string> }

export function narrate(stage: Stage, screen: Screen): Narrator {
  const told: Told = { screen, stage, refs: new Set(), gates: new Map() }
  let chain: Promise<void> = Promise.resolve()
  let ended = false
  stage.twin.state.listeners.push(happening => {
    if (ended || happening.repo !== stage.repo) return
    const line = describe(happening, told)
    chain = chain.then(async () => {
      await tellRefs(told)
      line?.()
    })
  })
  return {
    done: () => chain,
    end: () => {
      ended = true
      return chain
    },
  }
}

type Payload = Record<string, { [key: string]: unknown } | undefined>
type Line = (() => void) | null

/** What to say is decided at the moment of the event; it is said in order. */
function describe(happening: Happening, told: Told): Line {
  const { event, action, payload, sender } = happening
  const tell = TELLERS[`${event}.${action}`]
  return tell === undefined ? null : tell(payload as Payload, { ...told, who: sender.login })
}

type Teller = (payload: Payload, told: Told & { who: string }) => Line

const TELLERS: Readonly<Record<string, Teller>> = {
  'issues.labeled': ({ issue, label }, { screen, who }) => {
    const name = String(label?.name)
    if (!name.startsWith('agent:')) return null
    return () => screen.line('person', `${who} labels #${issue?.number} (${issue?.title}) ${name}`)
  },
  'workflow_run.requested': ({ workflow_run }, { screen, stage }) => {
    if (workflow_run?.event !== 'workflow_dispatch') return null
    const url = link(stage, `/actions/runs/${workflow_run.id}`)
    return () => screen.line('runner', `run "${workflow_run.display_title}" starts: ${url}`)
  },
  'workflow_job.completed': ({ workflow_job }, { screen }) => {
    const name = String(workflow_job?.name)
    if (!name.startsWith('chorus / ') || workflow_job?.conclusion === 'skipped') return null
    return () => screen.line('runner', `job ${name}: ${workflow_job?.conclusion}`)
  },
  'pull_request.opened': ({ pull_request }, { screen, stage }) => {
    const url = link(stage, `/pull/${pull_request?.number}`)
    return () =>
      screen.line('chorus', `pull request #${pull_request?.number} "${pull_request?.title}": ${url}`)
  },
  'check_run.completed': ({ check_run }, { screen, gates }) => {
    const name = String(check_run?.name)
    if (name === GATE_CHECK) return tellGate(check_run, { screen, gates })
    if (name.startsWith('chorus / ')) return null
    return () =>
      screen.line('github', `CI "${name}" on ${short(check_run?.head_sha)}: ${check_run?.conclusion}`)
  },
  'check_run.created': ({ check_run }, { screen, gates }) => tellGate(check_run, { screen, gates }),
  'pull_request_review.submitted':
    ({ review, pull_request }, { screen, who }) =>
    () =>
      screen.line('person', `${who} reviews #${pull_request?.number}: ${review?.state}`),
  'pull_request.closed': ({ pull_request }, { screen }) => {
    if (pull_request?.merged !== true) return null
    return () =>
      screen.line('chorus', `#${pull_request.number} is merged, at the very commit that was judged`)
  },
  'issues.closed':
    ({ issue }, { screen }) =>
    () =>
      screen.line('github', `#${issue?.number} is closed by the merge`),
}

/** The gate's text changes often; a reason is told once for each commit. */
function tellGate(check: Payload[string], { screen, gates }: Pick<Told, 'screen' | 'gates'>): Line {
  if (check?.name !== GATE_CHECK) return null
  const output = check.output as { title: string | null } | undefined
  const title = output?.title ?? ''
  const head = String(check.head_sha)
  if (gates.get(head) === title || title === '') return null
  gates.set(head, title)
  return () => screen.line('chorus', `gate on ${short(head)}: ${title}`)
}

/** Refs outside branches and tags send no event: they are looked for whenever anything else happens. */
async function tellRefs({ stage, screen, refs }: Told): Promise<void> {
  const listed = await git(stage.repo, ['for-each-ref', '--format=%(refname)', 'refs/chorus'])
  for (const ref of listed.stdout.toString().split('\n').filter(Boolean)) {
    if (refs.has(ref)) continue
    refs.add(ref)
    const line = await describeRef(stage.repo, ref)
    if (line !== null) screen.line(line.who, line.text)
  }
}

async function describeRef(
  repo: Repo,
  ref: string,
): Promise<{ who: 'chorus' | 'runner'; text: string } | null> {
  const name = parseChorusRef(ref)
  if (name === null) return null
  if (name.kind === 'claim') {
    return {
      who: 'chorus',
      text: `claims #${parseTaskId(name.task)} as ${name.task}, attempt ${name.attempt} (${ref})`,
    }
  }
  if (name.kind === 'attempt') return { who: 'runner', text: `deliver pushes the attempt (${ref})` }
  if (name.kind === 'loser') return { who: 'runner', text: `deliver keeps what lost the race (${ref})` }
  const shown = await git(repo, ['show', '--no-patch', '--format=%B', ref])
  const envelope = parseEnvelope(shown.stdout.toString())
  const report = envelope === null ? null : parseReport(JSON.parse(envelope.json))
  if (report === null || !report.ok) return null
  const mended =
    report.value.outcome === 'done' && report.value.loops > 1
      ? ' (red checks went back to the agent, which mended them)'
      : ''
  return { who: 'runner', text: `report: ${report.value.summary}${mended}` }
}

function short(sha: unknown): string {
  return String(sha).slice(0, 7)
}

function link(stage: Stage, path: string): string {
  const { repo, twin } = stage
  return `${twin.url}/${repo.owner.login}/${repo.name}${path}`
}
