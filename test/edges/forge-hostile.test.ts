import { afterEach, describe, expect, test } from 'vitest'
import { printCaller, RELEASE } from '../../core/caller.ts'
import { CALLER_VERSION, printBranch, printClaimRef, printTaskId } from '../../core/names.ts'
import { looksLikeCommand } from '../../forge/observe/commands.ts'
import { readCaller, readConfig } from '../../forge/observe/config.ts'
import { observe } from '../../forge/observe.ts'
import { perform } from '../../forge/perform.ts'
import { commitFiles } from '../../twin/seed.ts'
import { makeTicket } from '../make.ts'
import { type ForgeStage, setForgeStage } from './forge-stage.ts'

const LOOSE = { contentPerMinute: 1_000, contentPerHour: 1_000, pointsPerMinute: 100_000 }

/** What people who mean no good put where forge reads: nothing of it may stop a look or take its time. */

describe('on a stage', () => {
  let stage: ForgeStage
  afterEach(() => stage.twin.close())

  async function openIssue(): Promise<number> {
    const fields = { title: 'Say more', body: 'Please.', labels: ['agent:codex'] }
    return (await stage.as('ada').rest.issues.create({ ...stage.at, ...fields })).data.number
  }

  test('a ref of ours that names a file instead of a commit is no claim and jams nothing', async () => {
    stage = await setForgeStage()
    const task = printTaskId(await openIssue())
    const bob = stage.as('bob')
    const { data } = await bob.rest.git.createBlob({ ...stage.at, content: 'no commit' })
    await bob.rest.git.createRef({ ...stage.at, ref: printClaimRef({ task, attempt: 1 }), sha: data.sha })
    const { tasks } = await observe(stage.forge)
    expect(tasks.map(one => one.claims)).toEqual([[]])
  })

  test('a head of ours gets no free pass by a second pull request that shows it', async () => {
    stage = await setForgeStage()
    const { state } = stage.twin
    const task = printTaskId(await openIssue())
    const branch = printBranch({ agent: 'codex', task })
    const head = await commitFiles(state, stage.repo, {
      branch: 'scratch',
      files: { 'src/a.js': 'export const a = 2\n' },
      message: 'feat: more',
    })
    await perform(stage.forge, {
      do: 'publish',
      task,
      branch,
      before: null,
      after: head,
      move: 'fast-forward',
    })
    const text = { title: 'feat: more', body: 'x' }
    await perform(stage.forge, { do: 'open', task, head: branch, sha: head, base: 'main', ...text })
    await stage.as('bob').rest.pulls.create({ ...stage.at, head: 'scratch', base: 'main', title: 'Mine' })
    expect((await observe(stage.another())).strangers).toEqual([])
  })

  test('of many pull requests by others the newest come first, a part in each look', async () => {
    stage = await setForgeStage({ limits: LOOSE })
    const { state } = stage.twin
    for (let n = 1; n <= 120; n++) {
      const branch = `theirs-${n}`
      await commitFiles(state, stage.repo, { branch, files: { [`n${n}`]: `${n}` }, message: `n ${n}` })
      await stage.as('bob').rest.pulls.create({ ...stage.at, head: branch, base: 'main', title: `${n}` })
    }
    const first = await observe(stage.forge)
    expect(first.strangers.length).toBeLessThanOrEqual(100)
    expect(first.strangers.some(({ number }) => number === 120)).toBe(true)
    expect(first.moreStrangers).toBe(true)
    for (const { head } of first.strangers) stage.forge.memory.gated.set(head, true)
    const later = await observe(stage.forge)
    expect(later.strangers.length + first.strangers.length).toBe(120)
    expect(later.moreStrangers).toBe(false)
  })

  test('a claim of the same second by two controllers is known as unsent to its maker only', async () => {
    stage = await setForgeStage()
    const issue = await openIssue()
    const task = printTaskId(issue)
    const { repo } = await observe(stage.forge)
    const ticket = makeTicket({ task, issue, attempt: 1, base: repo.head })
    const effect = { do: 'claim', task, attempt: 1, ticket, admitted: null } as const
    const rival = stage.another()
    const [first, second] = [await perform(stage.forge, effect), await perform(rival, effect)]
    expect([first.ok, second.ok]).toEqual([true, false])
    const claim = first.ok ? String((first.note as { claim: string }).claim) : ''
    expect(stage.forge.memory.dispatches.get(claim)).toMatchObject({ is: 'unsent' })
    expect(rival.memory.dispatches.get(claim)).toBeUndefined()
  })
})

describe('configuration that wants to take our time is refused at once', () => {
  test.each([
    ['nested explicit keys', '? '.repeat(1_000)],
    ['nested lists', '- '.repeat(5_000)],
    ['nested brackets', '['.repeat(2_000)],
    ['nested braces', '{a: '.repeat(4_000)],
    ['deep indentation', Array.from({ length: 2_000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['a hundred thousand keys', Array.from({ length: 100_000 }, (_, i) => `k${i}:`).join('\n')],
    ['keys that are maps', '{? {a: 1} : 2}'],
  ])(
    '%s',
    (_, text) => {
      expect(readConfig(text).ok).toBe(false)
    },
    30_000,
  )

  test('what people write is not', () => {
    const command = 'echo "[[{{ - ? : - x" && (cd a; npm test)'
    const text = `setup:\n  - ${JSON.stringify(command)}\nchecks:\n  - name: unit\n    run: |\n      ${command}\n`
    expect(readConfig(text)).toMatchObject({ ok: true })
  })
})

test('a caller whose runs do not bear our title is not one of ours', () => {
  const text = printCaller(RELEASE)
  expect(readCaller(text)).toEqual({ is: 'current' })
  expect(readCaller(text.replace(/^run-name:.*\n/m, ''))).toEqual({ is: 'outdated', version: CALLER_VERSION })
})

describe('a comment', () => {
  test.each([
    ['  /chorus run', true],
    ['so:\r\n/chorus run', true],
    ['see /chorus run', false],
    ['/chorusline', false],
    [`a${'\n'.repeat(600_000)}b`, false],
    [`a\n${' '.repeat(600_000)}b`, false],
  ])(
    'case %#',
    (body, is) => {
      expect(looksLikeCommand(body)).toBe(is)
    },
    30_000,
  )
})
