import { expect, test } from 'vitest'
import { reportOf, runsOf } from './acts.ts'
import { takeOver } from './hostile/takeover.ts'
import { openStory } from './story.ts'

const CONFIG = 'agents:\n  scripted: { cli: scripted }\ndefault_agent: scripted\nlimits: { attempts: 1 }\n'

/** What deliver must say of each lie. */
const BUNDLES: Record<string, RegExp> = {
  dotdot: /hasDotdot|no plain path/,
  gitdir: /hasDotgit|git directory/,
  symlink: /symbolic link/,
  submodule: /submodule/,
  program: /executable/,
  workflow: /protected/,
  ancestry: /not one branch that starts where/,
}
const PARCELS: Record<string, RegExp> = {
  zipslip: /does not belong there|entries/,
  twice: /twice|entries/,
  digest: /digest/,
  foreign: /is not there/,
  inline: /agreed form|not the file/,
}

test.each([
  [1, 'bundles', BUNDLES],
  [2, 'parcels', PARCELS],
])('hostile hand-overs bring nothing into the repository (seed %i, %s)', async (seed, _, lies) => {
  await using story = await openStory({ seed, config: CONFIG })
  await takeOver(story)
  const issues = new Map<string, number>()
  for (const lie of Object.keys(lies)) {
    const issue = await story.issue({
      script: [],
      extra: `\n### Constraints\n\n- none`,
      title: `lie: ${lie}`,
    })
    issues.set(lie, issue)
    await story.label(issue)
  }
  await story.until('every one is given up', () =>
    [...issues.values()].every(issue => story.saidOn(issue)[0]?.includes('Stuck')),
  )
  await story.quiet()

  for (const [lie, issue] of issues) {
    const report = await reportOf(story, issue, 1)
    expect([lie, report.outcome, report.head]).toEqual([lie, 'refused', null])
    expect(report.refusals.join()).toMatch(lies[lie]!)
    expect(runsOf(story, issue)).toHaveLength(1)
  }
  expect(story.repo.pulls.size).toBe(0)
  expect([...(await story.refs('refs/chorus/attempts')).keys()]).toEqual([])
  expect([...(await story.refs('refs/heads')).keys()]).toEqual([
    'refs/heads/chorus/ledger',
    'refs/heads/main',
  ])
  expect(await story.history()).toEqual(['Initial commit'])
})
