import { createHash } from 'node:crypto'
import type { Octokit } from '@octokit/rest'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isDisplay } from '../../core/effect.ts'
import { printWithoutBranch } from '../../core/landing/integration.ts'
import { printPair } from '../../core/merge/snapshot.ts'
import { plan } from '../../core/plan.ts'
import { describeEffect } from '../../core/words/effect.ts'
import { writeReverts } from '../../core/words/rollback.ts'
import { createClient } from '../../forge/client.ts'
import { readArrived } from '../../forge/observe/arrived.ts'
import { observe } from '../../forge/observe.ts'
import { perform } from '../../forge/perform.ts'
import { mintToken } from '../../twin/apps/tokens.ts'
import { git } from '../../twin/git.ts'
import { commitFiles, installApp, registerApp } from '../../twin/seed.ts'
import { takeId } from '../../twin/state.ts'
import { makeIssue, makeProposedTask, makePull } from '../make.ts'
import { FILES, type ForgeStage, setForgeStage } from './forge-stage.ts'

let stage: ForgeStage
let ci: Pick<Octokit, 'request'>
afterEach(() => stage.twin.close())

beforeEach(async () => {
  const config = 'merge: { strategy: lanes }\n'
  stage = await setForgeStage({ files: { ...FILES, '.github/chorus.yml': config } })
  const { twin, repo } = stage
  const id = takeId(twin.state)
  repo.rulesets.set(id, {
    id,
    name: 'main',
    target: 'branch',
    enforcement: 'active',
    include: ['~DEFAULT_BRANCH'],
    exclude: [],
    bypass_actors: [],
    rules: [
      { type: 'required_status_checks', parameters: { required_status_checks: [{ context: 'test' }] } },
    ],
  })
  const app = registerApp(twin.state, {
    name: 'ci',
    permissions: { checks: 'write' },
    events: [],
    owner: 'ada',
  })
  const installation = installApp(twin.state, app, 'ada')
  const wish = {
    installationId: installation.id,
    permissions: { checks: 'write' as const },
    repositoryIds: null,
  }
  ci = createClient({ token: mintToken(twin.state, wish).token, baseUrl: twin.apiUrl })
})

/** Looks and acts until there is nothing to do; what was done, in words. */
async function settle(): Promise<string[]> {
  const digest = (text: string) => createHash('sha256').update(text).digest('hex')
  const did: string[] = []
  for (let pass = 0; pass < 8; pass++) {
    await stage.twin.quiet()
    const { effects } = plan(await observe(stage.forge), { now: Date.now(), digest })
    const due = effects.filter(effect => !isDisplay(effect) && effect.do !== 'propose')
    if (due.length === 0) return did
    for (const effect of due) {
      if ((await perform(stage.forge, effect)).ok)
        did.push(describeEffect(effect).replace(/[0-9a-f]{40}/g, '…'))
    }
  }
  throw new Error(`no end of it: ${did.join('; ')}`)
}

/** CI: red where `bad.txt` is. Judges each open pull request to main that it has not judged yet. */
async function runCi(): Promise<string[]> {
  await stage.twin.quiet()
  const judged: string[] = []
  for (const pull of stage.repo.pulls.values()) {
    const head_sha = pull.head.sha
    const isJudged = [...stage.repo.checkRuns.values()].some(
      run => run.name === 'test' && run.head_sha === head_sha,
    )
    if (pull.merged || stage.repo.issues.get(pull.number)?.state !== 'open' || isJudged) continue
    const shown = await git(stage.repo, ['show', `${head_sha}:bad.txt`], { allowFail: true })
    const conclusion = shown.code === 0 ? 'failure' : 'success'
    await ci.request('POST /repos/{owner}/{repo}/check-runs', {
      ...stage.at,
      name: 'test',
      head_sha,
      status: 'completed',
      conclusion,
    })
    judged.push(conclusion)
  }
  return judged
}

const push = (files: Record<string, string | null>, message: string, branch = 'integration') =>
  commitFiles(stage.twin.state, stage.repo, { branch, files, message })

async function text(...args: string[]): Promise<string> {
  return (await git(stage.repo, args)).stdout.toString().trim()
}

async function filesOn(ref: string): Promise<string[]> {
  return (await text('ls-tree', '--name-only', ref)).split('\n').filter(name => name.endsWith('.txt'))
}

const red = () =>
  [...stage.repo.checkRuns.values()].filter(run => run.conclusion === 'failure' && run.name !== 'test')

test.each([true, false])(
  '147: a red tip is searched, what is before the culprit is promoted, and it is named (merge commits: %s)',
  async merges => {
    const [ruleset] = stage.repo.rulesets.values()
    const parameters = { allowed_merge_methods: merges ? ['merge', 'squash'] : ['squash'] }
    ruleset!.rules.push({ type: 'pull_request', parameters })
    expect(await settle()).toEqual([expect.stringMatching(/^begin integration at/)])
    await push({ 'one.txt': '1' }, 'feat: one')
    await push({ 'bad.txt': '2' }, 'feat: two')
    await push({ 'three.txt': '3' }, 'feat: three')
    expect(await settle()).toHaveLength(1)
    expect(await runCi()).toEqual(['failure'])
    await settle()
    expect((await runCi()).toSorted()).toEqual(['failure', 'success'])
    await settle()
    expect(await filesOn('main')).toEqual(['one.txt'])
    const [named, ...more] = red()
    expect(more).toEqual([])
    expect(named?.output.title).toContain('feat: two')
    // Mended by hand: the newest tip is judged, and all of it comes.
    await push({ 'bad.txt': null }, 'fix: two')
    for (let round = 0; round < 4; round++) {
      await settle()
      await runCi()
    }
    await settle()
    expect(await filesOn('main')).toEqual(['one.txt', 'three.txt'])
    expect(await text('rev-parse', 'main^{tree}')).toBe(await text('rev-parse', 'integration^{tree}'))
    expect(await text('for-each-ref', 'refs/heads/chorus/promote')).toBe('')
    expect(await settle()).toEqual([])
  },
)

test('what a person brings to main by himself comes back first, and is promoted over', async () => {
  await settle()
  await push({ 'one.txt': '1' }, 'feat: one')
  stage.repo.rulesets.clear()
  await push({ 'his.txt': 'h' }, 'fix: his', 'main')
  expect(await settle()).toEqual(
    expect.arrayContaining([expect.stringMatching(/^merge .* back into integration/)]),
  )
  expect(await filesOn('integration')).toEqual(['his.txt', 'one.txt'])
  await runCi()
  await settle()
  expect(await filesOn('main')).toEqual(['his.txt', 'one.txt'])
  expect(await settle()).toEqual([])
})

test('each step finds its own earlier self, and another one’s of the same moment', async () => {
  await settle()
  await push({ 'one.txt': '1' }, 'feat: one')
  const tip = await text('rev-parse', 'integration')
  const world = await observe(stage.another())
  const effect = plan(world, { now: Date.now(), digest: () => '' }).effects.find(one => one.do === 'promote')!
  const crew = [stage.another(), stage.another(), stage.another()]
  for (const came of await Promise.all(crew.map(forge => perform(forge, effect))))
    expect(came).toMatchObject({ ok: true })
  expect(await perform(stage.another(), effect)).toMatchObject({ ok: true })
  expect(stage.repo.pulls.size).toBe(1)
  // Somebody pushed to the pinned branch: it is thrown away, and another one is made.
  await push({ 'evil.txt': 'x' }, 'sneak in', `chorus/promote/${tip}`)
  expect(await perform(stage.another(), effect)).toMatchObject({ ok: false, fault: { is: 'stale' } })
  await settle()
  await runCi()
  await settle()
  expect(await filesOn('main')).toEqual(['one.txt'])
})

test('what is there as another commit comes back below what landed, with its files; what collides is remembered', async () => {
  await settle()
  await push({ 'one.txt': '1' }, 'feat: one')
  stage.repo.rulesets.clear()
  await push({ 'one.txt': 'I' }, 'feat: squashed', 'main')
  const at = () => Promise.all(['integration', 'main'].map(name => text('rev-parse', name)))
  const [head, from] = (await at()) as [string, string]
  const back = {
    do: 'bring-back',
    task: null,
    branch: 'integration',
    head,
    from,
    message: 'chore: back',
  } as const
  const foreign = await perform(stage.forge, { ...back, own: false })
  expect(foreign.ok).toBe(false)
  expect(stage.forge.memory.collisions).toContain(printPair(head, from))
  expect(await perform(stage.forge, { ...back, own: true })).toMatchObject({ ok: true })
  expect(await text('log', '-1', '--format=%P', 'integration')).toBe(`${head} ${from}`)
  expect(await text('rev-parse', 'integration^{tree}')).toBe(await text('rev-parse', `${head}^{tree}`))
  expect(await text('show', 'integration:one.txt')).toBe('1')
  // Nothing that came meanwhile is thrown away for it.
  await push({ 'two.txt': '2' }, 'feat: two')
  expect(await perform(stage.forge, { ...back, own: true })).toMatchObject({
    ok: false,
    fault: { is: 'stale' },
  })
  expect(await filesOn('integration')).toEqual(['one.txt', 'two.txt'])
})

test('147: a tip without what is red there is made once, judged, and thrown away when somebody pushes to it', async () => {
  await settle()
  const land = async (files: Record<string, string>, message: string) => {
    await push(files, message)
    return text('rev-parse', 'integration')
  }
  await land({ 'one.txt': '1' }, 'feat: one')
  const bad = await land({ 'bad.txt': '2' }, 'feat: two')
  const tip = await land({ 'three.txt': '3' }, 'feat: three')
  const without = (at: string, left: string) => ({
    do: 'leave-out' as const,
    task: null,
    branch: printWithoutBranch(at, [left]),
    tip: at,
    landed: [{ pull: null, sha: left, head: null }],
    into: 'main',
    title: 'chore: judge',
    body: 'why',
    message: `chore: judge\n\n${writeReverts(left)}\n`,
  })
  for (const forge of [stage.forge, stage.another()])
    expect(await perform(forge, without(tip, bad))).toMatchObject({ ok: true })
  expect(stage.repo.pulls.size).toBe(1)
  const { branch } = without(tip, bad)
  expect(await filesOn(branch)).toEqual(['one.txt', 'three.txt'])
  const seen = async () => (await observe(stage.another())).integration!.without
  expect(await seen()).toMatchObject([{ tip, left: [bad], pull: [...stage.repo.pulls.keys()][0] }])
  await push({ 'evil.txt': 'x' }, 'sneak in', branch)
  expect(await seen()).toMatchObject([{ tip, left: [] }])
  // Nobody asks for it, so it goes: and is not taken for one of people's own.
  expect(await settle()).toContainEqual(expect.stringMatching(/^delete chorus\/without/))
  expect(await seen()).toEqual([])
  // Nor what is not below it: that will never be found.
  expect(await perform(stage.forge, without(bad, tip))).toMatchObject({ ok: false })
  expect(stage.forge.memory.collisions).toContain(`${bad} ${tip}`)
  // What stands on it cannot be made without it: that is remembered, and nothing of it is left.
  const top = await land({ 'bad.txt': 'two' }, 'fix: two')
  expect(await perform(stage.forge, without(top, bad))).toMatchObject({ ok: false })
  expect(stage.forge.memory.collisions).toContain(`${top} ${bad}`)
  expect(await text('for-each-ref', 'refs/heads/chorus/without')).toBe('')
})

test('what a person brought to main closes its issue after a while; what was moved away from both does not', async () => {
  await settle()
  const land = async (name: string, branch = 'integration') => {
    await push({ [name]: '1' }, `feat: ${name}`, branch)
    return text('rev-parse', branch)
  }
  const first = await land('one.txt')
  const lost = await land('two.txt')
  await git(stage.repo, ['update-ref', 'refs/heads/integration', first])
  const above = await land('three.txt')
  stage.repo.rulesets.clear()
  await git(stage.repo, ['update-ref', 'refs/heads/main', first])
  const tasks = [first, lost, above].map((mergedSha, i) =>
    makeProposedTask({
      issue: makeIssue({ number: 70 + i }),
      pull: makePull({ state: 'merged', mergedSha, base: { branch: 'integration', sha: first } }),
    }),
  )
  const { forge } = stage
  const { now } = forge
  const seen = async (main: string, promoted: string | null) => {
    const landed = [{ sha: above, files: [], message: 'feat: three', back: false }]
    const place = { branch: 'integration', head: above, main, chain: { landed, promoted } }
    return readArrived(forge, tasks, place)
  }
  const none = { arrived: [], gone: [] }
  // Nothing was in question yet.
  const idle = { branch: 'integration', head: above, main: first, chain: { landed: [], promoted: first } }
  expect(await readArrived(forge, [], idle)).toEqual(none)
  expect(await seen(first, first)).toEqual(none)
  forge.now = () => now() + 61_000
  expect(await seen(first, first)).toEqual({ arrived: [first], gone: [lost] })
  // As a squash it has another name there.
  const squash = await land('one.txt', 'main')
  expect(await seen(squash, first)).toEqual({ arrived: [first], gone: [lost] })
  // Nor does one that GitHub does not know any more keep anybody from looking.
  expect(await seen('9'.repeat(40), first)).toEqual({ arrived: [first], gone: [lost] })
  // Who begins to look asks at once.
  forge.memory.arriving = null
  expect(await seen(first, first)).toEqual({ arrived: [first], gone: [lost] })
  const closed = tasks.map(task => ({ ...task, issue: { ...task.issue, state: 'closed' as const } }))
  expect(
    await readArrived(forge, closed, {
      branch: 'integration',
      head: above,
      main: first,
      chain: { landed: [], promoted: first },
    }),
  ).toEqual(none)
})
