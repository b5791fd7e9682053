import { type Answer, type Call, ok } from '../http/route.ts'
import { callingApp } from './caller.ts'
import type { App } from './state.ts'

export function getHook(call: Call): Answer {
  return ok(hookJson(callingApp(call)))
}

export function changeHook(call: Call): Answer {
  const app = callingApp(call)
  if (typeof call.body.url === 'string') app.webhookUrl = call.body.url
  if (typeof call.body.secret === 'string') app.webhookSecret = call.body.secret
  return ok(hookJson(app))
}

function hookJson(app: App): Record<string, unknown> {
  return { content_type: 'json', insecure_ssl: '0', secret: '********', url: app.webhookUrl ?? '' }
}
