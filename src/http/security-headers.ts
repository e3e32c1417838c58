/** The security headers of the control plane's answers. */
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Helmet for JSON answers: nothing of them is ever a page, a frame or a script, and nothing is cached. */
export function securityHeaders(): RequestHandler {
  const protect = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
      },
    },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
  });
  return function secureAnswer(request, response, next) {
    response.setHeader('Cache-Control', 'no-store');
    protect(request, response, next);
  };
}
