import { expect, test } from 'vitest'
import { addLabels } from '../../../twin/issues/issue.ts'
import { createUser, installApp, registerApp } from '../../../twin/seed.ts'
import { GREETER_CONFIG } from '../greeter.ts'
import { dispatched } from '../held.ts'
import { openStory } from '../story.ts'

/** Flatt, "Poisoning Claude Code" (2026-06): whoever's name ended in `[bot]` was trusted, so any app could start work. */
test.each([1, 2])('an app starts work only when its id is allowed (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const { state } = story.twin
  const other = registerApp(state, {
    name: 'chorus-helper',
    owner: 'sam',
    permissions: { issues: 'write' },
    events: [],
  })
  const { id: installationId, permissions } = installApp(state, other, 'acme')
  const account = createUser(state, `${other.slug}[bot]`, { type: 'Bot' })
  const who = { appId: other.id, account, installationId, permissions, repositoryIds: null }
  const by = { is: 'installation' as const, ...who }
  const issue = await story.issue({ script: ['write src/a.js', '  export {}'], by: 'sam' })
  addLabels(state, story.repo, { issue: story.theIssue(issue), names: ['agent:scripted'] }, by)
  const marker = await story.issue({ script: ['write src/b.js', '  export {}'] })
  await story.label(marker)
  await story.until('the other one is merged', () => story.pullOf(marker)?.merged)
  await story.quiet()
  expect(dispatched(story)).toHaveLength(1)
  expect(story.pullOf(issue)).toBeNull()
  expect(story.saidOn(issue)).toEqual([])

  const allowed = `${GREETER_CONFIG}allow: { apps: [${other.id}] }\n`
  await story.push({ branch: 'main', files: { '.github/chorus.yml': allowed } })
  // Allowed to start; what lands without a person is for those who may push.
  await story.until('it has started', () => story.pullOf(issue))
  await story.quiet()
  expect(story.pullOf(issue)?.merged).toBe(false)
})
