import { expect, test } from 'vitest'
import { GATE_CHECK } from '../../core/names.ts'
import { block, runsOf } from './acts.ts'
import { saidInLog } from './log.ts'
import { protect } from './protect.ts'
import { openStory } from './story.ts'

const BAD = ['write src/bad.js', '  export const bad = 1', 'say feat: bad']
const GROW = ['append src/bad.js', '  export const grown = 2', 'say feat: grow']

test('a person confirms, then the newest landing goes first, each through the gates', async () => {
  await using story = await openStory({ seed: 1 })
  const bad = await story.issue({ title: 'The bad one', script: BAD })
  const top = await story.issue({ title: 'On top of it', script: GROW })
  await block(story, top, bad)
  // Two more build on it, which are not to begin yet: three are too many to mend it under them.
  const [one, other] = [await story.issue({ script: GROW }), await story.issue({ script: GROW })]
  for (const open of [one, other]) {
    await block(story, open, bad)
    await story.comment(open, '/chorus pause')
    await story.label(open)
  }
  await story.label(bad)
  await story.label(top)
  await story.until('both have landed', () => [bad, top].every(one => story.theIssue(one).state === 'closed'))
  await story.push({ branch: 'main', files: { 'src/other.js': 'export const other = 1\n' } })
  protect(story, 'ruleset')
  await story.quiet()
  const [first, second] = [story.pullOf(bad)!, story.pullOf(top)!]

  await story.comment(bad, '/chorus hotfix', 'tim')
  await story.until('it is no case for a hotfix', () =>
    story.saidOn(bad)[0]?.includes(`3 tasks build on it (#${top}, #${one}, #${other}), too many to mend it`),
  )
  await story.comment(bad, '/chorus rollback', 'grace')
  await story.until('it is told first', () => story.saidOn(bad)[0]?.includes('Nothing has been done yet'))
  expect(story.saidOn(bad)[0]).toContain(`1. revert #${second.number}`)
  await story.quiet()
  const reverts = () =>
    [...story.repo.pulls.values()].filter(one => one.head.ref.startsWith('chorus/revert/'))
  expect(reverts()).toEqual([])

  await story.comment(bad, '/chorus rollback confirm', 'grace')
  await story.until('both are open again', () =>
    [bad, top].every(one => story.theIssue(one).state === 'open'),
  )
  await story.quiet()

  // The newest first, each with a green gate and CI's own word for its head.
  const branches = [second, first].map(pull => `chorus/revert/${pull.number}`)
  expect(reverts().map(pull => pull.head.ref)).toEqual(branches)
  for (const { head, merged } of reverts()) {
    expect([merged, story.gateOf(head.sha)?.conclusion]).toEqual([true, 'success'])
    const checks = [...story.repo.checkRuns.values()].filter(one => one.head_sha === head.sha)
    expect(checks.filter(one => one.name !== GATE_CHECK).map(one => one.conclusion)).toContain('success')
  }
  // Exactly that is gone; what came to main meanwhile stays.
  expect(await story.file('src/bad.js')).toBeNull()
  expect(await story.file('src/other.js')).toContain('other = 1')
  expect((await story.history()).slice(0, 3)).toEqual([
    expect.stringMatching(/^revert: feat: bad \(#\d+\)/),
    expect.stringMatching(/^revert: feat: grow \(#\d+\)/),
    'A change by hand',
  ])
  expect(await story.refs('refs/heads/chorus/revert')).toEqual(new Map())

  expect(await saidInLog(story, bad)).toEqual([
    ['rollback:propose', 'grace'],
    ['rollback:confirm', 'grace'],
  ])

  // Nobody begins them again unasked; and then the one waits for the other, as at first.
  for (const issue of [bad, top]) expect(runsOf(story, issue)).toHaveLength(1)
  for (const issue of [one, other]) expect(runsOf(story, issue)).toEqual([])
  await story.comment(top, '/chorus run')
  await story.comment(bad, '/chorus run')
  await story.until('the bad one is done anew', () => story.theIssue(bad).state === 'closed')
  expect(story.pullOf(bad)!.number).toBeGreaterThan(first.number)
  expect(runsOf(story, top)).toHaveLength(1)
  expect(await story.file('src/bad.js')).toContain('bad = 1')
  expect(await story.file('src/bad.js')).not.toContain('grown')
})
