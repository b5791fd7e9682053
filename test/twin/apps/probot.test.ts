import { Probot } from 'probot'
import { expect, test } from 'vitest'
import { commitFiles, createRepo, installApp, registerApp } from '../../../twin/seed.ts'
import { createTwin } from '../../../twin/twin.ts'
import { createReceiver } from './receiver.ts'

test('a Probot app signs in, hears of a push and acts on it; its clock may be an hour off', async () => {
  const twin = await createTwin()
  const receiver = await createReceiver()
  try {
    const repo = await createRepo(twin.state, { owner: 'ada', name: 'calc', private: true })
    const app = registerApp(twin.state, {
      name: 'Bot',
      permissions: { contents: 'read', issues: 'write' },
      events: ['push'],
      webhookUrl: receiver.url,
      webhookSecret: 'hush',
      owner: 'ada',
    })
    twin.state.clock.advance(3_600_000)
    installApp(twin.state, app, 'ada')
    const probot = new Probot({
      appId: app.id,
      privateKey: app.privateKey,
      secret: 'hush',
      baseUrl: twin.apiUrl,
      logLevel: 'fatal',
    })
    await probot.load(bot => {
      bot.on('push', async context => {
        await context.octokit.rest.issues.create(
          context.repo({ title: `Saw ${context.payload.after.slice(0, 7)}` }),
        )
      })
    })
    const sha = await commitFiles(twin.state, repo, { branch: 'main', files: { a: 'b' }, message: 'm' })
    await twin.quiet()
    const push = receiver.received.find(one => one.event === 'push')
    if (!push) throw new Error('no push came')
    await probot.webhooks.verifyAndReceive({
      id: String(push.headers['x-github-delivery']),
      name: 'push',
      payload: push.body,
      signature: String(push.headers['x-hub-signature-256']),
    })
    const [issue] = [...repo.issues.values()]
    expect(issue).toMatchObject({
      title: `Saw ${sha.slice(0, 7)}`,
      user: { login: 'bot[bot]' },
      performedViaAppId: app.id,
    })
  } finally {
    await twin.close()
    receiver.close()
  }
})
