import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { printCaller, RELEASE } from '../../core/caller.ts'
import { BROKEN_STEP, JUDGE_STEP } from '../../core/landing/judgement.ts'

/** What workflows elsewhere were broken by: "pwn requests", cache poisoning and Clinejection, artifact poisoning, words in scripts. */
type Step = { uses?: string; run?: string; with?: Record<string, unknown>; env?: Record<string, string> }
type Job = { uses?: string; steps?: Step[]; permissions?: Record<string, string> }
type Workflow = { on: Record<string, unknown>; permissions?: unknown; jobs: Record<string, Job> }

const FOLDER = new URL('../../.github/workflows/', import.meta.url)
const files = readdirSync(FOLDER).map(name => [name, readFileSync(new URL(name, FOLDER), 'utf8')] as const)
const texts = [...files, ['the caller of a repository', printCaller(RELEASE)] as const]
const stepsOf = (workflow: Workflow) => Object.values(workflow.jobs).flatMap(job => job.steps ?? [])

test.each(texts)('%s', (_, text) => {
  const workflow = parse(text) as Workflow
  // Nothing that a stranger does starts a run that may write: no code of a pull request in a privileged job.
  expect(Object.keys(workflow.on)).not.toContain('pull_request_target')
  expect(Object.keys(workflow.on)).not.toContain('workflow_run')
  // Every job narrows what it may do, and none can have a token of its own for elsewhere.
  expect(workflow).toHaveProperty('permissions')
  expect(text).not.toContain('id-token')
  expect(text).not.toContain('secrets: inherit')
  for (const step of stepsOf(workflow)) {
    // No cache is read or written: what one run prepares, no other one restores.
    expect(step.uses ?? '').not.toMatch(/^actions\/cache/)
    expect(step.with ?? {}).not.toHaveProperty('cache')
    // Others' actions by commit; no token left behind in the tree; no word of anybody's in a script.
    if (!/^(?:\.\/|chorus-app\/|$)/.test(step.uses ?? '')) expect(step.uses).toMatch(/@[0-9a-f]{40}$/)
    if (step.uses?.startsWith('actions/checkout') === true) {
      expect(step.with).toMatchObject({ 'persist-credentials': false })
    }
    expect(step.run ?? '').not.toContain('${{')
  }
})

const readWorkflow = (name: string) => parse(files.find(([file]) => file === name)?.[1] ?? '') as Workflow
const agentJobs = ['work.yml', 'plan.yml'].flatMap(name =>
  Object.entries(readWorkflow(name).jobs)
    .filter(([job, { steps }]) => job !== 'deliver' && steps !== undefined)
    .map(([job, { steps }]) => [name, job, steps!] as const),
)

test('every job that runs an agent is known here', () => {
  expect(agentJobs.map(([, job]) => job)).toEqual(['work', 'spec', 'architecture', 'qa', 'synthesis'])
  const { plan, merge } = readWorkflow('work.yml').jobs
  for (const job of [plan, merge]) expect(job).toMatchObject({ with: { setup: '${{ inputs.setup }}' } })
})

test.each(agentJobs)(
  '%s, %s: its own setup comes before the keys, fails without a red job, and is what people alone can change',
  (_, job, [checkout, setup, agent]) => {
    expect(checkout?.uses).toMatch(/^actions\/checkout@/)
    expect(checkout?.with).toMatchObject({
      'sparse-checkout': '/.github/actions/',
      'sparse-checkout-cone-mode': false,
    })
    expect(setup).toEqual({
      id: 'setup',
      if: '${{ inputs.setup }}',
      'continue-on-error': true,
      uses: './.github/actions/chorus-setup',
    })
    expect(agent?.uses).toMatch(job === 'work' ? /\/action\/work@/ : /\/action\/plan@/)
    expect(agent?.with?.setup).toBe('${{ steps.setup.outcome }}')
    expect(JSON.stringify([checkout, setup])).not.toContain('secrets.')
  },
)

test('the job that runs the agent may only read; the one that may write runs nothing but our action', () => {
  const [, text = ''] = files.find(([name]) => name === 'work.yml') ?? []
  const { work, deliver } = (parse(text) as Workflow).jobs
  expect(Object.values(work?.permissions ?? {})).toEqual(['read', 'read'])
  const ran = deliver?.steps?.map(step => [step.uses?.split('@')[0], step.run])
  expect(ran).toEqual([['chorus-app/chorus/action/deliver', undefined]])
  expect(JSON.stringify(deliver)).not.toContain('secrets.')
})

test('the job that judges what lands may only read, has no key, and checks out nothing that it judges', () => {
  const { jobs } = readWorkflow('merge.yml')
  const { judge } = jobs
  expect(Object.keys(jobs)).toEqual(['judge'])
  expect(judge?.permissions).toEqual({ contents: 'read', actions: 'read' })
  expect(readWorkflow('work.yml').jobs.merge?.permissions).toEqual(judge?.permissions)
  expect(JSON.stringify(jobs)).not.toContain('secrets.')
  const [checkout, setup, judging, broken] = judge?.steps ?? []
  expect(checkout?.with).toMatchObject({ 'sparse-checkout': '/.github/actions/' })
  expect(checkout?.with).not.toHaveProperty('ref')
  expect(setup?.uses).toBe('./.github/actions/chorus-setup')
  expect(judging).toMatchObject({ id: 'judge', name: JUDGE_STEP })
  expect(judging?.uses).toMatch(/\/action\/merge@/)
  // Red where a check is: nothing but the repository's own setup may fail unseen, and nothing stands behind the verdict.
  expect(judge?.steps).toHaveLength(4)
  for (const one of [judge, checkout, judging]) expect(one).not.toHaveProperty('continue-on-error')
  // The one step that believes an output can only make the job redder.
  expect(broken).toEqual({
    name: BROKEN_STEP,
    if: "${{ failure() && steps.judge.outputs.outcome != 'failed' }}",
    run: 'exit 1',
  })
})
