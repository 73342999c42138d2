/**
 * The mirror as a process of its own: {@link org.mailtimemachine.mirror.server.MirrorServer} stands
 * in the delivery path, and needs neither the web server nor a database.
 */
@NullMarked
package org.mailtimemachine.mirror.server;

import org.jspecify.annotations.NullMarked;
