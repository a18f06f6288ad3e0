import { type ErrorFields, errorFields } from '../errors.js';
import { ERRORS, type ErrorCode, SECURITY_ERRORS } from '../generated.js';

const TEXTS = { ...ERRORS, ...SECURITY_ERRORS };

/** As errorFields, for the codes that the security modules give. */
export function securityErrorFields(code: ErrorCode, found?: string): ErrorFields {
  return errorFields(code, found, TEXTS);
}
