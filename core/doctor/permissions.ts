import { isGranted, PERMISSIONS } from '../permissions.ts'
import { bad, type Finding, ok, warn } from './finding.ts'
import type { Probe } from './probe.ts'

/** An installation keeps the permissions and events of its day until its owner accepts new ones. */
export function checkPermissions(probe: Probe, events: readonly string[]): Finding[] {
  return [checkGranted(probe), checkEvents(probe, events)]
}

function checkGranted({ permissions }: Probe): Finding {
  const what = 'permissions'
  const missing = Object.entries(PERMISSIONS).filter(
    ([name, { level }]) => !isGranted(permissions[name], level),
  )
  if (missing.length === 0) return ok(what, 'all that app.yml asks for is granted')
  const list = missing.map(([name, { level, why }]) => `${name}: ${level} (${why})`).join('; ')
  const fix =
    'on the app’s page under Permissions & events set what is missing, then accept the request on the installation’s page'
  return bad(what, `not granted: ${list}`, fix)
}

function checkEvents(probe: Probe, events: readonly string[]): Finding {
  const what = 'webhook events'
  const missing = events.filter(event => !probe.events.includes(event))
  if (missing.length === 0) return ok(what, 'all that app.yml names are subscribed')
  const why = `not subscribed: ${missing.join(', ')}; what they would tell is only seen by the sweep every few minutes`
  return warn(what, why, 'on the app’s page under Permissions & events tick them')
}
