import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TwinState } from '../state.ts'

/** Answers requests that are not the REST API; true when it has (or will have) ended the response itself. */
export type RawHandler = (
  state: TwinState,
  req: IncomingMessage,
  res: ServerResponse,
  url: URL,
) => Promise<boolean>
