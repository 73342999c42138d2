/** An OpenID Connect provider that tells who somebody is: discovery, code flow, ID token. */
@NullMarked
package org.mailtimemachine.admin.oidc;

import org.jspecify.annotations.NullMarked;
