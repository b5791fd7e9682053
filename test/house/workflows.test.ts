import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { printCaller, RELEASE } from '../../core/caller.ts'

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

test('what runs of a repository outside the isolation is what its people alone can change', () => {
  const [, text = ''] = files.find(([name]) => name === 'work.yml') ?? []
  const [given] = stepsOf(parse(text) as Workflow).filter(step => step.uses?.startsWith('actions/checkout'))
  expect(given?.with).toMatchObject({
    'sparse-checkout': '/.github/actions/',
    'sparse-checkout-cone-mode': false,
  })
})

test('the job that runs the agent may only read; the one that may write runs nothing but our action', () => {
  const [, text = ''] = files.find(([name]) => name === 'work.yml') ?? []
  const { work, deliver } = (parse(text) as Workflow).jobs
  expect(Object.values(work?.permissions ?? {})).toEqual(['read', 'read'])
  const ran = deliver?.steps?.map(step => [step.uses?.split('@')[0], step.run])
  expect(ran).toEqual([['chorus-app/chorus/action/deliver', undefined]])
  expect(JSON.stringify(deliver)).not.toContain('secrets.')
})
