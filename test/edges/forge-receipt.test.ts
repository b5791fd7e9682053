import { afterEach, expect, test } from 'vitest'
import { DELIVER_JOB, printTaskId } from '../../core/names.ts'
import { observe } from '../../forge/observe.ts'
import { perform } from '../../forge/perform.ts'
import { makeDispatch, makeTicket } from '../make.ts'
import { type ForgeStage, setForgeStage } from './forge-stage.ts'

let stage: ForgeStage

afterEach(() => stage.twin.close())

type Job = { name: string; status: string; conclusion: string | null }

/** What GitHub shows of a run's jobs lags behind the list of runs. */
const LAGS: Record<string, { of: RegExp; tell(shown: never): unknown }> = {
  'a job that is still at work': {
    of: /\/attempts\/1\/jobs/,
    tell: ({ jobs }: { jobs: Job[] }) => ({
      jobs: jobs.map(job => ({ ...job, status: 'in_progress', conclusion: null })),
    }),
  },
  'no deliver job': {
    of: /\/attempts\/1\/jobs/,
    tell: ({ jobs }: { jobs: Job[] }) => ({ jobs: jobs.filter(({ name }) => name !== DELIVER_JOB) }),
  },
  'a deliver job without its notice': { of: /\/annotations/, tell: () => [] },
}

/** By a controller that remembers nothing, to whom it is that late. */
async function lookThrough({ of, tell }: (typeof LAGS)[string], now: number) {
  const forge = stage.another()
  forge.now = () => now
  forge.octokit.hook.after('request', (answer, { url }) => {
    if (of.test(url)) Object.assign(answer, { data: tell(answer.data as never) })
  })
  return (await observe(forge)).tasks[0]!.runs
}

test('a run that ended is not taken for one that handed nothing over, as long as its receipt may only not be shown', async () => {
  stage = await setForgeStage()
  const wish = { title: 'Say more', body: 'Please.', labels: ['agent:codex'] }
  const issue = (await stage.as('ada').rest.issues.create({ ...stage.at, ...wish })).data.number
  const task = printTaskId(issue)
  const { repo } = await observe(stage.forge)
  const ticket = makeTicket({ task, issue, attempt: 1, base: repo.head })
  const made = await perform(stage.forge, { do: 'claim', task, attempt: 1, ticket, admitted: null })
  const { claim } = (made.ok ? made.note : null) as { claim: string }
  await perform(stage.forge, makeDispatch({ task, claim }))
  await stage.twin.quiet(30_000)
  const end = stage.repo.actions.runs.values().next().value!
  await expect.poll(() => end.status).toBe('completed')

  const ended = Date.now()

  const report = '0123456789012345678901234567890123456789'
  // GitHub lists a run, and shows what it handed over, a little later.
  await expect
    .poll(() => lookThrough({ of: /^$/, tell: () => [] }, ended))
    .toMatchObject([{ status: 'completed', late: false, receipt: { report } }])
  for (const [name, lag] of Object.entries(LAGS)) {
    const seen = await lookThrough(lag, ended)
    expect(seen, name).toMatchObject([{ status: 'completed', late: true, receipt: null }])
    // What is not there by then never comes.
    expect(await lookThrough(lag, ended + 120_000), name).toMatchObject([{ late: false, receipt: null }])
  }
})
