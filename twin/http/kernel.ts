import type { Faults } from '../admin/faults.ts'
import type { TwinState } from '../state.ts'
import type { Limits } from './limits.ts'
import type { RequestRecord } from './log.ts'
import type { RawHandler } from './raw.ts'
import type { Answer, Call } from './route.ts'
import type { Router } from './router.ts'
import type { StaleReads } from './stale.ts'
import type { Witness } from './witness.ts'

/** What the server is made of: the world, and all that stands between a request and it. */
export type Kernel = {
  state: TwinState
  router: Router
  rawHandlers: RawHandler[]
  graphql: (call: Call) => Promise<Answer>
  faults: Faults
  limits: Limits
  stale: StaleReads
  requests: RequestRecord[]
  /** Told of every exchange with its bodies; null: nobody asks, and no body is kept. */
  witness: Witness | null
}
