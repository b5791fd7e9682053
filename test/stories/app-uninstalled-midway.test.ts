import { expect, test } from 'vitest'
import { removeInstallation } from '../../twin/apps/installation.ts'
import { installApp } from '../../twin/seed.ts'
import { runsOf } from './acts.ts'
import { acrossSeeds, openStory } from './story.ts'

test.each(acrossSeeds(['said', 'not said']))(
  'uninstalled while an agent works, which is %s to the app (seed %i)',
  async (said, seed) => {
    await using story = await openStory({ seed, pace: { sweepEvery: 500 } })
    const { state, faults, requests } = story.twin
    const issue = await story.issue({
      script: ['wait 1', 'write src/name.js', '  export const name = 1', 'say feat(name): add a name'],
    })
    await story.label(issue)
    const run = await story.until('it runs', () =>
      runsOf(story, issue).find(one => one.status === 'in_progress'),
    )
    const lost = faults.add({
      kind: 'webhook',
      event: 'installation',
      times: null,
      act: said === 'said' ? { do: 'delay', ms: 1 } : { do: 'drop' },
    })
    const installation = [...state.apps.installations.values()].find(one => one.appId === story.app.id)!
    removeInstallation(state, installation, story.repo.owner)
    const labels = [...story.labelsOf(issue)]

    await story.until('the run is over', () => run.status === 'completed')
    await story.quiet()
    if (said === 'not said') {
      // It has to find out: its token is refused, and it asks who it is installed on.
      await story.until('it asks for itself', () =>
        requests.some(request => request.actor === `app ${story.app.id}` && request.status === 404),
      )
      await story.quiet()
    }

    // Nothing was written since, and the host is not asked again and again about what is gone.
    expect(story.repo.pulls.size).toBe(0)
    expect(story.labelsOf(issue)).toEqual(labels)
    expect(story.saidOn(issue)).toEqual([])
    const refused = Map.groupBy(
      requests.filter(request => request.status === 401),
      request => request.path,
    )
    // One look, whose questions @octokit/auth-app repeats three times while the token is new: GitHub may not know it everywhere yet.
    for (const [path, times] of refused) expect(times.length, path).toBeLessThanOrEqual(4)

    faults.remove(lost)
    installApp(state, story.app, story.repo.owner.login)
    await story.until('it is merged', () => story.labelsOf(issue).includes('phase:merged'))
    await story.quiet()
    expect(runsOf(story, issue)).toHaveLength(1)
    expect(story.theIssue(issue).state).toBe('closed')
    expect(story.repo.pulls.size).toBe(1)
    expect(story.saidOn(issue)).toEqual([])
  },
)
