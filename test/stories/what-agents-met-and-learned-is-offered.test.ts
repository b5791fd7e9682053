import { expect, test } from 'vitest'
import { isOfferBranch, LEARNINGS_FILE } from '../../core/lessons/offer.ts'
import { GREETER_CONFIG } from '../../twin/demo/greeter.ts'
import { runsOf } from './acts.ts'
import { openStory } from './story.ts'

const where = { owner: 'acme', repo: 'greeter' }

test('what an agent met and learned is offered to people once its work has landed, each once', async () => {
  await using story = await openStory({ seed: 1, config: `${GREETER_CONFIG}learnings_md: 1\n` })
  const script = [
    'write src/name.js',
    '  export const name = 1',
    'discover Greetings of @grace are lost',
    'learn Tests begin with a name.',
    'say feat(name): add a name',
  ]
  const issue = await story.issue({ script })
  await story.label(issue)
  const offers = () => [...story.repo.pulls.values()].filter(pull => isOfferBranch(pull.head.ref))
  const others = () => [...story.repo.issues.values()].filter(one => !one.pull && one.number !== issue)
  await story.until('it is offered, and an issue', () => offers().length > 0 && others().length > 0)
  await story.quiet()

  // The problem is an issue of the app's, without a label; it tells where it was found, nobody is notified, nobody works on it.
  const [found] = others()
  expect(found).toMatchObject({ state: 'open', labels: [], performedViaAppId: story.app.id })
  expect(found!.title).toBe('Greetings of @\u200bgrace are lost')
  expect(found!.body).toContain(`Discovered from #${issue}: scripted met it there`)
  expect(runsOf(story, found!.number)).toEqual([])

  // What was learned waits for a person, who may merge it.
  const [offer] = offers()
  expect(offer!.merged).toBe(false)
  expect(await story.file(LEARNINGS_FILE, offer!.head.ref)).toMatch(
    /^# What was learned here\n\n- Tests begin with a name\. \[bd-\w+, feat, scripted, \d{4}-\d\d-\d\d\] \(src\/name\.js\)\n$/,
  )
  expect(await story.file(LEARNINGS_FILE)).toBeNull()
  await story.as('grace').rest.pulls.update({ ...where, pull_number: offer!.number, state: 'closed' })

  // A controller that remembers nothing offers nothing of it again, and makes no second issue.
  for (const controller of story.controllers.splice(0)) await controller.stop()
  await story.startController()
  await story.quiet()
  expect(offers()).toHaveLength(1)
  expect(others()).toHaveLength(1)
})
